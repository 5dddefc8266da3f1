// `follow,PROTOCOL,MODE,N`: what the two ends of one conversation said, in order.
import { infoOf, type Layer, type Packet, type Way } from "../../protocols/packet/index.ts";
import { Direction } from "../../protocols/packet/streams.ts";
import { paint, printable } from "../terminal.ts";
import type { Statistic } from "./statistic.ts";

export const followed = ["tcp", "udp", "tls", "mqtt"] as const;
export type Followed = (typeof followed)[number];
export const modes = ["ascii", "hex", "raw"] as const;
export type Mode = (typeof modes)[number];

/** Beyond this a stream is for a file, not for a person. */
const mostOctets = 64 * 2 ** 20;

interface Said {
  readonly way: Way;
  readonly packet: number;
  readonly octets: Uint8Array;
  /** Octets are missing before it. */
  readonly gap?: boolean;
  readonly words?: string;
}

const octetsOf = ({ source, start, end }: Pick<Layer, "source" | "start" | "end">): Uint8Array =>
  new Uint8Array(source.view.buffer, source.view.byteOffset + start, end - start).slice();

export class Follow implements Statistic {
  readonly #said: Said[] = [];
  readonly #directions = [new Direction(), new Direction()] as const;
  #ends: readonly [string, string] | undefined;
  #octets = 0;
  #cut = false;

  constructor(
    readonly protocol: Followed,
    readonly mode: Mode,
    /** Of TCP's or UDP's conversations, counted from 0. */
    readonly index: number,
  ) {}

  get #transport(): "udp" | "tcp" {
    return this.protocol === "udp" ? "udp" : "tcp";
  }

  observe(packet: Packet): void {
    const { conversation, way } = packet;
    if (conversation?.transport !== this.#transport || conversation.index !== this.index) return;
    const [a, b] = conversation.ends.map(({ address, port }) =>
      address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`,
    );
    this.#ends ??= [a!, b!];
    if (this.protocol === "tcp") this.#segments(packet);
    else if (this.protocol === "udp") {
      const layer = packet.layers.find(({ protocol }) => protocol.name === "udp");
      if (layer)
        this.#add({
          way,
          packet: packet.number,
          octets: octetsOf({ ...layer, source: layer.source, start: layer.headerEnd, end: layer.end }),
        });
    } else if (this.protocol === "mqtt") {
      for (const layer of packet.layers.filter(({ protocol }) => protocol.name === "mqtt"))
        this.#add({
          way: layer.way,
          packet: packet.number,
          octets: octetsOf(layer),
          words: layer.malformed ? infoOf(packet) : layer.protocol.summary(layer.value as never),
        });
    } else this.#opened(packet);
  }

  /** What TLS carried, where it was deciphered: the sources that the packet's records became. */
  #opened(packet: Packet): void {
    const seen = new Set<unknown>();
    for (const { protocol, source, way, depth } of packet.layers) {
      if (
        !/^Decrypted/.test(source.title) ||
        seen.has(source) ||
        protocol.name.startsWith("tls") ||
        depth === 0
      )
        continue;
      seen.add(source);
      const { view } = source;
      this.#add({
        way,
        packet: packet.number,
        octets: new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice(),
      });
    }
  }

  #segments(packet: Packet): void {
    const layer = packet.layers.find(({ protocol }) => protocol.name === "tcp");
    if (!layer || layer.value === undefined || !layer.protocol.segment) return;
    const segment = layer.protocol.segment(layer.value);
    const to = (way: Way) => {
      let gap = false;
      return {
        take: (source: Layer["source"], start: number, end: number, number: number) => {
          this.#add({ way, packet: number, octets: octetsOf({ source, start, end }), ...(gap && { gap }) });
          gap = false;
        },
        gap: () => {
          gap = true;
        },
        note: () => {},
      };
    };
    const other = (1 - packet.way) as Way;
    if (segment.ack) this.#directions[other].acknowledged(segment.acknowledgment, to(other));
    this.#directions[packet.way].add(
      segment,
      layer.source,
      layer.headerEnd,
      layer.end,
      packet.number,
      to(packet.way),
    );
  }

  #add(said: Said): void {
    if (said.octets.length === 0) return;
    this.#octets += said.octets.length;
    if (this.#octets > mostOctets) this.#cut = true;
    else this.#said.push(said);
  }

  *lines(): Generator<string> {
    yield `Follow: ${this.protocol},${this.mode}, stream ${this.index}`;
    if (!this.#ends) {
      yield `There is no ${this.#transport.toUpperCase()} stream ${this.index} in this capture; -z conv,${this.#transport} lists them.`;
      return;
    }
    yield paint(`Node 0: ${this.#ends[0]}`, "red");
    yield paint(`Node 1: ${this.#ends[1]}`, "blue");
    if (this.#said.length === 0)
      yield this.protocol === "tls"
        ? "Nothing of it was deciphered; --keylog brings secrets."
        : "Nothing was said.";
    let offset = [0, 0];
    for (const { way, packet, octets, gap, words } of this.#said) {
      if (gap) yield paint("[octets of this stream were not captured]", "yellow");
      const colour = way === 0 ? "red" : "blue";
      const mark = way === 0 ? "→" : "←";
      if (this.mode === "raw") yield paint(`${way === 0 ? "" : "\t"}${octets.toHex()}`, colour);
      else if (this.mode === "hex") {
        yield* hexLines(octets, offset[way]!, way === 0 ? "" : "    ").map(line => paint(line, colour));
      } else {
        yield paint(
          `${mark} ${octets.length} octets, packet ${packet}${words ? `: ${printable(words)}` : ""}`,
          "dim",
        );
        for (const line of ascii(octets).replace(/\n$/, "").split("\n")) yield paint(line, colour);
      }
      offset = offset.map((at, i) => (i === way ? at + octets.length : at));
    }
    if (this.#cut) yield `[the rest is left out: more than ${mostOctets / 2 ** 20} MiB]`;
  }

  values(): unknown {
    return {
      nodes: this.#ends ?? [],
      said: this.#said.map(({ way, packet, octets, gap, words }) => ({
        from: way,
        packet,
        octets: octets.toHex(),
        ...(gap && { gap }),
        ...(words && { words }),
      })),
      ...(this.#cut && { cut: true }),
    };
  }
}

/** What is no printable character is a dot; lines end where they end. */
const ascii = (octets: Uint8Array): string => {
  let text = "";
  for (const octet of octets)
    text +=
      octet === 0x0a || (octet >= 0x20 && octet < 0x7f)
        ? String.fromCharCode(octet)
        : octet === 0x0d
          ? ""
          : ".";
  return text;
};

/** "00000000  10 0c 00 04 …  ....": as Wireshark follows, so that text2pcap reads it. */
function hexLines(octets: Uint8Array, from: number, indent: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < octets.length; at += 16) {
    const part = octets.subarray(at, at + 16);
    const hex = [...part].map(octet => octet.toString(16).padStart(2, "0"));
    const columns = `${hex.slice(0, 8).join(" ")}  ${hex.slice(8).join(" ")}`.padEnd(50);
    const text = ascii(part).replaceAll("\n", ".");
    lines.push(`${indent}${(from + at).toString(16).padStart(8, "0")}  ${columns} ${text}`);
  }
  return lines;
}
