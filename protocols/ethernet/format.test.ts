// Frames and tags: their vectors, their boxes, their addresses.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { figure } from "../wire/index.ts";
import { describeVectors } from "../wire/vectors.ts";
import { colons, isGroup, parseMac } from "./address.ts";
import { enclose } from "./enclose.ts";
import { tag } from "./format.ts";
import { codecOf } from "./vectors/codecs.ts";

describeVectors(join(import.meta.dir, "vectors"), codecOf);

test("addresses are read with colons or dashes, and shown in lower case with colons", () => {
  for (const text of ["00:c0:df:24:ba:6b", "00-C0-DF-24-BA-6B"])
    expect(colons(parseMac(text))).toBe("00:c0:df:24:ba:6b");
  for (const bad of ["", "00:c0:df:24:ba", "00:c0:df:24:ba:6b:", "00:c0-df:24:ba:6b", "0:c0:df:24:ba:6b"])
    expect(() => parseMac(bad)).toThrow("is no MAC address");
  expect(isGroup(parseMac("01:00:5e:00:00:fb"))).toBe(true);
  expect(isGroup(parseMac("00:c0:df:24:ba:6b"))).toBe(false);
});

test("a short frame is padded with zeros where that is asked for, a long one never", () => {
  const header = {
    destination: parseMac("ff:ff:ff:ff:ff:ff"),
    source: parseMac("00:c0:df:24:ba:6b"),
    type: 0x806,
  };
  expect(enclose(header, new Uint8Array(28)).length).toBe(42);
  const padded = enclose(header, new Uint8Array(28).fill(0xa5), { pad: true });
  expect(padded.length).toBe(60);
  expect(padded.subarray(42).every(octet => octet === 0)).toBe(true);
  expect(enclose(header, new Uint8Array(46), { pad: true }).length).toBe(60);
  expect(enclose(header, new Uint8Array(1500), { pad: true }).length).toBe(1514);
});

test("a tag is drawn as IEEE 802.1Q draws it", () => {
  expect(figure(tag).split("\n")[3]).toMatch(/^\|.{5}\|.\|.{23}\|.{31}\|$/);
});
