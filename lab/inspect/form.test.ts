// `bun lab inspect -T`: tshark's forms, on one of the lab's own captures, and what is refused.
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EtherType, enclose as enframed, parseMac } from "../../protocols/ethernet/index.ts";
import { IpProtocol, enclose as packed, parseIpv4 } from "../../protocols/ipv4/index.ts";
import { written } from "../../protocols/pcapng/samples.ts";
import { enclose as datagram } from "../../protocols/udp/index.ts";

const lab = join(import.meta.dir, "../index.ts");
const folder = mkdtempSync(join(tmpdir(), "lab-form-"));
afterAll(() => rmSync(folder, { recursive: true }));

const macs = { source: parseMac("02:00:00:00:00:01"), destination: parseMac("02:00:00:00:00:02") };
const text = { source: "192.168.1.3", destination: "192.168.1.1" };
const ends = { source: parseIpv4(text.source), destination: parseIpv4(text.destination) };
const ports = { sourcePort: 49152, destinationPort: 9 };
const frame = enframed(
  { ...macs, type: EtherType.IPv4 },
  packed({ ...ends, protocol: IpProtocol.UDP }, datagram(ports, Uint8Array.of(1, 2, 3), text)),
  { pad: true },
);
const capture = join(folder, "three.pcapng");
writeFileSync(
  capture,
  written({ application: "a test" }, writer => {
    const lan = writer.interface({ name: "lan", linkType: 1 });
    for (const time of [1n, 2n, 3n]) writer.packet(lan, time, frame);
  }),
);

function inspect(...words: string[]): { code: number; out: string; err: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["bun", lab, "inspect", ...words], { timeout: 15_000 });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

test("PDML has a packet for each of the capture's, each with its frame", () => {
  const { code, out } = inspect(capture, "-T", "pdml", "-c", "3");
  expect(code).toBe(0);
  expect(out.match(/<packet>/g)).toHaveLength(3);
  expect(out).toContain('<field name="frame.number" size="0" pos="0" show="3"/>');
  expect(out.trimEnd()).toEndWith("</pdml>");
});

test("JSON can be read, and ek is two lines a packet", () => {
  const json = inspect(capture, "-T", "json", "-c", "2");
  expect(JSON.parse(json.out)).toHaveLength(2);
  const ek = inspect(capture, "-T", "ek", "-c", "2").out.trimEnd().split("\n");
  expect(ek.map(line => Object.keys(JSON.parse(line)))).toEqual([
    ["index"],
    ["timestamp", "layers"],
    ["index"],
    ["timestamp", "layers"],
  ]);
});

test("chosen fields stand in a line, under their names if that is asked for", () => {
  const { out } = inspect(
    ...[capture, "-T", "fields", "-e", "frame.number", "-e", "eth.type"],
    ...["-E", "header=y", "-E", "separator=;", "-c", "2", "-2"],
  );
  expect(out.split("\n").slice(0, 2)).toEqual([
    "frame.number;eth.type",
    expect.stringMatching(/^1;0x[\da-f]{4}/),
  ]);
});

for (const [words, says] of [
  [["-T", "fields"], "asks for fields"],
  [["-T", "fields", "-e", "ip.scr"], "did you mean ip.src"],
  [["-T", "fields", "-e", "ip.src", "-E", "quote=x"], "quote=d|s|n"],
  [["-e", "ip.src"], "belong to -T"],
] as const)
  test(`"${words.join(" ")}" is refused with a sentence`, () => {
    const { code, err } = inspect(capture, ...words);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

test("with -V and --explain each field says what it means, in the language asked for", () => {
  const { out } = inspect(capture, "-n", "1", "-V", "--explain");
  expect(out).toContain("↳ The address of the sender; 0.0.0.0 while it has none yet. (RFC 791 §3.1)");
  const { out: spanish } = inspect(capture, "-n", "1", "-V", "--explain", "--lang", "es");
  expect(spanish).toContain(
    "↳ La dirección del emisor; 0.0.0.0 mientras aún no tiene ninguna. (RFC 791 §3.1)",
  );
});
