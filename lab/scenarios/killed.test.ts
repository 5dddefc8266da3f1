// A lab that is ended at any moment: the capture so far opens, and nothing keeps running.
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Met } from "../../protocols/pcapng/capture.ts";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import { peer } from "../../scripts/peers.ts";
import { probe } from "../network/probe.ts";
import { lines, root } from "./lab.ts";

const { namespaces } = await probe();
const folder = mkdtempSync(join(tmpdir(), "killed-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Processes of this machine that were started with `mark` in their environment. */
const marked = (mark: string): string[] =>
  readdirSync("/proc").filter(name => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, "latin1").includes(mark);
    } catch {
      return false;
    }
  });

/** Milliseconds after its start, or once the board is through its start and waits for messages. */
type Moment = number | "waiting";

async function endedAt(network: string, moment: Moment, signal: NodeJS.Signals) {
  const mark = `LAB_MARK=${network}-${moment}-${signal}-${process.pid}`;
  const capture = join(folder, `${network}-${moment}-${signal}.pcapng`);
  // At the original's pace the board waits for ten seconds: there is always something to kill.
  const words = ["scenario", "intranet", "--pace", "real", "--network", network, "-w", capture, "-o", folder];
  const run = Bun.spawn([process.execPath, "lab", ...words], {
    cwd: root,
    env: { ...process.env, LAB_MARK: mark.slice("LAB_MARK=".length) },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  if (moment === "waiting") await printed(run.stdout, "LED 3");
  else await Bun.sleep(moment);
  const running = marked(mark).length;
  run.kill(signal);
  await run.exited;
  const deadline = performance.now() + 3000;
  while (marked(mark).length > 0 && performance.now() < deadline) await Bun.sleep(10);
  return { capture, code: run.exitCode, running, left: marked(mark) };
}

/** Waits for the words, and then until what was recorded so far is on disk. What follows is read too: nobody waits for a full pipe. */
async function printed(stream: ReadableStream<Uint8Array>, words: string): Promise<void> {
  const found = Promise.withResolvers<void>();
  void (async () => {
    let text = "";
    for await (const octets of stream) {
      text += new TextDecoder().decode(octets);
      if (text.includes(words)) found.resolve();
    }
    found.resolve();
  })();
  await found.promise;
  await Bun.sleep(200);
}

describe.skipIf(process.platform !== "linux")("a lab that is ended at any moment", () => {
  const networks = [...(namespaces.ok ? ["namespaces"] : []), "relay"];
  const moments: readonly Moment[] = [60, 150, 250, 400, "waiting"];
  for (const network of networks)
    for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const)
      test(`by ${signal} leaves a capture that opens, and nothing that runs (${network})`, async () => {
        for (const moment of moments) {
          const { capture, code, running, left } = await endedAt(network, moment, signal);
          expect(running).toBeGreaterThan(0);
          expect(left).toEqual([]);
          if (signal !== "SIGKILL" && code !== null) expect(code).toBe(signal === "SIGINT" ? 130 : 143);
          if (!existsSync(capture) || statSync(capture).size === 0) continue;
          const damage: Met[] = [];
          const frames = [...fileFrames(capture, met => void (met.kind === "damage" && damage.push(met)))];
          expect(damage).toEqual([]);
          if (moment === "waiting") expect(frames.length).toBeGreaterThan(10);
          const tshark = peer("tshark");
          if (tshark && frames.length > 0)
            expect((await lines([tshark, "-r", capture])).length).toBe(frames.length);
        }
      }, 40_000);
});
