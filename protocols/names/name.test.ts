// Names: text and wire, one for the other.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Unwritable } from "../wire/index.ts";
import { domainName, folded, isWithin, labelsOf, name, plainName, sameName } from "./name.ts";

describe("name", () => {
  test("any labels have one text, and that text has those labels", () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 3 }), labels => {
        const octets = Uint8Array.from([...labels.flatMap(octets => [octets.length, ...octets]), 0]);
        const text = name.decode(octets);
        expect(plainName.encode(text)).toEqual(octets);
        expect(domainName(text)).toBe(text);
        expect(labelsOf(text)).toHaveLength(labels.length);
        expect(text).toMatch(/^[!-~]+$/);
      }),
    );
  });

  test("is written as text in one way only, and the error says in which", () => {
    expect(() => name.encode("ex\\097mple")).toThrow('"ex\\\\097mple" is to be written "example"');
    expect(() => name.encode("a b")).toThrow("a\\\\032b");
    expect(() => name.encode("lan.")).toThrow("has an empty label");
  });

  test("what people write is made that one way", () => {
    expect(domainName("example.com.")).toBe("example.com");
    expect(domainName("ex\\097mple\\.com.lan")).toBe("example\\.com.lan");
    expect(domainName("My Printer.local")).toBe("My\\032Printer.local");
    expect(domainName(".")).toBe(".");
    expect(domainName("a\\.")).toBe("a\\.");
  });

  test.each([
    ["", "has an empty label"],
    [".lan", "has an empty label"],
    ["a..b", "has an empty label"],
    ["a".repeat(64), "a label of 64 octets; 63 are allowed"],
    [new Array(64).fill("aaa").join("."), "a name of 257 octets; 255 are allowed"],
    ["a\\", "after a backslash"],
    ["a\\256", "after a backslash"],
    ["a\\25", "after a backslash"],
    ["españa.es", 'for ñ write its A-label ("xn--…")'],
  ])("%p is no name", (text, why) => {
    expect(() => domainName(text)).toThrow(Unwritable);
    expect(() => domainName(text)).toThrow(why);
  });

  test("a name of 255 octets is one, and one of 256 is none", () => {
    const longest = [63, 63, 63, 61].map(size => "a".repeat(size)).join(".");
    expect(name.encode(longest)).toHaveLength(255);
    expect(name.decode(name.encode(longest))).toBe(longest);
    expect(() => name.encode(`${longest}a`)).toThrow("a name of 256 octets");
  });

  test("case makes no difference, an escaped dot does", () => {
    expect(sameName("JORGE-PC.lan", "jorge-pc.LAN")).toBe(true);
    expect(folded("A\\200")).toBe("a\\200");
    expect(isWithin("a.B.lan", "b.LAN")).toBe(true);
    expect(isWithin("lan", "lan")).toBe(true);
    expect(isWithin("anything", ".")).toBe(true);
    expect(isWithin("a\\.lan", "lan")).toBe(false);
    expect(isWithin("xlan", "lan")).toBe(false);
    expect(isWithin("lan", "a.lan")).toBe(false);
  });
});
