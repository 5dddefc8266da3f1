// Looks on at a handshake of ours: keeps what passes and its secrets, and reads both as the packet list does.

import type { Stream } from "../../protocols/endpoint/index.ts";
import { ethernet } from "../../protocols/ethernet/index.ts";
import { ipv4 } from "../../protocols/ipv4/index.ts";
import { dissector, type Packet } from "../../protocols/packet/index.ts";
import type { Way } from "../../protocols/packet/protocol.ts";
import { tcp } from "../../protocols/tcp/index.ts";
import type { Passed } from "../../protocols/tls/failures.ts";
import { bodyOf, type Handshake } from "../../protocols/tls/handshake.ts";
import { analyzer, KeyLog, kinds, type Session, tls } from "../../protocols/tls/index.ts";
import { native } from "../../protocols/tls/native.ts";
import { ExtensionType, HandshakeType, NamedGroup } from "../../protocols/tls/numbers.ts";
import { nameOf, optionOf } from "../../protocols/wire/index.ts";
import { certificate } from "../../protocols/x509/format.ts";
import { type Name, nameText } from "../../protocols/x509/name.ts";
import { DuplexStream } from "../network/stream.ts";
import { framesOf, type Piece, taped } from "./compare-tape.ts";

/** Handshakes have a few thousand octets, those with long chains some ten thousand; what comes after that is not kept. */
const mostOctets = 1 << 18;

/** What was seen of a handshake. */
export interface Seen {
  /** None before there was a ClientHello. */
  readonly session: Session | undefined;
  /** "X25519": what the keys were agreed on with. */
  readonly group: string | undefined;
  /** Who may have issued the client's certificate, as the server says; none where it asked for none. */
  readonly requested: readonly string[] | undefined;
  /** The client's certificates and the server's, DER, its own first. */
  readonly presented: readonly [client: readonly Uint8Array[], server: readonly Uint8Array[]];
  /** Octets of the client and of the server, up to now. */
  readonly octets: readonly [client: number, server: number];
}

export class Witness {
  readonly #pieces: Piece[] = [];
  readonly #secrets: string[] = [];
  readonly #octets: [number, number] = [0, 0];

  /** `way`: ours. */
  constructor(readonly way: Way) {}

  /** The same stream, looked on. */
  over(stream: Stream): Stream {
    const note = ({ way: theirs, ...piece }: Piece) => {
      const way = theirs === 0 ? this.way : other(this.way);
      if (this.#octets[0] + this.#octets[1] < mostOctets) this.#pieces.push({ ...piece, way });
      this.#octets[way] += piece.octets.length;
    };
    return new DuplexStream(taped(stream.duplex, note), stream.local, stream.remote);
  }

  /** Takes a line of the key log. */
  readonly secret = (line: string): void => void this.#secrets.push(line);

  /** What a failure is told by. */
  readonly passed = (): Passed => {
    const { presented, requested, session } = this.seen();
    const alert = session?.alerts.findLast(
      ({ way, description }) => way !== this.way && description !== "close_notify",
    );
    const first = this.#pieces.find(({ way }) => way !== this.way)?.octets ?? new Uint8Array();
    return {
      first,
      shown: presented[this.way].length > 0,
      requested: requested !== undefined,
      ...(alert && { alert: alert.description }),
      presented: presented[other(this.way)],
    };
  };

  seen(): Seen {
    const keyLog = new KeyLog();
    keyLog.add(this.#secrets.join("\n"));
    const { packet: dissect } = dissector([ethernet, ipv4, tcp, ...tls({ keyLog, ciphers: native })]);
    const analysis = analyzer();
    const presented: [Uint8Array[], Uint8Array[]] = [[], []];
    let group: string | undefined;
    let requested: string[] | undefined;
    for (const [i, frame] of [...framesOf(this.#pieces, 49_152)].entries()) {
      const packet = dissect(frameOf(i, frame));
      for (const _ of analysis.observe(packet));
      for (const { value, way } of messagesOf(packet)) {
        group ??= groupOf(value);
        requested ??= requestedBy(value);
        presented[way].push(...certificatesIn(value));
      }
    }
    const [session] = analysis.report().conversations;
    return { session, group, requested, presented, octets: [...this.#octets] };
  }
}

const other = (way: Way): Way => (way === 0 ? 1 : 0);

/** A frame of a tape as the dissector takes it. */
export function frameOf(index: number, { at, octets }: { readonly at: number; readonly octets: Uint8Array }) {
  return {
    number: index + 1,
    time: BigInt(Math.round((performance.timeOrigin + at) * 1e6)),
    view: new DataView(octets.buffer, octets.byteOffset, octets.length),
    start: 0,
    end: octets.length,
    originalLength: octets.length,
    linkType: 1,
    interface: 0,
    comments: [],
  };
}

const messagesOf = (packet: Packet) =>
  packet
    .all(kinds.handshake)
    .flatMap(({ value, way }) => (value && way !== undefined ? [{ value, way }] : []));

/** Until TLS 1.2 the server names it with its half of the key, in TLS 1.3 in its hello. */
function groupOf(message: Handshake): string | undefined {
  const exchange = bodyOf(message, HandshakeType.server_key_exchange);
  const { extensions = [] } = bodyOf(message, HandshakeType.server_hello) ?? {};
  const share = optionOf(extensions, ExtensionType.key_share);
  const number = exchange && "group" in exchange ? exchange.group : share?.key && share.group;
  return number === undefined ? undefined : (nameOf(NamedGroup, number) ?? `0x${number.toString(16)}`);
}

function requestedBy(message: Handshake): string[] | undefined {
  const request = bodyOf(message, HandshakeType.certificate_request);
  if (!request) return undefined;
  const authorities: readonly Name[] =
    "authorities" in request
      ? request.authorities
      : (optionOf(request.extensions, ExtensionType.certificate_authorities) ?? []);
  return authorities.map(nameText);
}

function certificatesIn(message: Handshake): Uint8Array[] {
  const entries = bodyOf(message, HandshakeType.certificate)?.certificates ?? [];
  return entries.map(one => certificate.encode("certificate" in one ? one.certificate : one).slice());
}
