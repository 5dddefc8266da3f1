// A recording of the loopback interface, in a network namespace that each test makes for itself.
import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import { peer } from "../../scripts/peers.ts";
import { UNSHARE_OPTIONS } from "../network/enter.ts";
import { probe } from "../network/probe.ts";
import { type Ended, lab, root } from "../scenarios/lab.ts";

const folder = mkdtempSync(join(tmpdir(), "capture-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { namespaces } = await probe();
const missing = !namespaces.ok
  ? namespaces.reason
  : !peer("libpcap")
    ? "libpcap is missing"
    : Bun.which("ip")
      ? undefined
      : "ip is missing";
const unshare =
  namespaces.ok && namespaces.how === "user" ? namespaces.unshare : (Bun.which("unshare") ?? "unshare");

/** Shells that run, each with all that it has started in a process group of its own. */
const running = new Set<number>();
/** A test whose time is over leaves its shell behind; the recordings that it started must not live on. */
afterEach(() => {
  for (const group of running) process.kill(-group, "SIGKILL");
  running.clear();
});

/** Runs a shell's lines alone on a loopback interface; `lab` is the lab, `say N` sends N datagrams to port 7. */
async function alone(script: string): Promise<Ended> {
  const lines = `ip link set lo up
lab() { "${process.execPath}" lab "$@"; }
say() { "${process.execPath}" -e 'const s = await Bun.udpSocket({ port: 7 }); for (let i = 0; i < +process.argv.at(-1); i++) s.send("hello" + i, 7, "127.0.0.1"); s.close()' "$1"; }
begun() { while ! grep -q Recording "$1" 2>/dev/null; do sleep 0.02; done; }
${script}`;
  const run = Bun.spawn([unshare, ...UNSHARE_OPTIONS, "--", "sh", "-c", lines], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", LAB_LANG: "en", HERE: folder },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  running.add(run.pid);
  const [stdout, stderr, code] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
    run.exited,
  ]);
  running.delete(run.pid);
  return { code, stdout, stderr };
}

const sizesIn = (file: string): number[] =>
  [...fileFrames(file, () => {})].map(({ start, end }) => end - start);

describe.skipIf(missing !== undefined)(missing ? `a recording (${missing})` : "a recording", () => {
  test("holds what the filter selects, is shown as it comes, and ends by its count", async () => {
    const { code, stdout } = await alone(`
      lab capture -i lo -f "udp dst port 7" -c 3 -P -w "$HERE/count.pcapng" 2>"$HERE/count.err" &
      begun "$HERE/count.err"; say 5; wait $!`);
    expect(code).toBe(0);
    expect(stdout.match(/127\.0\.0\.1 +→ 127\.0\.0\.1 +UDP/g)).toHaveLength(3);
    expect(sizesIn(join(folder, "count.pcapng"))).toEqual([48, 48, 48]);
    expect(readFileSync(join(folder, "count.err"), "utf8")).toContain("3 frames recorded, none dropped.");
  });

  test("keeps of each frame what the snapshot length leaves", async () => {
    await alone(`
      lab capture -i lo -f "udp dst port 7" -s 20 -c 1 -w "$HERE/snap.pcapng" 2>"$HERE/snap.err" &
      begun "$HERE/snap.err"; say 3; wait $!`);
    const [frame] = fileFrames(join(folder, "snap.pcapng"), () => {});
    expect([frame!.end - frame!.start, frame!.originalLength]).toEqual([20, 48]);
  });

  test("into a ring keeps the newest files", async () => {
    const { code } = await alone(`
      mkdir "$HERE/ring"
      lab capture -i lo -f "udp dst port 7" -b packets:2 -b files:2 -c 7 -w "$HERE/ring/r.pcapng" 2>"$HERE/ring.err" &
      begun "$HERE/ring.err"; say 7; wait $!`);
    expect(code).toBe(0);
    const kept = readdirSync(join(folder, "ring")).sort();
    expect(kept.map(name => name.slice(0, 7))).toEqual(["r_00003", "r_00004"]);
    expect(kept.map(name => sizesIn(join(folder, "ring", name)).length)).toEqual([2, 1]);
  });

  test("ends by a signal with a whole file", async () => {
    const { stdout } = await alone(`
      "${process.execPath}" lab capture -i lo -f "udp dst port 7" -w "$HERE/int.pcapng" 2>"$HERE/int.err" & pid=$!
      begun "$HERE/int.err"; say 2; sleep 0.3; kill -TERM $pid; wait $pid; echo $?`);
    expect(stdout.trim()).toBe("143");
    expect(sizesIn(join(folder, "int.pcapng"))).toEqual([48, 48]);
  });

  test("goes through a pipe to the inspector", async () => {
    const { stdout } = await alone(`
      { lab capture -i lo -f "udp dst port 7" -c 2 -w - 2>"$HERE/pipe.err"; } | lab inspect - &
      begun "$HERE/pipe.err"; say 2; wait $!`);
    expect(stdout.match(/UDP/g)).toHaveLength(2);
  });

  test("can't be of an interface that is not there, or with a filter that is none", async () => {
    const { stderr } = await alone(
      `lab capture -i nope0; lab capture -i lo -f "port foo bar"; lab capture -i 99`,
    );
    expect(stderr.split("\n")).toEqual([
      "lab: there is no interface nope0; bun lab capture -D lists them.",
      expect.stringMatching(/^lab: the filter "port foo bar" can't be read: .*pcap-filter\(7\)/),
      expect.stringMatching(
        /^lab: there is no interface 99: there are \d+; bun lab capture -D lists them\.$/,
      ),
      "",
    ] as never);
  });
});

test("without an interface nothing is recorded", async () => {
  const { code, stderr } = await lab(["capture"]);
  expect([code, stderr]).toEqual([2, "lab: name the interface by -i; bun lab capture -D lists them.\n"]);
});
