// What is written is what the description says, block for block, and tshark reads it.
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { Unwritable } from "../wire/index.ts";
import { BlockType, captureFile, isOf } from "./format.ts";
import { edges, epoch, smallCapture, written } from "./samples.ts";
import { CaptureWriter } from "./writer.ts";

for (const little of [true, false])
  describe(little ? "little-endian" : "big-endian", () => {
    const octets = smallCapture(little);

    test("the blocks are those that were asked for, and the description writes the same octets", () => {
      const blocks = captureFile.decode(octets);
      expect(captureFile.encode(blocks).toHex()).toBe(octets.toHex());
      const packets = blocks.filter(one => isOf(one, BlockType["enhanced packet"]));
      expect(packets.map(({ interface: on, time }) => [on, time - epoch])).toEqual([
        [0, 0n],
        [1, 1n],
        [0, 2n],
        [0, 3n],
      ]);
      expect(packets[1]).toMatchObject({
        originalLength: 1500,
        options: [
          { code: 1, value: "first" },
          { code: 1, value: "¡segundo!" },
          { code: 2, value: { direction: 2 } },
        ],
      });
    });

    test.skipIf(!peer("tshark") || !peer("capinfos"))("tshark and capinfos read what it says", () => {
      using folder = temporary();
      const file = joinPath(folder.path, "small.pcapng");
      writeFileSync(file, octets);
      const fields = ["frame.time_epoch", "frame.len", "frame.cap_len", "frame.interface_name"];
      const more = ["frame.comment", "frame.packet_flags_direction"];
      const asked = [...fields, ...more].flatMap(field => ["-e", field]);
      expect(run("tshark", "-r", file, "-T", "fields", ...asked)).toBe(
        [
          "1767225600.500000000\t60\t60\tlan\t\t",
          "1767225600.500000001\t1500\t61\twan\tfirst,¡segundo!\t0x00000002",
          "1767225600.500000002\t0\t0\tlan\t\t",
          "1767225600.500000003\t2\t2\tlan\t\t0x00000001",
          "",
        ].join("\n"),
      );
      const said = run("capinfos", file);
      for (const part of [
        /Capture comment: +año/,
        /Capture application: +a test/,
        /Number of interfaces in file: 2/,
        /Number of resolved IPv4 addresses in file: 2/,
        /Number of resolved IPv6 addresses in file: 1/,
        /Number of decryption secrets in file: 1/,
        /Number of stat entries = 1/,
        /Encapsulation = Raw IP/,
      ])
        expect(said).toMatch(part);
    });
  });

test("packets by hand are the packets of the description, whatever lay there before", () => {
  const filler = { originalLength: 0xffff_ffff, direction: "in" } as const;
  const octets = written({}, writer => {
    writer.interface({ name: "x", linkType: 1 });
    for (let round = 0; round < 3; round++) {
      for (let size = 0; size < 9; size++) {
        writer.packet(0, 2n ** 64n - 1n, new Uint8Array(size).fill(0xff), filler);
        writer.packet(0, 0n, new Uint8Array(size).fill(size), { comments: [] });
      }
      writer.flush();
    }
  });
  expect(captureFile.encode(captureFile.decode(octets)).toHex()).toBe(octets.toHex());
});

test("the sink is handed whole blocks, whatever their size", () => {
  const parts: Uint8Array[] = [];
  const writer = new CaptureWriter(octets => parts.push(octets.slice()));
  writer.interface({ name: "x", linkType: 1 });
  for (const size of [1000, 262_000, 5, 300_000, 299_990, 0, 1_000_000])
    writer.packet(0, epoch, new Uint8Array(size));
  writer.flush();
  writer.flush();
  expect(parts.length).toBe(6);
  for (const part of parts) expect([...edges(part, true)].at(-1)).toBe(part.length);
});

describe("what can't be written is refused, and leaves no trace", () => {
  const cases: Record<string, (writer: CaptureWriter) => void> = {
    "an interface that was not declared": writer => writer.packet(1, epoch, new Uint8Array(1)),
    "statistics of one": writer => writer.statistics(1, { time: epoch, received: 0, dropped: 0 }),
    "a time before 1970": writer => writer.packet(0, -1n, new Uint8Array(1)),
    "a time beyond 64 bits": writer => writer.packet(0, 2n ** 64n, new Uint8Array(1), { comments: ["x"] }),
    "more octets than there were": writer =>
      writer.packet(0, epoch, new Uint8Array(2), { originalLength: 1 }),
    "a comment of 64 kB": writer =>
      writer.packet(0, epoch, new Uint8Array(1), { comments: ["x".repeat(65536)] }),
    "a packet larger than readers take": writer => writer.packet(0, epoch, new Uint8Array(64 * 1024 * 1024)),
    "secrets larger than readers take": writer => writer.secrets("x".repeat(64 * 1024 * 1024)),
    "a negative count": writer => writer.statistics(0, { time: epoch, received: -1, dropped: 0 }),
    "an address without a name": writer => writer.names([{ address: "10.0.0.1", names: [] }]),
    "an interface with a link type of 17 bits": writer => writer.interface({ name: "y", linkType: 65536 }),
  };
  for (const [what, attempt] of Object.entries(cases))
    test(what, () => {
      const good = (writer: CaptureWriter) => void writer.interface({ name: "x", linkType: 1 });
      const tried = written({}, writer => {
        good(writer);
        expect(() => attempt(writer)).toThrow(Unwritable);
      });
      expect(tried.toHex()).toBe(written({}, good).toHex());
    });

  test("what is no address", () => {
    written({}, writer => {
      expect(() => writer.names([{ address: "broker.lan", names: ["x"] }])).toThrow(/broker\.lan/);
    });
  });
});

function run(program: "tshark" | "capinfos", ...args: string[]): string {
  const { stdout, stderr, exitCode } = Bun.spawnSync([peer(program)!, ...args], { stdin: "ignore" });
  expect([exitCode, String(stderr).replace(/^Running as user .*\n/m, "")]).toEqual([0, ""]);
  return String(stdout);
}

function temporary(): { path: string } & Disposable {
  const path = mkdtempSync(joinPath(tmpdir(), "pcapng-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
