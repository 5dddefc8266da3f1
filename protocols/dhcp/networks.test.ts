// Which addresses a client gets: by its relay's network, and by who it is.
import { expect, test } from "bun:test";
import { TestClock } from "../endpoint/memory.ts";
import { dotted, parseIpv4 } from "../ipv4/index.ts";
import { optionOf } from "../wire/index.ts";
import { type MessageDraft, MessageType, message, type OptionDraft, option } from "./format.ts";
import { Networks } from "./networks.ts";
import type { ServerOptions } from "./plan.ts";

const { Discover, Offer, Request, ACK } = MessageType;

const options: ServerOptions = {
  server: "192.168.1.1",
  prefix: 24,
  pool: { first: "192.168.1.101", last: "192.168.1.199" },
  router: "192.168.1.1",
  reservations: { "00:C0:DF:24:BA:6B": "192.168.1.50", "id:ff0a0b0c0d": "192.168.1.60" },
  relayed: [
    {
      ...{ network: "10.0.5.0", prefix: 25, router: "10.0.5.1", leaseSeconds: 600, renewalSeconds: 60 },
      ...{ rebindingSeconds: 120, pool: { first: "10.0.5.10", last: "10.0.5.20" } },
    },
  ],
};

function ask(
  type: number,
  extra: OptionDraft[] = [],
  more: Partial<MessageDraft> = {},
  mac = "020000000007",
) {
  const lines: string[] = [];
  const networks = new Networks(new TestClock(), options, line => lines.push(line));
  const said = (type: number, extra: OptionDraft[]) =>
    networks.answer(
      message.decode(
        message.encode({
          ...{ op: 1, xid: 7, chaddr: Uint8Array.fromHex(mac), ...more },
          options: [...option(53, type), ...extra],
        }),
      ),
    )?.reply;
  const reply = said(type, extra);
  return { reply, lines, said };
}
const optionsOf = (reply: MessageDraft | undefined) => message.decode(message.encode(reply!)).options;
const relay = { giaddr: parseIpv4("10.0.5.1") };

test("a client behind a relay gets an address of the relay's network, and what is told there", () => {
  const { reply } = ask(Discover, [], relay);
  expect(dotted(reply!.yiaddr!)).toBe("10.0.5.10");
  const told = (code: 1 | 3 | 28 | 51 | 54 | 58 | 59) => optionOf(optionsOf(reply), code);
  expect(dotted(told(1) as number)).toBe("255.255.255.128");
  expect((told(3) as number[]).map(dotted)).toEqual(["10.0.5.1"]);
  expect(dotted(told(28) as number)).toBe("10.0.5.127");
  expect(dotted(told(54) as number)).toBe("192.168.1.1");
  expect([told(51), told(58), told(59)]).toEqual([600, 60, 120]);
});

test("it renews with the server itself, past the relay", () => {
  const { said, reply } = ask(Discover, [], relay);
  expect(optionOf(optionsOf(reply), 53)).toBe(Offer);
  const renewed = ask(Request, [], { ciaddr: parseIpv4("10.0.5.10") }).reply;
  // This server knows nothing of the lease, and is not the only one.
  expect(renewed).toBeUndefined();
  const chosen = said(Request, [...option(50, reply!.yiaddr), ...option(54, parseIpv4("192.168.1.1"))]);
  expect(optionOf(optionsOf(chosen), 53)).toBe(ACK);
});

test("where the relay says which network its client is in, that one counts, and is told back", () => {
  const added = option(82, [
    { code: 1, value: Uint8Array.of(1) },
    { code: 5, value: parseIpv4("10.0.5.0") },
  ]);
  const { reply } = ask(Discover, added, { giaddr: parseIpv4("172.16.0.1") });
  expect(dotted(reply!.yiaddr!)).toBe("10.0.5.10");
  expect(dotted(reply!.giaddr!)).toBe("172.16.0.1");
  expect<unknown>(reply!.options.at(-1)).toEqual(added[0]!);
});

test("for a network that is not set up there is silence, and a line that says so", () => {
  const { reply, lines } = ask(Discover, [], { giaddr: parseIpv4("10.0.5.129") });
  expect(reply).toBeUndefined();
  expect(lines).toEqual(["no addresses for the network of relay 10.0.5.129"]);
});

test("a reservation is by MAC address, or by client identifier, whatever MAC address it has", () => {
  expect(dotted(ask(Discover, [], {}, "00c0df24ba6b").reply!.yiaddr!)).toBe("192.168.1.50");
  const identifier = option(61, { type: 255, identifier: Uint8Array.of(10, 11, 12, 13) });
  expect(dotted(ask(Discover, identifier).reply!.yiaddr!)).toBe("192.168.1.60");
  expect(dotted(ask(Discover).reply!.yiaddr!)).toBe("192.168.1.101");
});

test("a client gets no longer a lease than it wishes, nor than the server gives", () => {
  const seconds = (wish: number) => optionOf(optionsOf(ask(Discover, option(51, wish)).reply), 51);
  expect([1, 300, 86_400, 100_000].map(seconds)).toEqual([120, 300, 86_400, 86_400]);
});

test("a reservation for what is no client is refused with what one is", () => {
  const bad = { ...options, reservations: { "my board": "192.168.1.50" } };
  expect(() => new Networks(new TestClock(), bad, () => {})).toThrow(
    /"my board" is no client: a MAC address/,
  );
});
