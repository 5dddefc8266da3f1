// Which packets of a capture a filter can't select, told from outside: they need not be dissected.
import type { Need } from "../filter/index.ts";
import type { AnyProtocol, Binding, DecodeAs } from "../packet/index.ts";
import type { Wireshark } from "../packet/wireshark.ts";
import { type Clue, headerClue, presenceClue, signClue } from "./clues.ts";
import { Glance } from "./glance.ts";
import { presenceOf } from "./presence.ts";
import type { Selection } from "./selection.ts";

/** An octet has so many bits beside `broken` and `pending`. */
const mostClues = 6;
/** Segments of this conversation were missing, or out of order: when messages get whole nobody can tell. */
const broken = 0x80;
/** And since then there was a clue: any packet may bring what it belongs to. */
const pending = 0x40;

/**
 * Two passes: `note` sees every frame of a capture, then `passes` every one again, and says which of them to dissect.
 * Those are each packet that may be selected, and all before it of the same conversation, so that what a conversation
 * remembers is as it would be. Conversations share places in tables of fixed size; that lets more pass, never less.
 */
export class Sieve {
  readonly #glance: Glance;
  readonly #mask: number;
  /** By conversation: the clues that were found, and the last frame that is of interest. */
  readonly #found: Uint8Array;
  readonly #last: Uint32Array;
  /** By conversation and way: the next sequence number, and up to which one a message that was noted may reach. */
  readonly #next: Uint32Array;
  readonly #reach: Uint32Array;
  readonly #known: Uint8Array;
  /** A bit a frame: whether one that no conversation is about is of interest. */
  readonly #alone: Uint8Array;
  /** Whether a frame tells by itself whether it is of interest: there is nothing to `note`. */
  readonly atOnce: boolean;

  private constructor(
    readonly clues: readonly Clue[],
    /** By the clues that were found: whether they suffice. */
    readonly suffices: Uint8Array,
    glance: Glance,
    /** Whether what a datagram says depends on those before it. */
    readonly datagramsFollow: boolean,
    size: number,
  ) {
    this.atOnce = clues.every(({ shared }) => shared);
    this.#alone = new Uint8Array(Math.ceil(size / leastRecord / 8));
    const places = 2 ** Math.min(21, Math.max(12, Math.ceil(Math.log2(size / octetsAPlace))));
    this.#mask = places - 1;
    this.#glance = glance;
    this.#found = new Uint8Array(places);
    this.#last = new Uint32Array(places);
    this.#next = new Uint32Array(places * 2);
    this.#reach = new Uint32Array(places * 2);
    this.#known = new Uint8Array(places * 2);
  }

  /**
   * `undefined` where every packet has to be dissected. `size`: of the capture, in octets. `opened`: whether secrets are
   * known, so that there is more in a message than can be seen from outside.
   */
  static of(
    { filter, origins, reading: { vocabulary } }: Selection,
    protocols: readonly AnyProtocol[],
    rules: readonly DecodeAs[],
    size: number,
    opened: boolean,
  ): Sieve | undefined {
    // What numbers conversations, or times packets, has to have met them all.
    if (rules.some(({ binding: { table } }) => table === "ethertype" || table === "ip.proto"))
      return undefined;
    const clues: Clue[] = [];
    const add = (clue: Clue): Sufficient => {
      const bit = 1 << (clues.push(clue) - 1);
      return found => (found & bit) !== 0;
    };
    const presence = (names: readonly string[]) => presenceClue(presenceOf(new Set(names), protocols, rules));
    const sufficient = (need: Need): Sufficient => {
      if (need.kind === "anything") return () => true;
      if (need.kind === "field") {
        const owner = vocabulary.owner(need.name);
        if (!owner) return add(presence([need.name]));
        const names = presenceOf(new Set(owner.protocols), protocols, rules);
        const recognized = protocols.some(one => one.recognizes && owner.protocols.includes(one.name));
        return add(
          headerClue(owner, need, protocols) ??
            (opened ? undefined : signClue(owner, need, names, recognized)) ??
            presenceClue(names),
        );
      }
      const parts = need.of.map(sufficient);
      return need.kind === "all"
        ? found => parts.every(part => part(found))
        : found => parts.some(part => part(found));
    };
    const met: Wireshark[] = [];
    let datagramsFollow = false;
    for (const [name, origin] of origins) {
      if (origin.kind === "frame" || /\.stream$/.test(name)) return undefined;
      if (origin.kind !== "items") continue;
      if (!origin.wireshark) return undefined;
      if (!origin.wireshark.observe) continue;
      if (!origin.wireshark.byConversation) met.push(origin.wireshark);
      else if (origin.wireshark.protocols.includes("udp")) datagramsFollow = true;
    }
    const asked = sufficient(filter.need);
    if (asked(0)) return undefined;
    // What remembers from packet to packet has to meet each of its own.
    const remembered = [...new Set(met)].map(({ protocols: names }) => add(presence(names)));
    if (clues.length > mostClues) return undefined;
    const suffices = new Uint8Array(allClues + 1).map((_, found) =>
      asked(found) || remembered.some(one => one(found)) ? 1 : 0,
    );
    const keys = (table: Binding["table"], all: readonly AnyProtocol[]) =>
      new Set(all.flatMap(({ over }) => over.filter(one => one.table === table).map(({ key }) => key)));
    const glance = new Glance(
      keys("ip.proto", protocols),
      keys(
        "udp.port",
        protocols.filter(({ payload }) => payload),
      ),
    );
    return new Sieve(clues, suffices, glance, datagramsFollow, size);
  }

