// Captures as tables, in each format, and in folders that other programs read.
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { lab } from "../scenarios/lab.ts";
import { publishFrame, sampleCapture } from "../tables/samples.ts";

const folder = mkdtempSync(join(tmpdir(), "export-"));
afterAll(() => rmSync(folder, { recursive: true }));
const capture = join(folder, "sample.pcapng");
writeFileSync(capture, sampleCapture([publishFrame('=1+1,"x"')]));

describe("a capture", () => {
  test("becomes a file for each protocol that is in it", async () => {
    const place = join(folder, "all");
    const { code, stderr } = await lab(["export", capture, "-o", place]);
    expect(code).toBe(0);
    expect(stderr).toContain("dns: 3 rows");
    expect(stderr).toContain("tls: 0 rows");
    expect(["dns", "mqtt", "tls"].map(name => existsSync(join(place, `${name}.csv`)))).toEqual([
      true,
      true,
      false,
    ]);
    const [heads, first] = readFileSync(join(place, "dns.csv"), "utf8").split("\n");
    expect(heads).toStartWith(
      "file,packet,time,source,source_port,destination,destination_port,stream,octets,protocol,id",
    );
    expect(first).toBe(
      `${capture},1,2026-01-01T00:00:00.000000000Z,192.0.2.1,40000,192.0.2.2,53,0,29,dns,1,false,Query,example.org,A,,false,false,0,,`,
    );
  });

  test("of one protocol goes to standard output, and no cell is a spreadsheet's formula", async () => {
    const { stdout } = await lab(["export", capture, "--protocol", "mqtt", "-o", "-"]);
    expect(stdout.split("\n")[1]).toContain(`,PUBLISH,,"'=1+1,""x""",0,false,false,,,2`);
  });

  test("as JSON lines has one object a message", async () => {
    const { stdout } = await lab(["export", capture, "--protocol", "dns", "-f", "jsonl", "-o", "-"]);
    const rows = stdout
      .trim()
      .split("\n")
      .map(line => JSON.parse(line));
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatchObject({
      name: "example.org",
      data: "192.0.2.80",
      code: "NOERROR",
      response_ms: 250,
    });
  });

  test("as Parquet, in folders by protocol and day, is read by another library", async () => {
    const place = join(folder, "lake");
    await lab(["export", capture, "-f", "parquet", "--partition", "-o", place]);
    const file = readFileSync(join(place, "protocol=dns", "day=2026-01-01", "part-0.parquet"));
    const rows = await parquetReadObjects({ file: file.buffer as ArrayBuffer });
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatchObject({
      packet: 2n,
      name: "example.org",
      response: true,
      response_ms: 250,
      stream: 0n,
    });
    expect((rows[0]!.time as Date).toISOString()).toBe("2026-01-01T00:00:00.000Z");
  });
});

describe("is refused in one sentence", () => {
  const full = join(folder, "full");
  mkdirSync(full);
  writeFileSync(join(full, "old.csv"), "");
  const cases: Record<string, { words: string[]; says: RegExp }> = {
    "a folder with old files": { words: ["-o", full], says: /full is not empty; name another folder by -o/ },
    "several protocols on standard output": {
      words: ["-o", "-"],
      says: /takes one protocol: add --protocol dns/,
    },
    "Parquet on standard output": {
      words: ["-o", "-", "-f", "parquet", "--protocol", "dns"],
      says: /Parquet goes into a file/,
    },
    "a protocol without a table": { words: ["--protocol", "dsn"], says: /no table dsn; did you mean dns\?/ },
    "a file that partitions can't go to": {
      words: ["-o", join(folder, "x.csv"), "--protocol", "dns", "--partition"],
      says: /--partition makes folders/,
    },
  };
  for (const [name, { words, says }] of Object.entries(cases))
    test(name, async () => {
      const { code, stderr } = await lab(["export", capture, ...words]);
      expect(stderr).toMatch(says);
      expect(code).toBe(2);
    });
});
