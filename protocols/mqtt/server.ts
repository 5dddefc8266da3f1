// The lab's broker: CONNECT to DISCONNECT of MQTT 3.1, 3.1.1 and 5, on our own description of the packets. MQTT 5 §4.
import type { Clock } from "../endpoint/index.ts";
import type { Access, Party } from "./broker/access.ts";
import { type About, Connection, type Line } from "./broker/connection.ts";
import { keptMessage } from "./broker/kept.ts";
import { Later } from "./broker/later.ts";
import { Budget, defaultLimits, type Limits } from "./broker/limits.ts";
import { Message } from "./broker/messages.ts";
import type { Flow } from "./broker/outgoing.ts";
import { Reading } from "./broker/reading.ts";
import { recall } from "./broker/recall.ts";
import { Retained } from "./broker/retained.ts";
import { Session } from "./broker/session.ts";
import type { Store } from "./broker/store.ts";
import { Subscriptions } from "./broker/subscriptions.ts";
import { type Counts, counting, report, type Tally } from "./broker/system.ts";
import { Turn } from "./broker/turn.ts";
import { Reason } from "./reasons.ts";

export type { Access, Party, Store };
export { type About, defaultLimits, type Limits, type Line };

export interface BrokerOptions {
  /** Called with each line of the log, in Mosquitto's words and without a time. */
  readonly log?: (line: string) => void;
  readonly limits?: Partial<Limits>;
  /** Who may come in and do what; without it everyone everything, but for topics that begin with $SYS. */
  readonly access?: Access;
  /** Where sessions and retained messages survive the broker; without it, in memory only. */
  readonly store?: Store;
  /** Seconds between reports under $SYS; 0, the default: none. */
  readonly system?: number;
  /**
   * Calls what it is given when what has come in together is to go out together. By default at once; `setImmediate`
   * lets everything that has come on all connections go out in one write to each, which is what a busy broker wants.
   * A client that speaks twice in a row waits for nobody else.
   */
  readonly turn?: (end: () => void) => void;
}

export class Broker {
  readonly limits: Limits;
  readonly log: ((line: string) => void) | undefined;
  readonly access: Access | undefined;
  readonly store: Store | undefined;
  readonly later: Later;
  readonly turn: Turn;
  readonly budget: Budget;
  readonly subscriptions = new Subscriptions<Session>();
  readonly retained: Retained;
  readonly counts: Counts = counting();
  /** Why the store can't be written any more; nobody is served then. */
  failure: Error | undefined;
  readonly #connections = new Map<Connection, Promise<void>>();
  readonly #sessions = new Map<string, Session>();
  readonly #readings = new Map<number, Reading>();
  #closed = false;

