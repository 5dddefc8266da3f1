// A session as one walks through it: what the secrets were made of, and with what each record was sealed.
import type { Packet } from "../packet/index.ts";
import type { Way } from "../packet/protocol.ts";
import { nameOf, optionOf } from "../wire/index.ts";
import { kinds } from "./decoder.ts";
import { type Direction, type Epoch, outcomeOf } from "./direction.ts";
import { bodyOf, type Handshake } from "./handshake.ts";
import { chosenVersion, isRetry, serverName } from "./hello.ts";
import { ContentType, ExtensionType, HandshakeType, NamedGroup } from "./numbers.ts";
import type { RecordValue } from "./records.ts";
import { randomOf, type Ssl2ClientHello } from "./ssl2.ts";
import type { TlsState } from "./state.ts";
import { type Suite, suiteOf } from "./suite.ts";

/** Something that both sides saw before there were keys, and so did whoever listened. */
export interface Share {
  readonly packet: number;
  readonly way: Way;
  /** "x25519"; "RSA" where it is a secret under the server's key; "DHE" before groups had names. */
  readonly kind: string;
  readonly octets: number;
}

export interface SealedRecord {
  readonly packet: number;
  readonly way: Way;
  readonly epoch: Epoch;
  /** How often KeyUpdate had changed the keys. */
  readonly updates: number;
  /** Among the records of those keys, from 0. */
  readonly sequence: number;
  /** Octets of the record's fragment. */
  readonly size: number;
  /** Unless its keys are not known, or it was damaged. */
  readonly opened?: {
    readonly contentType: number;
    readonly size: number;
    readonly nonce: Uint8Array;
    readonly additional: Uint8Array;
  };
}

/** No field of it is a secret. */
export interface Walk {
  /** Wireshark's index of the TCP stream. */
  readonly stream: number;
  readonly ends: readonly [client: string, server: string];
  readonly serverName?: string;
  readonly version?: number;
  readonly suite?: Suite;
  readonly clientRandom?: { readonly packet: number; readonly octets: Uint8Array };
  readonly serverRandom?: { readonly packet: number; readonly octets: Uint8Array };
  readonly shares: readonly Share[];
  /** TLS 1.3: the server took a key that both sides have from before. */
  readonly preShared: boolean;
  /** Until TLS 1.2: the client sent no half of a key, so the secret is that of an earlier session. */
  readonly resumed: boolean;
  readonly retried: boolean;
  readonly extendedMasterSecret: boolean;
  readonly encryptThenMac: boolean;
  readonly records: readonly SealedRecord[];
  /** How many records there were beyond those kept. */
  readonly more: number;
}

/** So many records of a session are kept. */
const mostRecords = 1000;

type Draft = { -readonly [K in keyof Walk]: Walk[K] } & { shares: Share[]; records: SealedRecord[] };

/** Walks through the sessions of a capture, given packet by packet in order. */
export class Walker {
  readonly #walks = new Map<number, Draft>();

