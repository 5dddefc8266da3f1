// The commands on the loopback: our client with our server, right and wrong, and how each failure is said.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const lab = fileURLToPath(new URL("../index.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "ntp-commands-"));
const keys = join(folder, "keys");
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  await Bun.write(keys, "1 MD5 one\n7 AES HEX:000102030405060708090a0b0c0d0e0f\n");
});
afterAll(async () => {
  await Promise.all(stops.map(stop => stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function run(...words: string[]) {
  const child = Bun.spawn([process.execPath, lab, "ntp", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LAB_LANG: "en" },
  });
  const [out, error, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out: out.trimEnd(), error: error.trimEnd(), code };
}

/** Starts a server on a free port of the loopback; returns the words that ask it. */
async function serving(...words: string[]): Promise<[string, string, string]> {
  const server = Bun.spawn(
    [process.execPath, lab, "ntp", "serve", "-p", "0", "--address", "127.0.0.1", ...words],
    {
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  stops.push(async () => {
    server.kill("SIGTERM");
    await server.exited;
  });
  for await (const chunk of server.stderr) {
    const [, port] = /port (\d+)/.exec(new TextDecoder().decode(chunk)) ?? [];
    if (port) return ["127.0.0.1", "-p", port];
  }
  throw new Error("the server did not start");
}

describe("ntp query", () => {
  test("prints one line: time, offset and error, server, stratum", async () => {
    const server = await serving("--ahead", "3600", "--stratum", "2", "--reference", "10.0.0.1");
    const { out, error, code } = await run("query", ...server, "--zone", "Europe/Madrid");
    expect({ error, code }).toEqual({ error: "", code: 0 });
    expect(out).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} \(\+0[12]00\) \+(3600\.0|3599\.9)\d+ ± 0\.\d{6} s, 127\.0\.0\.1, stratum 2 \(10\.0\.0\.1\)$/,
    );
  });

  test("explains the four times of each sample, and is refused no less than others", async () => {
    const server = await serving("--rate", "0.05", "--burst", "2");
    const { out, code } = await run(
      "query",
      ...server,
      "--samples",
      "3",
      "--pause",
      "0",
      "-v",
      "--version",
      "3",
    );
    expect(code).toBe(0);
    for (const time of ["T1", "T2", "T3", "T4"])
      expect(out.match(new RegExp(`^  ${time}  \\d{4}`, "gm"))).toHaveLength(3);
    expect(out).toContain("the best one, its delay is the least");
    expect(out).toContain("The server asked to be asked less often: 1");
  });

  test("prints an object for programs", async () => {
    const server = await serving("--drift", "100", "--keys", keys);
    const { out } = await run("query", ...server, "--json", "--keys", keys, "--key", "7", "--version=3");
    const { offset, error, stratum, key, version, samples, strays } = JSON.parse(out);
    expect({ stratum, key, version }).toEqual({ stratum: 1, key: 7, version: 3 });
    // 100 millionths of the seconds that the server has run.
    expect(Math.abs(offset)).toBeLessThan(0.01);
    expect(error).toBeGreaterThan(0);
    expect(samples[0].t1).toMatch(/^\d{4}-.*Z$/);
    expect(strays).toEqual({ sender: 0, garbage: 0, mode: 0, origin: 0, authenticator: 0 });
  });

  test.each([
    [["query"], 2, "missing required argument"],
    [["query", "127.0.0.1", "--samples", "0"], 2, "A whole number from 1 to 100 is expected."],
    [["query", "127.0.0.1", "--zone", "Mars"], 2, "a zone such as Europe/Madrid"],
    [["query", "127.0.0.1", "--key", "7"], 2, "--key needs --keys"],
    [["query", "127.0.0.1", "--keys", keys], 2, "the file has the keys 1, 7; --key says which"],
    [["query", "127.0.0.1", "--keys", `${keys}.none`], 2, "it can't be read (ENOENT)"],
    [["query", "127.0.0.1", "-p", "9"], 9, "port 9: refused, nothing listens there; is 127.0.0.1 a time"],
    [["serve", "-p", "0", "--address", "127.0.0.1", "--reference", "LOCAL"], 2, '"LOCAL" is no reference ID'],
    [["serve", "-p", "0", "--address", "127.0.0.1", "--step", "soon"], 2, "such as 3600@10"],
  ])("%j fails with %i", async (words, expected, why) => {
    const { code, error, out } = await run(...words);
    expect({ code, out }).toEqual({ code: expected, out: "" });
    expect(error).toContain(why);
  });

  test("waits for a server that is silent, and no longer than it may", async () => {
    const silent = await Bun.udpSocket({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    try {
      const port = String(silent.port);
      const [patient, hurried] = await Promise.all([
        run("query", "127.0.0.1", "-p", port),
        run("query", "127.0.0.1", "-p", port, "--timeout", "0.3"),
      ]);
      expect(patient.code).toBe(9);
      expect(patient.error).toContain("is there a time server on 127.0.0.1, and does a firewall let");
      expect(hurried.code).toBe(27);
      expect(hurried.error).toContain("--timeout gives it longer");
    } finally {
      silent.close();
    }
  });

  test("is told by a server that refuses, and by one without the key", async () => {
    const refusing = await run("query", ...(await serving("--kiss", "DENY")));
    expect(refusing).toMatchObject({ code: 1, error: expect.stringContaining("a kiss-o'-death, DENY") });
    const server = await serving();
    const unknown = await run("query", ...server, "--keys", keys, "--key", "1");
    expect(unknown).toMatchObject({ code: 1, error: expect.stringContaining("does not accept key 1") });
  });
});
