// What somebody who only listened learned from a capture: names, addresses, times, topics; nothing that was enciphered.
import { type Message as DhcpMessage, dhcp } from "../../protocols/dhcp/index.ts";
import { type Message as DnsMessage, typeName } from "../../protocols/dns/index.ts";
import { colons } from "../../protocols/ethernet/index.ts";
import { type Packet as ControlPacket, Type } from "../../protocols/mqtt/index.ts";
import type { Layer, Packet } from "../../protocols/packet/index.ts";
import { bodyOf, type Handshake, HandshakeType, kinds, serverName } from "../../protocols/tls/index.ts";
import { optionOf } from "../../protocols/wire/index.ts";
import { printable } from "../terminal.ts";
import type { Language, Said } from "../words.ts";

/** Kinds of things learned, in the order in which a host gives them away. */
const kindsOfFacts = {
  host: { en: "hosts and what they call themselves", es: "equipos y cómo se llaman" },
  name: { en: "names asked for", es: "nombres preguntados" },
  clock: { en: "who takes the time from whom", es: "quién toma la hora de quién" },
  server: { en: "servers named in TLS's hello", es: "servidores nombrados en el saludo de TLS" },
  certificate: { en: "certificates shown in the clear", es: "certificados mostrados en claro" },
  sealed: { en: "sealed: only ends, sizes and times", es: "cerrado: sólo extremos, tamaños y horas" },
  client: { en: "MQTT clients", es: "clientes MQTT" },
  credentials: { en: "user names and passwords, readable", es: "usuarios y contraseñas, legibles" },
  topic: { en: "MQTT topics", es: "temas MQTT" },
  payload: { en: "messages that could be read", es: "mensajes que se podían leer" },
} as const satisfies Record<string, Said>;
type Kind = keyof typeof kindsOfFacts;

/** One thing learned, from these packets. */
export interface Learned {
  readonly kind: Kind;
  readonly what: string;
  /** How often. */
  readonly count: number;
  /** The first packet that shows it. */
  readonly packet: number;
  readonly octets: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Beyond so many of a kind the rest is only counted. */
const mostOfKind = 10_000;

export class Eavesdropper {
  readonly #learned = new Map<string, Mutable<Learned>>();
  readonly #counts = new Map<Kind, number>();

  observe(packet: Packet): void {
    for (const layer of packet.layers) {
      // What was deciphered with secrets is what a listener does not have.
      if (layer.value === undefined || layer.source.title.startsWith("Decrypted")) continue;
      this.#layer(layer, packet);
    }
  }

  #layer(layer: Layer, packet: Packet): void {
    const { name } = layer.protocol;
    if (name === dhcp.name) this.#host(layer as Layer<DhcpMessage>, packet);
    else if (name === "dns" || name === "mdns" || name === "llmnr")
      this.#names(layer as Layer<DnsMessage>, packet);
    else if (name === "ntp" && packet.way === 0)
      this.#add("clock", `${packet.source} ← ${packet.destination}`, packet);
    else if (name === kinds.handshake.name) this.#handshake(layer as Layer<Handshake>, packet);
    else if (name === kinds.record.name) this.#record(layer, packet);
    else if (name === "mqtt") this.#mqtt(layer as Layer<ControlPacket>, packet);
  }

  #host({ value }: Layer<DhcpMessage>, packet: Packet): void {
    const { chaddr, options, op } = value!;
    if (op !== 1) return;
    const [name, vendor] = [optionOf(options, 12), optionOf(options, 60)];
    const words = [name, typeof vendor === "string" ? vendor : undefined].filter(Boolean).join(", ");
    this.#add("host", `${colons(chaddr)}${words === "" ? "" : `: ${words}`}`, packet);
  }

  #names({ value }: Layer<DnsMessage>, packet: Packet): void {
    if (value!.flags.response) return;
    for (const { name, type } of value!.questions)
      this.#add("name", `${packet.source}: ${typeName(type)} ${name}`, packet);
  }

  #handshake({ value }: Layer<Handshake>, packet: Packet): void {
    const hello = bodyOf(value!, HandshakeType.client_hello);
    const host = hello && serverName(hello);
    if (host) this.#add("server", `${packet.source}: ${host}`, packet);
    if (value!.type === HandshakeType.certificate)
      this.#add("certificate", `${packet.source} → ${packet.destination}`, packet);
  }

  #record({ start, end }: Layer, packet: Packet): void {
    const [a, b] = packet.conversation?.ends ?? [];
    if (a && b) this.#add("sealed", `${a.address} ↔ ${b.address}:${b.port}`, packet, end - start);
  }

  #mqtt({ value }: Layer<ControlPacket>, packet: Packet): void {
    if (value!.type === Type.CONNECT) {
      const { clientIdentifier, userName, password } = value;
      this.#add("client", `${packet.source}: ${clientIdentifier || "(no identifier)"}`, packet);
      // That it can be read is told, not what it is.
      if (userName !== undefined || password !== undefined)
        this.#add(
          "credentials",
          `${packet.source}: ${userName ?? ""}${password ? ", password" : ""}`,
          packet,
        );
    }
    if (value!.type === Type.SUBSCRIBE)
      for (const { filter } of value.subscriptions) this.#add("topic", filter, packet);
    if (value!.type !== Type.PUBLISH || value.topic === "") return;
    this.#add("topic", value.topic, packet, value.payload.length);
    if (value.payload.length > 0) this.#add("payload", value.topic, packet, value.payload.length);
  }

  #add(kind: Kind, what: string, { number }: Packet, octets = 0): void {
    const key = `${kind} ${what}`;
    const known = this.#learned.get(key);
    if (known) {
      known.count++;
      known.octets += octets;
      return;
    }
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= mostOfKind) this.#learned.set(key, { kind, what, count: 1, packet: number, octets });
  }

  learned(): readonly Learned[] {
    return [...this.#learned.values()];
  }

  *lines(language: Language): Generator<string> {
    const all = this.learned();
    for (const [kind, said] of Object.entries(kindsOfFacts)) {
      const facts = all.filter(one => one.kind === kind);
      if (facts.length === 0) continue;
      yield `  ${said[language]}`;
      for (const { what, count, packet, octets } of facts.slice(0, shown)) {
        const amount = octets > 0 ? `, ${octets} ${language === "es" ? "octetos" : "octets"}` : "";
        const times = count > 1 ? ` (${count}×)` : "";
        yield `    ${printable(what)}${amount}${times}  [${language === "es" ? "paquete" : "packet"} ${packet}]`;
      }
      const left = (this.#counts.get(kind as Kind) ?? 0) - Math.min(shown, facts.length);
      if (left > 0) yield `    ${language === "es" ? `… y ${left} más` : `… and ${left} more`}`;
    }
    if (all.length === 0)
      yield language === "es" ? "  nada de estos protocolos" : "  nothing of these protocols";
  }
}

/** Of each kind, for people; --json has all. */
const shown = 12;
