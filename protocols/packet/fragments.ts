// Datagrams put together from their fragments (RFC 791 §3.2; RFC 8200 §4.5).
import type { Source } from "./packet.ts";
import type { Fragment } from "./protocol.ts";

/** No datagram is longer. */
const mostOctets = 65_535;
/** So many incomplete datagrams are kept; then the oldest is dropped, for an attacker could send first fragments for ever. */
const mostIncomplete = 256;
/** More fragments than the longest datagram has at the least MTU of IPv4 (RFC 791: 68 octets) are no honest ones. */
const mostPieces = 2048;
/** After a minute an incomplete datagram is given up, as its receiver does: its identification may be used again. */
const patience = 60_000_000_000n;

interface Incomplete {
  readonly since: bigint;
  octets: Uint8Array;
  /** 1 where an octet has come. */
  known: Uint8Array;
  readonly pieces: { packet: number; size: number }[];
  size: number | undefined;
}

/** Room that is made at first: most datagrams that are cut are a little longer than two packets. */
const leastOctets = 4096;

export class Fragments {
  readonly #incomplete = new Map<string, Incomplete>();

  /**
   * Takes one fragment; returns the whole once nothing is missing. Octets that overlap stay as they came first;
   * a fragment beyond the end that another one gave, or beyond what is possible, is not taken.
   */
  add(
    fragment: Fragment,
    title: string,
    octets: Uint8Array,
    { number: packet, time }: { readonly number: number; readonly time: bigint },
  ): Source | undefined {
    const end = fragment.at + octets.length;
    if (end > mostOctets) return undefined;
    const whole = this.#of(fragment.of, time);
    const last = fragment.more ? whole.size : (whole.size ?? end);
    if (last !== undefined && end > last) return undefined;
    whole.size = last;
    if (whole.pieces.length === mostPieces) return undefined;
    if (end > whole.octets.length) grow(whole, end);
    for (let i = 0; i < octets.length; i++) {
      if (whole.known[fragment.at + i]) continue;
      whole.known[fragment.at + i] = 1;
      whole.octets[fragment.at + i] = octets[i]!;
    }
    whole.pieces.push({ packet, size: octets.length });
    if (last === undefined || whole.known.subarray(0, last).includes(0)) return undefined;
    this.#incomplete.delete(fragment.of);
    const view = new DataView(whole.octets.buffer, 0, last);
    const { pieces } = whole;
    return { title: `${title} (${last} octets from ${pieces.length} fragments)`, view, pieces };
  }

  #of(name: string, time: bigint): Incomplete {
    const known = this.#incomplete.get(name);
    if (known && time - known.since < patience) return known;
    this.#incomplete.delete(name);
    if (this.#incomplete.size >= mostIncomplete)
      this.#incomplete.delete(this.#incomplete.keys().next().value!);
    const fresh: Incomplete = {
      since: time,
      octets: new Uint8Array(leastOctets),
      known: new Uint8Array(leastOctets),
      pieces: [],
      size: undefined,
    };
    this.#incomplete.set(name, fresh);
    return fresh;
  }
}

function grow(whole: Incomplete, needed: number): void {
  const size = Math.min(mostOctets, Math.max(needed, 2 * whole.octets.length));
  const [octets, known] = [new Uint8Array(size), new Uint8Array(size)];
  octets.set(whole.octets);
  known.set(whole.known);
  whole.octets = octets;
  whole.known = known;
}
