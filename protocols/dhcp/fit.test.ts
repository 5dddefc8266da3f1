// Replies that are more than a message may be long: overloaded rooms, options in parts, options left out.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { Reader } from "../wire/index.ts";
import { partition } from "../wire/vectors.ts";
import { encodeWithin, largestFor } from "./fit.ts";
import { type MessageDraft, message, type OptionDraft, option } from "./format.ts";

const reply = (options: OptionDraft[], more: Partial<MessageDraft> = {}): MessageDraft => ({
  ...{ op: 2, xid: 7, chaddr: Uint8Array.fromHex("00c0df24ba6b"), ...more },
  options: [...option(53, 5), ...option(54, 0xc0a80101), ...option(51, 3600), ...options],
});
const search = (count: number) => Array.from({ length: count }, (_, i) => `network-${i}.example-${i}.test`);
const byCode = (options: readonly { code: number; value: unknown }[]) =>
  new Map(options.map(({ code, value }) => [code, value]));

/** The options of a message, and whether its tree accounts for every octet. */
function read(octets: Uint8Array) {
  const tree = message.dissect(Reader.over(octets), "");
  partition(tree);
  return byCode(message.decode(octets).options);
}

test("how much a client takes is what it says, 576 octets with headers if it says nothing, an Ethernet frame at the most", () => {
  const request = (size?: number) =>
    message.decode(message.encode({ op: 1, xid: 7, chaddr: new Uint8Array(6), options: option(57, size) }));
  expect([undefined, 100, 576, 900, 1500, 9000].map(size => largestFor(request(size)))).toEqual([
    ...[548, 548, 548, 872, 1472, 1472],
  ]);
});

test("what fits is written as ever", () => {
  const draft = reply(option(15, "lab.test"));
  expect(encodeWithin(draft, 548)).toEqual({ octets: message.encode(draft), left: [] });
});

test("what does not fit the options field goes into file, then sname, and is read again", () => {
  const draft = reply([
    ...option(119, search(8)),
    ...option(17, "p".repeat(100)),
    ...option(12, "h".repeat(60)),
  ]);
  const whole = message.encode(draft);
  expect(whole.length).toBeGreaterThan(548);
  const { octets, left } = encodeWithin(draft, 548);
  expect(octets.length).toBeLessThanOrEqual(548);
  expect(left).toEqual([]);
  expect(read(octets)).toEqual(byCode(draft.options));
});

test("a long option is cut where one room ends and the next begins", () => {
  const draft = reply(option(119, search(20)));
  const { octets, left } = encodeWithin(draft, 548);
  expect(left).toEqual([]);
  expect(read(octets)).toEqual(byCode(draft.options));
});

test("a room with a name in it is left alone", () => {
  const draft = reply(option(119, search(14)), { sname: "boot server", file: "image" });
  const { octets, left } = encodeWithin(draft, 548);
  expect(left).toEqual([119]);
  expect(message.decode(octets)).toMatchObject({ sname: "boot server", file: "image" });
});

test("what fits nowhere is left out, the last first, but never what a lease needs", () => {
  const draft = reply([...option(3, [1]), ...option(119, search(40)), ...option(15, "lab.test")]);
  const { octets, left } = encodeWithin(draft, 548);
  expect(left).toEqual([15, 119]);
  expect([...read(octets).keys()]).toEqual([53, 54, 51, 3]);
});

test("any options fit or are left out, and those that stay are read again", () => {
  const text = fc.string({ unit: fc.constantFrom(..."abcxyz"), minLength: 1, maxLength: 300 });
  const options = fc.uniqueArray(
    fc.record({ code: fc.constantFrom(12, 14, 15, 17, 18, 40, 43, 64, 66, 67), value: text }),
    { selector: ({ code }) => code },
  );
  fc.assert(
    fc.property(options, fc.integer({ min: 548, max: 1472 }), (some, most) => {
      const drafts = some.map(({ code, value }) =>
        code === 43 ? { code, value: new TextEncoder().encode(value) } : { code, value },
      ) as OptionDraft[];
      const { octets, left } = encodeWithin(reply(drafts), most);
      expect(octets.length).toBeLessThanOrEqual(most);
      const kept = drafts.filter(({ code }) => !left.includes(code));
      const all = read(octets);
      for (const { code, value } of kept) expect(all.get(code)).toEqual(value);
      expect(all.size).toBe(kept.length + 3);
    }),
  );
});
