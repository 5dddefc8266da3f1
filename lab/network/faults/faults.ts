// What can be wrong with a host's cable, and what was: the words of a faulty network.

/** What is wrong with one direction of a cable. A share is from 0 (never) to 1 (always). */
export interface PathFaults {
  /** The share of frames that is lost. */
  readonly loss?: number;
  /** Milliseconds that each frame is under way. */
  readonly delay?: number;
  /** So many milliseconds less or more than `delay`, at random; frames stay in order. */
  readonly jitter?: number;
  /** The share of frames that arrives twice. */
  readonly duplicate?: number;
  /** The share of frames that is held back for `holdBack` milliseconds (10), so that those behind overtake it. */
  readonly reorder?: number;
  readonly holdBack?: number;
  /** Bits a second; what has to wait for longer than a second is lost. */
  readonly rate?: number;
}

/** What is wrong with a host's cable. */
export interface CableFaults {
  /** The same seed, the same faults: which frame of the cable they befall. 0 by default. */
  readonly seed?: number;
  /** What the host sends. */
  readonly up?: PathFaults;
  /** What the host gets. */
  readonly down?: PathFaults;
  /** The largest IP packet, 68 to 1500 octets (RFC 791 §3.2). The host knows it; larger ones to it are lost. */
  readonly mtu?: number;
  /** Cuts TCP connections. */
  readonly cuts?: CutPlan;
}

/** Who cuts the connections of a host, and when. */
export interface CutPlan {
  /** Absolute path or file URL of a module whose `cutter` is a `Cutter`. */
  readonly program: string;
  /** Handed to `cutter` as it is; JSON. */
  readonly settings?: unknown;
}

/** Made once a cable. Each connection over it is watched by what it returns, or not at all. */
export type Cutter = (settings: never) => (connection: {
  /** "192.168.1.101:49152". */
  readonly client: string;
  readonly server: string;
}) => Watch | undefined;

/**
 * Sees each octet of a connection once, in order. Anything but false: these still arrive, and then the connection is
 * cut; a text names the cut in the report.
 */
export type Watch = (octets: Uint8Array, from: "client" | "server") => boolean | string;

export type FaultKind = "lost" | "duplicated" | "held back" | "too large" | "too fast" | "cut";

/** One fault that happened. */
export interface Fault {
  readonly host: string;
  readonly way: "up" | "down";
  readonly kind: FaultKind;
  /** Nanoseconds since the Unix epoch: when the frame was met. */
  readonly time: bigint;
  /** The frame, by `frameHash`; none on a network that does not record it. */
  readonly frame?: bigint;
  /** Of a cut: what its program calls it. */
  readonly name?: string;
}

/** How many frames of one direction: those that were met, and what befell them. */
export type PathCounts = { frames: number } & Record<FaultKind, number>;

/** What was done to each host's cable so far, and the faults one by one, the first 100 000 of them. */
export interface FaultReport {
  readonly cables: readonly {
    readonly host: string;
    readonly up: Readonly<PathCounts>;
    readonly down: Readonly<PathCounts>;
  }[];
  readonly faults: readonly Fault[];
}

export const mostFaults = 100_000;

export const noCounts = (): PathCounts => ({
  frames: 0,
  lost: 0,
  duplicated: 0,
  "held back": 0,
  "too large": 0,
  "too fast": 0,
  cut: 0,
});

/** Tells frames apart, so that a fault finds its frame in the recording. */
export const frameHash = (octets: Uint8Array): bigint => BigInt(Bun.hash(octets));

/** @throws RangeError that says which is out of range, and what belongs there */
export function checkFaults(host: string, { up, down, mtu, seed }: CableFaults): void {
  const check = (what: string, value: number | undefined, least: number, most: number) => {
    if (value !== undefined && !(value >= least && value <= most))
      throw new RangeError(`${host}: ${what} is from ${least} to ${most}, not ${value}`);
  };
  check("a seed", seed, -(2 ** 53), 2 ** 53);
  check("an MTU", mtu, 68, 1500);
  for (const path of [up, down]) {
    for (const share of ["loss", "duplicate", "reorder"] as const)
      check(`a share (${share})`, path?.[share], 0, 1);
    for (const wait of ["delay", "jitter", "holdBack"] as const)
      check(`${wait} in milliseconds`, path?.[wait], 0, 60_000);
    check("a rate in bits a second", path?.rate, 1000, 1e11);
  }
}
