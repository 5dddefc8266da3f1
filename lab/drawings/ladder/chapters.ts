// The chapters of a ladder: which messages are one lease, one question, one handshake, one session.
import { type Message as DhcpMessage, dhcp } from "../../../protocols/dhcp/index.ts";
import { type Message as DnsMessage, typeName } from "../../../protocols/dns/index.ts";
import { colons } from "../../../protocols/ethernet/address.ts";
import { infoOf, type Layer, type Packet, protocolOf } from "../../../protocols/packet/index.ts";
import { tcp } from "../../../protocols/tcp/index.ts";
import { ContentType } from "../../../protocols/tls/numbers.ts";
import type { RecordValue } from "../../../protocols/tls/records.ts";
import type { Said } from "../../words.ts";
import type { Chapter } from "./ladder.ts";

type Phase = "opens" | "handshake" | "session" | "ends";
type Draft = { -readonly [K in keyof Chapter]: Chapter[K] };

export class Chapters {
  readonly all: Draft[] = [];
  readonly #places = new Map<string, number>();
  /** Where each TCP connection is. */
  readonly #phases = new Map<number, Phase>();
  /** Connections whose client, or server, enciphers by now. */
  readonly #sealed = new Map<number, number>();

  /** The chapter of the next packet. `host`: names of addresses. `segment`: what passes a router passes twice. */
  placeOf(packet: Packet, host: (address: string) => string, time: number, segment: number): number {
    const { key, ...chapter } = this.#chapterOf(packet, host);
    const known = this.#places.get(`${segment} ${key}`);
    if (known !== undefined) {
      const draft = this.all[known]!;
      draft.messages++;
      draft.end = time;
      return known;
    }
    this.#places.set(`${segment} ${key}`, this.all.length);
    return this.all.push({ ...chapter, messages: 1, start: time, end: time }) - 1;
  }

  #chapterOf(
    packet: Packet,
    host: (address: string) => string,
  ): Pick<Chapter, "title" | "closed" | "layer"> & { key: string } {
    const { conversation } = packet;
    const lease = packet.layer<DhcpMessage>(dhcp);
    if (lease)
      return {
        key: `dhcp ${colons(lease.chaddr)} ${lease.xid}`,
        layer: "dhcp",
        title: said("DHCP: an address", "DHCP: una dirección"),
      };
    if (conversation?.transport === "tcp") return this.#connection(packet, conversation.index, host);
    const layer = packet.layers.findLast(one => titles[one.protocol.name]);
    const name = layer?.protocol.name ?? packet.layers.at(-1)?.protocol.name ?? "data";
    const title = (layer && titles[name]!(layer, packet)) ?? both(protocolOf(packet));
    const key = conversation && name !== "icmp" ? `udp ${conversation.index}` : name;
    return { key: name === "dns" ? `${key} ${title.en}` : key, layer: name, title };
  }

  #connection(packet: Packet, index: number, host: (address: string) => string) {
    const { ends } = packet.conversation!;
    const phase = this.#phaseOf(packet, index);
    this.#phases.set(index, phase);
    const [client, server] = [host(ends[0].address), host(ends[1].address)];
    const name = packet.layers.findLast(({ protocol }) => talks.has(protocol.name))?.protocol.name;
    const place = `${client} → ${server}:${ends[1].port}`;
    const key = `tcp ${index} ${phase}`;
    switch (phase) {
      case "opens":
        return { key, layer: "tcp", title: said(`TCP opens, ${place}`, `TCP se abre, ${place}`) };
      case "handshake":
        return { key, layer: "tls", title: said(`TLS handshake, ${place}`, `Negociación TLS, ${place}`) };
      case "ends":
        return { key, layer: "tcp", title: said(`The end, ${place}`, `El final, ${place}`) };
      default: {
        const isSealed = this.#sealed.has(index);
        const layer = name === undefined || name === "data" ? (isSealed ? "tls" : "tcp") : name;
        const title =
          layer === "mqtt"
            ? said(`MQTT session, ${place}`, `Sesión MQTT, ${place}`)
            : both(`${layer.toUpperCase()}, ${place}`);
        const closed = isSealed ? said(`Enciphered, ${place}`, `Cifrado, ${place}`) : undefined;
        return { key, layer, title, ...(closed && { closed }) };
      }
    }
  }

  #phaseOf(packet: Packet, index: number): Phase {
    const before = this.#phases.get(index) ?? "opens";
    const [segment] = packet.all(tcp);
    if (!segment?.value) return before;
    const { syn, fin, rst } = tcp.segment!(segment.value);
    if (syn) return "opens";
    if (fin || rst || before === "ends") return "ends";
    if (segment.end === segment.headerEnd) return before;
    const names = new Set(packet.layers.map(({ protocol }) => protocol.name));
    if (names.has("tls.change_cipher_spec"))
      this.#sealed.set(index, (this.#sealed.get(index) ?? 0) | (packet.way + 1));
    if (names.has("mqtt")) return "session";
    if (names.has("tls.handshake") || names.has("tls.change_cipher_spec"))
      return before === "session" ? before : "handshake";
    // Without keys: data enciphered by both sides, of which the client's first of TLS 1.3 still ends the handshake.
    const records = packet.layers
      .filter(({ protocol }) => protocol.name === "tls")
      .map(({ value }) => value as RecordValue | undefined);
    if (records.length === 0)
      return names.has("tls.alert") ? before : before === "handshake" ? "handshake" : "session";
    const carriesData = records.some(one => one?.contentType === ContentType.application_data);
    return before === "handshake" && !(carriesData && packet.way === 0 && this.#sealed.get(index) === 3)
      ? "handshake"
      : carriesData
        ? "session"
        : before;
  }
}

const titles: Readonly<Record<string, (layer: Layer, packet: Packet) => Said>> = {
  arp: () => both("ARP"),
  icmp: () => both("ICMP"),
  icmpv6: () => both("ICMPv6"),
  ntp: () => said("NTP: the time", "NTP: la hora"),
  dns: ({ value }, packet) => {
    const [question] = (value as DnsMessage | undefined)?.questions ?? [];
    return both(question ? `DNS: ${typeName(question.type)} ${question.name}` : infoOf(packet));
  },
};

/** Protocols that say what a connection is for. */
const talks: ReadonlySet<string> = new Set(["mqtt", "dns", "data"]);

const said = (en: string, es: string): Said => ({ en, es });
const both = (text: string): Said => said(text, text);
