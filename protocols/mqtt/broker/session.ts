// What the broker knows of one client, whether it is connected or not. MQTT 5 §3.1.2.11.2, §3.1.3.2 and §4.1.
import type { Broker } from "../server.ts";
import { Type } from "../types.ts";
import type { Connection } from "./connection.ts";
import { keptFlow } from "./kept.ts";
import type { Appointment } from "./later.ts";
import { publishInWords } from "./log.ts";
import { type Message, numbered } from "./messages.ts";
import { type Carrier, type Flow, Outgoing } from "./outgoing.ts";
import type { Store } from "./store.ts";
import type { Match, Subscription } from "./subscriptions.ts";

export interface Will {
  readonly message: Message;
  /** Seconds. */
  readonly delay: number;
}

export class Session implements Carrier {
  connection: Connection | undefined;
  /** Seconds that it lasts without a connection; 0: it ends with the connection. */
  expiry = 0;
  version: number;
  readonly outgoing: Outgoing = new Outgoing(this);
  /** Packet identifiers of QoS 2 that were taken, and whose PUBREL has not come yet (§4.3.3). */
  readonly unreleased = new Set<number>();
  /** The last message for it was lost: it reads too slowly, or stays away too long. */
  isDropping = false;
  #will: Will | undefined;
  #willDue: Appointment | undefined;
  #end: Appointment | undefined;

  constructor(
    readonly broker: Broker,
    readonly id: string,
    /** Whose it is: nobody else may go on with it. */
    readonly userName: string | undefined,
    version: number,
  ) {
    this.version = version;
  }

  get isReady(): boolean {
    return this.connection !== undefined && this.outgoing.waiting < this.broker.limits.queued;
  }

