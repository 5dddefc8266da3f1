// What the broker holds at the most. Each limit protects the memory, or the time, of all other clients.

export interface Limits {
  /** Octets of a packet; told to clients of MQTT 5. */
  readonly packet: number;
  /** Connections, whether or not they have sent CONNECT. */
  readonly connections: number;
  /** Milliseconds until CONNECT must have come. */
  readonly connect: number;
  /** Sessions, those that wait for their clients among them. */
  readonly sessions: number;
  /** Seconds that a session waits for its client. Mosquitto keeps one for ever as well. */
  readonly sessionExpiry: number;
  /** Seconds of keep alive; a client that asks for more, or for none, is told this. 0: it may. */
  readonly keepAlive: number;
  /** Subscriptions of one client. */
  readonly subscriptions: number;
  /** Levels of a topic: each costs a node of the tree. Mosquitto allows 200 as well. */
  readonly levels: number;
  /** Topic aliases that a client may set: Mosquitto's number. */
  readonly topicAliases: number;
  /** Messages of QoS 1 and 2 under way at a time, in each direction; told to clients of MQTT 5. Mosquitto's number. */
  readonly inflight: number;
  /** Messages of QoS 1 and 2 that wait for one client, and their octets; beyond them new ones are lost to it. */
  readonly queued: number;
  readonly queuedOctets: number;
  /** Octets written to one client that it has not taken yet; beyond it messages of QoS 0 are lost to it. */
  readonly outgoing: number;
  /** Octets that wait for all clients together, written or queued. */
  readonly waiting: number;
  /** Retained messages, and their octets. */
  readonly retained: number;
  readonly retainedOctets: number;
}

const MiB = 1024 * 1024;
export const defaultLimits: Limits = {
  packet: MiB,
  connections: 4096,
  connect: 20_000,
  sessions: 10_000,
  sessionExpiry: Number.POSITIVE_INFINITY,
  keepAlive: 0,
  subscriptions: 1000,
  levels: 200,
  topicAliases: 10,
  inflight: 20,
  queued: 1000,
  queuedOctets: 16 * MiB,
  outgoing: 2 * MiB,
  waiting: 256 * MiB,
  retained: 10_000,
  retainedOctets: 16 * MiB,
};

/** A number of octets that many share. */
export class Budget {
  held = 0;
  constructor(readonly limit: number) {}

  /** Whether there was room for so many more, which are now held. */
  take(octets: number): boolean {
    if (this.held + octets > this.limit) return false;
    this.held += octets;
    return true;
  }

  give(octets: number): void {
    this.held -= octets;
  }
}
