// The lab's broker: CONNECT to DISCONNECT of MQTT 3.1, 3.1.1 and 5, on our own description of the packets. MQTT 5 §4.
import type { Clock, Stream } from "../endpoint/index.ts";
import { type About, Connection } from "./connection.ts";
import { publishInWords } from "./log.ts";
import { delivery, type Message, Retained } from "./messages.ts";
import { Reason } from "./reasons.ts";
import { Subscriptions } from "./subscriptions.ts";

export type { About };

/** What the broker holds at the most. Each protects the memory, or the time, of all other clients. */
export interface Limits {
  /** Octets of a packet; told to clients of MQTT 5. */
  readonly packet: number;
  /** Connections, whether or not they have sent CONNECT. */
  readonly connections: number;
  /** Milliseconds until CONNECT must have come. */
  readonly connect: number;
  /** Subscriptions of one client. */
  readonly subscriptions: number;
  /** Levels of a topic: each costs a node of the tree. Mosquitto allows 200 as well. */
  readonly levels: number;
  /** Octets that wait for one client; messages beyond it are lost to that client, as QoS 0 permits. */
  readonly outgoing: number;
  /** Retained messages, and their octets. */
  readonly retained: number;
  readonly retainedOctets: number;
}

const MiB = 1024 * 1024;
export const defaultLimits: Limits = {
  packet: MiB,
  connections: 4096,
  connect: 20_000,
  subscriptions: 1000,
  levels: 200,
  outgoing: 2 * MiB,
  retained: 10_000,
  retainedOctets: 16 * MiB,
};

export interface BrokerOptions {
  /** Called with each line of the log, in Mosquitto's words and without a time. */
  readonly log?: (line: string) => void;
  readonly limits?: Partial<Limits>;
}

/** Publishes at QoS 0, 1 and 2 are taken; subscriptions are granted QoS 0. Sessions end with their connection. */
export class Broker {
  readonly limits: Limits;
  readonly log: (line: string) => void;
  readonly subscriptions = new Subscriptions<Connection>();
  readonly retained: Retained;
  readonly #connections = new Map<Connection, Promise<void>>();
  readonly #clients = new Map<string, Connection>();
  #closed = false;

  constructor(
    readonly clock: Clock,
    { log = () => {}, limits = {} }: BrokerOptions = {},
  ) {
    this.log = log;
    this.limits = { ...defaultLimits, ...limits };
    this.retained = new Retained(this.limits);
  }

  /**
   * Serves a client on `stream` until the connection has ended, and closes the stream. Whatever the client does
   * ends its own connection at the most.
   */
  async accept(stream: Stream, about: About): Promise<void> {
    if (this.#closed) return stream.close();
    if (this.#connections.size >= this.limits.connections) {
      this.log(`Client connection from ${stream.remote.address} denied: max_connections exceeded.`);
      return stream.close();
    }
    const connection = new Connection(this, stream, about);
    const over = connection.run().finally(() => this.#connections.delete(connection));
    this.#connections.set(connection, over);
    return over;
  }

  /** Ends every connection (MQTT 5: "Server shutting down") and accepts no more. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#connections];
    for (const [connection] of all) connection.end(Reason["Server shutting down"]);
    await Promise.allSettled(all.map(([, over]) => over));
  }

  /** A client is now known by this identifier; whoever was before has lost it [MQTT-3.1.4-3]. */
  enter(id: string, connection: Connection): void {
    const before = this.#clients.get(id);
    if (before) {
      this.log(`Client ${id} already connected, closing old connection.`);
      before.end(Reason["Session taken over"]);
      this.leave(id, before);
    }
    this.#clients.set(id, connection);
  }

  leave(id: string, connection: Connection): void {
    this.subscriptions.removeAll(connection);
    if (this.#clients.get(id) === connection) this.#clients.delete(id);
  }

  /** Hands a message to everyone who subscribed, and returns how many that were. */
  publish(message: Message, from: Connection | undefined): number {
    if (message.retain) this.retained.put(message);
    const now = this.clock.elapsed();
    const made = new Map<string, Uint8Array>();
    const matching = this.subscriptions.matching(message.topic, from);
    for (const [receiver, { retainAsPublished, identifiers }] of matching) {
      const retain = retainAsPublished && message.retain;
      const { version } = receiver;
      // Most receivers get the same octets.
      const key = `${version} ${retain} ${identifiers.join()}`;
      const octets = made.get(key) ?? delivery(message, { version, retain, identifiers, now });
      made.set(key, octets);
      this.#deliver(message, receiver, retain, octets);
    }
    return matching.size;
  }

  /** Sends what is retained under a filter to who has just subscribed to it (§3.3.1.3). */
  remind(receiver: Connection, filter: string, identifier: number | undefined): void {
    const now = this.clock.elapsed();
    const { version } = receiver;
    const identifiers = identifier === undefined ? [] : [identifier];
    for (const message of this.retained.matching(filter, now)) {
      const octets = delivery(message, { version, retain: true, identifiers, now });
      // Whoever has no room for one has none for the rest, and many filters may match much that is retained.
      if (!this.#deliver(message, receiver, true, octets) && receiver.isDropping) return;
    }
  }

  #deliver(message: Message, receiver: Connection, retain: boolean, octets: Uint8Array): boolean {
    if (!receiver.deliver(octets)) return false;
    const words = publishInWords({ ...message, retain: retain ? 1 : 0 });
    this.log(`Sending PUBLISH to ${receiver.id} ${words}`);
    return true;
  }
}
