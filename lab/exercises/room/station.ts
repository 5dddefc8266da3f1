// A host's place in a room: as on a relay, but what a kernel would choose at random is drawn from the seed.
import type { Configuration } from "../../network/contract.ts";
import { Station } from "../../network/relay/station.ts";
import type { Draws } from "../draws.ts";

const firstFreePort = 49_152;

/** A host's cable, in milliseconds: how long it takes up and down, and at the most how much longer. */
export interface RoomCable {
  readonly up?: number;
  readonly down?: number;
  readonly jitter?: number;
  /** Which of the datagrams to this host are lost, counted from 1. They are in the capture all the same: they were sent. */
  readonly loses?: (count: number, octets: Uint8Array) => boolean;
  /** Whether a TCP connection is cut by these octets of it: they were sent, but never arrive, and both ends get a reset. */
  readonly cuts?: (way: "up" | "down", octets: Uint8Array) => boolean;
}

/** Milliseconds: what a switch of a small office takes, more or less. */
const usual = { up: 0.08, down: 0.08, jitter: 0.05 } as const;

export class RoomStation extends Station {
  readonly #draws: Draws;
  readonly #cable: RoomCable;
  #datagrams = 0;
  /** Of what is under way, when the latest arrives: nothing overtakes. */
  readonly #latest = { up: 0, down: 0 };
  #packets: number;

  constructor(
    name: string,
    mac: Uint8Array,
    port: number,
    configuration: Configuration | undefined,
    { draws, cable = {} }: { readonly draws: Draws; readonly cable?: RoomCable },
  ) {
    super(name, mac, port, configuration);
    this.#draws = draws;
    this.#cable = cable;
    this.#packets = draws.whole(0, 0xffff);
  }

  override identification(): number {
    this.#packets = (this.#packets + 1) & 0xffff;
    return this.#packets;
  }

  override freePort(taken: ReadonlyMap<number, unknown>): number {
    for (;;) {
      const port = this.#draws.whole(firstFreePort, 0xffff);
      if (!taken.has(port)) return port;
    }
  }

  /** When what is sent at `now` (milliseconds) has passed this cable. */
  passes(way: "up" | "down", now: number): number {
    const { jitter = usual.jitter } = this.#cable;
    const at = now + (this.#cable[way] ?? usual[way]) + this.#draws.random() * jitter;
    this.#latest[way] = Math.max(at, this.#latest[way]);
    return this.#latest[way];
  }

  cuts(way: "up" | "down", octets: Uint8Array): boolean {
    return this.#cable.cuts?.(way, octets) ?? false;
  }

  /** A datagram is about to come down. */
  loses(octets: Uint8Array): boolean {
    this.#datagrams++;
    return this.#cable.loses?.(this.#datagrams, octets) ?? false;
  }
}
