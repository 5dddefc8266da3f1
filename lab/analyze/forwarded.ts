// Packets that stand in a capture twice, because it was recorded on both sides of a router: which of them are the copies.
import { ipv4 } from "../../protocols/ipv4/index.ts";
import type { Packet } from "../../protocols/packet/index.ts";
import { tcp } from "../../protocols/tcp/index.ts";
import { udp } from "../../protocols/udp/index.ts";

interface Sighting {
  readonly interface: number;
  readonly time: bigint;
  readonly timeToLive: number;
  readonly source: number;
  readonly destination: number;
  readonly conversation: string;
}

/** Nanoseconds that a router may keep a packet. */
const patience = 2_000_000_000n;
/** As many packets are remembered; what is under way is far less. */
const mostSightings = 20_000;

/**
 * A copy comes in at another interface, shortly after, with a time to live that is smaller, to or from the same address,
 * and carries the same. A router that translates addresses (NAPT) makes another conversation of it: both ways of that
 * are copies then, for the answers are seen on both sides too.
 */
export class Forwarded {
  #first: number | undefined;
  #isMany = false;
  #count = 0;
  readonly #seen = new Map<string, Sighting>();
  readonly #translated = new Set<string>();

  /** How many there were. */
  get count(): number {
    return this.#count;
  }

  /** To be asked of each packet once, in order. */
  isCopy(packet: Packet): boolean {
    this.#first ??= packet.frame.interface;
    this.#isMany ||= packet.frame.interface !== this.#first;
    const is = this.#compared(packet);
    if (is) this.#count++;
    return is;
  }

  #compared(packet: Packet): boolean {
    const header = packet.layer(ipv4);
    const { conversation } = packet;
    if (!header || !conversation) return false;
    const name = `${conversation.transport} ${conversation.index}`;
    if (this.#isMany && this.#translated.has(name)) return true;
    const carried = carriedBy(packet);
    if (carried === undefined) return false;
    const own: Sighting = {
      interface: packet.frame.interface,
      time: packet.time,
      timeToLive: header.timeToLive,
      source: header.source,
      destination: header.destination,
      conversation: name,
    };
    const before = this.#seen.get(carried);
    if (before && isForwarded(before, own)) {
      if (before.conversation !== name) this.#translated.add(name);
      return true;
    }
    this.#seen.delete(carried);
    this.#seen.set(carried, own);
    if (this.#seen.size > mostSightings) this.#seen.delete(this.#seen.keys().next().value!);
    return false;
  }
}

const isForwarded = (before: Sighting, now: Sighting): boolean =>
  before.interface !== now.interface &&
  now.timeToLive < before.timeToLive &&
  now.time - before.time <= patience &&
  (before.source === now.source || before.destination === now.destination);

/** What no router changes: of TCP its numbers, and the octets that are carried. */
function carriedBy(packet: Packet): string | undefined {
  const [segment] = packet.all(tcp);
  const [layer = segment] = packet.all(udp);
  if (!layer?.value) return undefined;
  const { view } = layer.source;
  const octets = new Uint8Array(view.buffer, view.byteOffset + layer.headerEnd, layer.end - layer.headerEnd);
  const numbers = segment?.value ? tcp.segment!(segment.value) : undefined;
  const { sequence, acknowledgment, syn, fin, rst } = numbers ?? {};
  return `${sequence} ${acknowledgment} ${syn} ${fin} ${rst} ${octets.length} ${Bun.hash(octets)}`;
}
