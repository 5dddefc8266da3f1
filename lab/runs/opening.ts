// How a run begins and how it fails: a network, a folder, a place for the capture, and errors told as what they are.
import { accessSync, closeSync, constants, openSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { exit, Failure, usage } from "../failure.ts";
import {
  beforeEnd,
  type Network,
  type NetworkKind,
  type OpenedNetwork,
  openNetwork,
} from "../network/index.ts";
import type { Language } from "../words.ts";
import { makeFolder } from "./folder.ts";
import { Lines, type Reporter, Told } from "./reporter.ts";

/** What a person can choose for every run. */
export interface RunOptions {
  readonly network: NetworkKind;
  /** Where the capture goes; by default into the run's folder. */
  readonly write?: string;
  /** Where the run's folder goes. */
  readonly output?: string;
  /** Where the secrets of TLS sessions go besides. */
  readonly keylog?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly lang: Language;
}

export interface OpenedRun {
  readonly network: Network;
  readonly reporter: Reporter;
  readonly folder: string;
  /** The capture. */
  readonly file: string;
  /** To be called when the capture is finished: until then, whoever ends the run is told where it lies. */
  readonly finished: () => void;
}

/**
 * Opens a network for a run and makes its folder; what can't be written is refused before anything is played.
 * The network is the caller's to dispose of. @throws Failure
 */
export async function openRun(
  name: string,
  options: Omit<RunOptions, "timeout">,
  /** The network, where it is none of the lab's own. */
  open: () => Promise<OpenedNetwork> = () => openNetwork(options.network),
): Promise<OpenedRun> {
  if (options.write !== undefined) writable(options.write, "-w");
  if (options.keylog !== undefined) writable(options.keylog, "--keylog");
  // An ordinary user's process may start over in here: nothing is printed or made before.
  const { network, why } = await open().catch(error => {
    throw new Failure((error as Error).message);
  });
  const reporter = options.json ? new Lines() : new Told(options.lang, options.quiet === true);
  reporter.network(network.kind, why, network.limits);
  const folder = makeFolder(name, options.output);
  const file = resolve(options.write ?? join(folder, "capture.pcapng"));
  const finished = beforeEnd(async () => console.error(`lab: stopped; the capture so far: ${file}`));
  return { network, reporter, folder, file, finished };
}

/** @throws Failure that names the flag, if a file can't be written there */
export function writable(path: string, flag: string): void {
  const file = resolve(path);
  const refused = (why: string): Failure => usage(`${flag} ${path}: ${why}; name another file.`);
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw refused("is a folder, where a file is expected");
  try {
    if (there) return accessSync(file, constants.W_OK);
    closeSync(openSync(file, "wx"));
    rmSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw refused(`there is no folder ${dirname(file)}`);
    throw refused(
      code === "EACCES" || code === "EPERM"
        ? "may not be written by this user"
        : `can't be written (${code})`,
    );
  }
}

/**
 * What ended a run, as its user is told: silence of a peer (exit code 9) and its refusals are failures; anything else is
 * a mistake of the lab, and stays what it is. A host's error carries the program's own as its cause.
 */
export function failureOf(error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const { name } = error.cause instanceof Error ? error.cause : error;
  const [sentence] = error.message.split("\n");
  if (name === "Unanswered") return new Failure(sentence!, exit.noReply);
  if (name === "Refused" || name === "Violated") return new Failure(sentence!);
  return error;
}

/** How long the run has taken, in milliseconds, from the moment its command was given: a process that started over counts whole. */
export const elapsed = (): number =>
  performance.timeOrigin + performance.now() - Number(process.env.LAB_STARTED ?? performance.timeOrigin);
