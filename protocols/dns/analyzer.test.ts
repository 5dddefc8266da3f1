// Findings on made-up captures.
import { describe, expect, test } from "bun:test";
import type { Conversation, Finding, Layer, Packet, Way } from "../packet/index.ts";
import { Malformed, Reader } from "../wire/index.ts";
import { analyzer } from "./analyzer.ts";
import { Rcode } from "./codes.ts";
import { type Message, type MessageDraft, message } from "./format.ts";
import { Type } from "./types.ts";

const ends = [{ address: "192.168.1.101" }, { address: "192.168.1.1" }];
/** Those of an index below 0 are TCP's. */
const conversation = (index: number) =>
  ({ transport: index < 0 ? "tcp" : "udp", index, ends }) as unknown as Conversation;

/** A capture of these messages, one packet each, a millisecond apart. */
function findingsOf(messages: readonly (readonly [way: Way, draft: MessageDraft, index?: number])[]) {
  const watch = analyzer();
  const findings: Finding[] = [];
  for (const [i, [way, draft, index = 0]] of messages.entries()) {
    const octets = message.encode(draft);
    const value = message.decode(octets);
    const tree = () => message.dissect(Reader.over(octets), "dns");
    const layer = { value, way, start: 0, end: octets.length, tree } as Layer<Message>;
    const packet = {
      number: i + 1,
      time: BigInt(i) * 1_000_000n,
      conversation: conversation(index),
      way,
      all: ({ name }: { name: string }) => (name === "dns" ? [layer] : []),
    } as unknown as Packet;
    findings.push(...watch.observe(packet));
  }
  findings.push(...watch.conclude());
  const told = findings.filter(({ rule }) => rule.id !== "dns.in-the-clear");
  return {
    clear: findings.find(({ rule }) => rule.id === "dns.in-the-clear")?.detail,
    found: told.map(({ rule, packets }) => [rule.id, ...packets]),
    findings,
    report: watch.report(),
  };
}

const query = (id: number, name = "a"): MessageDraft => ({
  id,
  flags: { recursionDesired: 1 },
  questions: [{ name, type: Type.A }],
  answers: [],
  authorities: [],
  additionals: [],
});
const answer = (
  id: number,
  rcode: number = Rcode.NOERROR,
  parts: Partial<MessageDraft> = {},
): MessageDraft => ({
  ...query(id),
  flags: { response: 1, rcode },
  ...parts,
});

