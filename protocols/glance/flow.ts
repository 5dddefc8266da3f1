// What a packet list remembers of one TCP connection.
import type { Held } from "../packet/held.ts";
import { type Cut, Messages } from "../packet/messages.ts";
import type { AnyProtocol, Conversation, Way } from "../packet/protocol.ts";
import type { Registry } from "../packet/registry.ts";
import { serviceOf } from "../packet/services.ts";
import { Direction } from "../packet/streams.ts";
import type { Track } from "../tcp/track.ts";

export class Flow {
  /** Whether its packets are taken at a glance; not known before the first. */
  glanced: boolean | undefined;
  readonly directions: readonly [Direction, Direction];
  /** Whose it is by its ports. */
  readonly bound: AnyProtocol | undefined;
  /** Whose it is, where its octets said so and no port. */
  recognized: AnyProtocol | undefined;
  /** What its protocol knows of it, where that is asked for messages. */
  state: unknown;
  #messages0: Messages | undefined;
  #messages1: Messages | undefined;

  /** `ports`: source and destination, 16 bits each. */
  constructor(
    registry: Registry,
    readonly ports: number,
    readonly track: Track,
    readonly held: Held,
  ) {
    this.directions = [new Direction(held), new Direction(held)];
    this.bound = registry.bound("tcp.port", low(ports)) ?? registry.bound("tcp.port", high(ports));
  }

  /** The protocol column for octets of nobody that is described here. */
  get service(): string {
    return serviceOf("tcp", low(this.ports), high(this.ports));
  }

  /** What the protocol's glance remembers. */
  memory: unknown;

  /** Begins to, with the first message. */
  remember(protocol: AnyProtocol): void {
    if (this.#remembers) return;
    this.#remembers = true;
    this.memory = protocol.glance?.memory("tcp", this.held);
    this.state = protocol.state?.(conversationOf("tcp", this.ports));
  }
  #remembers = false;

  messages(protocol: AnyProtocol, way: Way): Messages {
    if (way === 0) {
      this.#messages0 ??= new Messages(protocol, "tcp", this.held);
      return this.#messages0;
    }
    this.#messages1 ??= new Messages(protocol, "tcp", this.held);
    return this.#messages1;
  }

  /** Lets go of what its streams hold: it is forgotten. */
  release(): void {
    for (const direction of this.directions) direction.release();
    this.#messages0?.release();
    this.#messages1?.release();
    if (this.#remembers) (this.bound ?? this.recognized)?.glance?.release?.(this.memory);
  }

  gap(missing: number, way: Way, cut: Cut): void {
    (way === 0 ? this.#messages0 : this.#messages1)?.skip(cut, missing);
    const protocol = this.bound ?? this.recognized;
    if (this.#remembers) protocol?.glance?.gap?.(way, this.memory);
  }
}

/** The lower port is likelier the service's. */
export const low = (ports: number): number => Math.min(ports >>> 16, ports & 0xffff);
export const high = (ports: number): number => Math.max(ports >>> 16, ports & 0xffff);

/** What protocols are told of a conversation: a list asks nobody for addresses, and counts no conversations. */
export const conversationOf = (transport: Conversation["transport"], ports: number): Conversation => ({
  transport,
  index: 0,
  ends: [
    { address: "", port: ports >>> 16 },
    { address: "", port: ports & 0xffff },
  ],
});
