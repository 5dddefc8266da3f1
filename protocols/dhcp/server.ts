// The DHCP server: takes messages from a socket and sends the answers where their clients can hear them. RFC 2131 §4.1.
import type { Clock, Datagrams, Endpoint, Link } from "../endpoint/index.ts";
import { colons } from "../ethernet/address.ts";
import { dotted } from "../ipv4/address.ts";
import { Malformed, optionOf } from "../wire/index.ts";
import { briefProbe, Neighbours } from "./conflicts.ts";
import { port } from "./decoder.ts";
import { encodeWithin, largestFor } from "./fit.ts";
import { type Message, type MessageDraft, MessageType, message } from "./format.ts";
import { frameOf } from "./frame.ts";
import { LeaseFile } from "./lease-file.ts";
import { type Answer, Networks } from "./networks.ts";
import type { ServerOptions } from "./plan.ts";

export type { Holding, Leases } from "./leases.ts";
export type { NetworkOptions, ServerOptions } from "./plan.ts";

/**
 * Serves until `datagrams` is closed. Leases last on the clock; without a lease file they are forgotten with the
 * server. `log` gets a line for each message; octets that are no DHCP message are logged and passed over. `link`
 * reaches clients that have no address and asked for no broadcast; without it they are answered by broadcast, and
 * no address can be probed for.
 * @throws RangeError if the options make no sense
 * @throws Error if the lease file can't be used
 */
export async function serve(
  datagrams: Datagrams,
  clock: Clock,
  options: ServerOptions,
  log: (line: string) => void = () => {},
  link?: Link,
): Promise<void> {
  if (options.probe !== undefined && !link)
    throw new RangeError("addresses can be probed for only over a link: give the server one, or no probe");
  await new Server(datagrams, clock, options, log, link).run();
}

/** How many addresses may turn out to be in use by others before a client is offered none. */
const mostProbes = 8;

class Server {
  readonly #networks: Networks;
  readonly #neighbours: Neighbours | undefined;
  readonly #file: LeaseFile | undefined;
  /** Addresses that are being probed for. */
  readonly #probed = new Set<number>();

  constructor(
    readonly datagrams: Datagrams,
    readonly clock: Clock,
    readonly options: ServerOptions,
    readonly log: (line: string) => void,
    readonly link: Link | undefined,
  ) {
    const { leaseFile, probe } = options;
    this.#networks = new Networks(clock, options, log);
    this.#neighbours = probe !== undefined && link ? new Neighbours(link, clock) : undefined;
    if (leaseFile === undefined) return;
    const file = new LeaseFile(leaseFile, clock);
    this.#file = file;
    this.#networks.restore(file.holdings());
    for (const { leases } of this.#networks.all) leases.changed = holding => file.add(holding);
  }

  async run(): Promise<void> {
    for (;;) {
      const datagram = await this.datagrams.receive();
      if (!datagram) return this.#file?.close();
      const request = this.#read(datagram.octets, datagram.from);
      if (request) await this.#answer(request);
    }
  }

  #read(octets: Uint8Array, from: Endpoint): Message | undefined {
    try {
      return message.decode(octets);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.log(`${octets.length} octets from ${from.address} are no DHCP message: ${error}`);
      return undefined;
    }
  }

  async #answer(request: Message): Promise<void> {
    const answer = this.#answerTo(request);
    if (!answer) return;
    if (this.#neighbours && optionOf(answer.reply.options, 53) === MessageType.Offer)
      void this.#offer(request, answer, mostProbes).catch(error => this.#failed(request, error));
    else await this.#send(request, answer.reply);
  }

  /** A lease that is not on disk is not given. */
  #answerTo(request: Message): Answer | undefined {
    try {
      return this.#networks.answer(request);
    } catch (error) {
      this.#failed(request, error);
      return undefined;
    }
  }

  /** What the system refuses, a full disk or an interface that is down, ends no server. */
  #failed({ chaddr }: Message, error: unknown): void {
    if (!(error instanceof Error && "code" in error)) throw error;
    this.log(`no reply to ${colons(chaddr)}: ${error.message}`);
  }

  /** Others are answered while an address is probed for; one that is in use is given up, and another offered. */
  async #offer(request: Message, { reply, by }: Answer, left: number): Promise<void> {
    const address = reply.yiaddr ?? 0;
    if (this.#probed.has(address)) return;
    this.#probed.add(address);
    const times = { ...briefProbe, last: this.options.probe! };
    const user = by.isBound(request, address) ? undefined : await this.#neighbours!.userOf(address, times);
    this.#probed.delete(address);
    if (user === undefined) return this.#send(request, reply);
    by.abandon(address, user);
    const next = left > 1 ? this.#answerTo(request) : undefined;
    if (next) await this.#offer(request, next, left - 1);
  }

  async #send(request: Message, reply: MessageDraft): Promise<void> {
    const client = colons(reply.chaddr);
    try {
      const { octets, left } = encodeWithin(reply, largestFor(request));
      if (left.length > 0)
        this.log(`${client} takes no more octets: options ${left.join(", ")} are left out`);
      const to = destinationOf(reply);
      if (to) return await this.datagrams.send(octets, to);
      if (this.link) return await this.link.send(frameOf(octets, reply, this.options.server, this.link.mac));
      this.log(`${client} wants no broadcast, but there is no link to reach it otherwise: it gets one`);
      await this.datagrams.send(octets, everyone);
    } catch (error) {
      // Clients say where they are, so that where replies go is not the server's to vouch for.
      this.log(`no reply to ${client}: ${error instanceof Error ? error.message : error}`);
    }
  }
}

const everyone: Endpoint = { address: "255.255.255.255", port: port.client };

/** RFC 2131 §4.1; `undefined` for a client that has no address yet and hears only what is sent to its MAC address. */
function destinationOf({ flags, ciaddr, giaddr, options }: MessageDraft): Endpoint | undefined {
  if (giaddr) return { address: dotted(giaddr), port: port.server };
  if (optionOf(options, 53) === MessageType.NAK) return everyone;
  if (ciaddr) return { address: dotted(ciaddr), port: port.client };
  return flags?.broadcast ? everyone : undefined;
}