  /** A connection goes on with it. What was under way is sent again once `resume` is called. */
  attach(connection: Connection, will: Will | undefined, expiry: number): void {
    const { broker } = this;
    for (const appointment of [this.#willDue, this.#end]) broker.later.callOff(appointment);
    this.connection = connection;
    this.version = connection.version;
    this.#will = will;
    this.isDropping = false;
    const wasKept = this.expiry > 0;
    this.expiry = expiry;
    if (wasKept && expiry === 0) this.forget();
    this.put();
  }

  /** §4.4: what was under way, and then what has waited. */
  resume(): void {
    this.outgoing.resume();
  }

  /** The connection has ended; with its will, unless the client took its leave. */
  detach(isWillDue: boolean): void {
    const { broker } = this;
    this.connection = undefined;
    if (!isWillDue) this.#will = undefined;
    if (this.expiry === 0) return broker.finish(this);
    this.put();
    if (this.#will) {
      const milliseconds = Math.min(this.#will.delay, this.expiry) * 1000;
      if (milliseconds === 0) this.publishWill();
      else this.#willDue = broker.later.after(milliseconds, () => this.publishWill());
    }
    this.wait(this.expiry);
  }

  /** Ends in so many seconds, if nobody comes. */
  wait(seconds: number): void {
    this.#end = this.broker.later.after(seconds * 1000, () => this.broker.expired(this));
  }

  /** It is over: whoever waits for its will gets it now. */
  finish(): void {
    for (const appointment of [this.#willDue, this.#end]) this.broker.later.callOff(appointment);
    this.publishWill();
  }

  publishWill(): void {
    const will = this.#will;
    this.#will = undefined;
    if (will && this.broker.mayWrite(this, will.message.topic)) this.broker.publish(will.message, this);
  }

  /** Takes a message; false if it is lost to this client. */
  deliver(message: Message, { qos: granted, retainAsPublished, identifiers, share }: Match): boolean {
    const { broker, connection } = this;
    if (broker.access && !broker.access.mayRead(this, message.topic)) return false;
    const qos = Math.min(message.qos, granted);
    const retain = message.retain && retainAsPublished;
    if (qos === 0) {
      if (!connection) return false;
      const octets = message.form({ version: connection.version, qos, retain, identifiers }, broker.clock);
      if (!connection.takes(octets.length)) return false;
      if (!connection.offer(octets)) return this.#dropped();
      this.#sent(message, 0, retain, 0, false);
      return true;
    }
    if (!this.#hasRoom(message)) return this.#dropped();
    const sequence = this.outgoing.nextSequence();
    const flow: Flow = {
      sequence,
      message: message.keep(),
      qos,
      retain,
      identifiers,
      share,
      packetIdentifier: 0,
      isReleased: false,
    };
    this.#store?.putFlow(this.id, keptFlow(flow, broker));
    broker.budget.held += message.size;
    this.isDropping = false;
    this.outgoing.add(flow);
    return true;
  }

  get window(): number {
    return this.connection?.window ?? 0;
  }

  isWanted({ message, qos, retain, identifiers }: Flow): boolean {
    const { connection, broker } = this;
    if (!connection || message.hasExpired(broker.clock)) return false;
    return connection.takes(
      message.form({ version: connection.version, qos, retain, identifiers }, broker.clock).length,
    );
  }

  send(flow: Flow, again: boolean): boolean {
    const { connection, broker } = this;
    if (!connection) return false;
    const { message, qos, retain, identifiers, packetIdentifier } = flow;
    if (flow.isReleased) {
      broker.log?.(`Sending PUBREL to ${this.id} (m${packetIdentifier})`);
      connection.acknowledge(Type.PUBREL, packetIdentifier);
      return true;
    }
    const form = { version: connection.version, qos, retain, identifiers };
    const octets = message.form(form, broker.clock);
    if (!connection.offer(numbered(octets, packetIdentifier, again))) return false;
    this.#sent(message, qos, retain, packetIdentifier, again);
    return true;
  }

  changed(flow: Flow): void {
    this.#store?.changeFlow(this.id, flow);
  }

  ended({ sequence, message }: Flow): void {
    this.broker.budget.give(message.size);
    this.#store?.removeFlow(this.id, sequence);
  }

  /** Takes back what a store has kept. */
  restore(flow: Flow): void {
    this.broker.budget.held += flow.message.size;
    this.outgoing.restore(flow);
  }

  subscribe(filter: string, subscription: Subscription): void {
    this.broker.subscriptions.add(filter, this, subscription);
    this.#store?.putSubscription(this.id, filter, subscription);
  }

  unsubscribe(filter: string): boolean {
    const was = this.broker.subscriptions.remove(filter, this);
    if (was) this.#store?.removeSubscription(this.id, filter);
    return was;
  }

  /** A message of QoS 2 was taken; false if it had been before. */
  take(packetIdentifier: number): boolean {
    if (this.unreleased.has(packetIdentifier)) return false;
    this.unreleased.add(packetIdentifier);
    this.#store?.putUnreleased(this.id, packetIdentifier);
    return true;
  }

  release(packetIdentifier: number): boolean {
    const was = this.unreleased.delete(packetIdentifier);
    if (was) this.#store?.removeUnreleased(this.id, packetIdentifier);
    return was;
  }

  /** A session that is to last is put down as it is now. */
  put(): void {
    const { id, userName, version, expiry, broker } = this;
    this.#store?.putSession({
      id,
      userName,
      version,
      expiry,
      left: this.connection ? undefined : broker.time,
    });
  }

  forget(): void {
    const { store, turn } = this.broker;
    if (!store) return;
    store.removeSession(this.id);
    turn.begin();
  }

  /** A store keeps what lasts longer than its connection; what changes there counts from the end of the turn on. */
  get #store(): Store | undefined {
    const { store, turn } = this.broker;
    if (!store || this.expiry === 0) return undefined;
    turn.begin();
    return store;
  }

  #hasRoom(message: Message): boolean {
    const { limits, budget } = this.broker;
    if (this.outgoing.waiting >= limits.queued) return false;
    if (this.outgoing.octets + message.size > limits.queuedOctets && this.outgoing.waiting > 0) return false;
    return budget.held + message.size <= budget.limit;
  }

  #dropped(): false {
    this.broker.counts.dropped++;
    if (!this.isDropping) this.broker.log?.(`Outgoing messages are being dropped for client ${this.id}.`);
    this.isDropping = true;
    return false;
  }

  #sent(message: Message, qos: number, retain: boolean, packetIdentifier: number, again: boolean): void {
    const { broker } = this;
    broker.counts.publishSent++;
    if (qos === 0) this.isDropping = false;
    broker.log?.(
      `Sending PUBLISH to ${this.id} ${publishInWords({
        dup: again ? 1 : 0,
        qos,
        retain: retain ? 1 : 0,
        packetIdentifier,
        topic: message.topic,
        payload: message.payload,
      })}`,
    );
  }
}
