// The whole bench, small, on both networks: what was sent came back, and the octets are those that tshark counts.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { probe } from "../network/probe.ts";
import { lab, lines } from "../scenarios/lab.ts";
import type { Passed } from "./octets.ts";
import type { Rdwr } from "./rdwr.ts";
import type { Marks } from "./wire.ts";

const folder = mkdtempSync(join(tmpdir(), "bench-rdwr-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { namespaces } = await probe();
const few = ["--sizes", "16,2048", "--cycles", "2"];

/** A run in a folder of its own, and what lies in there. */
async function run(network: "namespaces" | "relay", ...words: string[]) {
  const output = join(folder, network);
  const ended = await lab(["bench", "rdwr", "--network", network, ...few, ...words, "-o", output]);
  const own = join(output, readdirSync(output)[0]!);
  return { ended, own };
}

describe("by relay", () => {
  test("leaves capture, figures and plot, and tells no memory", async () => {
    const plot = join(folder, "plot.svg");
    const { ended, own } = await run("relay", "--modes", "plain,mutual", "--csv", "--svg", plot);
    expect(ended.stderr).toBe("");
    expect(ended.code).toBe(0);
    expect(ended.stdout.split("\n")[0]).toStartWith("connection,mode,tls_version,");
    expect(ended.stdout.trimEnd().split("\n")).toHaveLength(1 + 3 * 2);
    expect(readdirSync(own).sort()).toEqual(
      [
        "capture.pcapng",
        "console.txt",
        "rdwr.csv",
        "rdwr.json",
        "rdwr.svg",
        "samples.json",
        "settings.json",
      ].sort(),
    );
    expect(await Bun.file(plot).text()).toBe(await Bun.file(join(own, "rdwr.svg")).text());
    expect(await Bun.file(join(own, "rdwr.csv")).text()).toBe(ended.stdout);
    const rdwr: Rdwr = await Bun.file(join(own, "rdwr.json")).json();
    judge(rdwr, ["plain", "mutual TLS 1.2", "mutual TLS 1.3"]);
    expect(rdwr.connections.every(({ memory }) => memory === undefined)).toBe(true);
    await judgedByTshark(rdwr, own);
  }, 60_000);
});

describe.skipIf(!namespaces.ok)(namespaces.ok ? "in namespaces" : namespaces.reason, () => {
  test("measures all of it, memory too", async () => {
    const { ended, own } = await run(
      "namespaces",
      "--modes",
      "plain,server",
      "--tls-version",
      "1.3",
      ...["--connections", "1", "--json"],
    );
    expect(ended.stderr).toBe("");
    const rdwr: Rdwr = JSON.parse(ended.stdout);
    judge(rdwr, ["plain", "TLS 1.3"]);
    expect(rdwr.connections.every(({ memory }) => Number.isFinite(memory?.resident))).toBe(true);
    await judgedByTshark(rdwr, own);
  }, 60_000);
});

/** What holds of every run, however long things take. */
function judge({ connections }: Rdwr, names: readonly string[]): void {
  expect(connections.map(({ name }) => name)).toEqual([...names]);
  for (const { version, suite, tls, computed, cipher, sizes } of connections) {
    expect(suite === undefined).toBe(version === undefined);
    for (const part of [tls, computed, cipher]) expect(part === undefined).toBe(version === undefined);
    expect(sizes.map(({ octets }) => octets)).toEqual([16, 2048]);
    for (const { octets, write, read, seal, open, wire } of sizes) {
      expect([write.count, read.count]).toEqual([2, 2]);
      expect(write.median).toBeGreaterThan(0);
      expect(read.median).toBeGreaterThan(0);
      expect(seal > 0 && open > 0).toBe(version !== undefined);
      for (const way of [wire.out, wire.back]) {
        // Inside of TCP stand the payload, the topic and MQTT's header, and TLS's record around them.
        const more = way.payload - octets;
        expect(more).toBeGreaterThan(18);
        expect(more).toBeLessThan(60);
        expect(way.octets).toBeGreaterThan(way.payload);
      }
    }
    expect(sizes[1]!.wire.out.frames).toBeGreaterThanOrEqual(2);
  }
  const [plain, recent] = [connections[0]!, connections.at(-1)!].map(
    ({ sizes }) => sizes[0]!.wire.out.payload,
  );
  // A record of TLS 1.3 has a header of 5 octets, a content type and a tag of 16 (RFC 8446 §5.2).
  expect(recent! - plain!).toBe(22);
}

const tshark = peer("tshark");

/** Each of our counts, counted anew from what tshark says of each frame. */
async function judgedByTshark(rdwr: Rdwr, own: string): Promise<void> {
  if (!tshark) return;
  const fields = ["tcp.srcport", "tcp.dstport", "frame.time_epoch", "frame.len", "tcp.len"];
  const all = await lines([
    ...[tshark, "-r", join(own, "capture.pcapng"), "-Y", "tcp", "-T", "fields"],
    ...fields.flatMap(field => ["-e", field]),
  ]);
  const frames = all.map(line => {
    const [from, to, time, octets, payload] = line.split("\t");
    const [seconds, fraction] = time!.split(".");
    return {
      from: Number(from),
      to: Number(to),
      time: BigInt(seconds!) * 1_000_000_000n + BigInt(fraction!.padEnd(9, "0")),
      octets: Number(octets),
      payload: Number(payload),
    };
  });
  const { marks }: { marks: Marks[] } = await Bun.file(join(own, "samples.json")).json();
  for (const { connection, port, made, sizes, until } of marks) {
    const between = (begin: string, end: string, messages: number): Passed => {
      const inside = frames.filter(({ time }) => time >= BigInt(begin) && time < BigInt(end));
      const counted = (way: "from" | "to") => {
        const these = inside.filter(frame => frame[way] === port);
        const sum = (of: "octets" | "payload") => these.reduce((all, frame) => all + frame[of], 0) / messages;
        return { octets: sum("octets"), frames: these.length / messages, payload: sum("payload") };
      };
      return { out: counted("from"), back: counted("to") };
    };
    const ours = rdwr.connections[connection]!;
    expect(between("0", made, 1)).toEqual(ours.making);
    const moments = [...sizes.map(({ from }) => from), until];
    for (const [i] of sizes.entries())
      expect(between(moments[i]!, moments[i + 1]!, 2)).toEqual(ours.sizes[i]!.wire);
  }
}

test("what can't be done is refused with a sentence, before anything is begun", async () => {
  const refused: [string[], string][] = [
    [["--csv", "--json"], "--csv and --json are two forms of the same; ask for one."],
    [["--sizes", "all"], '--sizes: "all" is no size'],
    [["--svg", join(folder, "nowhere", "plot.svg")], "can't be written (ENOENT); name another file."],
  ];
  for (const [words, sentence] of refused) {
    const { code, stderr, stdout } = await lab(["bench", "rdwr", ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stdout).toBe("");
  }
});
