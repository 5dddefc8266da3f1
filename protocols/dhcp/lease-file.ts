// The server's leases on disk: a line is added, and is on disk, before a client hears of its lease. A crash loses none.
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { Clock } from "../endpoint/index.ts";
import { dotted, parseIpv4 } from "../ipv4/address.ts";
import type { Holding } from "./leases.ts";

/** One line. Times are the server's own (ISO 8601); `null`: for ever. */
interface Entry {
  readonly address: string;
  readonly client: string;
  readonly mac: string;
  readonly hostName?: string;
  readonly state: "bound" | "declined";
  readonly expires: string | null;
}

/** The file is written anew when it holds so many more lines than leases. */
const mostStaleLines = 1000;

/** One server's at a time. */
export class LeaseFile {
  /** By address, the latest entry. */
  readonly #entries = new Map<string, Entry>();
  #descriptor: number;
  #lines = 0;

  /**
   * Opens the file, or makes it. A last line that is not whole, as a crash leaves it, was told to nobody and is dropped.
   * @throws Error that says what is wrong with the file, and where
   */
  constructor(
    readonly path: string,
    readonly clock: Clock,
  ) {
    for (const [i, line] of whole(path).entries()) this.#remember(entryOf(line, path, i + 1));
    this.#descriptor = this.#rewrite();
  }

  /** Every address that the file tells of, also those whose time is over. */
  *holdings(): Generator<Holding> {
    for (const { address, client, mac, hostName, state, expires } of this.#entries.values())
      yield {
        key: client,
        mac,
        hostName,
        address: parseIpv4(address),
        state,
        expires: this.#elapsedAt(expires),
      };
  }

  /** Returns when the lease is on disk. @throws Error of the system: the disk is full, or gone; nothing is added then */
  add({ key, mac, hostName, address, state, expires }: Holding): void {
    if (state === "offered") return;
    const entry: Entry = {
      address: dotted(address),
      client: key,
      mac,
      hostName,
      state,
      expires: this.#timeOf(expires),
    };
    if (this.#lines > this.#entries.size + mostStaleLines) {
      closeSync(this.#descriptor);
      this.#descriptor = this.#rewrite();
    }
    write(this.#descriptor, `${JSON.stringify(entry)}\n`);
    this.#remember(entry);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #remember(entry: Entry): void {
    this.#entries.set(entry.address, entry);
    this.#lines++;
  }

  /** The new file takes the old one's place when it is whole: a crash finds the one or the other. */
  #rewrite(): number {
    const fresh = `${this.path}.new`;
    const descriptor = openSync(fresh, "w", 0o644);
    write(descriptor, [...this.#entries.values()].map(entry => `${JSON.stringify(entry)}\n`).join(""));
    renameSync(fresh, this.path);
    const folder = openSync(dirname(this.path), "r");
    fsyncSync(folder);
    closeSync(folder);
    this.#lines = this.#entries.size;
    return descriptor;
  }

  #timeOf(expires: bigint | undefined): string | null {
    if (expires === undefined) return null;
    const nanoseconds = this.clock.now() + expires - this.clock.elapsed();
    return new Date(Number(nanoseconds / 1_000_000n)).toISOString();
  }

  #elapsedAt(expires: string | null): bigint | undefined {
    if (expires === null) return undefined;
    return this.clock.elapsed() + BigInt(Date.parse(expires)) * 1_000_000n - this.clock.now();
  }
}

/** All of it and on disk, or none of it. */
function write(descriptor: number, text: string): void {
  const octets = new TextEncoder().encode(text);
  let written = 0;
  try {
    while (written < octets.length) written += writeSync(descriptor, octets, written);
    fsyncSync(descriptor);
  } catch (error) {
    undo(descriptor, written);
    throw error;
  }
}

/** Half a line must not become the beginning of the next. */
function undo(descriptor: number, written: number): void {
  if (written > 0) ftruncateSync(descriptor, fstatSync(descriptor).size - written);
}

function whole(path: string): string[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  lines.pop();
  return lines;
}

function entryOf(line: string, path: string, number: number): Entry {
  try {
    const entry = JSON.parse(line) as Entry;
    parseIpv4(entry.address);
    const times = entry.expires === null || !Number.isNaN(Date.parse(entry.expires));
    if (!times || !(entry.state === "bound" || entry.state === "declined")) throw new RangeError("no lease");
    if (typeof entry.client !== "string" || typeof entry.mac !== "string") throw new RangeError("no client");
    return entry;
  } catch (error) {
    throw new Error(
      `line ${number} of the lease file ${path} is no lease (${(error as Error).message}); mend it, or start with an empty file`,
    );
  }
}
