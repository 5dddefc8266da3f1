// A packet as it was dissected: its layers, the octets each was read from, and what is wrong with it.
import type { Codec, Field, Malformed } from "../wire/index.ts";
import type { AnyProtocol, Conversation, Way } from "./protocol.ts";

/** Octets that layers are read from: a frame, a reassembled stream, or deciphered octets. */
export interface Source {
  /** "Frame (60 octets)", "Reassembled TCP (1500 octets)", "Decrypted TLS (23 octets)". */
  readonly title: string;
  readonly view: DataView;
  /** The frames it was put together from, if it was. */
  readonly pieces: readonly { readonly packet: number; readonly size: number }[];
}

/** One message of one protocol. Offsets are those of its source. */
export interface Layer<V = unknown> {
  readonly protocol: AnyProtocol;
  readonly source: Source;
  readonly start: number;
  /** Where the payload begins, or the message ends. */
  readonly headerEnd: number;
  /** Where the message ends, payload included. */
  readonly end: number;
  /** `undefined` if it is malformed; what could be read of it is in the tree. */
  readonly value: V | undefined;
  readonly malformed: Malformed | undefined;
  /** What the conversation knew when it came. */
  readonly state: unknown;
  readonly way: Way;
  /** How many layers it lies in. */
  readonly depth: number;
  /** The annotated tree, made when asked for. */
  tree(): Field;
}

/** A frame as it was recorded. */
export interface Frame {
  /** Counted from 1. */
  readonly number: number;
  /** Nanoseconds since the Unix epoch. */
  readonly time: bigint;
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  /** How long it was on the wire, in octets; more than `end - start` if it was cut short. */
  readonly originalLength: number;
  readonly linkType: number;
  /** The capture's interface, counted from 0. */
  readonly interface: number;
  readonly comments: readonly string[];
}

/** A protocol, as far as it takes to find its messages. */
export interface Kind<V> {
  readonly name: string;
  readonly format: Codec<V, never>;
}

export interface Packet {
  readonly number: number;
  readonly time: bigint;
  readonly frame: Frame;
  readonly layers: readonly Layer[];
  /** The UDP or TCP conversation it belongs to, and the way it goes. */
  readonly conversation: Conversation | undefined;
  readonly way: Way;
  /** What the transport shows beyond the messages: "TCP retransmission", "previous segment not captured". */
  readonly notes: readonly string[];
  /** Addresses of the highest layer that has some. */
  readonly source: string;
  readonly destination: string;
  /** The conversation of two other ends, such as those of a packet that this one quotes; none is made. */
  between?(
    transport: "udp" | "tcp",
    one: { readonly identity: number | string; readonly port: number },
    other: { readonly identity: number | string; readonly port: number },
  ): Conversation | undefined;
  /** What its conversation knows of that protocol by now; asked before the next packet is dissected. */
  knows?(protocol: AnyProtocol): unknown;
  /** The value of the first message of that protocol. */
  layer<V>(protocol: Kind<V>): V | undefined;
  /** Every message of that protocol, in order. */
  all<V>(protocol: Kind<V>): Layer<V>[];
}