  observe(packet: Packet): void {
    if (packet.conversation?.transport !== "tcp") return;
    for (const layer of packet.layers) {
      if (layer.value === undefined) continue;
      if (layer.protocol.name === kinds.record.name)
        this.#record(packet, layer.value as RecordValue, layer.state as Direction, layer.way);
      else if (layer.protocol.name === kinds.ssl2Hello.name)
        this.#walk(packet).clientRandom = {
          packet: packet.number,
          octets: randomOf(layer.value as Ssl2ClientHello),
        };
      else if (layer.protocol.name === kinds.handshake.name)
        this.#message(packet, layer.value as Handshake, layer.way);
      else if (layer.protocol.name === kinds.changeCipherSpec.name)
        this.#changed(packet, layer.state as TlsState | undefined);
    }
  }

  /** In the order of the capture. */
  walks(): readonly Walk[] {
    return [...this.#walks.values()];
  }

  #walk({ conversation }: Packet): Draft {
    const { index, ends } = conversation!;
    const known = this.#walks.get(index);
    if (known) return known;
    const text = ({ address, port }: (typeof ends)[number]) =>
      address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
    const made: Draft = {
      stream: index,
      ends: [text(ends[0]), text(ends[1])],
      shares: [],
      preShared: false,
      resumed: false,
      retried: false,
      extendedMasterSecret: false,
      encryptThenMac: false,
      records: [],
      more: 0,
    };
    this.#walks.set(index, made);
    return made;
  }

  #message(packet: Packet, message: Handshake, way: Way): void {
    const walk = this.#walk(packet);
    const share = (kind: string, octets: number) => {
      walk.shares = [...walk.shares, { packet: packet.number, way, kind, octets }];
    };
    const clientHello = bodyOf(message, HandshakeType.client_hello);
    if (clientHello) {
      walk.serverName ??= serverName(clientHello);
      walk.clientRandom = { packet: packet.number, octets: clientHello.random };
      walk.shares = [];
      for (const { group, key } of optionOf(clientHello.extensions ?? [], ExtensionType.key_share) ?? [])
        share(nameOf(NamedGroup, group) ?? "GREASE", key.length);
    }
    const hello = bodyOf(message, HandshakeType.server_hello);
    if (message.type === HandshakeType.hello_retry_request || (hello && isRetry(hello))) walk.retried = true;
    else if (hello) {
      const extensions = hello.extensions ?? [];
      walk.version = chosenVersion(hello);
      walk.suite = suiteOf(hello.cipherSuite);
      walk.serverRandom = { packet: packet.number, octets: hello.random };
      walk.preShared = optionOf(extensions, ExtensionType.pre_shared_key) !== undefined;
      walk.extendedMasterSecret = optionOf(extensions, ExtensionType.extended_master_secret) === true;
      walk.encryptThenMac = optionOf(extensions, ExtensionType.encrypt_then_mac) === true;
      const own = optionOf(extensions, ExtensionType.key_share);
      const group = own && (nameOf(NamedGroup, own.group) ?? String(own.group));
      walk.shares = walk.shares.filter(({ kind }) => kind === group);
      if (own?.key && group) share(group, own.key.length);
    }
    const half = bodyOf(message, HandshakeType.server_key_exchange);
    if (half && "group" in half) share(nameOf(NamedGroup, half.group) ?? "ECDHE", half.publicKey.length);
    else if (half && "p" in half) share("DHE", half.publicKey.length);
    const other = bodyOf(message, HandshakeType.client_key_exchange);
    if (other && "encryptedPremasterSecret" in other) share("RSA", other.encryptedPremasterSecret.length);
    else if (other && "publicKey" in other) share(walk.shares[0]?.kind ?? "DHE", other.publicKey.length);
  }

  /** Keys are changed, and nothing was exchanged to make them of: they come from an earlier session. */
  #changed(packet: Packet, state: TlsState | undefined): void {
    const walk = this.#walk(packet);
    if (state?.serverRandom && walk.shares.length === 0 && !walk.suite?.keyExchange?.includes("PSK"))
      walk.resumed = true;
  }

  #record(packet: Packet, value: RecordValue, direction: Direction, way: Way): void {
    if (!value.fragment || !direction.enciphered) return;
    const walk = this.#walk(packet);
    if (walk.records.length >= mostRecords) {
      walk.more++;
      return;
    }
    const { opened, by } = outcomeOf(direction, value);
    walk.records.push({
      packet: packet.number,
      way,
      epoch: by.epoch,
      updates: by.updates,
      sequence: by.sequence,
      size: value.length,
      opened: opened && {
        contentType: opened.contentType,
        size: opened.octets.length,
        nonce: opened.nonce,
        additional: opened.additional,
      },
    });
  }
}

/** What a record turned out to carry: "handshake". */
export const contentName = (type: number): string => nameOf(ContentType, type) ?? String(type);
