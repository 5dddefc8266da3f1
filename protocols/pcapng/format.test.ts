// The blocks: their vectors, their types, and what they refuse to write.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { figure, Reader, show } from "../wire/index.ts";
import { describeVectors } from "../wire/vectors.ts";
import {
  type Block,
  type BlockDraft,
  BlockType,
  block,
  captureFile,
  decryptionSecrets,
  enhancedPacket,
  isOf,
} from "./format.ts";
import { packet } from "./samples.ts";
import { codecOf } from "./vectors/codecs.ts";

describeVectors(join(import.meta.dir, "vectors"), codecOf);

test("the boxes of an enhanced packet's body are the draft's (figure 11)", () => {
  expect(figure(enhancedPacket)).toBe(`\
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                           Interface                           |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                             Time                              |
+                                                               +
|                                                               |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                        Captured length                        |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                        Original length                        |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                       Octets (variable)                       |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                      Padding (variable)                       |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                      Options (variable)                       |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
`);
});

test("a block's type tells its fields, also to the compiler", () => {
  const [one] = captureFile.decode(captureFile.encode([{ type: 0x0a0d0d0a, options: [] }])) as [Block];
  expect(isOf(one, BlockType["enhanced packet"])).toBe(false);
  if (!isOf(one, BlockType["section header"])) throw new Error("no section header");
  expect(one.order).toBe("little-endian");
  // @ts-expect-error a section header has no interface
  expect(one.interface).toBeUndefined();
  const enhanced = packet() as Extract<BlockDraft, { type: 6 }>;
  // @ts-expect-error flags are no text
  const flagged = (value: string): BlockDraft => ({ ...enhanced, options: [{ code: 2, value }] });
  expect(flagged).toBeFunction();
});

test("an order holds from its section on, until the next", () => {
  const orders = ["big-endian", "little-endian", "big-endian"] as const;
  const blocks = orders.flatMap((order): BlockDraft[] => [
    { type: 0x0a0d0d0a, order, options: [] },
    packet(),
  ]);
  const octets = captureFile.encode(blocks);
  const lengths = [0, 1, 2].map(i => octets.slice(64 * i + 28, 64 * i + 36).toHex());
  expect(lengths).toEqual(["0000000600000024", "0600000024000000", "0000000600000024"]);
  expect(captureFile.decode(octets)).toMatchObject(blocks as never);
});

test("what is secret is not shown", () => {
  const octets = block.encode({ type: 10, kind: 0x544c534b, octets: Uint8Array.of(0xab, 0xcd), options: [] });
  const tree = decryptionSecrets.dissect(new Reader(new DataView(octets.buffer), 8, octets.length - 4), "");
  const secrets = tree.fields!.find(({ key }) => key === "octets")!;
  expect(show(secrets)).toBe("2 octets");
});

describe("what would be read as something else is refused", () => {
  const cases: Record<string, { draft: BlockDraft; says: RegExp }> = {
    "a comment with a zero octet": {
      draft: { type: 0x0a0d0d0a, options: [{ code: 1, value: "a\0b" }] },
      says: /options\.0: a zero octet would end the text/,
    },
    "a comment with half a surrogate pair": {
      draft: { type: 0x0a0d0d0a, options: [{ code: 1, value: "\ud800" }] },
      says: /options\.0: a lone surrogate/,
    },
    "an option of the code that ends the list": {
      draft: { type: 0x0a0d0d0a, options: [{ code: 0 as never, value: new Uint8Array() }] },
      says: /options\.0: 0 is no option/,
    },
    "a body that nobody knows to pad": {
      draft: { type: 0xbad, enterprise: 1, octets: Uint8Array.of(1) },
      says: /not a multiple of 4/,
    },
    "a simple packet cut to where padding can't be told": {
      draft: { type: 3, originalLength: 9, octets: new Uint8Array(5) },
      says: /octets: 5 octets of a packet of 9/,
    },
    "a time that does not fit": { draft: packet([], 2n ** 64n), says: /time: .* does not fit 64 bits/ },
  };
  for (const [name, { draft, says }] of Object.entries(cases))
    test(name, () => expect(() => block.encode(draft)).toThrow(says));
});
