// What the analyzer finds in captures: good ones, and each thing that can be wrong.
import { expect, test } from "bun:test";
import { arp } from "../arp/index.ts";
import { ethernet } from "../ethernet/index.ts";
import { dotted, ipv4, parseIpv4 } from "../ipv4/index.ts";
import { dissector } from "../packet/index.ts";
import { udp } from "../udp/index.ts";
import { analyzer } from "./analyzer.ts";
import { announcementOf } from "./conflicts.ts";
import { dhcp } from "./decoder.ts";
import { type MessageDraft, MessageType, message, type OptionDraft, option } from "./format.ts";
import { frameOf } from "./frame.ts";

const { Discover, Offer, Request, Decline, ACK, NAK, Release } = MessageType;
const mac = Uint8Array.fromHex("00c0df24ba6b");
const address = parseIpv4("192.168.1.101");

const ask = (type: number, options: OptionDraft[] = []): MessageDraft => ({
  op: 1,
  xid: 0x3d1d,
  chaddr: mac,
  options: [...option(53, type), ...options],
});
const reply = (type: number, options: OptionDraft[] = [], server = "192.168.1.1"): MessageDraft => ({
  ...ask(type, [...option(54, parseIpv4(server)), ...option(51, 3600), ...options]),
  op: 2,
  yiaddr: address,
});

function analyze(messages: (MessageDraft | Uint8Array)[], settings?: Parameters<typeof analyzer>[0]) {
  const dissect = dissector([ethernet, ipv4, udp, dhcp]);
  const analysis = analyzer(settings);
  const findings = messages.flatMap((one, i) => {
    const octets = one instanceof Uint8Array ? one : message.encode(one);
    const draft = one instanceof Uint8Array ? reply(Offer) : one;
    const frame = frameOf(octets, draft, "192.168.1.1", mac);
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    const [number, time, end] = [i + 1, BigInt(i), frame.length];
    return [
      ...analysis.observe(
        dissect.packet({
          ...{
            number,
            time,
            view,
            start: 0,
            end,
            originalLength: end,
            linkType: 1,
            interface: 0,
            comments: [],
          },
        }),
      ),
    ];
  });
  const all = [...findings, ...analysis.conclude()];
  return {
    report: analysis.report(),
    found: all.map(({ rule, packets, detail }) => [rule.id, packets, detail]),
  };
}

test("a good exchange has no findings, and is reported step by step", () => {
  const { report, found } = analyze([
    ask(Discover),
    reply(Offer),
    ask(Request, option(50, address)),
    reply(ACK),
  ]);
  expect(found).toEqual([]);
  expect(report.servers).toEqual(["192.168.1.1"]);
  expect(report.transactions).toHaveLength(1);
  expect(report.transactions[0]).toMatchObject({ xid: 0x3d1d, client: "00:c0:df:24:ba:6b" });
  expect(report.transactions[0]!.steps.map(({ packet, type, address: at }) => [packet, type, at])).toEqual([
    [1, Discover, undefined],
    [2, Offer, dotted(address)],
    [3, Request, dotted(address)],
    [4, ACK, dotted(address)],
  ]);
});

const cases: [string, (MessageDraft | Uint8Array)[], unknown[]][] = [
  [
    "nobody offers",
    [ask(Discover), ask(Discover)],
    ["dhcp.no-offer", [1, 2], "00:c0:df:24:ba:6b asked 2 times"],
  ],
  [
    "a server refuses",
    [{ ...reply(NAK, option(56, "not yours")), yiaddr: 0 }],
    ["dhcp.nak", [1], '192.168.1.1 refused: "not yours"'],
  ],
  [
    "a client declines",
    [ask(Decline, option(50, address))],
    ["dhcp.declined", [1], "00:c0:df:24:ba:6b declined 192.168.1.101"],
  ],
  [
    "two servers offer",
    [ask(Discover), reply(Offer), reply(Offer, [], "192.168.1.2")],
    ["dhcp.two-servers", [2, 3], "192.168.1.1 offered 192.168.1.101, 192.168.1.2 192.168.1.101"],
  ],
  [
    "a server does not say who it is",
    [{ ...ask(Offer), op: 2 }],
    ["dhcp.no-server-identifier", [1], "option 54 is missing"],
  ],
  [
    "a lease is short",
    [{ ...reply(ACK), options: [...option(53, ACK), ...option(54, 1), ...option(51, 30)] }],
    ["dhcp.short-lease", [1], "192.168.1.101 for 30 s"],
  ],
  [
    "an option is malformed",
    [message.encode(ask(Discover, [{ code: 224, value: mac.subarray(3) }])).with(243, 1)],
    ["dhcp.malformed", [1], "options.1.value: 4 octets wanted, 3 left (at octet 287)"],
  ],
];
for (const [what, messages, finding] of cases)
  test(`it is found that ${what}`, () => {
    expect<unknown>(analyze(messages).found).toEqual([finding]);
  });

