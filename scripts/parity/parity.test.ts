// Parity: how two dissectors' fields are compared, and that ours are tshark's on a few captures.
import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../peers.ts";
import { Comparison } from "./compare.ts";
import { ourRows } from "./ours.ts";
import { cut, type Row, type Rows } from "./rows.ts";
import { tsharkRows, unescaped } from "./tshark.ts";

const row = (name: string, show: string, pos = 0, hidden = false): Row => ({
  name,
  show,
  pos,
  size: 1,
  hidden,
});
const rows = (...all: Row[]): Rows => new Map([[1, new Map([["ip", all]])]]);

test("fields pair by name and text, those at the same octets first; hidden ones count on neither side", () => {
  const comparison = new Comparison();
  comparison.add(
    "a.pcap",
    rows(row("ip.ttl", "64", 8), row("ip.addr", "1", 0, true), row("ip.len", "9"), row("ip.id", "1")),
    rows(row("ip.ttl", "64", 7), row("ip.len", "9"), row("ip.id", "2"), row("ip.proto", "6")),
  );
  expect(comparison.protocols.get("ip")).toEqual({ theirs: 3, matched: 2, placed: 1, ours: 4 });
  expect(comparison.differences.get("ip ip.id")).toMatchObject({ missing: 1, extra: 1, moved: 0 });
  expect(comparison.differences.get("ip ip.ttl")?.examples).toEqual([
    'a.pcap#1 tshark "64" @8+1, we "64" @7+1',
  ]);
});

test("long texts are cut, and still differ", () => {
  const [a, b] = [cut("a".repeat(5000)), cut(`${"a".repeat(4999)}b`)];
  expect(a.length).toBeLessThan(100);
  expect(a).not.toBe(b);
});

test("PDML's entities are read", () => {
  expect(unescaped("INT&#x27;L &lt;Root&gt; &amp;amp;")).toBe("INT'L <Root> &amp;");
});

const corpus = join(import.meta.dir, "../../../shared/corpus/captures");
const tshark = peer("tshark") && Bun.which("tshark");
const cache = mkdtempSync(join(tmpdir(), "lab-parity-test-"));
afterAll(() => rmSync(cache, { recursive: true }));

for (const file of ["tcpdump__ntp-time.pcap", "ndpi__443-curl.pcap"])
  test.skipIf(!tshark || !existsSync(join(corpus, file)))(
    `the lower layers of ${file} are tshark's`,
    async () => {
      const path = join(corpus, file);
      const theirs = await tsharkRows(path, { cache, passes: 1, tshark: tshark || undefined });
      const comparison = new Comparison();
      comparison.add(file, theirs!, await ourRows(path, 1));
      for (const name of ["eth", "ip", "udp", "tcp"]) {
        const count = comparison.protocols.get(name);
        if (count) expect(count.matched / count.theirs).toBeGreaterThan(0.98);
      }
    },
  );
