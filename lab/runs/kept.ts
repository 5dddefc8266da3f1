// A run that was kept, read again: its capture, and what lies beside it in its folder (README.md).
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import type { BoardResult } from "./boards.ts";
import type { Result } from "./reporter.ts";

/** What its folder holds of a run; of a capture alone, nothing but that. */
export interface Run {
  readonly capture: string;
  /** The folder's name, or the capture's. */
  readonly name: string;
  readonly folder?: string;
  readonly result?: Partial<Result>;
  readonly boards: readonly BoardResult[];
  /** By board: groups of settings. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly outcome?: {
    readonly failed?: { readonly board: string; readonly phase: string; readonly reason: string };
    readonly findings?: readonly string[];
  };
  readonly console: string;
  /** Server logs by their names. */
  readonly logs: readonly (readonly [name: string, text: string])[];
  /** What the bench of write and read times left, if it was one. */
  readonly rdwr?: unknown;
}

const runs = join(import.meta.dir, "../../captures/runs");

/** `path`: a run's folder, or a capture; none: the newest run. @throws Failure */
export function openRunOf(path: string | undefined): Run {
  const found = path ?? newest();
  const there = statSync(found, { throwIfNoEntry: false });
  if (!there) throw new Failure(`${found} does not exist; name a run's folder, or a capture.`);
  if (there.isDirectory()) return folderRun(found);
  const folder = dirname(found);
  return basename(found) === "capture.pcapng" && existsSync(join(folder, "settings.json"))
    ? { ...folderRun(folder), capture: found }
    : { capture: found, name: basename(found), boards: [], settings: {}, console: "", logs: [] };
}

function newest(): string {
  const names = existsSync(runs) ? readdirSync(runs).sort() : [];
  const last = names.findLast(name => existsSync(join(runs, name, "capture.pcapng")));
  if (last === undefined)
    throw new Failure("there is no run yet; bun lab scenario intranet makes one, or name a capture.");
  return join(runs, last);
}

function folderRun(folder: string): Run {
  const result = json(folder, "run.json") as Partial<Result> | undefined;
  const beside = join(folder, "capture.pcapng");
  const capture = existsSync(beside)
    ? beside
    : typeof result?.capture === "string"
      ? result.capture
      : undefined;
  if (capture === undefined || !existsSync(capture))
    throw new Failure(`${folder} holds no capture; name the folder that a run made, or a capture file.`);
  const logs = readdirSync(folder)
    .filter(name => name.endsWith(".log"))
    .sort()
    .map(name => [name, text(folder, name)] as const);
  return {
    capture,
    name: basename(folder),
    folder,
    ...(result && { result }),
    boards: listOf<BoardResult>(json(folder, "timings.json")),
    settings: (json(folder, "settings.json") ?? {}) as Run["settings"],
    outcome: json(folder, "outcome.json") as Run["outcome"],
    console: text(folder, "console.txt"),
    logs,
    rdwr: json(folder, "rdwr.json"),
  };
}

const text = (folder: string, name: string): string => {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};

/** @throws Failure that names the file */
function json(folder: string, name: string): unknown {
  const written = text(folder, name);
  if (written === "") return undefined;
  try {
    return JSON.parse(written);
  } catch {
    throw new Failure(
      `${join(folder, name)} is no JSON; the run left another there, or it was changed by hand.`,
    );
  }
}

const listOf = <T>(value: unknown): readonly T[] => (Array.isArray(value) ? value : []);