  constructor(
    readonly clock: Clock,
    { log, limits = {}, access, store, system = 0, turn }: BrokerOptions = {},
  ) {
    this.log = log;
    this.limits = { ...defaultLimits, ...limits };
    this.access = access;
    this.store = store;
    this.later = new Later(clock);
    this.turn = new Turn(turn, store ? () => this.#commit(store) : undefined);
    this.budget = new Budget(this.limits.waiting);
    this.retained = new Retained(this.limits);
    if (store) recall(this, store);
    if (system > 0) this.#report(system);
  }

  /** Milliseconds since the Unix epoch, as the broker's host believes. */
  get time(): number {
    return Number(this.clock.now() / 1_000_000n);
  }

  /**
   * Serves a client on `stream` until the connection has ended, and closes the stream. Whatever the client does
   * ends its own connection at the most.
   */
  async accept(stream: Line, about: About): Promise<void> {
    if (this.#closed) return stream.close();
    if (this.#connections.size >= this.limits.connections) {
      this.log?.(`Client connection from ${stream.remote.address} denied: max_connections exceeded.`);
      return stream.close();
    }
    const connection = new Connection(this, stream, about);
    const over = connection.run().finally(() => this.#connections.delete(connection));
    this.#connections.set(connection, over);
    return over;
  }

  /** Ends every connection (MQTT 5: "Server shutting down") and accepts no more. Sessions that last are left to the store. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = [...this.#connections];
    for (const [connection] of all) connection.end(Reason["Server shutting down"]);
    await this.turn.over;
    await Promise.allSettled(all.map(([, over]) => over));
    this.later.close();
  }

  /**
   * The session of a client who has come: the one that waited for it, or a new one; whoever used the name before has
   * lost it [MQTT-3.1.4-3]. `undefined` if there are too many.
   */
  enter(
    id: string,
    userName: string | undefined,
    isClean: boolean,
    version: number,
  ): { session: Session; isPresent: boolean } | undefined {
    const connection = this.#sessions.get(id)?.connection;
    if (connection) {
      this.log?.(`Client ${id} already connected, closing old connection.`);
      connection.end(Reason["Session taken over"]);
    }
    const before = this.#sessions.get(id);
    if (before && !isClean && before.userName === userName) return { session: before, isPresent: true };
    if (before) this.finish(before);
    if (this.#sessions.size >= this.limits.sessions) return undefined;
    const session = new Session(this, id, userName, version);
    this.#sessions.set(id, session);
    return { session, isPresent: false };
  }

  /** Takes back a session that a store has kept. */
  resurrect(session: Session): void {
    this.#sessions.set(session.id, session);
  }

  expired(session: Session): void {
    this.log?.(`Expiring client ${session.id} due to timeout.`);
    this.counts.expired++;
    this.finish(session);
  }

  /** A session is over. */
  finish(session: Session): void {
    if (this.#sessions.get(session.id) !== session) return;
    this.#sessions.delete(session.id);
    this.subscriptions.removeAll(session);
    const left = session.outgoing.clear();
    for (const { message } of left) this.budget.give(message.size);
    if (session.expiry > 0) session.forget();
    session.finish();
    for (const flow of left) this.#passOn(flow);
  }

  /** How packets of that version are read. */
  reading(version: number): Reading {
    let reading = this.#readings.get(version);
    if (!reading) {
      reading = new Reading(version);
      this.#readings.set(version, reading);
    }
    return reading;
  }

  mayWrite(who: Party, topic: string): boolean {
    if (topic === "$SYS" || topic.startsWith("$SYS/")) return false;
    return this.access?.mayWrite(who, topic) ?? true;
  }

  /** Hands a message to everyone who subscribed, and returns how many that were. */
  publish(message: Message, from: Session | undefined): number {
    if (message.retain) this.#retain(message);
    const receivers = this.subscriptions.matching(message.topic, from, this.#give(message), isReady);
    message.settle();
    return receivers;
  }

  /** Sends what is retained under a filter to who has just subscribed to it (§3.3.1.3). */
  remind(receiver: Session, filter: string, qos: number, identifier: number | undefined): void {
    const match = {
      qos,
      retainAsPublished: true,
      identifiers: identifier === undefined ? [] : [identifier],
    };
    for (const message of this.retained.matching(filter, this.clock)) {
      const isTaken = receiver.deliver(message, match);
      message.settle();
      // Whoever has no room for one has none for the rest, and many filters may match much that is retained.
      if (!isTaken && receiver.isDropping) return;
    }
  }

  get tally(): Tally {
    const sessions = [...this.#sessions.values()];
    return {
      sessions: sessions.length,
      connected: sessions.filter(({ connection }) => connection).length,
      subscriptions: this.subscriptions.count,
      retained: this.retained.count,
      waiting: sessions.reduce((sum, { outgoing }) => sum + outgoing.waiting + outgoing.underway, 0),
    };
  }

  #give(message: Message) {
    return (receiver: Session, match: Parameters<Session["deliver"]>[1]): void => {
      receiver.deliver(message, match);
    };
  }

  #retain(message: Message): void {
    const isKept = this.retained.put(message);
    if (!this.store || message.topic.startsWith("$SYS/")) return;
    if (isKept) this.store.putRetained(message.topic, keptMessage(message, this));
    else this.store.removeRetained(message.topic);
    this.turn.begin();
  }

  /** What came by a shared subscription, and was not sent to who is gone, goes to another; of QoS 1 also what was (§4.8.2). */
  #passOn({ share, message, qos, packetIdentifier }: Flow): void {
    if (share === undefined || (qos === 2 && packetIdentifier !== 0)) return;
    const next = this.subscriptions.next(share, isReady);
    if (next) next[0].deliver(message, next[1]);
  }

  #commit(store: Store): boolean {
    if (this.failure) return false;
    try {
      store.commit();
      return true;
    } catch (error) {
      this.failure = error as Error;
      this.log?.(`Error: what is to be kept can't be written: ${this.failure.message}`);
      // Nothing that was said in this turn may be said: everyone finds the connection gone, and comes back.
      void this.close();
      return false;
    }
  }

  #report(seconds: number): void {
    const began = this.later.now;
    const again = () => {
      const uptime = Math.floor((this.later.now - began) / 1000);
      for (const [topic, text] of report(this.counts, this.tally, uptime)) {
        const payload = new TextEncoder().encode(text);
        const at = this.clock.elapsed();
        this.publish(new Message({ topic, payload, qos: 0, retain: true, properties: [], at }), undefined);
      }
      this.later.after(seconds * 1000, again);
    };
    again();
  }
}

const isReady = ({ isReady }: Session): boolean => isReady;
