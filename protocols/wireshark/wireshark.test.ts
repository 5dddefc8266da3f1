// The walker, and how values are written: tested on a protocol of this test's own, and on real headers.
import { expect, test } from "bun:test";
import { ipv4 } from "../ipv4/index.ts";
import { wireshark as ipv4Names } from "../ipv4/wireshark.ts";
import { dissector, type Frame } from "../packet/index.ts";
import type { Definition, FieldValue, Item } from "../packet/wireshark.ts";
import { udp } from "../udp/index.ts";
import { wireshark as udpNames } from "../udp/wireshark.ts";
import { shown, Vocabulary } from "./index.ts";

const written: readonly (readonly [Definition, FieldValue | undefined, string])[] = [
  [{ type: "uint16", base: "hex" }, 0x1d2e, "0x1d2e"],
  [{ type: "uint8", base: "hex" }, 7, "0x07"],
  [{ type: "uint24", base: "hex" }, 0x62d8a, "0x062d8a"],
  [{ type: "boolean" }, 1, "1"],
  [{ type: "ipv4" }, 0xc0a80101, "192.168.1.1"],
  [{ type: "bytes" }, Uint8Array.of(1, 0xab), "01:ab"],
  [{ type: "bytes", base: "unparted" }, Uint8Array.of(1, 0xab), "01ab"],
  [{ type: "relative time" }, -1_500_000_000n, "-1.500000000"],
  [{ type: "absolute time" }, 1_436_865_383_632_810_000n, "Jul 14, 2015 09:16:23.632810000 UTC"],
  [{ type: "absolute time", clock: "ntp" }, 0n, "NULL"],
  [{ type: "double" }, 0.158, "0.158"],
  [{ type: "double" }, 1e-7, "1e-07"],
  [{ type: "none" }, undefined, ""],
];
for (const [definition, value, text] of written)
  test(`a value of ${definition.type}${definition.base ? `, ${definition.base}` : ""}${definition.clock ? `, ${definition.clock}` : ""} is written ${text || "as nothing"}`, () => {
    expect(shown(definition, value)).toBe(text);
  });

/** An IPv4 packet with a UDP header, at the odd place 3 of its window. */
function frame(number: number, time: bigint): Frame {
  const octets = Uint8Array.fromHex(
    "ffffff450000200001000040110000c0a80101c0a801020035303900" + "0c1234" + "deadbeef",
  );
  const view = new DataView(octets.buffer);
  return {
    number,
    time,
    view,
    start: 3,
    end: octets.length,
    originalLength: octets.length - 3,
    linkType: 228,
    interface: 0,
    comments: [],
  };
}

const flat = (items: readonly Item[]): Item[] => items.flatMap(item => [item, ...flat(item.items ?? [])]);

test("each field is found under Wireshark's name, with its value and its octets", () => {
  const reading = new Vocabulary([ipv4Names, udpNames]).reading();
  const { packet } = dissector([ipv4, udp]);
  const items = flat(reading.items(reading.observe(packet(frame(1, 0n)))));
  const of = (name: string) => items.find(item => item.name === name)!;
  expect(of("ip.hdr_len").value).toBe(20);
  expect(of("ip.src")).toMatchObject({ value: 0xc0a80101, start: 3 + 12, size: 4 });
  expect(items.filter(({ name, hidden }) => name === "ip.addr" && hidden)).toHaveLength(2);
  expect(of("ip.dsfield").items?.map(({ name }) => name)).toEqual(["ip.dsfield.dscp", "ip.dsfield.ecn"]);
  expect(of("udp.payload")).toMatchObject({ start: 31, size: 4 });
});

test("what a conversation's packets before tell is remembered", () => {
  const reading = new Vocabulary([ipv4Names, udpNames]).reading();
  const { packet } = dissector([ipv4, udp]);
  reading.observe(packet(frame(1, 5n)));
  const items = flat(reading.items(reading.observe(packet(frame(2, 12n)))));
  expect(items.find(({ name }) => name === "udp.time_delta")?.value).toBe(7n);
});

test("every field that a path names is defined", () => {
  for (const { paths, fields } of [ipv4Names, udpNames])
    for (const makes of Object.values(paths)) {
      if (typeof makes === "function") continue;
      for (const entry of [makes].flat()) {
        const name = typeof entry === "string" ? entry : (entry as { name?: string }).name;
        if (name) expect(Object.keys(fields)).toContain(name);
      }
    }
});
