// Two ends of a byte stream inside the process, for tests: what one writes the other reads, on a test clock.
import { Duplex } from "node:stream";
import type { Endpoint, Stream } from "./contract.ts";
import type { TestClock } from "./memory.ts";

/** A connected pair: the client's end and the server's. */
export function streamPair(
  clock: TestClock,
  client: Endpoint = { address: "192.168.1.101", port: 49152 },
  server: Endpoint = { address: "192.168.1.20", port: 1883 },
): [MemoryStream, MemoryStream] {
  const ends: [MemoryStream, MemoryStream] = [
    new MemoryStream(clock, client, server),
    new MemoryStream(clock, server, client),
  ];
  ends[0].peer = ends[1];
  ends[1].peer = ends[0];
  return ends;
}

export class MemoryStream implements Stream {
  peer!: MemoryStream;
  /** Everything that was written at this end. */
  readonly written: Uint8Array[] = [];
  /** What becomes of each write on its way: the pieces that arrive. A test may cut, join or change them. */
  passing: (octets: Uint8Array) => readonly Uint8Array[] = octets => [octets];
  readonly #arrived: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #over = false;
  #closed = false;
  #duplex: Duplex | undefined;

  constructor(
    readonly clock: TestClock,
    readonly local: Endpoint,
    readonly remote: Endpoint,
  ) {}

  get ended(): boolean {
    return this.#over && this.#arrived.length === 0;
  }

  async write(octets: Uint8Array): Promise<void> {
    if (this.#closed) throw new Error("the stream is closed");
    this.written.push(octets.slice());
    for (const piece of this.passing(octets.slice())) this.peer.take(piece);
  }

  async read(milliseconds?: number): Promise<Uint8Array | undefined> {
    if (this.#arrived.length === 0 && !this.#over && !(milliseconds !== undefined && milliseconds <= 0))
      await new Promise<void>(resolve => {
        this.#wake = () => {
          cancel?.();
          this.#wake = undefined;
          resolve();
        };
        const cancel =
          milliseconds === undefined ? undefined : this.clock.after(milliseconds, () => this.#wake?.());
      });
    return this.#arrived.shift();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.peer.end();
  }

  /** Once taken, the stream is read and written through it alone. */
  get duplex(): Duplex {
    this.#duplex ??= new Duplex({
      read: () => void this.read().then(octets => this.#duplex?.push(octets ?? null)),
      write: (chunk: Uint8Array, _encoding, done) =>
        void this.write(new Uint8Array(chunk)).then(() => done(), done),
      final: done => void this.close().then(() => done()),
    });
    return this.#duplex;
  }

  /** The peer sends octets. */
  take(octets: Uint8Array): void {
    if (octets.length > 0) this.#arrived.push(octets);
    this.#wake?.();
  }

  /** The peer, or the path, ends the stream. */
  end(): void {
    this.#over = true;
    this.#wake?.();
  }
}
