// What a session remembers of messages that are under way, so that it can go on after a lost connection. MQTT 5 §4.1.
import type { Publication } from "./message.ts";
import { Underway } from "./underway.ts";

/** A message of QoS 1 or 2 that the client answers for until the broker has taken it. */
export interface Outgoing {
  readonly identifier: number;
  readonly message: Publication;
  /** When it was accepted, in milliseconds of `Store.now`: what message expiry counts from. */
  readonly at: number;
  /** QoS 2: PUBREC has come, and from now on PUBREL is what is sent again. */
  released: boolean;
  /** Whether it may have been sent before: then it is a duplicate when it is sent again. */
  sent: boolean;
  /** Told what became of it, a reason code or why it failed; none if it was accepted by a process that is gone. */
  readonly taken?: (reasonCode: number) => void;
  readonly failed?: (error: Error) => void;
}

/**
 * The session in memory: it ends with the process. Each method is a step of the state machines; what a store keeps
 * elsewhere it has kept when `commit` returns, which is before anything that says so is sent.
 */
export class Store {
  /** By packet identifier, in the order in which they were accepted. */
  readonly outgoing = new Underway<Outgoing>();
  /** Packet identifiers of messages of QoS 2 that were taken and are not yet released. */
  readonly received = new Set<number>();
  /** How many messages were ever accepted: with a store that lasts, where a publisher that died goes on. */
  accepted = 0;

  /** Whether a session was found that an earlier process began. */
  get resumes(): boolean {
    return false;
  }

  /** Milliseconds, of a clock that outlives the process where the store does. */
  now(): number {
    return Date.now();
  }

  accept(one: Outgoing): void {
    this.outgoing.set(one.identifier, one);
    this.accepted++;
  }

  release(one: Outgoing): void {
    one.released = true;
  }

  complete(one: Outgoing): void {
    this.outgoing.delete(one.identifier);
  }

  receive(identifier: number): void {
    this.received.add(identifier);
  }

  forget(identifier: number): void {
    this.received.delete(identifier);
  }

  /** The broker knows nothing of what was received before. */
  forgetAll(): void {
    this.received.clear();
  }

  commit(): void {}

  close(): void {}
}
