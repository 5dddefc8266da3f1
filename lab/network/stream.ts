// A byte stream over any Duplex of Node.js: a TCP socket, TLS over one, or two ends in memory.
import type { Duplex } from "node:stream";
import { type Endpoint, Refused, type Stream } from "../../protocols/endpoint/index.ts";
import { settled } from "./patience.ts";

/** Nothing is read before `read` is called: until then the Duplex may be handed to TLS. One reader at a time. */
export class DuplexStream implements Stream {
  #failure: Error | undefined;
  #reading = false;
  readonly #waiting = new Set<() => void>();

  constructor(
    readonly duplex: Duplex,
    readonly local: Endpoint,
    readonly remote: Endpoint,
  ) {
    // Without a listener, a reset by the peer would be an uncaught exception.
    duplex.on("error", error => {
      this.#failure ??= error;
    });
  }

  get ended(): boolean {
    return this.duplex.readableEnded || this.duplex.destroyed || this.#failure !== undefined;
  }

  write(octets: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.duplex.write(octets, error => (error ? reject(this.#broken(error)) : resolve()));
    });
  }

  async read(milliseconds?: number): Promise<Uint8Array | undefined> {
    this.#listen();
    const deadline = milliseconds === undefined ? undefined : performance.now() + milliseconds;
    for (;;) {
      const chunk: Uint8Array | null = this.duplex.read();
      // No Buffer of Node.js: its `slice` would share what a Uint8Array's copies.
      if (chunk) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (this.ended) return undefined;
      if (!(await this.#news(deadline))) return undefined;
    }
  }

  async close(): Promise<void> {
    if (this.duplex.destroyed) return;
    const deadline = performance.now() + 2000;
    const finished = new Promise<void>(resolve => {
      this.duplex.end(resolve);
      this.duplex.once("close", resolve);
    });
    while ((await this.read(Math.max(0, deadline - performance.now()))) !== undefined);
    await settled(finished, deadline - performance.now());
    this.duplex.destroy();
  }

  #listen(): void {
    if (this.#reading) return;
    this.#reading = true;
    const wake = () => {
      for (const waiting of this.#waiting) waiting();
    };
    for (const event of ["readable", "end", "close", "error"]) this.duplex.on(event, wake);
  }

  /** Waits until something has happened to the stream; false if nothing has by `deadline`. */
  #news(deadline: number | undefined): Promise<boolean> {
    return new Promise(resolve => {
      const settle = (news: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(news);
      };
      const wake = () => settle(true);
      this.#waiting.add(wake);
      const timer =
        deadline === undefined
          ? undefined
          : setTimeout(() => settle(false), Math.max(0, deadline - performance.now()));
    });
  }

  #broken(error: Error): Refused {
    const { address, port } = this.remote;
    return new Refused(`the connection with ${address}:${port} is gone: ${(this.#failure ?? error).message}`);
  }
}
