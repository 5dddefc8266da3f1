// Single packets of a capture that was read before, dissected again: with the packets of their conversation before them,
// for a protocol's state is the conversation's, and not with the whole capture.
import { closeSync, openSync, readSync } from "node:fs";
import { type Dissector, dissector, type Frame, type Packet } from "../../protocols/packet/index.ts";
import type { DecodeAs } from "../../protocols/packet/registry.ts";
import type { KeyLog } from "../../protocols/tls/index.ts";
import { protocols } from "../protocols.ts";
import { Turns } from "../turns.ts";
import type { Places } from "./places.ts";

/** Conversations that can be gone on with, and of each the packets dissected last: who looks goes up and down. */
const mostWarm = 8;
const mostPackets = 256;

/** A conversation, as far as it was dissected. */
interface Warm {
  readonly dissector: Dissector;
  /** Everything up to this packet was. */
  last: number;
  /** Those dissected last, by number. */
  readonly packets: Map<number, Packet>;
}

export class Again implements AsyncDisposable {
  readonly #descriptor: number;
  readonly #warm = new Map<number, Warm>();
  /** One at a time: two at once would mix up a conversation. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    path: string,
    readonly places: Places,
    readonly rules: readonly DecodeAs[],
    readonly keyLog: KeyLog,
    /** What the capture says of a packet. */
    readonly comments: (number: number) => readonly string[],
  ) {
    this.#descriptor = openSync(path, "r");
  }

  /** The packet of this number, which has to be one of `places`. */
  packet(number: number): Promise<Packet> {
    return this.#inTurn(() => this.#packet(number));
  }

  /** Every packet of a conversation, in order, until `see` returns false. */
  conversation(conversation: number, see: (packet: Packet) => unknown): Promise<void> {
    return this.#inTurn(async () => {
      const turns = new Turns();
      const made = this.#dissector();
      for (const number of this.places.members(conversation, 0, this.places.count)) {
        if (see(made.packet(this.#frame(number))) === false) return;
        if (turns.over) await turns.next();
      }
    });
  }

  /** What is being dissected is dissected to its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inTurn(async () => closeSync(this.#descriptor));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #packet(number: number): Promise<Packet> {
    const { conversation } = this.places.of(number);
    // What belongs to nothing stands for itself.
    if (conversation === -1) return this.#dissector().packet(this.#frame(number));
    const warm = this.#warmed(conversation, number);
    const known = warm.packets.get(number);
    if (known) return known;
    const turns = new Turns();
    for (const member of this.places.members(conversation, warm.last, number)) {
      warm.packets.set(member, warm.dissector.packet(this.#frame(member)));
      warm.last = member;
      if (warm.packets.size > mostPackets) warm.packets.delete(warm.packets.keys().next().value!);
      if (turns.over) await turns.next();
    }
    return warm.packets.get(number)!;
  }

  /** The conversation as it stands before this packet, or has it already; begun anew where it is further. */
  #warmed(conversation: number, number: number): Warm {
    const known = this.#warm.get(conversation);
    const warm =
      known && (known.last < number || known.packets.has(number))
        ? known
        : { dissector: this.#dissector(), last: 0, packets: new Map() };
    this.#warm.delete(conversation);
    this.#warm.set(conversation, warm);
    if (this.#warm.size > mostWarm) this.#warm.delete(this.#warm.keys().next().value!);
    return warm;
  }

  #dissector(): Dissector {
    return dissector(protocols(this.keyLog), this.rules);
  }

  #frame(number: number): Frame {
    const { offset, size, ...place } = this.places.of(number);
    const octets = new Uint8Array(size);
    for (let filled = 0; filled < size; ) {
      const read = readSync(this.#descriptor, octets, filled, size - filled, offset + filled);
      // The file was shortened meanwhile: what is missing stays 0.
      if (read === 0) break;
      filled += read;
    }
    const view = new DataView(octets.buffer);
    return { number, view, start: 0, end: size, comments: this.comments(number), ...place };
  }
}
