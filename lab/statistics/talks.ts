// `conv,…` and `endpoints,…`: who talks with whom, how much each way, from when and for how long.
import type { Layer, Packet } from "../../protocols/packet/index.ts";
import { printable, table } from "../terminal.ts";
import { type Selects, type Statistic, seconds } from "./statistic.ts";

/** The layers by whose addresses endpoints are told apart. */
export const kinds = { eth: "Ethernet", ip: "IPv4", ipv6: "IPv6", tcp: "TCP", udp: "UDP" } as const;
export type TalkKind = keyof typeof kinds;

interface Counted {
  packets: number;
  octets: number;
}

interface Talk {
  readonly a: string;
  readonly b: string;
  readonly there: Counted;
  readonly back: Counted;
  readonly begun: bigint;
  last: bigint;
}

const spelt = (address: string, port: number): string =>
  `${address.includes(":") ? `[${address}]` : address}:${port}`;

/** Source and destination of the packet's layers of that kind, and for TCP and UDP which conversation it is. */
function* pairsIn(
  packet: Packet,
  kind: TalkKind,
): Generator<readonly [from: string, to: string, stream?: number]> {
  let below: Layer | undefined;
  for (const layer of packet.layers) {
    const { protocol, value } = layer;
    if (value === undefined || !protocol.ends) continue;
    const [from, to] = protocol.ends(value);
    if (protocol.name === kind) {
      if (kind === "tcp" || kind === "udp") {
        const [source, destination] = below?.protocol.ends?.(below.value) ?? ["", ""];
        yield [
          spelt(String(source), Number(from)),
          spelt(String(destination), Number(to)),
          packet.conversation?.transport === kind ? packet.conversation.index : undefined,
        ];
      } else yield [String(from), String(to)];
    }
    below = layer;
  }
}

export class Conversations implements Statistic {
  readonly #talks = new Map<string, Talk>();
  #first: bigint | undefined;
  constructor(
    readonly kind: TalkKind,
    readonly selects: Selects,
  ) {}

  observe(packet: Packet): void {
    this.#first ??= packet.time;
    if (!this.selects(packet)) return;
    const octets = packet.frame.originalLength;
    for (const [from, to, stream] of pairsIn(packet, this.kind)) {
      const ahead = from <= to;
      const key = `${stream ?? ""} ${ahead ? from : to} ${ahead ? to : from}`;
      let talk = this.#talks.get(key);
      if (!talk) {
        const none = (): Counted => ({ packets: 0, octets: 0 });
        talk = { a: from, b: to, there: none(), back: none(), begun: packet.time, last: packet.time };
        this.#talks.set(key, talk);
      }
      const way = talk.a === from ? talk.there : talk.back;
      way.packets++;
      way.octets += octets;
      if (packet.time > talk.last) talk.last = packet.time;
    }
  }

  #sorted(): Talk[] {
    return [...this.#talks.values()].sort(
      (x, y) => y.there.packets + y.back.packets - (x.there.packets + x.back.packets),
    );
  }

  *lines(): Generator<string> {
    yield `${kinds[this.kind]} conversations`;
    const heads = [
      "A",
      "B",
      "packets A→B",
      "octets",
      "packets B→A",
      "octets",
      "packets",
      "octets",
      "start (s)",
      "duration (s)",
    ];
    const rows = this.#sorted().map(({ a, b, there, back, begun, last }) => [
      printable(a),
      printable(b),
      ...[there.packets, there.octets, back.packets, back.octets].map(String),
      String(there.packets + back.packets),
      String(there.octets + back.octets),
      seconds(begun - this.#first!),
      seconds(last - begun),
    ]);
    yield* table(heads, rows).split("\n");
  }

  values(): unknown {
    return this.#sorted().map(({ a, b, there, back, begun, last }) => ({
      a,
      b,
      aToB: there,
      bToA: back,
      start: Number(begun - this.#first!) / 1e9,
      duration: Number(last - begun) / 1e9,
    }));
  }
}

export class Endpoints implements Statistic {
  readonly #known = new Map<string, { sent: Counted; received: Counted }>();
  constructor(
    readonly kind: TalkKind,
    readonly selects: Selects,
  ) {}

  observe(packet: Packet): void {
    if (!this.selects(packet)) return;
    for (const [from, to] of pairsIn(packet, this.kind)) {
      for (const way of [this.#of(from).sent, this.#of(to).received]) {
        way.packets++;
        way.octets += packet.frame.originalLength;
      }
    }
  }

  #of(name: string) {
    let known = this.#known.get(name);
    if (!known) {
      known = { sent: { packets: 0, octets: 0 }, received: { packets: 0, octets: 0 } };
      this.#known.set(name, known);
    }
    return known;
  }

  #sorted() {
    return [...this.#known].sort(
      ([, x], [, y]) => y.sent.packets + y.received.packets - (x.sent.packets + x.received.packets),
    );
  }

  *lines(): Generator<string> {
    yield `${kinds[this.kind]} endpoints`;
    const rows = this.#sorted().map(([name, { sent, received }]) => [
      printable(name),
      String(sent.packets + received.packets),
      String(sent.octets + received.octets),
      ...[sent.packets, sent.octets, received.packets, received.octets].map(String),
    ]);
    yield* table(["endpoint", "packets", "octets", "sent", "octets", "received", "octets"], rows).split("\n");
  }

  values(): unknown {
    return this.#sorted().map(([endpoint, counted]) => ({ endpoint, ...counted }));
  }
}