test("a server that nobody configured is a rogue, named once", () => {
  const messages = [ask(Discover), reply(Offer, [], "192.168.1.66"), reply(Offer, [], "192.168.1.66")];
  expect(analyze(messages).found).toEqual([]);
  expect<unknown>(analyze(messages, { servers: ["192.168.1.1"] }).found).toEqual([
    ["dhcp.rogue-server", [2], "192.168.1.66 is none of 192.168.1.1"],
  ]);
});

/** What is found in messages and ARP frames at these seconds. */
function over(time: readonly (readonly [seconds: number, MessageDraft | Uint8Array])[]) {
  const dissect = dissector([ethernet, arp, ipv4, udp, dhcp]);
  const analysis = analyzer();
  const findings = time.flatMap(([seconds, one], i) => {
    const frame = one instanceof Uint8Array ? one : frameOf(message.encode(one), one, "192.168.1.1", mac);
    const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
    const packet = dissect.packet({
      ...{ number: i + 1, time: BigInt(seconds * 1e9), view, start: 0, end: frame.length },
      ...{ originalLength: frame.length, linkType: 1, interface: 0, comments: [] },
    });
    return [...analysis.observe(packet)];
  });
  const all = [...findings, ...analysis.conclude()];
  return {
    report: analysis.report(),
    found: all.map(({ rule, packets, detail }) => [rule.id, packets, detail]),
  };
}
const rival = Uint8Array.fromHex("020000000007");
const isHere = (who: Uint8Array) => announcementOf(address, who);

test("a client that asks again when the standard says is not remarked on, whatever the jitter", () => {
  const asked = [0, 3.1, 12, 27.5, 60.2, 123.5].map(at => [at, ask(Discover)] as const);
  const { found } = over([...asked, [124, reply(Offer)], [124.5, reply(Offer)]]);
  expect(found).toEqual([]);
});

test("a client that asks again too soon or too late is, once a transaction", () => {
  const { found } = over([0, 3, 6, 40].map(at => [at, ask(Discover)] as const));
  expect(found[0]).toEqual([
    "dhcp.retransmission",
    [2, 3, 4],
    "00:c0:df:24:ba:6b asked again: Discover after 3.00 s, where 7 to 9 s were due; Discover after 34.00 s, where 15 to 17 s were due",
  ]);
  expect(found[1]![0]).toBe("dhcp.no-offer");
});

test("a client that renews waits a minute at the least", () => {
  const renews = { ...ask(Request), ciaddr: address };
  const { found } = over([0, 10, 71].map(at => [at, renews] as const));
  expect(found).toEqual([
    [
      "dhcp.retransmission",
      [1, 2],
      "00:c0:df:24:ba:6b asked again: Request after 10.00 s, where 60 s or more were due",
    ],
  ]);
});

test("the same message on two ports of a switch, or behind a relay, was not asked twice", () => {
  const relayed = { ...ask(Discover), giaddr: parseIpv4("192.168.1.9") };
  const { found } = over([
    [0, ask(Discover)],
    [0.001, ask(Discover)],
    [0.5, relayed],
    [1, reply(Offer)],
  ]);
  expect(found).toEqual([]);
});

test("leases are reported over time: given, renewed, released", () => {
  const { report, found } = over([
    [0, reply(ACK)],
    [1800, { ...reply(ACK), ciaddr: address }],
    [2000, { ...ask(Release), ciaddr: address }],
    [3000, { ...reply(ACK), chaddr: rival }],
  ]);
  expect(found).toEqual([]);
  const common = { address: "192.168.1.101", server: "192.168.1.1" };
  const seconds = (count: number) => BigInt(count) * 1_000_000_000n;
  expect(report.leases).toEqual([
    {
      ...{ ...common, client: "00:c0:df:24:ba:6b", since: 0n, until: seconds(2000) },
      ...{ renewals: 1, end: "released" },
    },
    {
      ...{ ...common, client: "02:00:00:00:00:07", since: seconds(3000), until: seconds(6600) },
      ...{ renewals: 0, end: undefined },
    },
  ]);
});

test("an address that is given twice, or that two hosts say they have, is a duplicate", () => {
  const given = over([
    [0, reply(ACK)],
    [10, { ...reply(ACK), chaddr: rival }],
  ]);
  expect(given.found).toEqual([
    [
      "dhcp.duplicate-address",
      [1, 2],
      "192.168.1.101 is given to 02:00:00:00:00:07 while 00:c0:df:24:ba:6b has it",
    ],
  ]);
  const claimed = over([
    [0, reply(ACK)],
    [1, isHere(mac)],
    [2, isHere(rival)],
  ]);
  expect(claimed.found).toEqual([
    ["dhcp.duplicate-address", [2, 3], "192.168.1.101 is used by 00:c0:df:24:ba:6b and by 02:00:00:00:00:07"],
  ]);
});

test("an address that goes from one client to the next is no duplicate", () => {
  const { found } = over([
    [0, reply(ACK)],
    [1, isHere(mac)],
    [2, { ...ask(Release), ciaddr: address }],
    [3, { ...reply(ACK), chaddr: rival }],
    [4, isHere(rival)],
  ]);
  expect(found).toEqual([]);
});
