// What a client or a server stands on: datagrams, a byte stream, a link and a clock. Any network can provide them.
import type { Duplex } from "node:stream";

/** An address (IPv4 dotted, or IPv6) and a port: where a datagram or a stream begins or ends. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** One datagram as it arrived: its octets, who sent it, and when (nanoseconds since the Unix epoch). */
export interface Datagram {
  readonly octets: Uint8Array;
  readonly from: Endpoint;
  readonly at: bigint;
}

/** A UDP socket. */
export interface Datagrams {
  readonly local: Endpoint;
  send(octets: Uint8Array, to: Endpoint): Promise<void>;
  /** The next datagram, or `undefined` after `milliseconds` without one, or once closed. Without a limit it waits. */
  receive(milliseconds?: number): Promise<Datagram | undefined>;
  close(): void;
}

/** A byte stream in both directions: TCP, or TLS over it. */
export interface Stream {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** Resolves once the octets are taken by the layer below. */
  write(octets: Uint8Array): Promise<void>;
  /**
   * The next octets as they come, the reader's own and no Buffer of Node.js, whose `slice` would share them; `undefined`
   * at the end of the stream, or after `milliseconds` without any (then `ended` is false).
   */
  read(milliseconds?: number): Promise<Uint8Array | undefined>;
  /** The peer has closed its direction, or the stream has failed. */
  readonly ended: boolean;
  /** Ends our direction and waits, two seconds at most, for the peer to end its own. */
  close(): Promise<void>;
  /** The stream as Node.js knows it: what TLS is laid over. */
  readonly duplex: Duplex;
}

/** Whole Ethernet frames, for a host that has no address yet. */
export interface Link {
  /** This host's MAC address, six octets. */
  readonly mac: Uint8Array;
  send(frame: Uint8Array): Promise<void>;
  receive(milliseconds?: number): Promise<Uint8Array | undefined>;
  close(): void;
}

/** The time as one host believes it to be, and a measure of time that nobody sets. */
export interface Clock {
  /** Nanoseconds since the Unix epoch, as this host believes. */
  now(): bigint;
  /** Nanoseconds since some fixed moment; never goes back. */
  elapsed(): bigint;
  /** Waits; an aborted signal ends the wait early, without an error. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
