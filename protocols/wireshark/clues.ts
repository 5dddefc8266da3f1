// What a glance at a frame tells of a field: whether it may be there, and in a stream how far its message may reach.
import type { Need } from "../filter/index.ts";
import type { AnyProtocol } from "../packet/index.ts";
import type { Sign, Wireshark } from "../packet/wireshark.ts";
import { Reader } from "../wire/index.ts";
import type { Glance } from "./glance.ts";
import { type Fixed, placeOf } from "./place.ts";
import type { Presence } from "./presence.ts";
import { ofType, plainOf } from "./quick.ts";

type Asked = Extract<Need, { kind: "field" }>;

/** Asked of frames that the glance is sure of. */
export interface Clue {
  /**
   * -1: there is nothing of it in this frame. Else how many octets from the payload's first the message may reach, where
   * it may go on in other segments; 0: not beyond this one. `known`: it was found in this conversation before.
   */
  found(glance: Glance, known: boolean): number;
  /** Whether all packets of a conversation have it, or none. */
  readonly shared: boolean;
}

export const presenceClue = (presence: Presence): Clue => ({
  found: (glance, known) => (presence(glance, known) ? 0 : -1),
  shared: false,
});

/** Where a glance finds headers. */
const headers: Readonly<Record<string, (glance: Glance) => number>> = {
  eth: ({ frame }) => frame,
  ip: ({ ipv4 }) => ipv4,
  ipv6: ({ ipv6 }) => ipv6,
  tcp: ({ tcp }) => tcp,
  udp: ({ udp }) => udp,
};

/** The values of a field that has fixed places in one of the usual headers, there and nowhere else. */
export function headerClue(
  owner: Wireshark,
  { name, fits }: Asked,
  all: readonly AnyProtocol[],
): Clue | undefined {
  const [protocol] = owner.protocols;
  const header = owner.protocols.length === 1 && protocol !== undefined ? headers[protocol] : undefined;
  const format = all.find(one => one.name === protocol)?.format;
  const plain = plainOf(owner, name);
  if (!header || !format || !plain || !fits) return undefined;
  const readers: ((glance: Glance, at: number) => boolean)[] = [];
  for (const { path, entry } of plain) {
    const place = placeOf(format, path);
    if (!place) return undefined;
    const value = valueAt(place);
    readers.push((glance, at) => {
      const own = value(glance, at);
      if (entry.when && !entry.when(own, undefined as never)) return false;
      const made = ofType(owner.fields[name]!, entry.value ? entry.value(own, undefined as never) : own);
      // What can't be told is for whoever dissects it.
      return made === undefined || fits(made);
    });
  }
  return {
    found(glance) {
      const at = header(glance);
      if (at < 0) return -1;
      for (let i = 0; i < readers.length; i++) if (readers[i]!(glance, at)) return 0;
      return -1;
    },
    shared: ends.has(name),
  };
}

/** Of either end: a conversation has the same two in all its packets. */
const ends: ReadonlySet<string> = new Set([
  "ip.addr",
  "ip.host",
  "ipv6.addr",
  "ipv6.host",
  "tcp.port",
  "udp.port",
]);

function valueAt({ at, codec }: Fixed): (glance: Glance, start: number) => unknown {
  return ({ view, frameEnd }, start) => codec.read(new Reader(view, start + at, frameEnd));
}

/** The octets that the field's protocol knows it by, in the payload. */
export function signClue(
  owner: Wireshark,
  { name, ...sought }: Asked,
  presence: Presence,
  /** Whether its conversations are known by their octets alone: then it may be in any. */
  recognized: boolean,
): Clue | undefined {
  const sign = owner.sign?.(name, sought);
  if (!sign) return undefined;
  const search = new Search(sign.octets);
  const found: Clue["found"] = (glance, known) => {
    const { view, payload, end } = glance;
    if (payload >= end || !((recognized && glance.tcp >= 0) || presence(glance, known))) return -1;
    let most = sign.begins?.(view, payload, end) ? sign.reach(view, payload, end) : -1;
    for (let at = search.from(view, payload, end); at >= 0; at = search.from(view, at + 1, end)) {
      if (glance.udp >= 0) return 0;
      const reach = sign.reach(view, at, end);
      if (reach > 0) most = Math.max(most, at - payload + reach);
    }
    if (glance.udp >= 0) return most;
    const at = begun(sign, view, payload, end);
    return at < 0 ? most : Math.max(most, at - payload + sign.reach(view, at, end));
  };
  return { found, shared: false };
}

/** Where the payload ends within a sign; -1: it does not. */
function begun({ octets }: Sign, view: DataView, start: number, end: number): number {
  for (let size = Math.min(octets.length - 1, end - start); size > 0; size--) {
    let same = 0;
    while (same < size && view.getUint8(end - size + same) === octets[same]) same++;
    if (same === size) return end - size;
  }
  return -1;
}

/** Looks for octets in frames that follow one another, each piece of the view once. Horspool's algorithm. */
class Search {
  #octets: Uint8Array = new Uint8Array();
  #view: DataView | undefined;
  /** Where they stand next, from the last place that was asked for; infinity: nowhere. */
  #next = -1;
  /** How far on the next place can be, by the octet under the last one of these. */
  readonly #shifts: Uint8Array;

  constructor(readonly octets: Uint8Array) {
    const most = Math.min(octets.length, 255);
    this.#shifts = new Uint8Array(256).fill(most);
    for (let i = Math.max(0, octets.length - 1 - most); i < octets.length - 1; i++)
      this.#shifts[octets[i]!] = Math.min(most, octets.length - 1 - i);
  }

  /** The first place from `start` on where they stand whole; -1: nowhere before `end`. */
  from(view: DataView, start: number, end: number): number {
    if (view !== this.#view) {
      this.#view = view;
      this.#octets = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      this.#next = -1;
    }
    if (this.#next < start) this.#next = this.#find(start);
    return this.#next + this.octets.length <= end ? this.#next : -1;
  }

  #find(from: number): number {
    const [wanted, within, shifts] = [this.octets, this.#octets, this.#shifts];
    const last = wanted.length - 1;
    if (last < 0) return from;
    const end = within.length;
    const final = wanted[last]!;
    for (let at = from + last; at < end; at += shifts[within[at]!]!) {
      if (within[at] !== final) continue;
      let i = last - 1;
      while (i >= 0 && within[at - last + i] === wanted[i]) i--;
      if (i < 0) return at - last;
    }
    return Number.POSITIVE_INFINITY;
  }
}
