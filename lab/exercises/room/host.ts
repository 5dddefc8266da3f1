// The Host of the network's contract in a room: its clock is virtual, its sockets are in memory.
import type { Datagrams, Endpoint, Link, Stream } from "../../../protocols/endpoint/index.ts";
import type { TestClock } from "../../../protocols/endpoint/memory.ts";
import type { Carrier, Configuration, HostClock, Message } from "../../network/contract.ts";
import type { LocalHost } from "../../network/local.ts";
import { Queue } from "../../network/queue.ts";
import type { Lan } from "../../network/relay/lan.ts";
import { RoomDatagrams } from "./datagrams.ts";
import type { RoomStation } from "./station.ts";
import { type Accept, connect, type RoomStream } from "./streams.ts";

const waitingMessages = 10_000;
const connectMilliseconds = 10_000;

export class RoomHost implements LocalHost {
  readonly interface = "eth0";
  readonly clock: HostClock;
  readonly told = new Queue<Message>({ limit: waitingMessages, full: "forget oldest" });
  readonly #stopping = new AbortController();
  readonly #open = new Set<() => void>();
  #ended = false;

  constructor(
    readonly station: RoomStation,
    readonly room: {
      readonly lan: Lan;
      readonly clock: TestClock;
      readonly listeners: (at: RoomStation) => Map<number, Accept>;
    },
    readonly tell: (message: Message) => void,
    readonly fail: (error: unknown) => void,
  ) {
    this.clock = clockOf(room.clock);
  }

  get name(): string {
    return this.station.name;
  }
  get mac(): Uint8Array {
    return this.station.mac;
  }
  get carrier(): Carrier {
    return this.station.carrier;
  }
  get configuration(): Configuration | undefined {
    return this.station.configuration;
  }
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  async configure(configuration: Configuration | undefined): Promise<void> {
    this.station.configure(configuration);
  }

  async datagrams(options: { port?: number; broadcast?: boolean } = {}): Promise<Datagrams> {
    this.#live();
    const { lan, clock } = this.room;
    const port = options.port || this.station.freePort(this.station.udp);
    const broadcast = options.broadcast === true;
    const datagrams = new RoomDatagrams(lan, clock, this.station, this.clock.now, port, broadcast);
    this.#open.add(() => datagrams.close());
    return datagrams;
  }

  link(): Promise<Link> {
    return Promise.reject(new Error(`${this.name}: in a room there are datagrams and streams, no frames`));
  }

  async connect(to: Endpoint, milliseconds = connectMilliseconds): Promise<Stream> {
    this.#live();
    return this.#kept(await connect(this.room, this.station, to, milliseconds));
  }

  async listen(port: number, accept: (stream: Stream) => void): Promise<{ close(): Promise<void> }> {
    this.#live();
    const listeners = this.room.listeners(this.station);
    if (listeners.has(port)) throw new Error(`TCP port ${port}: is taken by another program`);
    const taken = async (stream: RoomStream) => accept(this.#kept(stream));
    listeners.set(port, stream => void taken(stream).catch(this.fail));
    const close = () => void listeners.delete(port);
    this.#open.add(close);
    return { close: async () => close() };
  }

  stop(): void {
    this.#stopping.abort();
    this.told.close();
  }

  end(): void {
    this.stop();
    this.#ended = true;
    for (const close of this.#open) close();
    this.#open.clear();
  }

  #kept(stream: RoomStream): RoomStream {
    this.#open.add(() => stream.abort());
    return stream;
  }

  #live(): void {
    if (this.#ended) throw new Error(`${this.name} has ended: it opens no socket any more`);
  }
}

/** The room's time until it is set. */
function clockOf(clock: TestClock): HostClock {
  let ahead = 0n;
  return {
    now: () => clock.now() + ahead,
    set: nanoseconds => {
      ahead = nanoseconds - clock.now();
    },
    elapsed: () => clock.elapsed(),
    sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal),
  };
}
