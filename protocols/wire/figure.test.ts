// The boxes drawn are the RFCs'.
import { expect, test } from "bun:test";
import {
  aligned,
  bits,
  constant,
  figure,
  i8,
  octets,
  options,
  rest,
  struct,
  textIn,
  u8,
  u16,
  u32,
  u64,
} from "./index.ts";

const drawn = (text: string) => `${text.slice(1)}\n`;

test("draws NTP's header as RFC 5905, figure 8", () => {
  const header = struct({
    flags: bits({ leap: { width: 2, label: "LI" }, version: { width: 3, label: "VN" }, mode: 3 }),
    stratum: u8,
    poll: i8,
    precision: i8,
    rootDelay: u32,
    rootDispersion: u32,
    referenceId: u32.with({ label: "Reference ID" }),
    referenceTimestamp: u64,
  });
  expect(figure(header)).toBe(
    drawn(`
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|LI | VN  |Mode |    Stratum    |     Poll      |   Precision   |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                          Root delay                           |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                        Root dispersion                        |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                         Reference ID                          |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                      Reference timestamp                      |
+                                                               +
|                                                               |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+`),
  );
});

test("draws DHCP's message as RFC 2131, figure 1: four rows of chaddr, one row for what is longer", () => {
  const named = (label: string) => u32.with({ label });
  const message = struct({
    op: u8.with({ label: "op" }),
    htype: u8.with({ label: "htype" }),
    hlen: u8.with({ label: "hlen" }),
    hops: u8.with({ label: "hops" }),
    xid: named("xid"),
    secs: u16.with({ label: "secs" }),
    flags: u16.with({ label: "flags" }),
    ciaddr: named("ciaddr"),
    chaddr: octets(16).with({ label: "chaddr" }),
    sname: textIn(64).with({ label: "sname" }),
    file: textIn(128).with({ label: "file" }),
    options: options({}).with({ label: "options" }),
  });
  expect(figure(message)).toBe(
    drawn(`
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|      op       |     htype     |     hlen      |     hops      |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                              xid                              |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|             secs              |             flags             |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                            ciaddr                             |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                                                               |
+                                                               +
|                            chaddr                             |
+                                                               +
|                                                               |
+                                                               +
|                                                               |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                       sname (64 octets)                       |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                       file (128 octets)                       |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                      options (variable)                       |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+`),
  );
});

test("breaks a field that does not end with the row, and leaves the last row as short as it is", () => {
  const format = struct({ a: u8, b: octets(6), c: bits({ d: 3, e: 5 }), f: constant(u16, 1), g: u8 });
  expect(figure(format)).toBe(
    drawn(`
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|       A       |                       B                       |
+-+-+-+-+-+-+-+-+                                               +
|                                               |  D  |    E    |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|               F               |       G       |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+`),
  );
});

test("a field of variable size takes a row of its own, and the row before it ends where it ends", () => {
  expect(figure(struct({ a: u8, padding: aligned(4), data: rest }))).toBe(
    drawn(`
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|       A       |
+-+-+-+-+-+-+-+-+
|                      Padding (variable)                       |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                        Data (variable)                        |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+`),
  );
});
