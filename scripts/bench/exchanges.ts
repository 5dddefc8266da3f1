// Exchanges of a few packets each: an address resolved, a lease, a name looked up, a clock read.
import { format as arpFormat, Operation } from "../../protocols/arp/index.ts";
import { message as dhcpMessage, type MessageDraft, type OptionDraft } from "../../protocols/dhcp/format.ts";
import { type MessageDraft as DnsDraft, message as dnsMessage } from "../../protocols/dns/format.ts";
import { Type } from "../../protocols/dns/types.ts";
import { EtherType, enclose } from "../../protocols/ethernet/index.ts";
import { parseIpv4 } from "../../protocols/ipv4/index.ts";
import { Mode, message as ntpMessage, type TimeDraft } from "../../protocols/ntp/format.ts";
import { fromUnix } from "../../protocols/ntp/timestamp.ts";
import type { Dice } from "./dice.ts";
import { boards, datagram, everybody, type Host, nobody, pc, router } from "./hosts.ts";

/** The frames of one exchange, in order; `now` in nanoseconds since the Unix epoch. */
export type Exchange = (dice: Dice, now: () => bigint) => Generator<Uint8Array>;

export function* resolution(dice: Dice): Generator<Uint8Array> {
  const [asking, asked] = [dice.of(boards), dice.of([router, pc])];
  const ends = (sender: Host, target: Host) => ({
    senderHardware: sender.mac,
    senderProtocol: parseIpv4(sender.address),
    targetHardware: sender === asking ? new Uint8Array(6) : target.mac,
    targetProtocol: parseIpv4(target.address),
  });
  const frame = (from: Host, to: Host, message: Parameters<typeof arpFormat.encode>[0]) =>
    enclose({ destination: to.mac, source: from.mac, type: EtherType.ARP }, arpFormat.encode(message), {
      pad: true,
    });
  yield frame(asking, everybody, { operation: Operation.request, ...ends(asking, asked) });
  yield frame(asked, asking, { operation: Operation.reply, ...ends(asked, asking) });
}

export function* lease(dice: Dice): Generator<Uint8Array> {
  const client = dice.of(boards);
  const [given, server] = [parseIpv4(client.address), parseIpv4(router.address)];
  const shared = { xid: dice.below(2 ** 32), chaddr: client.mac };
  const identity: OptionDraft[] = [
    { code: 61, value: { type: 1, identifier: client.mac } },
    { code: 12, value: "NUCLEO-H723ZG" },
    { code: 55, value: [1, 3, 6, 15, 42] },
  ];
  const terms: OptionDraft[] = [
    { code: 54, value: server },
    { code: 51, value: 86_400 },
    { code: 1, value: 0xffff_ff00 },
    { code: 3, value: [server] },
    { code: 6, value: [server] },
    { code: 42, value: [parseIpv4(pc.address)] },
  ];
  const wanted: OptionDraft[] = [
    { code: 50, value: given },
    { code: 54, value: server },
  ];
  const ask = (type: number, ...options: OptionDraft[]) =>
    dhcp(68, { op: 1, ...shared, options: [{ code: 53, value: type }, ...options, ...identity] }, client);
  const answer = (type: number) =>
    dhcp(67, { op: 2, ...shared, yiaddr: given, options: [{ code: 53, value: type }, ...terms] }, client);
  yield ask(1);
  yield answer(2);
  yield ask(3, ...wanted);
  yield answer(5);
}

function dhcp(from: 67 | 68, draft: MessageDraft, client: Host): Uint8Array {
  const octets = dhcpMessage.encode(draft);
  if (from === 68)
    return datagram(
      { host: { ...nobody, mac: client.mac }, port: 68 },
      { host: everybody, port: 67 },
      octets,
    );
  return datagram({ host: router, port: 67 }, { host: client, port: 68 }, octets);
}

const names = [
  "JORGE-PC.lan",
  "test.mosquitto.org",
  "time.windows.com",
  "es.pool.ntp.org",
  "www.example.org",
];

export function* lookup(dice: Dice): Generator<Uint8Array> {
  const client = { host: dice.of(boards), port: dice.between(49_152, 65_535) };
  const server = { host: router, port: 53 };
  const [name, id] = [dice.of(names), dice.below(65_536)];
  const type = dice.of([Type.A, Type.A, Type.AAAA, Type.TXT, Type.MX]);
  const query: DnsDraft = {
    id,
    flags: { recursionDesired: 1 },
    questions: [{ name, type }],
    answers: [],
    authorities: [],
    additionals: [{ name: ".", type: Type.OPT, class: 1232, ttl: {}, data: [] }],
  };
  yield datagram(client, server, dnsMessage.encode(query));
  yield datagram(
    server,
    client,
    dnsMessage.encode({
      ...query,
      flags: { response: 1, recursionDesired: 1, recursionAvailable: 1 },
      answers: answers(dice, name, type),
    }),
  );
}

function answers(dice: Dice, name: string, type: number): DnsDraft["answers"] {
  const alias = `host-${dice.below(100)}.${name}`;
  const ttl = dice.between(30, 86_400);
  const renamed = { name, type: Type.CNAME, ttl, data: alias };
  if (type === Type.A)
    return [
      renamed,
      { name: alias, type, ttl, data: dice.below(2 ** 32) },
      { name: alias, type, ttl, data: dice.below(2 ** 32) },
    ];
  if (type === Type.AAAA) return [renamed, { name: alias, type, ttl, data: dice.octets(16) }];
  if (type === Type.MX) return [{ name, type, ttl, data: { preference: 10, exchange: `mail.${name}` } }];
  return [{ name, type: Type.TXT, ttl, data: ["v=spf1 include:_spf.example.org ~all"] }];
}

export function* clockReading(dice: Dice, now: () => bigint): Generator<Uint8Array> {
  const client = { host: dice.of(boards), port: dice.between(49_152, 65_535) };
  const server = { host: pc, port: 123 };
  const sent = fromUnix(now());
  const question: TimeDraft = {
    flags: { version: 4, mode: Mode.client },
    stratum: 0,
    poll: 6,
    precision: -20,
    rootDelay: 0,
    rootDispersion: 0,
    referenceId: 0,
    referenceTimestamp: 0n,
    originTimestamp: 0n,
    receiveTimestamp: 0n,
    transmitTimestamp: sent,
  };
  yield datagram(client, server, ntpMessage.encode(question));
  const here = fromUnix(now());
  yield datagram(
    server,
    client,
    ntpMessage.encode({
      ...question,
      flags: { version: 4, mode: Mode.server },
      stratum: 2,
      rootDelay: dice.below(4096) / 65_536,
      rootDispersion: dice.below(4096) / 65_536,
      referenceId: dice.below(2 ** 32),
      referenceTimestamp: here - (1n << 36n),
      originTimestamp: sent,
      receiveTimestamp: here,
      transmitTimestamp: here + 100_000n,
    }),
  );
}
