// Datagrams put together from their fragments (RFC 791 §3.2; RFC 8200 §4.5).
import type { Source } from "./packet.ts";
import type { Fragment } from "./protocol.ts";

/** No datagram is longer. */
const mostOctets = 65_535;
/** So many incomplete datagrams are kept; then the oldest is dropped, for an attacker could send first fragments for ever. */
const mostIncomplete = 256;

interface Incomplete {
  readonly octets: Uint8Array;
  readonly known: Uint8Array;
  readonly pieces: { packet: number; size: number }[];
  have: number;
  size: number | undefined;
}

export class Fragments {
  readonly #incomplete = new Map<string, Incomplete>();

  /** Takes one fragment; returns the whole once nothing is missing. Octets that overlap stay as they came first. */
  add(fragment: Fragment, title: string, octets: Uint8Array, packet: number): Source | undefined {
    const end = fragment.at + octets.length;
    if (end > mostOctets) return undefined;
    let whole = this.#incomplete.get(fragment.of);
    if (!whole) {
      whole = {
        octets: new Uint8Array(mostOctets),
        known: new Uint8Array(mostOctets),
        pieces: [],
        have: 0,
        size: undefined,
      };
      if (this.#incomplete.size >= mostIncomplete)
        this.#incomplete.delete(this.#incomplete.keys().next().value!);
      this.#incomplete.set(fragment.of, whole);
    }
    for (let i = 0; i < octets.length; i++) {
      if (whole.known[fragment.at + i]) continue;
      whole.known[fragment.at + i] = 1;
      whole.octets[fragment.at + i] = octets[i]!;
      whole.have++;
    }
    whole.pieces.push({ packet, size: octets.length });
    if (!fragment.more) whole.size = end;
    if (whole.size === undefined || whole.have < whole.size) return undefined;
    this.#incomplete.delete(fragment.of);
    const view = new DataView(whole.octets.buffer, 0, whole.size);
    return {
      title: `${title} (${whole.size} octets from ${whole.pieces.length} fragments)`,
      view,
      pieces: whole.pieces,
    };
  }
}
