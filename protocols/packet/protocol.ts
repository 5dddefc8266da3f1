// What a protocol tells the dissector: its format, where it is found, what it carries and what a conversation remembers.
import type { Codec, Reader } from "../wire/index.ts";
import type { Held } from "./held.ts";
import type { Line } from "./line.ts";
import type { Source } from "./packet.ts";

/**
 * Where a protocol is found: a number that the layer below announces. `link`: link type of the capture;
 * `ethertype`; `ip.proto`; `udp.port`; `tcp.port`; `tls.content`: content type of a TLS record; `tls.port`:
 * port of the TCP connection, for what TLS carries.
 */
export interface Binding {
  readonly table: "link" | "ethertype" | "ip.proto" | "udp.port" | "tcp.port" | "tls.content" | "tls.port";
  readonly key: number;
}

/** What follows a message's header, and for whom. */
export interface Payload {
  /** The first that a protocol is known for takes it; none: it is data. */
  readonly bindings: readonly Binding[];
  /** Octets that belong to it, where the message says so; what is left over is padding. */
  readonly size?: number;
  /** What it was before it was enciphered: a source of its own, with a title such as "Decrypted TLS". */
  readonly opened?: { readonly title: string; readonly octets: Uint8Array };
  /** The payloads of one way of the conversation are one stream, whose messages may begin and end anywhere. */
  readonly stream?: boolean;
}

/** A part of a larger payload (IP fragments): `of` names the whole, `at` is the offset in octets. */
export interface Fragment {
  readonly of: string;
  readonly at: number;
  readonly more: boolean;
}

/** What TCP says of its octets. Sequence numbers are those on the wire, modulo 2^32. */
export interface Segment {
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly syn: boolean;
  readonly ack: boolean;
  readonly fin: boolean;
  readonly rst: boolean;
}

/** 0: from the one who opened the conversation; 1: the answer. */
export type Way = 0 | 1;

/** Two endpoints that talk: in an address family's usual spelling, with ports. `ends[0]` spoke first (TCP: sent the SYN). */
export interface Conversation {
  readonly transport: "udp" | "tcp";
  /** Counted from 0 for each transport, in the order of first packets: Wireshark's stream index. */
  readonly index: number;
  readonly ends: readonly [{ address: string; port: number }, { address: string; port: number }];
  /** Whether an earlier conversation had the same ends. */
  readonly again?: boolean;
}

/**
 * A protocol as the dissector knows it. `V` is what its format reads, `S` what a conversation remembers.
 * The format reads the message up to its payload; a message without `payload` is read to its end.
 */
export interface Protocol<V = unknown, S = unknown> {
  /** Wireshark's name: "dhcp". */
  readonly name: string;
  /** "Dynamic Host Configuration Protocol". */
  readonly title: string;
  readonly reference: string;
  readonly format: Codec<V, never>;
  readonly over: readonly Binding[];
  /** One line for the packet list: "DHCP Discover - Transaction ID 0x3d1d". */
  summary(value: V): string;

  /** What a conversation knows at its start: handed to the format as the reader's state. Never changed in place. */
  state?(conversation: Conversation): S;
  /** What it knows after the octets of a message, whether they can be read or not, before it is read: a transcript. */
  hears?(octets: Uint8Array, state: S, way: Way): S;
  /** What it knows after this message. */
  after?(value: V, state: S, way: Way): S;
  /** What the format is handed as the reader's state, where that depends on the way; by default the state itself. */
  reads?(state: S, way: Way): unknown;
  /** The name of the protocol whose state this one uses and changes (TLS handshake: "tls"). */
  readonly stateOf?: string;

  /**
   * What the message carries, asked before `after`, and dissected after it. `undefined`: nothing, and octets
   * that follow the header are data.
   */
  payload?(value: V, state: S, way: Way): Payload | undefined;
  /** In a stream: how many octets the next message takes; `undefined` if those so far don't say. @throws Malformed */
  frame?(from: Reader): number | undefined;
  /**
   * In a stream: whether a message may begin here, as far as its first octets tell; `undefined` while there are too few
   * of them. With it messages are found again after octets were lost or made no sense. `frame` takes what begins.
   */
  begins?(from: Reader): boolean | undefined;

  /**
   * Over TCP, where no port is bound: whether these octets begin one of its messages. Asked of every piece until one
   * protocol says so; then the conversation is that one's.
   */
  recognizes?(from: Reader): boolean;

  /**
   * Over UDP, where no port is bound: whether these octets are one of its messages. It is asked of every datagram, so
   * it must be hard to satisfy by chance.
   */
  recognizesDatagram?(from: Reader): boolean;

  /** How packet lists say it, where `summary` of the whole value is too dear. */
  // biome-ignore lint/suspicious/noExplicitAny: what it remembers is its own affair
  readonly glance?: Glance<any>;
  /** The protocol column of packet lists, where the name in capitals is not it. `state`: what the conversation knows by now. */
  column?(value: V | undefined, state: S | undefined): string;

  /** Source and destination as this layer knows them, in the spelling that people read: addresses, or ports. */
  ends?(value: V): readonly [source: string | number, destination: string | number];
  /** The same two as numbers of 32 bits, where they are that: conversations are found by them faster than by text. */
  numbers?(value: V): readonly [source: number, destination: number];
  fragment?(value: V): Fragment | undefined;
  segment?(value: V): Segment;
  /** The checksum over this layer's octets, where it has one: whether it is right. `undefined`: none was sent. */
  checksum?(value: V, whole: Uint8Array, below: { source: string; destination: string }): boolean | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds protocols of every value and state
export type AnyProtocol = Protocol<any, any>;

/** Octets of one message, for whoever says it at a glance. */
export interface Glimpse {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
  readonly packet: number;
  readonly way: Way;
}

/**
 * A message in one line for packet lists, from as few octets as that takes: what stands in the rest is not looked at,
 * so that a message may be said here that reading it whole finds malformed. `M`: what is remembered of a conversation,
 * and changed in place.
 */
export interface Glance<M = unknown> {
  /** `held`: where it accounts for octets that it holds back. */
  memory(transport: Conversation["transport"], held: Held): M;
  /** Lets go of what it holds. */
  release?(memory: M): void;
  /** Adds to the line what `summary` says of the message, or of what it carries; false, and nothing, where it can't. */
  say(message: Glimpse, to: Line, memory: M): boolean;
  /** Octets of this way are missing. */
  gap?(way: Way, memory: M): void;
  /** The protocol column, where the protocol's name in capitals is not it. `spoilt`: this packet has what is no message. */
  column?(memory: M, spoilt: boolean): string;
}
