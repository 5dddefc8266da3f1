// However a lab comes to its end, none of its processes and none of its namespaces outlives it, and its capture opens.
import { expect, test } from "bun:test";
import { chownSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureIn, frames } from "../../protocols/pcapng/reader.ts";
import type { Victim } from "./cases/victim.ts";
import { linesOf } from "./namespaces/host-lines.ts";
import { probe } from "./probe.ts";

const { namespaces } = await probe();
const lack = namespaces.ok ? undefined : namespaces.reason;
const VICTIM = join(import.meta.dir, "cases", "victim.ts");

/** Whom root becomes for a test; anyone else is an ordinary user as it is. */
const NOBODY = process.getuid?.() === 0 ? 65534 : undefined;

const ends = [
  {
    name: "Ctrl-C, which reaches the whole process group",
    end: (pid: number) => process.kill(-pid, "SIGINT"),
    code: 130,
  },
  { name: "SIGTERM", end: (pid: number) => process.kill(pid, "SIGTERM"), code: 143 },
  { name: "the end of its terminal", end: (pid: number) => process.kill(-pid, "SIGHUP"), code: 129 },
  { name: "SIGKILL", end: (pid: number) => process.kill(pid, "SIGKILL"), code: 137 },
  { name: "an error of its own", end: () => {}, code: 1, argument: "throw" },
  {
    name: "SIGTERM, as an ordinary user",
    end: (pid: number) => process.kill(pid, "SIGTERM"),
    code: 143,
    user: NOBODY,
  },
  {
    name: "SIGKILL, as an ordinary user",
    end: (pid: number) => process.kill(pid, "SIGKILL"),
    code: 137,
    user: NOBODY,
  },
];

for (const { name, end, code, argument = "wait", user } of ends) {
  const sentence = `nothing outlives a lab that is ended by ${name}${lack ? ` (${lack})` : ""}`;
  test.skipIf(lack !== undefined)(sentence, async () => {
    using folder = temporaryFolder(user);
    const capture = join(folder.path, "run.pcapng");
    const lab = Bun.spawn([process.execPath, VICTIM, capture, argument], {
      stdout: "pipe",
      stderr: "pipe",
      // A group of its own, as a shell gives to each command.
      detached: true,
      uid: user,
      gid: user,
    });
    const victim = await victimOf(lab);
    using _ = { [Symbol.dispose]: () => endAll(victim.processes) };
    expect(victim.pid).toBe(lab.pid);
    expect(victim.processes.filter(isAlive)).toEqual(victim.processes);
    await Bun.sleep(100);
    end(lab.pid);
    expect(await lab.exited).toBe(code);
    await gone(() => victim.processes.filter(isAlive));
    await gone(() => usersOf(victim.namespaces));
    const seen = [...frames(captureIn(readFileSync(capture)), () => {})];
    expect(seen.length).toBeGreaterThan(10);
  });
}

function temporaryFolder(user: number | undefined): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "network-kill-"));
  if (user !== undefined) chownSync(path, user, user);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

async function victimOf(lab: Bun.Subprocess<"ignore", "pipe", "pipe">): Promise<Victim> {
  for await (const line of linesOf(lab.stdout)) return JSON.parse(line);
  throw new Error(`the lab did not start: ${await new Response(lab.stderr).text()}`);
}

/** Should the lab have failed to, the test does. */
function endAll(processes: readonly number[]): void {
  for (const pid of processes.filter(isAlive)) process.kill(pid, "SIGKILL");
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** The processes that are in one of these namespaces, or hold one open by a descriptor. */
function usersOf(namespaces: readonly string[]): string[] {
  return readdirSync("/proc").filter(entry => {
    if (!/^\d+$/.test(entry)) return false;
    const links = [`/proc/${entry}/ns/net`, ...entriesOf(`/proc/${entry}/fd`)].map(targetOf);
    return links.some(target => target !== undefined && namespaces.includes(target));
  });
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map(entry => join(folder, entry));
  } catch {
    return [];
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

/** Waits for what takes the kernel a moment. @throws Error after five seconds, with what is left */
async function gone(left: () => readonly unknown[]): Promise<void> {
  for (const end = performance.now() + 5000; left().length > 0; await Bun.sleep(5))
    if (performance.now() > end) throw new Error(`still there: ${left().join(", ")}`);
}
