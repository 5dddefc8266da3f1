// The recording of a relay: the frames it stands for, each once, at the port of the host that sends them.
import { closeSync, openSync, writeSync } from "node:fs";
import { CaptureWriter } from "../../../protocols/pcapng/index.ts";
import { machineTime } from "../clock.ts";
import type { Recording } from "../contract.ts";
import type { Lan, Tape } from "./lan.ts";

/** A lab that is killed loses the last moments of its recording: these. */
const flushMilliseconds = 50;
/** What was sent is on its way through 127.0.0.1 for less than this; a busy relay is waited for, but not for ever. */
const quietMilliseconds = 10;
const mostTurns = 50;
/** Two frames are told apart by their times in programs that know microseconds only. */
const leastStep = 1000n;

export class RelayRecording implements Recording, Tape {
  readonly #descriptor: number;
  readonly #writer: CaptureWriter;
  readonly #flushing: Timer;
  /** Frames by port. */
  readonly #received: number[] = [];
  #last = 0n;
  #failure: Error | undefined;
  #stopped: Promise<{ frames: number; dropped: number }> | undefined;

  /** @throws Error where the file can't be written */
  constructor(
    readonly file: string,
    readonly lan: Lan,
    /** Every host that was ever plugged in, by port. */
    readonly names: readonly string[],
  ) {
    this.#descriptor = opened(file);
    this.#writer = new CaptureWriter(octets => this.#write(octets), { application: "protocol-lab" });
    this.#flush();
    if (this.#failure) throw this.#failure;
    this.#flushing = setInterval(() => this.#flush(), flushMilliseconds);
    this.#flushing.unref();
    lan.tape = this;
  }

  frame(port: number, octets: Uint8Array): void {
    this.#declare();
    const now = machineTime();
    this.#last = now > this.#last ? now : this.#last + leastStep;
    this.#writer.packet(port, this.#last, octets);
    this.#received[port]!++;
  }

  stop(): Promise<{ frames: number; dropped: number }> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<{ frames: number; dropped: number }> {
    await this.#quiet();
    this.lan.tape = undefined;
    clearInterval(this.#flushing);
    this.#declare();
    const time = machineTime();
    for (const [port, received] of this.#received.entries())
      this.#writer.statistics(port, { time, received, dropped: 0 });
    this.#writer.flush();
    closeSync(this.#descriptor);
    if (this.#failure) throw this.#failure;
    return { frames: this.#frames, dropped: 0 };
  }

  /** Waits until nothing has passed for a moment. */
  async #quiet(): Promise<void> {
    for (let turn = 0; turn < mostTurns; turn++) {
      const before = this.#frames;
      await Bun.sleep(quietMilliseconds);
      if (this.#frames === before) return;
    }
  }

  get #frames(): number {
    return this.#received.reduce((sum, received) => sum + received, 0);
  }

  #flush(): void {
    this.#declare();
    this.#writer.flush();
  }

  /** An interface for each port, in their order. */
  #declare(): void {
    for (let port = this.#received.length; port < this.names.length; port++) {
      const name = this.names[port]!;
      this.#writer.interface({ name, description: `switch port ${port}: what ${name} sends`, linkType: 1 });
      this.#received.push(0);
    }
  }

  /** A disk that is full ends the recording, not what is recorded. */
  #write(octets: Uint8Array): void {
    if (this.#failure) return;
    try {
      for (let written = 0; written < octets.length; )
        written += writeSync(this.#descriptor, octets, written);
    } catch (cause) {
      const reason = (cause as Error).message;
      this.#failure = new Error(`the recording ${this.file} ended early: ${reason}`, { cause });
      this.lan.tape = undefined;
    }
  }
}

function opened(file: string): number {
  try {
    return openSync(file, "w");
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: "its folder is missing",
      EACCES: "not permitted",
      EISDIR: "it is a folder",
    };
    throw new Error(`can't record to ${file}: ${reasons[code] ?? message}`, { cause: error });
  }
}
