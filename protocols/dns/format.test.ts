// Messages: the vectors, and what the format promises of values and of any octets.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Malformed, Unwritable } from "../wire/index.ts";
import { describeVectors, judge } from "../wire/vectors.ts";
import { type MessageDraft, message } from "./format.ts";
import { isType, optOf, rcodeOf, recordsOf } from "./record.ts";
import { Type, typeName, typeOf } from "./types.ts";
import { codecOf } from "./vectors/codecs.ts";

describeVectors(join(import.meta.dir, "vectors"), codecOf);

const empty = { id: 0, flags: {}, questions: [], answers: [], authorities: [], additionals: [] };

describe("message", () => {
  test("names are compressed in owners and old types, and written out in newer types", () => {
    const answers = [
      { name: "lan", type: Type.MX, ttl: 0, data: { preference: 1, exchange: "mail.lan" } },
      { name: "lan", type: Type.SRV, ttl: 0, data: { priority: 0, weight: 0, port: 1, target: "mail.lan" } },
    ] as const;
    const octets = message.encode({ ...empty, answers: [...answers] });
    const hex = octets.toHex();
    const mail = "046d61696c";
    expect(hex.split(mail)).toHaveLength(3);
    // "lan" stands at octet 12; the exchange points to it, the target does not.
    expect(hex).toContain(`${mail}c00c`);
    expect(hex).toContain(`${mail}036c616e00`);
    expect(message.decode(octets).answers).toMatchObject(answers);
  });

  test("names that differ only in case share no octets, for none would be lost", () => {
    const questions = ["a.LAN", "b.lan", "c.lan"].map(name => ({ name, type: Type.A }));
    const octets = message.encode({ ...empty, questions });
    expect(octets.length).toBe(12 + (7 + 4) + (7 + 4) + (4 + 4));
    expect(message.decode(octets).questions.map(question => question.name)).toEqual([
      "a.LAN",
      "b.lan",
      "c.lan",
    ]);
  });

  test("no pointer leads to where its 14 bits don't reach", () => {
    const big = { name: "x", type: Type.TXT, ttl: 0, data: ["a".repeat(255)] } as const;
    const late = { name: "late.lan", type: Type.A, ttl: 0, data: 1 } as const;
    const answers = [...new Array(70).fill(big), late, late];
    expect(message.decode(message.encode({ ...empty, answers })).answers.slice(-2)).toMatchObject([
      late,
      late,
    ]);
  });

  test("a type that nobody has described keeps its octets", () => {
    const record = { name: "a", type: 4711, class: 1, ttl: 1, data: Uint8Array.of(1, 2, 3) };
    expect(message.decode(message.encode({ ...empty, answers: [record] })).answers).toEqual([record]);
    expect(typeName(4711)).toBe("TYPE4711");
    expect(typeOf("type4711")).toBe(4711);
    expect(typeOf("aaaa")).toBe(Type.AAAA);
    expect(typeOf("TYPE65536")).toBeUndefined();
    expect(typeOf("constructor")).toBeUndefined();
  });

  test("the type of a record tells the type of its data", () => {
    const { answers } = message.decode(
      message.encode({
        ...empty,
        answers: [
          { name: "a", type: Type.MX, ttl: 1, data: { preference: 5, exchange: "b" } },
          { name: "a", type: Type.TXT, ttl: 1, data: ["one", "two"] },
        ],
      }),
    );
    expect(recordsOf(answers, Type.TXT)[0]!.data.join()).toBe("one,two");
    const [mx] = answers;
    expect(isType(mx!, Type.MX) && mx.data.preference).toBe(5);
    expect(isType(mx!, Type.TXT)).toBe(false);
  });

  test("a record without data, as updates have it, has not the data of its type", () => {
    const octets = message.encode({
      ...empty,
      answers: [{ name: "a", type: Type.A, class: 255, ttl: 0, data: new Uint8Array(0) }],
    });
    const [record] = message.decode(octets).answers;
    expect(record!.data).toEqual(new Uint8Array(0));
    expect(isType(record!, Type.A)).toBe(false);
  });

  test("the response code has twelve bits with EDNS", () => {
    const opt = { name: ".", type: Type.OPT, class: 1232, ttl: { extendedRcode: 1 }, data: [] };
    const answer = message.decode(message.encode({ ...empty, flags: { rcode: 6 }, additionals: [opt] }));
    expect(rcodeOf(answer)).toBe(22);
    expect(optOf(answer)?.class).toBe(1232);
    expect(rcodeOf(message.decode(message.encode({ ...empty, flags: { rcode: 6 } })))).toBe(6);
  });

  test("a count that lies ends where the octets end", () => {
    const octets = message.encode(empty);
    octets.set([0xff, 0xff], 6);
    expect(() => message.decode(octets)).toThrow(Malformed);
  });

  test("what can't be written says which field, and why", () => {
    const bad = (draft: Partial<MessageDraft>) => () => message.encode({ ...empty, ...draft });
    expect(bad({ id: 65536 })).toThrow("id: 65536 is not a whole number from 0 to 65535");
    expect(bad({ questions: [{ name: "a..b", type: 1 }] })).toThrow(
      'questions.0.name: "a..b" has an empty label',
    );
    const types = [Type.NS, Type.A];
    expect(bad({ answers: [{ name: "a", type: Type.NSEC, ttl: 0, data: { next: "b", types } }] })).toThrow(
      "answers.0.data.types: the types are to be in ascending order",
    );
    expect(bad({ answers: [{ name: "a", type: Type.A, ttl: 0, data: -1 }] })).toThrow(Unwritable);
    expect(bad({ answers: [{ name: "a", type: Type.TXT, ttl: 0, data: [] }] })).toThrow(
      "answers.0.data: no data",
    );
  });

  test("a hundred pointers in a row are no work, and more are refused", () => {
    const chain = (pointers: number) => {
      const octets = message.encode({ ...empty, questions: [{ name: "a", type: 1 }] });
      const all = [...octets];
      for (let i = 0; i < pointers; i++) {
        const target = i === 0 ? 12 : octets.length + (i - 1) * 6;
        all.push(0xc0 | (target >> 8), target & 0xff, 0, 1, 0, 1);
      }
      all[5] = 1 + pointers;
      return Uint8Array.from(all);
    };
    expect(message.decode(chain(100)).questions.at(-1)!.name).toBe("a");
    expect(() => message.decode(chain(200))).toThrow("a name of more than 127 pointers");
    judge(message, chain(140));
  });
});
