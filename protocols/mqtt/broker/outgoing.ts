// Messages of QoS 1 and 2 on their way to one client: under way, within its window, or waiting in line. MQTT 5 §4.3, §4.4 and §4.9.
import { identifierAfter } from "../identifiers.ts";
import type { Message } from "./messages.ts";

/** A message and how far it has come. */
export interface Flow {
  readonly sequence: number;
  readonly message: Message;
  readonly qos: number;
  readonly retain: boolean;
  readonly identifiers: readonly number[];
  /** The shared subscription that it came by. */
  readonly share: string | undefined;
  /** 0 until it is sent. */
  packetIdentifier: number;
  /** Of QoS 2: PUBREC has come, and PUBREL is what is sent. */
  isReleased: boolean;
}

/** What a flow needs of those around it. */
export interface Carrier {
  /** How many may be under way. */
  readonly window: number;
  /** Sends PUBLISH or PUBREL, as far as the flow has come; false if there is no room now. */
  send(flow: Flow, again: boolean): boolean;
  /** Whether it is still worth sending: it has not expired, and the client takes packets of its size. */
  isWanted(flow: Flow): boolean;
  /** It has come further, or to its end. */
  changed(flow: Flow): void;
  ended(flow: Flow): void;
}

export class Outgoing {
  /** By packet identifier, in the order in which they were sent first. */
  readonly #underway = new Map<number, Flow>();
  /** Of those under way, the ones that this connection has not seen yet. */
  #again: Flow[] = [];
  #line: Flow[] = [];
  #first = 0;
  #octets = 0;
  #last = 0;
  #sequence = 0;

  constructor(readonly carrier: Carrier) {}

  /** How many wait, those under way not counted. */
  get waiting(): number {
    return this.#line.length - this.#first;
  }

  /** Octets of those that wait. */
  get octets(): number {
    return this.#octets;
  }

  get underway(): number {
    return this.#underway.size;
  }

  nextSequence(): number {
    return ++this.#sequence;
  }

  /** Takes a message; it is sent as soon as the window allows. */
  add(flow: Flow): void {
    this.#line.push(flow);
    this.#octets += flow.message.size;
    this.pump();
  }

  /** Takes back what a store has kept, before the client is there. */
  restore(flow: Flow): void {
    this.#sequence = Math.max(this.#sequence, flow.sequence);
    if (flow.packetIdentifier === 0) {
      this.#line.push(flow);
      this.#octets += flow.message.size;
    } else this.#underway.set(flow.packetIdentifier, flow);
  }

  /** A new connection: everything under way is sent again, in its order [MQTT-4.4.0-1]. */
  resume(): void {
    this.#again = [...this.#underway.values()];
    this.pump();
  }

  /** Sends what the window has room for: first what is sent again, then what waits. */
  pump(): void {
    const { carrier } = this;
    while (this.#again.length > 0) {
      if (this.#underway.size - this.#again.length >= carrier.window) return;
      if (!carrier.send(this.#again[0]!, true)) return;
      this.#again.shift();
    }
    while (this.waiting > 0 && this.#underway.size < carrier.window) {
      const flow = this.#line[this.#first]!;
      if (carrier.isWanted(flow)) {
        const free = identifierAfter(this.#last, one => !this.#underway.has(one));
        if (free === undefined) return;
        flow.packetIdentifier = free;
        if (!carrier.send(flow, false)) {
          flow.packetIdentifier = 0;
          return;
        }
        this.#last = free;
        this.#underway.set(free, flow);
        carrier.changed(flow);
      } else carrier.ended(flow);
      this.#step();
    }
  }

  /** PUBACK. Whether it was the answer to something. */
  acknowledged(packetIdentifier: number): boolean {
    return this.#end(packetIdentifier, flow => flow.qos === 1);
  }

  /** PUBREC: PUBREL is sent, unless the client refused the message. Whether it was the answer to something. */
  received(packetIdentifier: number, isRefused: boolean): boolean {
    const flow = this.#underway.get(packetIdentifier);
    if (flow?.qos !== 2) return false;
    if (isRefused) return this.#end(packetIdentifier, () => true);
    flow.isReleased = true;
    this.carrier.changed(flow);
    this.carrier.send(flow, false);
    return true;
  }

  /** PUBCOMP. Whether it was the answer to something. */
  completed(packetIdentifier: number): boolean {
    return this.#end(packetIdentifier, flow => flow.isReleased);
  }

  /** Gives up everything, and returns it in its order. */
  clear(): Flow[] {
    const all = [...this.#underway.values(), ...this.#line.slice(this.#first)];
    this.#underway.clear();
    this.#again = [];
    this.#line = [];
    this.#first = 0;
    this.#octets = 0;
    return all;
  }

  #end(packetIdentifier: number, isDue: (flow: Flow) => boolean): boolean {
    const flow = this.#underway.get(packetIdentifier);
    if (!flow || !isDue(flow)) return false;
    this.#underway.delete(packetIdentifier);
    if (this.#again.length > 0) this.#again = this.#again.filter(each => each !== flow);
    this.carrier.ended(flow);
    this.pump();
    return true;
  }

  /** The first in line has gone. */
  #step(): void {
    this.#octets -= this.#line[this.#first]!.message.size;
    this.#line[this.#first++] = undefined as never;
    if (this.#first < 1024 && this.#first < this.#line.length) return;
    this.#line = this.#line.slice(this.#first);
    this.#first = 0;
  }
}
