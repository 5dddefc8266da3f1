// A network and a clock inside the process, for tests: virtual time that is exact, datagrams that get lost on demand.
import type { Clock, Datagram, Datagrams, Endpoint } from "./contract.ts";

interface Timer {
  readonly at: bigint;
  act(): void;
}

/**
 * Time that passes only when a test lets it: `run` jumps from one moment at which something happens to the next,
 * so that hours take no real time and every moment is exact to the nanosecond.
 */
export class TestClock implements Clock {
  readonly #epoch: bigint;
  readonly #timers: Timer[] = [];
  #elapsed = 0n;

  /** `start`: what `now()` is at first, in nanoseconds since the Unix epoch. */
  constructor(start = BigInt(Date.UTC(2021, 9, 8, 12, 26, 20)) * 1_000_000n) {
    this.#epoch = start;
  }

  now(): bigint {
    return this.#epoch + this.#elapsed;
  }

  elapsed(): bigint {
    return this.#elapsed;
  }

  /** `elapsed()` in milliseconds: what tests compare. */
  get milliseconds(): number {
    return Number(this.#elapsed) / 1e6;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise(resolve => {
      const wake = () => {
        signal?.removeEventListener("abort", wake);
        cancel();
        resolve();
      };
      const cancel = this.after(milliseconds, wake);
      signal?.addEventListener("abort", wake);
    });
  }

  /** Calls `act` in so many milliseconds, after whatever was asked for the same moment before. Returns what calls it off. */
  after(milliseconds: number, act: () => void): () => void {
    const at = this.#elapsed + BigInt(Math.round(Math.max(0, milliseconds) * 1e6));
    const timer = { at, act };
    const place = this.#timers.findIndex(other => other.at > at);
    this.#timers.splice(place < 0 ? this.#timers.length : place, 0, timer);
    return () => {
      const found = this.#timers.indexOf(timer);
      if (found >= 0) this.#timers.splice(found, 1);
    };
  }

  /**
   * Lets time pass until `work` is done, and returns what it returns.
   * @throws Error if nothing is left that could bring it to an end.
   */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = () => {
      done = true;
    };
    work.then(end, end);
    for (let moments = 0; moments < mostMoments; moments++) {
      await idle();
      // With no timer left, only work outside of the clock (WebCrypto) can go on: it gets a moment of real time.
      for (let grace = 0; !done && this.#timers.length === 0; grace++) {
        if (grace === 100)
          throw new Error(`at ${this.milliseconds} ms everyone waits, and nothing will come`);
        await new Promise(resolve => setTimeout(resolve, 1));
      }
      if (done) return work;
      this.#next();
    }
    throw new Error(`${mostMoments} moments, ${this.milliseconds} ms, and no end`);
  }

  /** Lets so many milliseconds pass, with everything that happens in them at its own moment. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#elapsed + BigInt(Math.round(milliseconds * 1e6));
    await idle();
    while (this.#timers[0] && this.#timers[0].at <= until) {
      this.#next();
      await idle();
    }
    this.#elapsed = until;
  }

  /** The same time, but a host that believes it to be `nanoseconds` later. */
  shifted(nanoseconds: bigint): Clock {
    return {
      now: () => this.now() + nanoseconds,
      elapsed: () => this.elapsed(),
      sleep: (milliseconds, signal) => this.sleep(milliseconds, signal),
    };
  }

  #next(): void {
    const timer = this.#timers.shift()!;
    this.#elapsed = timer.at;
    timer.act();
  }
}

/** A dialogue that polls for ever would otherwise never end. */
const mostMoments = 1_000_000;

/** Until all that can go on without time passing has gone on: promises, and two turns for what Node.js puts off. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise(resolve => setImmediate(resolve));
}

/** A datagram on its way. */
export interface Passage {
  readonly octets: Uint8Array;
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** When it was sent, in milliseconds on the clock. */
  readonly at: number;
}

/** One arrival: so many milliseconds after it was sent, with these octets if others than were sent. */
export interface Arrival {
  readonly after: number;
  readonly octets?: Uint8Array;
}

/** One segment with hosts on it. A datagram reaches every socket of its address and port; 255.255.255.255 is every host but the sender. */
export class MemoryNetwork {
  /** Everything that was sent, forged datagrams included, in order. */
  readonly sent: Passage[] = [];
  /**
   * What becomes of a datagram: `[{ after: 0 }]` it arrives at once, `[]` it is lost, two arrivals: it is duplicated.
   */
  passing: (passage: Passage) => readonly Arrival[] = () => [{ after: 0 }];
  readonly #sockets = new Set<MemoryDatagrams>();

  constructor(readonly clock: TestClock) {}

  /** A socket. "0.0.0.0" is a host that has no address yet: only broadcast reaches it. */
  datagrams(address: string, port: number): MemoryDatagrams {
    const socket = new MemoryDatagrams(this, { address, port });
    this.#sockets.add(socket);
    return socket;
  }

  /** Sends a datagram, in anyone's name: forged ones too. */
  send(octets: Uint8Array, from: Endpoint, to: Endpoint): void {
    const passage = { octets: octets.slice(), from, to, at: this.clock.milliseconds };
    this.sent.push(passage);
    for (const { after, octets: changed } of this.passing(passage)) {
      const arrive = () => this.#arrive(changed ?? passage.octets, from, to);
      if (after > 0) this.clock.after(after, arrive);
      else arrive();
    }
  }

  /** A closed socket receives no more. */
  remove(socket: MemoryDatagrams): void {
    this.#sockets.delete(socket);
  }

  #arrive(octets: Uint8Array, from: Endpoint, to: Endpoint): void {
    for (const socket of this.#sockets) {
      const { address, port } = socket.local;
      if (port !== to.port) continue;
      const reached =
        to.address === "255.255.255.255"
          ? !(address === from.address && port === from.port)
          : address === to.address && address !== "0.0.0.0";
      if (reached) socket.take({ octets: octets.slice(), from, at: this.clock.now() });
    }
  }
}

export class MemoryDatagrams implements Datagrams {
  readonly #arrived: Datagram[] = [];
  readonly #waiting: ((datagram: Datagram | undefined) => void)[] = [];
  #closed = false;

  constructor(
    readonly network: MemoryNetwork,
    /** May be changed: a host gets its address later. */
    public local: Endpoint,
  ) {}

  async send(octets: Uint8Array, to: Endpoint): Promise<void> {
    if (this.#closed) throw new Error("the socket is closed");
    this.network.send(octets, this.local, to);
  }

  async receive(milliseconds?: number): Promise<Datagram | undefined> {
    const next = this.#arrived.shift();
    if (next || this.#closed || (milliseconds !== undefined && milliseconds <= 0)) return next;
    return new Promise(resolve => {
      const wake = (datagram: Datagram | undefined) => {
        cancel?.();
        const place = this.#waiting.indexOf(wake);
        if (place >= 0) this.#waiting.splice(place, 1);
        resolve(datagram);
      };
      const cancel =
        milliseconds === undefined
          ? undefined
          : this.network.clock.after(milliseconds, () => wake(undefined));
      this.#waiting.push(wake);
    });
  }

  close(): void {
    this.#closed = true;
    this.network.remove(this);
    for (const wake of [...this.#waiting]) wake(undefined);
  }

  /** The network brings a datagram. */
  take(datagram: Datagram): void {
    const wake = this.#waiting[0];
    if (wake) wake(datagram);
    else this.#arrived.push(datagram);
  }
}
