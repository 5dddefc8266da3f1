// A stream with a stopwatch: how long a write takes, and how long it takes to read what already waits.
import type { Duplex } from "node:stream";
import type { Clock, Endpoint, Stream } from "../../protocols/endpoint/index.ts";

/** The socket of a Duplex of Bun's, below its buffer. */
interface Handle {
  pause?(): void;
  resume?(): void;
}

/**
 * Counts the time inside the layer below alone: TCP, or TLS over it. While it is held nothing is taken from there, so
 * what arrives waits in the kernel, undeciphered; `pause()` of a Duplex that is read on demand would not do it, because
 * that goes on filling its buffer. Reading is timed from `release` on, to the last octets that were taken.
 */
export class Stopwatch implements Stream {
  /** Nanoseconds of the last write, and of the reading since the last `release`. */
  written = 0n;
  taken = 0n;
  #released = 0n;
  #holding: PromiseWithResolvers<void> | undefined;

  constructor(
    readonly stream: Stream,
    readonly clock: Pick<Clock, "elapsed">,
  ) {}

  get local(): Endpoint {
    return this.stream.local;
  }
  get remote(): Endpoint {
    return this.stream.remote;
  }
  get ended(): boolean {
    return this.stream.ended;
  }
  get duplex(): Duplex {
    return this.stream.duplex;
  }

  async write(octets: Uint8Array): Promise<void> {
    const began = this.clock.elapsed();
    await this.stream.write(octets);
    this.written = this.clock.elapsed() - began;
  }

  async read(milliseconds?: number): Promise<Uint8Array | undefined> {
    await this.#holding?.promise;
    const octets = await this.stream.read(milliseconds);
    // A read that waited since before may come to its end while the stream is held: its octets wait here.
    await this.#holding?.promise;
    this.taken = this.clock.elapsed() - this.#released;
    return octets;
  }

  hold(): void {
    this.#holding ??= Promise.withResolvers();
    this.#handle?.pause?.();
  }

  release(): void {
    this.taken = 0n;
    this.#released = this.clock.elapsed();
    this.#handle?.resume?.();
    this.#holding?.resolve();
    this.#holding = undefined;
  }

  async close(): Promise<void> {
    this.release();
    await this.stream.close();
  }

  get #handle(): Handle | undefined {
    return (this.stream.duplex as Duplex & { readonly _handle?: Handle })._handle;
  }
}