describe("analyzer", () => {
  test("ties answers to questions and has nothing to say", () => {
    const { found, report } = findingsOf([
      [0, query(1)],
      [0, query(2, "b")],
      [1, answer(2, 0, { questions: query(2, "B").questions })],
      [1, answer(1)],
    ]);
    expect(found).toEqual([]);
    expect(report.exchanges).toMatchObject([
      { name: "a", type: "A", asked: [1], answered: [4], code: "NOERROR", time: 3_000_000n },
      { name: "b", type: "A", asked: [2], answered: [3], code: "NOERROR", time: 1_000_000n },
    ]);
  });

  test("finds questions without an answer, however often they were sent", () => {
    const { found, findings } = findingsOf([
      [0, query(1)],
      [0, query(1)],
      [0, query(2, "b")],
    ]);
    expect(found).toEqual([
      ["dns.unanswered", 1, 2],
      ["dns.unanswered", 3],
    ]);
    expect(findings[0]!.detail).toBe("A a, asked 2 times");
  });

  test("finds refusals", () => {
    expect(
      findingsOf([
        [0, query(1)],
        [1, answer(1, Rcode.NXDOMAIN)],
        [0, query(2)],
        [1, answer(2, Rcode.SERVFAIL)],
        [0, query(3)],
        [1, answer(3, Rcode.REFUSED)],
      ]).found,
    ).toEqual([
      ["dns.no-such-name", 2],
      ["dns.server-failure", 4],
      ["dns.refused", 6],
    ]);
  });

  test("finds two answers to one question that say different things, and passes over one that came twice", () => {
    const told = (data: number, ttl = 60, id = 1) =>
      answer(id, 0, { answers: [{ name: "a", type: Type.A, ttl, data }] });
    const { found, findings, report } = findingsOf([
      [0, query(1)],
      [1, told(0xc0a8_0163)],
      [1, told(0xc0a8_0114)],
      [1, told(0xc0a8_0163, 59)],
    ]);
    expect(found).toEqual([
      ["dns.contradicted", 2, 3],
      ["dns.unsolicited", 4],
    ]);
    expect(findings[0]!.detail).toBe("A a: A 192.168.1.99; then A 192.168.1.20");
    expect(report.exchanges[0]!.answered).toEqual([2]);
    // Asked twice, and answered twice; and "no such name" against an address.
    expect(
      findingsOf([
        [0, query(1)],
        [0, query(1)],
        [1, answer(1, Rcode.NXDOMAIN)],
        [1, told(0xc0a8_0114)],
      ]).found,
    ).toEqual([
      ["dns.no-such-name", 3],
      ["dns.contradicted", 3, 4],
      ["dns.retried", 1, 2],
    ]);
    // Passed on late by whoever answered it himself: on the wire it is asked again after its answer.
    expect(
      findingsOf([
        [0, query(1)],
        [1, told(0xc0a8_0163)],
        [0, query(1)],
        [1, told(0xc0a8_0114)],
      ]).found,
    ).toEqual([["dns.contradicted", 2, 4]]);
    // A server that could not find out at first has said nothing.
    const late = [answer(1, Rcode.SERVFAIL), told(0xc0a8_0114)].map(one => [1, one] as const);
    expect(findingsOf([[0, query(1)], [0, query(1)], ...late]).found.map(([id]) => id)).toEqual([
      "dns.server-failure",
      "dns.retried",
    ]);
  });

  test("finds answers that nobody asked for: other id, other question, other conversation, one too many", () => {
    const { found, report } = findingsOf([
      [0, query(1)],
      [1, answer(2)],
      [1, answer(1, 0, { questions: query(1, "b").questions })],
      [1, answer(1), 1],
      [1, answer(1)],
      [1, answer(1)],
    ]);
    expect(found).toEqual([
      ["dns.mismatched", 2],
      ["dns.mismatched", 3],
      ["dns.unsolicited", 4],
      ["dns.unsolicited", 6],
    ]);
    expect(report.exchanges).toMatchObject([{ asked: [1], answered: [5] }]);
  });

  test("two answers to a question that was sent twice are in order", () => {
    expect(
      findingsOf([
        [0, query(1)],
        [0, query(1)],
        [1, answer(1)],
        [1, answer(1)],
      ]).found,
    ).toEqual([["dns.retried", 1, 2]]);
  });

  test("tells of an answer what it is like", () => {
    const alias = (name: string, data: string, ttl: number) =>
      ({ name, type: Type.CNAME, ttl, data }) as const;
    const { report, clear } = findingsOf([
      [0, query(1, "www.example.org")],
      [
        1,
        answer(1, 0, {
          questions: query(1, "www.example.org").questions,
          answers: [
            alias("www.example.org", "web.example.org", 300),
            alias("web.example.org", "x.example.org", 60),
          ],
        }),
      ],
    ]);
    // 12 + 17 + 4, 17 + 10 + 17 and 17 + 10 + 15 octets with every name written out.
    expect(report.exchanges[0]).toMatchObject({
      ...{ client: "192.168.1.101", server: "192.168.1.1", transport: "udp" },
      reply: {
        ...{ authoritative: false, records: 2, ttl: 60, aliases: ["web.example.org", "x.example.org"] },
        ...{ octets: 67, uncompressed: 119, truncated: false },
      },
    });
    expect(clear).toBe("www.example.org");
  });

  test("ties the question by TCP to the answer that was cut short", () => {
    const cut = answer(1, 0, { flags: { response: 1, truncated: 1 } });
    const { report, findings } = findingsOf([
      [0, query(1)],
      [1, cut],
      [0, query(9), -1],
      [1, answer(9), -1],
      [0, query(2)],
      [1, { ...cut, id: 2 }],
    ]);
    expect(
      report.exchanges.map(({ transport, reply }) => [transport, reply?.truncated, reply?.askedByTcp]),
    ).toEqual([
      ["udp", true, 3],
      ["tcp", false, undefined],
      ["udp", true, undefined],
    ]);
    const details = findings.filter(({ rule }) => rule.id === "dns.truncated").map(({ detail }) => detail);
    expect(details).toEqual(["A a, asked by TCP in packet 3", "A a, not asked again by TCP"]);
  });

  test("a transfer is one exchange of several messages, and has to end with the SOA record", () => {
    const questions = [{ name: "lan", type: Type.AXFR }];
    const soa = {
      ...{ name: "lan", type: Type.SOA, ttl: 60 },
      data: { primary: "ns.lan", mailbox: "h.lan", serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 },
    } as const;
    const ns = { name: "lan", type: Type.NS, ttl: 60, data: "ns.lan" } as const;
    const part = (answers: MessageDraft["answers"]) =>
      [1, answer(1, 0, { questions: [], answers }), -1] as const;
    const asked = [0, { ...query(1), questions }, -1] as const;
    const { found, report } = findingsOf([asked, part([soa, ns]), part([ns]), part([ns, soa])]);
    expect(found).toEqual([]);
    expect(report.exchanges).toMatchObject([{ type: "AXFR", answered: [2, 3, 4], reply: { records: 5 } }]);
    expect(findingsOf([asked, part([soa, ns]), part([ns])]).found).toEqual([["dns.transfer", 2, 3]]);
  });

  test("a referral is told by the zone it leads to", () => {
    const { report } = findingsOf([
      [0, query(1, "a.org")],
      [
        1,
        answer(1, 0, {
          questions: query(1, "a.org").questions,
          authorities: [{ name: "org", type: Type.NS, ttl: 9, data: "ns.org" }],
        }),
      ],
    ]);
    expect(report.exchanges[0]!.reply).toMatchObject({ referral: "org", ttl: undefined });
  });

  test("an answer from the asking side is none", () => {
    expect(
      findingsOf([
        [0, query(1)],
        [0, answer(1)],
      ]).found,
    ).toEqual([
      ["dns.unsolicited", 2],
      ["dns.unanswered", 1],
    ]);
  });

  test("an answer without a question is that of a server that could not read it", () => {
    expect(
      findingsOf([
        [0, query(1)],
        [1, answer(1, Rcode.FORMERR, { questions: [] })],
      ]).found,
    ).toEqual([]);
  });

  test("finds aliases in a circle", () => {
    const alias = (name: string, data: string) => ({ name, type: Type.CNAME, ttl: 0, data }) as const;
    const { found, findings } = findingsOf([
      [0, query(1)],
      [1, answer(1, 0, { answers: [alias("A", "b"), alias("b", "a")] })],
    ]);
    expect(found).toEqual([["dns.alias-loop", 2]]);
    expect(findings[0]!.detail).toBe("a, b, a");
  });

  test("finds what can't be read, with the place", () => {
    const octets = Uint8Array.fromHex("000001000001000000000000c00c00010001");
    const malformed = new Malformed(0, "");
    const layer = {
      malformed,
      tree: () => message.dissect(Reader.over(octets), ""),
    } as unknown as Layer<Message>;
    const packet = { number: 3, all: () => [layer] } as unknown as Packet;
    expect([...analyzer().observe(packet)]).toMatchObject([
      { rule: { id: "dns.malformed" }, packets: [3], field: "questions.0.name" },
    ]);
  });
});
