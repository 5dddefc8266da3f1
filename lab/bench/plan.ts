// What `bun lab bench rdwr` measures: which connections, which sizes, how often.
import { usage } from "../failure.ts";
import { meant } from "../words.ts";

/** Nobody proves who it is; the server does; both do. */
export const modes = ["plain", "server", "mutual"] as const;
export type Mode = (typeof modes)[number];
export const versions = ["1.2", "1.3"] as const;
export type Version = (typeof versions)[number];

/** A way of reaching the broker. Without a version there is no TLS. */
export interface Connection {
  readonly mode: Mode;
  readonly version?: Version;
}

/** Octets of a message; 1460 is what one TCP segment carries at an MTU of 1500 (MSS). */
export const usualSizes = [16, 64, 256, 1024, 1460, 2048, 4096, 16_384] as const;
export const segmentSize = 1460;

/** A cycle may have to cross the lab's own buffers whole; a broker takes more, but it is not the experiment's question. */
const largest = 65_536;
const mostCycles = 100_000;

/** The sizes of "16,64,1460", each once, the smallest first. @throws Failure (usage) */
export function sizesIn(text: string): number[] {
  const sizes = listed(text).map(one => {
    const size = Number(one);
    if (!/^\d+$/.test(one) || size < 1 || size > largest)
      throw usage(
        `--sizes: "${one}" is no size; whole octets from 1 to ${largest} with commas, such as 16,1460.`,
      );
    return size;
  });
  if (sizes.length === 0) throw usage("--sizes names none; octets with commas, such as 16,1024,16384.");
  return [...new Set(sizes)].sort((a, b) => a - b);
}

/** @throws Failure (usage) */
export function cyclesIn(text: string): number {
  const cycles = Number(text);
  if (!/^\d+$/.test(text) || cycles < 1 || cycles > mostCycles)
    throw usage(`--cycles: "${text}" is no number from 1 to ${mostCycles}; 100 are usual.`);
  return cycles;
}

const mostRuns = 20;

/** @throws Failure (usage) */
export function runsIn(text: string): number {
  const runs = Number(text);
  if (!/^\d+$/.test(text) || runs < 1 || runs > mostRuns)
    throw usage(`--runs: "${text}" is no number from 1 to ${mostRuns}; 3 show whether they agree.`);
  return runs;
}

/** So many connections for the measurement of memory; 0: it is left out. @throws Failure (usage) */
export function crowdIn(text: string): number {
  const crowd = Number(text);
  // Each takes a file descriptor on either side, and 1024 of them are what a process often gets.
  if (!/^\d+$/.test(text) || crowd > 500)
    throw usage(`--connections: "${text}" is no number from 0 to 500; 0 leaves memory out.`);
  return crowd;
}

/** Every mode in every version, in the order of the lists above. @throws Failure (usage) */
export function connectionsIn(modeNames: string, versionNames: string): Connection[] {
  const chosen = namesIn("--modes", modeNames, modes);
  const spoken = namesIn("--tls-version", versionNames, versions);
  return modes
    .filter(mode => chosen.has(mode))
    .flatMap((mode): Connection[] =>
      mode === "plain"
        ? [{ mode }]
        : versions.filter(version => spoken.has(version)).map(version => ({ mode, version })),
    );
}

function namesIn<T extends string>(flag: string, text: string, known: readonly T[]): ReadonlySet<T> {
  const names = listed(text);
  const wrong = names.find(name => !known.includes(name as T));
  if (wrong !== undefined) {
    const close = meant(wrong, known);
    throw usage(
      `${flag}: "${wrong}" is none of ${known.join(", ")}${close && close !== wrong ? `; did you mean ${close}?` : "."}`,
    );
  }
  if (names.length === 0) throw usage(`${flag} names none; there are ${known.join(", ")}.`);
  return new Set(names as T[]);
}

const listed = (text: string): string[] =>
  text
    .split(",")
    .map(one => one.trim())
    .filter(one => one !== "");

/** "plain", "TLS 1.2", "mutual TLS 1.3" */
export const nameOf = ({ mode, version }: Connection): string =>
  mode === "plain" ? "plain" : `${mode === "mutual" ? "mutual " : ""}TLS ${version}`;
