// Messages cut from a stream: over several pieces, after octets were lost, and where some made no sense.
import { describe, expect, test } from "bun:test";
import { Malformed, type Reader, rest } from "../wire/index.ts";
import { type Cut, Messages } from "./messages.ts";
import type { Source } from "./packet.ts";
import type { AnyProtocol } from "./protocol.ts";

/** A message: 0xaa, how many octets follow, and those. */
const plain: AnyProtocol = {
  name: "plain",
  title: "Plain",
  reference: "",
  format: rest,
  over: [],
  summary: () => "",
  frame(from: Reader) {
    if (from.left < 2) return undefined;
    const at = from.at;
    if (from.u8() !== 0xaa) throw new Malformed(at, "no 0xaa");
    return 2 + from.u8();
  },
};
const found: AnyProtocol = {
  ...plain,
  begins({ view, at, end }) {
    if (view.getUint8(at) !== 0xaa) return false;
    return at + 1 < end ? view.getUint8(at + 1) < 0x10 : undefined;
  },
};

/** What becomes of pieces, a number among them being octets that are missing: "aa01ff", "!" where malformed, "-" where passed over. */
function cut(protocol: AnyProtocol, ...pieces: (string | number | undefined)[]): string[] {
  const messages = new Messages(protocol, "tcp");
  const all: string[] = [];
  const hex = ({ view }: Source, start: number, end: number) =>
    new Uint8Array(view.buffer, view.byteOffset + start, end - start).toHex();
  const to: Cut = {
    message: (source, start, end, why) => all.push(`${why ? "!" : ""}${hex(source, start, end)}`),
    passedOver: (source, start, end) => all.push(`-${hex(source, start, end)}`),
  };
  for (const [packet, piece] of pieces.entries()) {
    if (typeof piece !== "string") messages.skip(to, piece);
    else {
      const octets = Uint8Array.fromHex(piece);
      messages.feed(
        { title: "", view: new DataView(octets.buffer), pieces: [] },
        0,
        octets.length,
        packet,
        to,
      );
    }
  }
  return all;
}

for (const [name, protocol] of Object.entries({ plain, found }))
  describe(name, () => {
    test("several in one piece, and one over several", () => {
      expect(cut(protocol, "aa0101aa0102aa", "03", "0102", "03aa00")).toEqual([
        ...["aa0101", "aa0102", "aa03010203", "aa00"],
      ]);
    });

    test("after a gap the rest of a message is passed over, over several pieces and gaps too", () => {
      expect(cut(protocol, "aa0601", 2, "0405", "06aa0101")).toEqual(["!aa0601", "-0405", "-06", "aa0101"]);
      expect(cut(protocol, "aa0601", 1, "03", 2, "06aa0101")).toEqual(["!aa0601", "-03", "-06", "aa0101"]);
    });

    test("a gap up to the end of a message: the next piece begins one", () => {
      expect(cut(protocol, "aa0401", 3, "aa0101")).toEqual(["!aa0401", "aa0101"]);
    });
  });

describe("where a message can't be looked for", () => {
  test("nothing is cut any more once octets made no sense, until some are missing", () => {
    expect(cut(plain, "bb00", "aa0101", undefined, "aa0102")).toEqual(["!bb00", "!aa0101", "aa0102"]);
  });
});

describe("where a message can be looked for", () => {
  test("it is found behind a gap of any size, in the piece after it or later", () => {
    expect(cut(found, "aa0401", 9, "0102aa0103")).toEqual(["!aa0401", "-0102", "aa0103"]);
    expect(cut(found, "aa0401", undefined, "0102", "03aa0103")).toEqual([
      "!aa0401",
      "-0102",
      "-03",
      "aa0103",
    ]);
  });

  test("so is one whose beginning is cut in two, and what only looks like one is passed over", () => {
    expect(cut(found, undefined, "01aa", "0107aa00")).toEqual(["-01", "aa0107", "aa00"]);
    expect(cut(found, undefined, "01aa", "ffaa00")).toEqual(["-01", "-aaff", "aa00"]);
    expect(cut(found, undefined, "aa", undefined, "aa00")).toEqual(["-aa", "aa00"]);
  });

  test("and octets that make no sense are told, and one is looked for behind them", () => {
    expect(cut(found, "bbccaa0101bb", "dd", "aa0102")).toEqual(["!bbcc", "aa0101", "!bbdd", "aa0102"]);
  });
});