  note(view: DataView, start: number, end: number, linkType: number, number: number): void {
    const glance = this.#glance;
    glance.look(view, start, end, linkType, number);
    if (!glance.sure) return;
    if (this.#isAlone()) {
      if (this.suffices[this.#cluesHere(0)]) this.#alone[number >> 3]! |= 1 << (number & 7);
      return;
    }
    const place = this.#place();
    const before = this.#found[place]!;
    let here = this.#cluesHere(before);
    if (glance.tcp >= 0) here |= this.#followed(place * 2 + glance.way, this.#reaches);
    const isClue = (here & ~broken) !== 0;
    let found = before | (here & 0xff);
    if (isClue && (found & broken) !== 0) found |= pending;
    this.#found[place] = found;
    if ((isClue || (found & pending) !== 0) && this.suffices[found & allClues]) this.#last[place] = number;
  }

  passes(view: DataView, start: number, end: number, linkType: number, number: number): boolean {
    const glance = this.#glance;
    glance.look(view, start, end, linkType, number);
    if (!glance.sure) return true;
    if (this.atOnce) return this.suffices[this.#cluesHere(0)] === 1;
    if (this.#isAlone()) return (this.#alone[number >> 3]! & (1 << (number & 7))) !== 0;
    return number <= this.#last[this.#place()]!;
  }

  #isAlone(): boolean {
    const { tcp, udp } = this.#glance;
    return tcp < 0 && (udp < 0 || !this.datagramsFollow);
  }

  #place(): number {
    const { pair } = this.#glance;
    return (pair ^ (pair >>> 15)) & this.#mask;
  }

  /** The clues in the frame; `found`: those of its conversation. How far its message reaches is in `#reaches`. */
  #cluesHere(found: number): number {
    const { clues } = this;
    let here = 0;
    this.#reaches = 0;
    for (let i = 0; i < clues.length; i++) {
      const reach = clues[i]!.found(this.#glance, (found & (1 << i)) !== 0);
      if (reach < 0) continue;
      here |= 1 << i;
      if (reach > this.#reaches) this.#reaches = reach;
    }
    return here;
  }
  #reaches = 0;

  /** `broken`; or, beyond an octet, whether a message goes on here that began before; 0: neither. */
  #followed(at: number, reach: number): number {
    const { sequence, payload, end, opens } = this.#glance;
    const size = end - payload;
    let said = 0;
    if (this.#known[at] === 1) {
      const ahead = (sequence - this.#next[at]!) | 0;
      const isOrdinary = ahead === 0 || (size === 0 && ahead === -1 && !opens);
      // All of it came before: nobody looks at it again.
      if (size > 0 && ahead + size <= 0 && !opens && (this.#found[at >> 1]! & broken) === 0) return 0;
      if (!isOrdinary) {
        said |= broken;
        if (((this.#reach[at]! - this.#next[at]!) | 0) > 0) said |= goesOn;
      }
      if (size > 0 && ((this.#reach[at]! - sequence) | 0) > 0) said |= goesOn;
      if (!isOrdinary && size === 0 && !opens) return said;
    }
    if (this.#known[at] === 0 || opens) this.#reach[at] = sequence;
    this.#known[at] = 1;
    this.#next[at] = sequence + size;
    if (reach > 0 && ((sequence + reach - this.#reach[at]!) | 0) > 0) this.#reach[at] = sequence + reach;
    return said;
  }
}

const goesOn = 0x100;
const allClues = pending - 1;
/** What no record of a capture is shorter than, in octets. */
const leastRecord = 16;
/** Of a capture, for each place in the tables. */
const octetsAPlace = 256;

type Sufficient = (found: number) => boolean;
