// The lab as a child process, for the tests: what it prints, how it ends.
import { join } from "node:path";

export const root = join(import.meta.dir, "../..");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `bun lab …` to its end; `by`: what it is started by, such as `setpriv …`. */
export async function lab(
  words: readonly string[],
  environment: Record<string, string> = {},
  by: readonly string[] = [],
): Promise<Ended> {
  const run = Bun.spawn([...by, process.execPath, "lab", ...words], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", LAB_LANG: "en", ...environment },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
    run.exited,
  ]);
  return { code, stdout, stderr };
}

/** The lines of a foreign program that must succeed. */
export async function lines(
  command: readonly string[],
  environment: Record<string, string> = {},
): Promise<string[]> {
  const run = Bun.spawn([...command], {
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, ...environment },
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
    run.exited,
  ]);
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${stderr}`);
  return stdout.split("\n").filter(line => line !== "");
}
