// The Host of the contract on the machine's own sockets, in the lab's own process.
import { duplexPair } from "node:stream";
import type { Datagrams, Endpoint, Link, Stream } from "../../../protocols/endpoint/index.ts";
import { CarrierSign } from "../carrier.ts";
import { hostClock } from "../clock.ts";
import type { Configuration, Message, SocketOptions } from "../contract.ts";
import type { LocalHost } from "../local.ts";
import { connect, listen, openDatagrams } from "../native.ts";
import { openLink } from "../native-link.ts";
import { Queue } from "../queue.ts";
import { openRefusable } from "../refusable.ts";
import { DuplexStream } from "../stream.ts";

const waitingMessages = 10_000;
const loopback = "127.0.0.1";

/** By which interface, and whether its sockets hear nobody else's. */
export interface Way {
  readonly device: string;
  readonly isBound: boolean;
}

interface Place extends Way {
  readonly name: string;
  readonly mac: Uint8Array;
  readonly configuration: Configuration | undefined;
}

export class MachineHost implements LocalHost {
  readonly name: string;
  readonly interface: string;
  readonly mac: Uint8Array;
  readonly carrier = new CarrierSign();
  readonly clock = hostClock();
  readonly told = new Queue<Message>({ limit: waitingMessages, full: "forget oldest" });
  readonly #stopping = new AbortController();
  readonly #open = new Set<() => void>();
  readonly #listening = new Map<number, (stream: Stream) => void>();
  /** What its sockets are tied to, if anything. */
  readonly #device: string | undefined;
  #configuration: Configuration | undefined;

  constructor(
    { name, mac, device, isBound, configuration }: Place,
    readonly tell: (message: Message) => void,
  ) {
    this.name = name;
    this.mac = mac;
    this.interface = device;
    this.#device = isBound ? device : undefined;
    this.#configuration = configuration;
  }

  get configuration(): Configuration | undefined {
    return this.#configuration;
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** What the host believes. The machine's interface stays as it is. */
  async configure(configuration: Configuration | undefined): Promise<void> {
    this.#configuration = configuration;
  }

  async datagrams({ server, ...options }: SocketOptions = {}): Promise<Datagrams> {
    // A broadcast is heard at no address in particular.
    const address = this.#device && !options.broadcast ? this.#configuration?.address : undefined;
    const { now } = this.clock;
    const wanted = { ...options, address, device: this.#device, now };
    const datagrams = await (server === undefined ? openDatagrams(wanted) : openRefusable(server, wanted));
    this.#open.add(() => datagrams.close());
    return datagrams;
  }

  async link(): Promise<Link> {
    const link = await openLink(this.interface);
    this.#open.add(() => link.close());
    return link;
  }

  /** The host reaches its own ports without a wire, as by loopback. */
  async connect(to: Endpoint, milliseconds?: number): Promise<Stream> {
    const isOwn = to.address === loopback || to.address === this.#configuration?.address;
    const accept = isOwn ? this.#listening.get(to.port) : undefined;
    if (!accept) return this.#kept(await connect(to, milliseconds));
    const [near, far] = duplexPair({ allowHalfOpen: true });
    const own = { address: loopback, port: 0 };
    accept(this.#kept(new DuplexStream(far, to, own)));
    return this.#kept(new DuplexStream(near, own, to));
  }

  async listen(port: number, accept: (stream: Stream) => void): Promise<{ close(): Promise<void> }> {
    const taken = (stream: Stream): void => accept(this.#kept(stream));
    const address = this.#device && this.#configuration?.address;
    const listener = await listen(port, taken, address, this.#device);
    this.#listening.set(port, taken);
    this.#open.add(() => void listener.close());
    return listener;
  }

  stop(): void {
    this.#stopping.abort();
    this.told.close();
  }

  end(): void {
    this.stop();
    for (const close of this.#open) close();
    this.#open.clear();
  }

  #kept(stream: Stream): Stream {
    const close = () => void stream.duplex.destroy();
    this.#open.add(close);
    stream.duplex.once("close", () => this.#open.delete(close));
    return stream;
  }
}
