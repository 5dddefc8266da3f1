// A Duplex between TLS and its transport that lets nothing enciphered out before the peer has been judged.
import { Duplex } from "node:stream";
import { ContentType } from "./numbers.ts";

/**
 * Over a socket, node:tls tells the secrets of TLS 1.3 a turn after the handshake is done, when our certificate and
 * Finished are on their way: who refuses the peer in time never gets them. Over a Duplex it tells them before, and the
 * last flight waits here: its records are the first of application data that a client writes (RFC 8446 §5.1).
 */
export class Gate extends Duplex {
  #open = false;
  #held: (() => void)[] = [];

  constructor(readonly below: Duplex) {
    super();
    below.on("data", octets => {
      if (!this.push(octets)) below.pause();
    });
    below.on("end", () => this.push(null));
    below.on("error", error => this.destroy(error));
    below.on("close", () => this.destroy());
  }

  /** The peer is accepted: what waited goes out, and from now on everything at once. */
  open(): void {
    this.#open = true;
    for (const write of this.#held) write();
    this.#held = [];
  }

  override _read(): void {
    this.below.resume();
  }

  override _write(octets: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (!this.#open && isLastFlight(octets)) this.#held.push(() => this.below.write(octets, done));
    else this.below.write(octets, done);
  }

  override _final(done: () => void): void {
    this.below.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.below.destroy();
    done(error);
  }
}

/** Octets of an enciphered alert: itself, its content type, and the tag (RFC 8446 §5.2). What is wrong with the server may be told. */
const alertSize = 2 + 1 + 16;

/** Whole records: type, version, length (RFC 8446 §5.1). */
function isLastFlight(octets: Buffer): boolean {
  for (let at = 0; at + 5 <= octets.length; ) {
    const length = octets.readUInt16BE(at + 3);
    if (octets[at] === ContentType.application_data && length > alertSize) return true;
    at += 5 + length;
  }
  return false;
}
