// Questions in SQL, answered from captures.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lab, root } from "../scenarios/lab.ts";
import { publishFrame, sampleCapture } from "../tables/samples.ts";
import { duckdb } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "query-"));
afterAll(() => rmSync(folder, { recursive: true }));
const capture = join(folder, "sample.pcapng");
writeFileSync(capture, sampleCapture([publishFrame("a"), publishFrame("b/c", 1007)]));

const name = duckdb.slice(0, duckdb.lastIndexOf("@"));
const installed = await import(name).then(
  () => true,
  () => false,
);
const rowsOf = async (sql: string): Promise<unknown[]> => {
  const { code, stdout, stderr } = await lab(["query", sql, capture, "--json"]);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout
    .trim()
    .split("\n")
    .map(line => JSON.parse(line));
};

describe.skipIf(!installed)(installed ? "with DuckDB" : `with DuckDB (${duckdb} is not installed)`, () => {
  test("the README's questions are answered", async () => {
    const readme = await Bun.file(join(root, "README.md")).text();
    const questions = [...readme.matchAll(/bun lab query "([^"]+)"/g)].map(([, sql]) => sql!);
    expect(questions).toHaveLength(3);
    const [slowest, suites, topics] = await Promise.all(
      questions.map(sql => lab(["query", sql, capture, "--csv"])),
    );
    expect(slowest!.stdout.split("\n")[1]).toBe("example.org,250");
    expect(suites!.code).toBe(0);
    expect(topics!.stdout.split("\n").slice(1).sort()).toEqual(["", "a,2", "b/c,2"]);
  });

  test("times are exact, and tables of one capture join", async () => {
    expect(await rowsOf("SELECT epoch_ns(max(time)) - epoch_ns(min(time)) AS span FROM dns")).toEqual([
      { span: "500000000" },
    ]);
    expect(await rowsOf("SELECT count(*) AS n FROM dns JOIN mqtt USING (file)")).toEqual([{ n: "6" }]);
  });

  test("SQL that can't be read shows its place and the tables", async () => {
    const { code, stderr } = await lab(["query", "SELEC 1", capture]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/syntax error at or near "SELEC"[\s\S]*The tables are dhcp, dns, ntp, tls, mqtt/);
  });

  test("a question opens no file of the machine", async () => {
    const { code, stderr } = await lab(["query", "SELECT * FROM read_text('/etc/hostname')", capture]);
    expect(code).toBe(2);
    expect(stderr).toContain("file system operations are disabled");
  });
});

test("without a capture the usage is told", async () => {
  const { code, stderr } = await lab(["query", "SELECT 1"]);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining("a question and a capture are needed"),
  ] as never);
});

test("the tables and their columns are listed without DuckDB", async () => {
  const { stdout } = await lab(["query", "--tables"]);
  expect(stdout).toMatch(/^dns$/m);
  expect(stdout).toMatch(/response_ms +DOUBLE/);
});
