// Where a run leaves what it made: a folder of its own below captures/runs.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
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

/** What a run leaves beside its capture (README.md). Secrets of TLS sessions only where the run may tell them; keys never. */
export async function saveRun(
  folder: string,
  run: {
    /** JSON. */
    readonly settings: unknown;
    readonly log: ReadonlyMap<string, readonly string[]>;
    readonly console: readonly string[];
    readonly secrets: readonly string[];
    /** Where the secrets go besides. */
    readonly keylog: string | undefined;
    /** Whether they may lie in the folder. */
    readonly keepSecrets?: boolean;
    /** JSON, by the file's name. */
    readonly results?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const text = (lines: readonly string[]): string => lines.map(line => `${line}\n`).join("");
  const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  await Bun.write(join(folder, "settings.json"), json(run.settings));
  for (const [name, value] of Object.entries(run.results ?? {}))
    await Bun.write(join(folder, `${name}.json`), json(value));
  await Bun.write(join(folder, "console.txt"), text(run.console));
  for (const [service, lines] of run.log) await Bun.write(join(folder, `${service}.log`), text(lines));
  if (run.keepSecrets && run.secrets.length > 0)
    writeFileSync(join(folder, "keylog.txt"), text(run.secrets), { mode: 0o600 });
  if (run.keylog === undefined) return;
  try {
    appendFileSync(run.keylog, text(run.secrets), { mode: 0o600 });
  } catch (error) {
    throw new Failure(
      `the key log ${run.keylog} can't be written (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}
