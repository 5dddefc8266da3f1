// One of two that are compared: a run's folder, or a capture; read once.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { Forwarded } from "../analyze/forwarded.ts";
import { analyzers } from "../analyzers.ts";
import { exit, Failure, usage } from "../failure.ts";
import { readPackets } from "../inspect/reading.ts";
import { Gathering, type Told } from "./messages.ts";

export interface Side extends Told {
  /** As it was given. */
  readonly path: string;
  readonly capture: string;
  /** The rules of its findings, each once. */
  readonly findings: readonly string[];
  /** Of a run: every setting of each board, by "BOARD table.key"; none of a capture alone. */
  readonly settings?: ReadonlyMap<string, string>;
  /** Of a run: the lab's own servers, or the real ones with their versions. */
  readonly servers?: string;
  /** Of a run: the phase in which a board failed. */
  readonly failed?: string;
  /** Whether it could be read to its end. */
  readonly isWhole: boolean;
}

/** @throws Failure (usage) for what is neither a run's folder nor a capture */
export async function readSide(path: string, keylog?: string): Promise<Side> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw usage(`there is no ${path}; give a run's folder or a capture.`);
  const run = found.isDirectory() ? await runIn(path) : undefined;
  const capture = run?.capture ?? path;
  const gathering = new Gathering();
  const all = analyzers();
  const copies = new Forwarded();
  const rules = new Set<string>();
  const names = new Map<string, string>();
  const code = await readPackets(
    capture,
    {
      keylog: keylog ?? run?.keylog,
      meet(met) {
        if (met.kind !== "names") return;
        for (const { address, names: given } of met.entries) if (given[0]) names.set(address, given[0]);
      },
    },
    packet => {
      gathering.observe(packet);
      if (!copies.isCopy(packet)) for (const { rule } of all.observe(packet)) rules.add(rule.id);
    },
  ).catch(error => {
    throw error instanceof Failure ? usage(error.message) : error;
  });
  for (const { rule } of all.conclude()) rules.add(rule.id);
  if (gathering.left > 0)
    console.error(`lab: ${capture}: ${gathering.left} messages more than a comparison takes were left out.`);
  return {
    path,
    capture,
    ...gathering.told(names),
    findings: [...rules].sort(),
    ...(run && { settings: run.settings, servers: run.servers, failed: run.failed }),
    isWhole: code === exit.done,
  };
}

export interface Run {
  readonly capture: string;
  readonly keylog: string | undefined;
  readonly settings: ReadonlyMap<string, string>;
  readonly servers: string;
  readonly failed: string | undefined;
}

/** What a run left in its folder (lab/runs/README.md). @throws Failure (usage) for a folder that is none */
export async function runIn(folder: string): Promise<Run> {
  const result = (await json(folder, "run.json")) as { capture?: string; servers?: unknown } | undefined;
  const capture = [join(folder, "capture.pcapng"), result?.capture].find(one => one && existsSync(one));
  if (!capture)
    throw usage(
      `${folder} is no run's folder: there is no capture.pcapng in it; give a folder that a scenario left (captures/runs), or a capture.`,
    );
  const outcome = (await json(folder, "outcome.json")) as { failed?: { phase?: string } } | undefined;
  const { servers } = result ?? {};
  const isReal = typeof servers === "object" && servers !== null;
  const keylog = join(folder, "keylog.txt");
  return {
    capture,
    keylog: existsSync(keylog) ? keylog : undefined,
    settings: new Map(flat((await json(folder, "settings.json")) ?? {})),
    servers: isReal
      ? Object.entries(servers)
          .map(one => one.join(" "))
          .join(", ")
      : "embedded",
    failed: outcome?.failed?.phase,
  };
}

async function json(folder: string, name: string): Promise<unknown> {
  const file = Bun.file(join(folder, name));
  if (!(await file.exists())) return undefined;
  try {
    return await file.json();
  } catch {
    throw usage(`${join(folder, name)} is no JSON: the run's folder is damaged; give its capture instead.`);
  }
}

/** { NUCLEO: { tls: { mode: "off" } } } as ["NUCLEO tls.mode", "off"]. */
function* flat(value: unknown, path: readonly string[] = []): Generator<[string, string]> {
  if (typeof value !== "object" || value === null) {
    const [board = "", ...keys] = path;
    yield [`${board} ${keys.join(".")}`, String(value)];
    return;
  }
  for (const [key, inner] of Object.entries(value)) yield* flat(inner, [...path, key]);
}
