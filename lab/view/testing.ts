// A run to look at, for tests: recorded once, by the lab itself.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const lab = join(import.meta.dir, "../index.ts");

export interface Recorded extends Disposable {
  /** The run's folder. */
  readonly folder: string;
  readonly capture: string;
}

/** The default run on the relay, which needs no rights; `more`: flags besides. */
export function record(...more: string[]): Recorded {
  const below = mkdtempSync(join(tmpdir(), "lab-view-test-"));
  const command = [process.execPath, lab, "scenario", "intranet", "--network", "relay", "-q", "-o", below];
  const { success, stderr } = Bun.spawnSync([...command, ...more], { stdin: "ignore" });
  if (!success) throw new Error(`the run failed: ${stderr}`);
  const folder = join(below, readdirSync(below)[0]!);
  return {
    folder,
    capture: join(folder, "capture.pcapng"),
    [Symbol.dispose]: () => rmSync(below, { recursive: true, force: true }),
  };
}

/** `bun lab view` as a person starts it; the address that it prints. */
export async function startView(...words: string[]) {
  const view = Bun.spawn([process.execPath, lab, "view", ...words], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const { value } = await view.stdout.getReader().read();
  return { view, url: new TextDecoder().decode(value).trim() };
}
