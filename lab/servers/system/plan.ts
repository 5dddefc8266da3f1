// What a host with real servers is told: their commands, their ports, and whose lines their logs are.

export interface SystemPlan {
  /** Path of util-linux's setpriv. */
  readonly setpriv: string;
  /** Where their files lie. */
  readonly folder: string;
  readonly daemons: readonly DaemonPlan[];
  /** Whether a person at its keyboard publishes. */
  readonly isDesk: boolean;
}

export interface DaemonPlan {
  readonly name: string;
  readonly command: readonly string[];
  /** Open when it is ready. */
  readonly ports: readonly Port[];
  /** What it reads as `/proc/self/fd/3`, and nobody from a disk. */
  readonly secret?: string;
  /** By what a line of its log begins with, which is left out: the service whose line it is. "" is any other line. */
  readonly services: Readonly<Record<string, string>>;
}

interface Port {
  readonly transport: "udp" | "tcp";
  readonly port: number;
}

export const udp = (port: number): Port => ({ transport: "udp", port });
export const tcp = (port: number): Port => ({ transport: "tcp", port });

/** A server as the lab sets it up: what it runs, and the files that it reads, by name. */
export interface Equipped {
  readonly daemon: DaemonPlan;
  readonly files: Readonly<Record<string, string>>;
}

/** What of a plan no real server can be told: the name of the setting. */
export class Untold extends Error {
  constructor(readonly setting: string) {
    super(`${setting} is for the lab's own server`);
  }
}

/** @throws Untold for a setting that is not among those known */
export function onlyKnown(settings: object, known: readonly string[], of: string): void {
  for (const [name, value] of Object.entries(settings))
    if (value !== undefined && !known.includes(name)) throw new Untold(`${of}${name}`);
}
