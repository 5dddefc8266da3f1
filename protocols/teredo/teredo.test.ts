// Teredo: its vectors, and what it carries.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { ethernet } from "../ethernet/index.ts";
import { ipv4 } from "../ipv4/index.ts";
import { ipv6 } from "../ipv6/index.ts";
import { dissector } from "../packet/index.ts";
import { udp } from "../udp/index.ts";
import { leaves, Reader } from "../wire/index.ts";
import { describeVectors, vectorsIn } from "../wire/vectors.ts";
import { explain, format, teredo } from "./index.ts";
import { codecOf } from "./vectors/codecs.ts";

const folder = join(import.meta.dir, "vectors");
describeVectors(folder, codecOf);

test("says with what the packet comes, and whence", () => {
  const said = vectorsIn(folder).map(({ name, octets }) => [name, teredo.summary(format.decode(octets))]);
  expect(Object.fromEntries(said)).toEqual({
    question: "IPv6 in UDP, with authentication",
    answer: "IPv6 in UDP, with authentication, from 99.224.90.102:59085",
    secret: "IPv6 in UDP, with authentication",
  });
});

test("carries IPv6, with or without anything before it", () => {
  const six = `6000000000003b40${"00".repeat(15)}01${"00".repeat(15)}02`;
  const datagram = `c0000dd800300000${six}`;
  const octets = Uint8Array.fromHex(`450000440000000040110000c0a80001c0a80002${datagram}`);
  const { packet } = dissector([ethernet, ipv4, ipv6, udp, teredo]);
  const of = { view: new DataView(octets.buffer), start: 0, end: octets.length, linkType: 228 };
  const { layers } = packet({
    number: 1,
    time: 0n,
    originalLength: octets.length,
    interface: 0,
    comments: [],
    ...of,
  });
  expect(layers.map(layer => layer.protocol.name)).toEqual(["ip", "udp", "teredo", "ipv6"]);
});

test("each field of every vector is explained", () => {
  const told = new Set(Object.keys(explain));
  const paths = new Set<string>();
  for (const { octets } of vectorsIn(folder)) {
    const tree = format.dissect(Reader.over(octets), "teredo");
    for (const part of tree.fields ?? [])
      for (const leaf of leaves(part)) paths.add(`${part.key}.${leaf.key}`);
  }
  expect([...paths].filter(path => !told.has(path))).toEqual([]);
});
