// The Host of the contract on a relay: it lives in the lab's own process.
import type { Datagrams, Endpoint, Link, Stream } from "../../../protocols/endpoint/index.ts";
import { hostClock } from "../clock.ts";
import type { Carrier, Configuration, Message, SocketOptions } from "../contract.ts";
import { HOST_INTERFACE } from "../linux/wiring.ts";
import type { LocalHost } from "../local.ts";
import { Queue } from "../queue.ts";
import { refusable } from "../refusable.ts";
import type { DatagramSwitch } from "./datagrams.ts";
import type { Station } from "./station.ts";
import type { StreamSwitch } from "./streams.ts";

const waitingMessages = 10_000;
const connectMilliseconds = 10_000;

/** Why a relay has no raw frames. */
export const noLink = "a relay carries datagrams and streams, no frames: use a network of namespaces";

export class RelayHost implements LocalHost {
  readonly interface = HOST_INTERFACE.name;
  readonly clock = hostClock();
  readonly told = new Queue<Message>({ limit: waitingMessages, full: "forget oldest" });
  readonly #stopping = new AbortController();
  readonly #ended = new AbortController();
  /** What must be closed when the host ends, as a kernel does for a process. */
  readonly #open = new Set<() => void>();

  constructor(
    readonly station: Station,
    readonly switches: { readonly datagrams: DatagramSwitch; readonly streams: StreamSwitch },
    readonly tell: (message: Message) => void,
    /** What the program was called back for failed: that is the program's end, as in a process of its own. */
    readonly fail: (error: unknown) => void,
  ) {}

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

  async datagrams({ server, ...options }: SocketOptions = {}): Promise<Datagrams> {
    this.#live();
    const open = (refused?: () => void) =>
      this.switches.datagrams.open(this.station, this.clock.now, { ...options, refused });
    const datagrams = await (server === undefined ? open() : refusable(server, open));
    this.#open.add(() => datagrams.close());
    return datagrams;
  }

  link(): Promise<Link> {
    return Promise.reject(new Error(`${this.name}: ${noLink}`));
  }

  async connect(to: Endpoint, milliseconds = connectMilliseconds): Promise<Stream> {
    this.#live();
    const { streams } = this.switches;
    return this.#kept(await streams.connect(this.station, to, milliseconds, this.#ended.signal));
  }

  async listen(port: number, accept: (stream: Stream) => void): Promise<{ close(): Promise<void> }> {
    this.#live();
    const taken = async (stream: Stream) => accept(this.#kept(stream));
    const listener = await this.switches.streams.listen(this.station, port, stream => {
      taken(stream).catch(this.fail);
    });
    this.#open.add(() => void listener.close());
    return listener;
  }

  /** The lab asks the program to return. */
  stop(): void {
    this.#stopping.abort();
    this.told.close();
  }

  /** The program has returned, or is given up: its sockets are closed. */
  end(): void {
    this.stop();
    this.#ended.abort();
    for (const close of this.#open) close();
    this.#open.clear();
  }

  #kept(stream: Stream): Stream {
    const close = () => void stream.duplex.destroy();
    this.#open.add(close);
    stream.duplex.once("close", () => this.#open.delete(close));
    if (this.#ended.signal.aborted) close();
    return stream;
  }

  #live(): void {
    if (this.#ended.signal.aborted) throw new Error(`${this.name} has ended: it opens no socket any more`);
  }
}
