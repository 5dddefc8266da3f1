// Where a run leaves what it made: a folder of its own below captures/runs.
import { appendFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure } from "../failure.ts";

const runs = join(import.meta.dir, "../../captures/runs");

/** Makes `2026-11-22T14-05-09-intranet`, with a number behind it if there is one already. */
export function makeFolder(name: string, below = runs, now = new Date()): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(":", "-");
  for (let i = 1; ; i++) {
    const folder = resolve(below, `${stamp}-${name}${i === 1 ? "" : `-${i}`}`);
    try {
      mkdirSync(resolve(below), { recursive: true });
      mkdirSync(folder);
      return folder;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EEXIST" || i > 1000)
        throw new Failure(
          `the run's folder ${folder} can't be made (${code}); choose another place with -o FOLDER.`,
        );
    }
  }
}

/** What a run leaves beside its capture. Secrets only where a person asked for them. */
export async function saveRun(
  folder: string,
  run: {
    /** JSON. */
    readonly settings: unknown;
    readonly log: ReadonlyMap<string, readonly string[]>;
    readonly console: readonly string[];
    readonly secrets: readonly string[];
    readonly keylog: string | undefined;
  },
): Promise<void> {
  const text = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join("");
  await Bun.write(join(folder, "settings.json"), `${JSON.stringify(run.settings, undefined, 2)}\n`);
  await Bun.write(join(folder, "console.txt"), text(run.console));
  for (const [service, lines] of run.log) await Bun.write(join(folder, `${service}.log`), text(lines));
  if (run.keylog === undefined) return;
  try {
    appendFileSync(run.keylog, text(run.secrets), { mode: 0o600 });
  } catch (error) {
    throw new Failure(
      `the key log ${run.keylog} can't be written (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}
