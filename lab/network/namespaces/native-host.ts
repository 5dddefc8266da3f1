// The Host of the contract on the system's own sockets.
import type { Datagrams, Endpoint, Link, Stream } from "../../../protocols/endpoint/index.ts";
import { CarrierSign } from "../carrier.ts";
import { hostClock } from "../clock.ts";
import type { Configuration, Host, Message, SocketOptions } from "../contract.ts";
import { namespaceOfThisProcess } from "../linux/namespace.ts";
import { HOST_INTERFACE } from "../linux/wiring.ts";
import { Queue } from "../queue.ts";
import type { HostStart } from "./host-lines.ts";

const WAITING_MESSAGES = 10_000;

export class NativeHost implements Host {
  readonly name: string;
  readonly interface: string;
  readonly mac: Uint8Array;
  readonly carrier = new CarrierSign();
  readonly clock = hostClock();
  readonly told = new Queue<Message>({ limit: WAITING_MESSAGES, full: "forget oldest" });
  readonly #stopping = new AbortController();
  readonly #forbidden: readonly string[];
  #configuration: Configuration | undefined;

  constructor(
    start: HostStart,
    readonly tell: (message: Message) => void,
  ) {
    this.name = start.name;
    this.interface = start.interface;
    this.mac = Uint8Array.from(start.mac);
    this.#configuration = start.configuration;
    this.#forbidden = start.forbidden;
  }

  get configuration(): Configuration | undefined {
    return this.#configuration;
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  async configure(configuration: Configuration | undefined): Promise<void> {
    this.#stayInside();
    const { applyConfiguration } = await import("../linux/netlink.ts");
    const before = this.#configuration;
    this.#configuration = undefined;
    applyConfiguration(HOST_INTERFACE.index, before, configuration);
    this.#configuration = configuration;
  }

  async datagrams({ server, ...options }: SocketOptions = {}): Promise<Datagrams> {
    this.#stayInside();
    const device = options.broadcast ? this.interface : undefined;
    const wanted = { ...options, device, now: this.clock.now };
    if (server !== undefined) return (await import("../refusable.ts")).openRefusable(server, wanted);
    const { openDatagrams } = await import("../native.ts");
    return openDatagrams(wanted);
  }

  async link(): Promise<Link> {
    this.#stayInside();
    const { openLink } = await import("../native-link.ts");
    return openLink(this.interface);
  }

  async connect(to: Endpoint, milliseconds?: number): Promise<Stream> {
    this.#stayInside();
    const { connect } = await import("../native.ts");
    return connect(to, milliseconds);
  }

  async listen(port: number, accept: (stream: Stream) => void): Promise<{ close(): Promise<void> }> {
    this.#stayInside();
    const { listen } = await import("../native.ts");
    return listen(port, accept);
  }

  /** A message from the lab. */
  hear(message: Message): void {
    this.told.put(message);
  }

  /** The lab asks the program to return. */
  stop(): void {
    this.#stopping.abort();
    this.told.close();
  }

  /** A host that finds itself on the machine's own network sends nothing there. @throws Error */
  #stayInside(): void {
    const namespace = namespaceOfThisProcess();
    if (namespace === undefined || this.#forbidden.includes(namespace))
      throw new Error(
        `${this.name} is on the machine's own network (${namespace}): it opens no socket there`,
      );
  }
}
