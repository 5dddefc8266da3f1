// Findings on made-up captures.
import { describe, expect, test } from "bun:test";
import type { Conversation, Finding, Layer, Packet, Way } from "../packet/index.ts";
import { Malformed, Reader } from "../wire/index.ts";
import { analyzer } from "./analyzer.ts";
import { Rcode } from "./codes.ts";
import { type Message, type MessageDraft, message } from "./format.ts";
import { Type } from "./types.ts";

const conversation = (index: number) => ({ transport: "udp", index, ends: [] as never }) as Conversation;

/** A capture of these messages, one packet each, a millisecond apart. */
function findingsOf(messages: readonly (readonly [way: Way, draft: MessageDraft, index?: number])[]) {
  const watch = analyzer();
  const findings: Finding[] = [];
  for (const [i, [way, draft, index = 0]] of messages.entries()) {
    const value = message.decode(message.encode(draft));
    const layer = { value, way } as Layer<Message>;
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
  return {
    found: findings.map(({ rule, packets }) => [rule.id, ...packets]),
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
    expect(report.exchanges).toEqual([
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
      ]).found,
    ).toEqual([
      ["dns.no-such-name", 2],
      ["dns.server-failure", 4],
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
    expect(found).toEqual([2, 3, 4, 6].map(packet => ["dns.unsolicited", packet]));
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
    ).toEqual([]);
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
