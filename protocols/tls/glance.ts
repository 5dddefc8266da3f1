// TLS in the words of a packet list: what records carry, by their first octets; no certificate is looked into.

import type { Held } from "../packet/held.ts";
import type { Line } from "../packet/line.ts";
import { type Cut, Messages } from "../packet/messages.ts";
import type { Source } from "../packet/packet.ts";
import type { AnyProtocol, Glance, Glimpse, Way } from "../packet/protocol.ts";
import { type Malformed, offsetOf, peek } from "../wire/index.ts";
import { handshake, handshakeSize } from "./handshake.ts";
import { clientHello, draftOf, retryRandom, serverHello } from "./hello.ts";
import { ContentType, ExtensionType, HandshakeType, Version } from "./numbers.ts";
import { recordHeader } from "./records.ts";
import { ssl2 } from "./ssl2.ts";
import { alertText, contentText, handshakeName, printable, shortVersion } from "./wording.ts";

const at = {
  contentType: peek(recordHeader, "contentType"),
  version: peek(recordHeader, "version"),
  type: peek(handshake, "type"),
};
const recordOctets = recordHeader.width! / 8;
/** Type and length. */
const handshakeOctets = 4;
const randomAt = offsetOf(clientHello, "random");
const randomOctets = 32;
const sessionAt = offsetOf(clientHello, "sessionId");

/** Cuts handshake messages from the fragments of records. */
const messages = { name: "tls.handshake", frame: handshakeSize } as AnyProtocol;

/** What is remembered of a conversation. */
class Memory implements Cut {
  /** As the records say, then as the server chose. */
  version: number | undefined;
  /** Whether what came before any record was none. */
  strange = false;
  /** Of the last record. */
  recordVersion = 0;
  /** Whether records of this way are enciphered, until TLS 1.2. */
  readonly enciphered = [false, false];
  /** Whether the client sent data before the server had answered. */
  early = false;
  readonly #handshakes: [Messages | undefined, Messages | undefined] = [undefined, undefined];
  #to: Line | undefined;
  said = 0;

  constructor(readonly held: Held) {}

  handshake({ source, start, end, packet, way }: Glimpse, to: Line): void {
    this.#to = to;
    this.said = 0;
    this.#handshakes[way] ??= new Messages(messages, "tls", this.held);
    this.#handshakes[way].feed(source, start + recordOctets, end, packet, this);
  }

  gap(way: Way, to: Line | undefined): void {
    this.#to = to;
    this.#handshakes[way]?.skip(this);
  }

  release(): void {
    for (const messages of this.#handshakes) messages?.release();
  }

  message({ view }: Source, start: number, end: number, malformed?: Malformed): void {
    const to = this.#to;
    if (!to) return;
    if (this.said++ > 0) to.text(", ");
    if (malformed) return to.text(`[Malformed: ${malformed.reason}]`);
    const type = at.type(view, start);
    if (type === HandshakeType.client_hello) return this.#clientHello(view, start + handshakeOctets, end, to);
    if (type === HandshakeType.server_hello) return this.#serverHello(view, start + handshakeOctets, end, to);
    to.text(handshakeName(type));
  }
  passedOver(): void {}

  #clientHello(view: DataView, start: number, end: number, to: Line): void {
    this.early = false;
    let name: string | undefined;
    for (const { type, at, size } of extensions(view, start, end, true)) {
      if (type === ExtensionType.early_data) this.early = true;
      if (type === ExtensionType.server_name && size > 5 && view.getUint8(at + 2) === 0)
        name = latin1(view, at + 5, Math.min(size - 5, view.getUint16(at + 3)));
    }
    to.text(name === undefined ? "Client Hello" : `Client Hello (${printable(name)})`);
  }

  #serverHello(view: DataView, start: number, end: number, to: Line): void {
    if (start + sessionAt > end) return to.text(handshakeName(HandshakeType.server_hello));
    let chosen = view.getUint16(start);
    for (const { type, at, size } of extensions(view, start, end, false))
      if (type === ExtensionType.supported_versions && size === 2) chosen = view.getUint16(at);
    this.version = draftOf(chosen) === undefined ? chosen : Version["TLS 1.3"];
    to.text(
      asksAgain(view, start + randomAt) ? "Hello Retry Request" : handshakeName(HandshakeType.server_hello),
    );
  }
}

export const glance: Glance<Memory> = {
  memory: (_, held) => new Memory(held),
  say(message, to, memory) {
    const { source, start, end, way } = message;
    const { view } = source;
    const type = at.contentType(view, start);
    if (type >= ssl2) return false;
    const version = at.version(view, start);
    memory.recordVersion = version;
    if (type === ContentType.application_data) to.text("Application Data");
    else if (memory.enciphered[way]) to.text(contentText(type, true));
    else if (type === ContentType.handshake) {
      const first = start + recordOctets < end ? view.getUint8(start + recordOctets) : 0;
      if (first === HandshakeType.client_hello) {
        memory.handshake(message, to);
        if (memory.said === 0) to.text(contentText(type, false));
        return true;
      }
      memory.version ??= version;
      memory.handshake(message, to);
      if (memory.said === 0) to.text(contentText(type, false));
      return true;
    } else if (type === ContentType.alert) alerts(view, start + recordOctets, end, to);
    else to.text(contentText(type, false));
    memory.version ??= version;
    // In TLS 1.3 it means nothing, and before the server's hello only a client of that version says it.
    if (type === ContentType.change_cipher_spec && memory.version !== Version["TLS 1.3"] && !memory.early)
      memory.enciphered[way] = true;
    return true;
  },
  release: memory => memory.release(),
  gap: (way, memory) => memory.gap(way, undefined),
  column(memory, spoilt) {
    // What begins as no TLS is not told a version later.
    if (spoilt && memory.version === undefined) memory.strange = true;
    return memory.strange ? shortVersion(undefined) : shortVersion(memory.version ?? memory.recordVersion);
  },
};

/** Each has two octets. */
function alerts(view: DataView, start: number, end: number, to: Line): void {
  if (start + 2 > end) return to.text(contentText(ContentType.alert, false));
  for (let at = start; at + 2 <= end; at += 2) {
    if (at > start) to.text(", ");
    to.text(alertText(view.getUint8(at), view.getUint8(at + 1)));
  }
}

const retryBegins = Number.parseInt(retryRandom.slice(0, 8), 16);
const asksAgain = (view: DataView, at: number): boolean =>
  view.getUint32(at) === retryBegins &&
  new Uint8Array(view.buffer, view.byteOffset + at, randomOctets).toHex() === retryRandom;

/** The extensions of a hello that begins at `start`, as far as they are there. */
function* extensions(
  view: DataView,
  start: number,
  end: number,
  ofClient: boolean,
): Generator<{ readonly type: number; readonly at: number; readonly size: number }> {
  let at = start + sessionAt;
  if (at + 1 > end) return;
  at += 1 + view.getUint8(at);
  if (!ofClient) at += suiteAndMethod;
  else {
    if (at + 2 > end) return;
    at += 2 + view.getUint16(at);
    if (at + 1 > end) return;
    at += 1 + view.getUint8(at);
  }
  at += 2;
  while (at + 4 <= end) {
    const size = view.getUint16(at + 2);
    if (at + 4 + size > end) return;
    yield { type: view.getUint16(at), at: at + 4, size };
    at += 4 + size;
  }
}
const suiteAndMethod = (serverHello.shape.cipherSuite.width! + 8) / 8;

function latin1(view: DataView, at: number, size: number): string {
  let text = "";
  for (let i = 0; i < size; i++) text += String.fromCharCode(view.getUint8(at + i));
  return text;
}
