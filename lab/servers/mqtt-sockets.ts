// TCP for a broker with many clients, and for a client in a hurry: straight on Bun's sockets, which cost less than those of Node.js.
import { type Endpoint, Refused, Unanswered } from "../../protocols/endpoint/index.ts";
import type { Line } from "../../protocols/mqtt/server.ts";
import { connect } from "../network/native.ts";

type Socket = Bun.Socket<SocketLine>;

/** What a client sends faster than it is read stays in the kernel beyond this. */
const mostUnread = 256 * 1024;
/** How long the peer may take to end its direction once we ended ours, in milliseconds. */
const patience = 2000;

/**
 * Takes TCP connections until closed; those that were taken live on.
 * @throws Refused if the port is taken or may not be had
 */
export function listenOn(
  { address, port }: Endpoint,
  accept: (line: Line) => void,
): { readonly local: Endpoint; close(): void } {
  try {
    const listener = Bun.listen<SocketLine>({
      hostname: address,
      port,
      allowHalfOpen: true,
      socket: handlers(accept),
    });
    return { local: { address, port: listener.port }, close: () => listener.stop() };
  } catch (error) {
    throw new Refused(`TCP ${address}:${port}: ${(error as Error).message}`);
  }
}

/** Opens a TCP connection over which no TLS will be laid. @throws Refused, or Unanswered after `milliseconds` */
export async function dial({ address, port }: Endpoint, milliseconds = 10_000): Promise<Line> {
  const { promise, resolve, reject } = Promise.withResolvers<Line>();
  const socket = handlers(line => (isLate ? void line.close() : resolve(line)));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reject(new Unanswered(`TCP ${address}:${port}`, 1, milliseconds));
  }, milliseconds);
  Bun.connect<SocketLine>({ hostname: address, port, allowHalfOpen: true, socket }).catch(reject);
  try {
    return await promise;
  } catch (error) {
    if (isLate) throw error;
    // Bun does not say why it failed; the other way of connecting finds out.
    return connect({ address, port }, milliseconds);
  } finally {
    clearTimeout(timer);
  }
}

const handlers = (opened: (line: Line) => void): Bun.SocketHandler<SocketLine> => ({
  // No Buffer of Node.js, whose `slice` would share what a Uint8Array's copies.
  binaryType: "uint8array",
  open(socket) {
    socket.setNoDelay(true);
    socket.data = new SocketLine(socket);
    opened(socket.data);
  },
  data: (socket, octets) => socket.data.arrived(octets),
  drain: socket => socket.data.drained(),
  end: socket => socket.data.over(),
  close: socket => socket.data?.gone(),
  error: socket => socket.data?.gone(),
});

const done = Promise.resolve();

class SocketLine implements Line {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  #arrived: Uint8Array[] = [];
  #unread = 0;
  #isPaused = false;
  #isOver = false;
  #isGone = false;
  #reader: ((octets: Uint8Array | undefined) => void) | undefined;
  /** What the kernel has not taken yet; further writes wait behind it. */
  #left: Uint8Array | undefined;
  #writer: PromiseWithResolvers<void> | undefined;
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(readonly socket: Socket) {
    this.local = { address: socket.localAddress ?? "", port: socket.localPort };
    this.remote = { address: socket.remoteAddress, port: socket.remotePort };
  }

  get ended(): boolean {
    return (this.#isOver || this.#isGone) && this.#arrived.length === 0;
  }

  read(milliseconds?: number): Promise<Uint8Array | undefined> {
    const octets = this.#arrived.shift();
    if (octets) {
      this.#unread -= octets.length;
      if (this.#isPaused && this.#unread < mostUnread / 2) {
        this.#isPaused = false;
        this.socket.resume();
      }
      return Promise.resolve(octets);
    }
    if (this.ended) return Promise.resolve(undefined);
    return new Promise(resolve => {
      this.#reader = resolve;
      if (milliseconds === undefined) return;
      const timer = setTimeout(() => this.#answer(undefined), milliseconds);
      this.#reader = octets => {
        clearTimeout(timer);
        resolve(octets);
      };
    });
  }

  #answer(octets: Uint8Array | undefined): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.(octets);
  }

  write(octets: Uint8Array): Promise<void> {
    if (this.#isGone || this.#closed) return Promise.reject(this.#lost());
    if (this.#writer) {
      this.#left = new Uint8Array(Buffer.concat([this.#left!, octets]));
      return this.#writer.promise;
    }
    const taken = this.socket.write(octets);
    if (taken === octets.length) return done;
    if (taken < 0) return Promise.reject(this.#lost());
    this.#left = octets.subarray(taken);
    this.#writer = Promise.withResolvers();
    return this.#writer.promise;
  }

  async close(): Promise<void> {
    if (this.#isGone) return;
    if (!this.#closed) {
      this.#closed = Promise.withResolvers();
      if (this.#left) this.socket.terminate();
      else this.socket.end();
      // The peer's end is waited for, and what it still says is not kept.
      this.#arrived = [];
      if (this.#isPaused) this.socket.resume();
    }
    const timer = setTimeout(() => this.socket.terminate(), patience);
    if (!this.#isGone) await this.#closed.promise;
    clearTimeout(timer);
  }

  arrived(octets: Uint8Array): void {
    if (this.#closed) return;
    if (this.#reader) return this.#answer(octets);
    this.#arrived.push(octets);
    this.#unread += octets.length;
    if (this.#unread < mostUnread || this.#isPaused) return;
    this.#isPaused = true;
    this.socket.pause();
  }

  drained(): void {
    if (!this.#left) return;
    const taken = this.socket.write(this.#left);
    if (taken < this.#left.length) {
      this.#left = this.#left.subarray(Math.max(0, taken));
      return;
    }
    this.#left = undefined;
    const writer = this.#writer;
    this.#writer = undefined;
    writer?.resolve();
  }

  /** The peer has ended its direction. */
  over(): void {
    this.#isOver = true;
    this.#answer(undefined);
    if (this.#closed) this.socket.terminate();
  }

  gone(): void {
    this.#isGone = true;
    this.#answer(undefined);
    this.#writer?.reject(this.#lost());
    this.#writer = undefined;
    this.#left = undefined;
    this.#closed?.resolve();
  }

  #lost(): Refused {
    return new Refused(`the connection with ${this.remote.address}:${this.remote.port} is gone`);
  }
}
