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

/** What a run with `--json` printed, an object a line. @throws Error if it did not end well */
export async function objectsOf(words: readonly string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await lab(["scenario", "intranet", "--json", ...words]);
  if (code !== 0) throw new Error(`the run ended with ${code}: ${stderr}${stdout.slice(-2000)}`);
  return stdout
    .trim()
    .split("\n")
    .map(line => JSON.parse(line));
}

/** What tshark objects to in a capture: wrong checksums, malformed packets, warnings; `but`: a filter of what is no fault. */
export async function tsharkObjections(tshark: string, capture: string, but = "!frame"): Promise<string[]> {
  const checked = ["ip", "udp", "tcp"].flatMap(one => ["-o", `${one}.check_checksum:TRUE`]);
  const bad =
    "ip.checksum.status==0 || udp.checksum.status==0 || tcp.checksum.status==0 || " +
    "_ws.expert.severity > 0x00400000 || _ws.malformed";
  return lines([
    tshark,
    "-r",
    capture,
    ...checked,
    "-d",
    "tls.port==8884,mqtt",
    "-Y",
    `(${bad}) && !(${but})`,
  ]);
}
