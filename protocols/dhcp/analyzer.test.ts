// What the analyzer finds in captures: good ones, and each thing that can be wrong.
import { expect, test } from "bun:test";
import { ethernet } from "../ethernet/index.ts";
import { dotted, ipv4, parseIpv4 } from "../ipv4/index.ts";
import { dissector } from "../packet/index.ts";
import { udp } from "../udp/index.ts";
import { analyzer } from "./analyzer.ts";
import { dhcp } from "./decoder.ts";
import { type MessageDraft, MessageType, message, type OptionDraft, option } from "./format.ts";
import { frameOf } from "./frame.ts";

const { Discover, Offer, Request, Decline, ACK, NAK } = MessageType;
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
