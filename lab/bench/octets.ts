// What crossed the wire for each message, counted in the recorded capture.
import type { Packet } from "../../protocols/packet/index.ts";
import { readPackets } from "../inspect/reading.ts";
import type { Marks } from "./wire.ts";

/** What went one way. */
export interface Counted {
  /** Of whole Ethernet frames, without preamble and check sequence: those are not recorded. */
  readonly octets: number;
  readonly frames: number;
  /** What TCP carried of it. */
  readonly payload: number;
}

/** `out`: to the broker, `back`: from there. */
export interface Passed {
  readonly out: Counted;
  readonly back: Counted;
}

export interface WireOctets {
  readonly connection: number;
  /** TCP's and TLS's handshake, TLS 1.3's tickets included. */
  readonly making: Passed;
  /** For one message, on average of so many. */
  readonly messages: number;
  readonly sizes: readonly (Passed & { readonly size: number })[];
}

/** Counts in a capture what the marks tell apart. @throws Failure if it can't be read */
export async function octetsIn(
  file: string,
  marks: readonly Marks[],
  messages: number,
): Promise<WireOctets[]> {
  const tallies = new Map(marks.map(one => [one.port, new Tally(one)]));
  await readPackets(file, {}, packet => {
    const port = packet.conversation?.ends[0].port;
    if (port !== undefined) tallies.get(port)?.add(packet);
  });
  return [...tallies.values()].map(tally => tally.result(messages));
}

type Counting = { -readonly [K in keyof Counted]: Counted[K] };
const none = (): { out: Counting; back: Counting } => ({
  out: { octets: 0, frames: 0, payload: 0 },
  back: { octets: 0, frames: 0, payload: 0 },
});

class Tally {
  readonly #moments: readonly bigint[];
  /** The making of the connection, then between each two moments. */
  readonly #spans: ReturnType<typeof none>[];

  constructor(readonly marks: Marks) {
    this.#moments = [marks.made, ...marks.sizes.map(({ from }) => from), marks.until].map(BigInt);
    this.#spans = Array.from({ length: this.#moments.length }, none);
  }

  add(packet: Packet): void {
    const span = this.#spans[this.#moments.findIndex(moment => packet.time < moment)];
    const tcp = packet.layers.find(({ protocol }) => protocol.name === "tcp");
    if (!span || !tcp) return;
    const way = packet.way === 0 ? span.out : span.back;
    way.frames++;
    way.octets += packet.frame.originalLength;
    way.payload += tcp.end - tcp.headerEnd;
  }

  result(messages: number): WireOctets {
    // Between the making and the first size stand CONNECT, SUBSCRIBE and the messages that don't count.
    const [making, , ...sizes] = this.#spans;
    return {
      connection: this.marks.connection,
      making: making!,
      messages,
      sizes: this.marks.sizes.map(({ size }, i) => ({
        size,
        out: each(sizes[i]!.out, messages),
        back: each(sizes[i]!.back, messages),
      })),
    };
  }
}

const each = ({ octets, frames, payload }: Counted, messages: number): Counted => ({
  octets: octets / messages,
  frames: frames / messages,
  payload: payload / messages,
});
