// For tests: a network in memory with one client on it, and a server that says what a script tells it to.
import { MemoryNetwork, TestClock } from "../../endpoint/memory.ts";
import { parseIpv4 } from "../../ipv4/address.ts";
import { optionOf } from "../../wire/index.ts";
import { acquire, type ClientOptions, type Lease } from "../client.ts";
import {
  type Message,
  type MessageDraft,
  MessageType,
  message,
  type OptionDraft,
  option,
} from "../format.ts";

export const mac = Uint8Array.fromHex("00c0df24ba6b");
const everyone = { address: "255.255.255.255", port: 68 };
const { Discover, Offer, Request, ACK, NAK } = MessageType;

export const bootReply = (
  request: Message,
  address: string,
  type: number,
  options: OptionDraft[],
): MessageDraft => ({
  op: 2,
  xid: request.xid,
  flags: request.flags,
  chaddr: request.chaddr,
  yiaddr: parseIpv4(address),
  options: [...option(53, type), ...options],
});

/** An offer or an acknowledgement as an honest server makes it. */
export const gives = (
  request: Message,
  type: number,
  address = "192.168.1.101",
  server = "192.168.1.1",
): MessageDraft =>
  bootReply(request, address, type, [
    ...option(54, parseIpv4(server)),
    ...option(51, 86_400),
    ...option(1, 0xffffff00),
    ...option(3, [parseIpv4("192.168.1.1")]),
    ...option(6, [parseIpv4("192.168.1.1")]),
    ...option(42, [parseIpv4("192.168.1.20")]),
  ]);

export const refuses = (request: Message, server = "192.168.1.1"): MessageDraft =>
  bootReply(request, "0.0.0.0", NAK, [...option(54, parseIpv4(server)), ...option(56, "no longer yours")]);

export const honest = (request: Message): MessageDraft[] => {
  const type = optionOf(request.options, 53);
  if (type === Discover) return [gives(request, Offer)];
  return type === Request ? [gives(request, ACK)] : [];
};

/** A network with one client on it and a server that says what `answers` makes of each request. */
export function lab(answers: (request: Message, count: number) => (MessageDraft | Uint8Array)[] = honest) {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const client = network.datagrams("0.0.0.0", 68);
  const server = network.datagrams("192.168.1.1", 67);
  const heard: Message[] = [];
  const serve = async () => {
    for (let datagram = await server.receive(); datagram; datagram = await server.receive()) {
      heard.push(message.decode(datagram.octets));
      for (const answer of answers(heard.at(-1)!, heard.length))
        await server.send(answer instanceof Uint8Array ? answer : message.encode(answer), everyone);
    }
  };
  void serve();
  /** No jitter, so that times are round. */
  const options: ClientOptions = { mac, random: () => 0.5, hostName: "NUCLEO-H723ZG" };
  const types = () => heard.map(one => optionOf(one.options, 53));
  const times = () => network.sent.filter(({ to }) => to.port === 67).map(({ at }) => at);
  return { clock, network, client, server, heard, options, types, times };
}

/** A lease acquired at 0, of so many seconds. */
export async function leased(answers: Parameters<typeof lab>[0], seconds = 86_400) {
  const setup = lab((request, count) => (count < 3 ? honest(request) : (answers?.(request, count) ?? [])));
  const lease = await setup.clock.run(acquire(setup.client, setup.clock, setup.options));
  setup.client.local = { address: lease.address, port: 68 };
  return {
    ...setup,
    lease: { ...lease, seconds, renewal: seconds / 2, rebinding: (seconds * 7) / 8 } as Lease,
  };
}
