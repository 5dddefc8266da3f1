// Where a recording goes: one file, or a ring of files of which the oldest make room.
import { closeSync, existsSync, openSync, rmSync, writeSync } from "node:fs";
import { extname } from "node:path";
import { CaptureWriter } from "../../protocols/pcapng/writer.ts";
import { Failure } from "../failure.ts";

/** When a file is full, and how many are kept; nothing said: one file. */
export interface Ring {
  readonly octets?: number;
  readonly seconds?: number;
  /** Frames. */
  readonly frames?: number;
  readonly files?: number;
}

export class RecordedFiles implements Disposable {
  /** Those that are there, oldest first. */
  readonly written: string[] = [];
  /** How many octets and files were written, of those that are gone too. */
  octets = 0;
  count = 0;
  #descriptor: number | undefined;
  #writer: CaptureWriter | undefined;
  #octets = 0;
  #frames = 0;
  #begun = 0n;

  /** `-`: standard output. @throws Failure where the file can't be written */
  constructor(
    readonly path: string,
    readonly linkType: number,
    readonly interfaceName: string,
    readonly snapLength: number,
    readonly filter: string,
    readonly ring: Ring = {},
  ) {
    this.#open(new Date());
  }

  get #turns(): boolean {
    const { octets, seconds, frames } = this.ring;
    return octets !== undefined || seconds !== undefined || frames !== undefined;
  }

  packet(time: bigint, octets: Uint8Array, originalLength: number): void {
    if (this.#turns && this.#frames > 0 && this.#full(time)) {
      this.#close();
      this.#open(new Date(Number(time / 1_000_000n)));
    }
    if (this.#frames++ === 0) this.#begun = time;
    this.#writer!.packet(0, time, octets, { originalLength });
  }

  #full(time: bigint): boolean {
    const { octets, seconds, frames } = this.ring;
    if (octets !== undefined) this.flush();
    return (
      (octets !== undefined && this.#octets >= octets) ||
      (frames !== undefined && this.#frames >= frames) ||
      (seconds !== undefined && time - this.#begun >= BigInt(Math.round(seconds * 1e9)))
    );
  }

  flush(): void {
    this.#writer?.flush();
  }

  /** "run.pcapng"; of a ring "run_00001_20261122153000.pcapng", as Wireshark calls them. */
  #name(at: Date): string {
    if (!this.#turns) return this.path;
    const end = extname(this.path);
    const stem = end === "" ? this.path : this.path.slice(0, -end.length);
    const moment = at.toISOString().replace(/\D/g, "").slice(0, 14);
    return `${stem}_${String(this.count).padStart(5, "0")}_${moment}${end}`;
  }

  #open(at: Date): void {
    this.count++;
    const name = this.#name(at);
    if (this.#turns && existsSync(name))
      throw new Failure(`${name} is there already; name another file by -w.`, 2);
    try {
      this.#descriptor = name === "-" ? 1 : openSync(name, "w");
    } catch (error) {
      throw new Failure(
        `${name} can't be written (${(error as NodeJS.ErrnoException).code}); name another file by -w.`,
        2,
      );
    }
    this.#octets = this.#frames = 0;
    const descriptor = this.#descriptor;
    this.#writer = new CaptureWriter(
      octets => {
        for (let written = 0; written < octets.length; ) written += writeSync(descriptor, octets, written);
        this.#octets += octets.length;
        this.octets += octets.length;
      },
      { application: "protocol-lab" },
    );
    this.#writer.interface({
      name: this.interfaceName,
      linkType: this.linkType,
      snapLength: this.snapLength,
      ...(this.filter && { description: this.filter }),
    });
    this.#writer.flush();
    this.written.push(name);
    const { files } = this.ring;
    if (files !== undefined && this.written.length > files) rmSync(this.written.shift()!, { force: true });
  }

  #close(): void {
    this.flush();
    if (this.#descriptor !== undefined && this.#descriptor !== 1) closeSync(this.#descriptor);
    this.#descriptor = this.#writer = undefined;
  }

  [Symbol.dispose](): void {
    if (this.#writer) this.#close();
  }
}
