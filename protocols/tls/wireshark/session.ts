// What Wireshark remembers of a session, as far as its fields depend on it.
import type { Layer, Packet } from "../../packet/packet.ts";
import { optionOf } from "../../wire/index.ts";
import { bodyOf, type Handshake } from "../handshake.ts";
import { isRetry } from "../hello.ts";
import { ContentType, ExtensionType, HandshakeType, Version } from "../numbers.ts";

/** Never changed in place: each layer keeps what was known when it came. */
export interface Session {
  /** Since its ServerHello; TLS 1.3's drafts count as it. */
  readonly version?: number;
  readonly draft?: number;
  readonly suite?: number;
  /** Whether the server took up an earlier session: it changed its keys with no certificate before, nor an end of hellos. */
  readonly short?: boolean;
  /** What is spoken inside, in Wireshark's words. */
  readonly application?: string;
}

export const fresh: Session = {};

/** By port, as Wireshark's table "tls.port"; the last are those of protocols that begin without TLS. */
const byPort: Readonly<Record<number, string>> = {
  324: "RPKI-Router Protocol",
  443: "Hypertext Transfer Protocol",
  465: "Simple Mail Transfer Protocol",
  636: "Lightweight Directory Access Protocol",
  802: "Modbus/TCP",
  853: "Domain Name System",
  993: "Internet Message Access Protocol",
  995: "Post Office Protocol",
  1300: "Q.931",
  3389: "TPKT - ISO on TCP - RFC1006",
  5061: "Session Initiation Protocol",
  5671: "Advanced Message Queuing Protocol",
  5684: "Constrained Application Protocol",
  5868: "Diameter Protocol",
  8883: "MQ Telemetry Transport Protocol",
  21: "File Transfer Protocol (FTP)",
  25: "Simple Mail Transfer Protocol",
  110: "Post Office Protocol",
  143: "Internet Message Access Protocol",
  389: "Lightweight Directory Access Protocol",
  587: "Simple Mail Transfer Protocol",
  3306: "MySQL Protocol",
  5222: "XMPP Protocol",
  5432: "PostgreSQL",
};
/** By what the server chose to speak (RFC 7301). */
const byName: Readonly<Record<string, string>> = {
  h2: "HyperText Transfer Protocol 2",
  "http/1.1": "Hypertext Transfer Protocol",
  "http/1.0": "Hypertext Transfer Protocol",
};

export const applicationOf = ({ application }: Session, { conversation }: Packet): string | undefined =>
  application ?? conversation?.ends.map(({ port }) => byPort[port]).find(Boolean);

/** The drafts 23 and 26 as Facebook numbered its own. */
const facebooks: Readonly<Record<number, number>> = { 64279: 23, 64282: 26 };

/** What the number of a version that a server chose means: which draft of TLS 1.3, if it is one. */
export const draftOf = (number: number): number | undefined =>
  number >> 8 === 0x7f ? number & 0xff : facebooks[number];

/** TLS 1.3, or a draft of it. */
export const is13 = ({ version }: Session): boolean => version === Version["TLS 1.3"];
/** From TLS 1.2 on signatures name their algorithm. */
export const namesAlgorithm = ({ version }: Session): boolean =>
  version === Version["TLS 1.2"] || version === Version["TLS 1.3"];

/** What is known after this layer. */
export function after(layer: Layer, session: Session): Session {
  const { protocol, source, start, end } = layer;
  const { view } = source;
  if (protocol.name === "tls") return afterRecord(view, start, end, session);
  if (protocol.name !== "tls.handshake" || end - start < 4) return session;
  const type = view.getUint8(start);
  if (type === HandshakeType.server_hello) return afterServerHello(layer, session);
  if (type === HandshakeType.client_hello && offersEarlyData(layer))
    return { ...session, version: Version["TLS 1.3"] };
  if (type === HandshakeType.server_hello_done && session.short) return { ...session, short: false };
  return session;
}

/** Then what follows at once is of TLS 1.3 (RFC 8446 §4.2.10). */
function offersEarlyData({ value }: Layer): boolean {
  const hello = value === undefined ? undefined : bodyOf(value as Handshake, HandshakeType.client_hello);
  return optionOf(hello?.extensions ?? [], ExtensionType.early_data) !== undefined;
}

/** Where the ServerHello is missing, records tell the version, but for those of a ClientHello, which hide it. */
function afterRecord(view: DataView, start: number, end: number, session: Session): Session {
  if (session.version !== undefined || end - start < 6) return session;
  const [type, version] = [view.getUint8(start), view.getUint16(start + 1)];
  if (type < ContentType.change_cipher_spec || type > ContentType.heartbeat) return session;
  const first = view.getUint8(start + 5);
  if (
    type === ContentType.handshake &&
    (first === HandshakeType.client_hello || first === HandshakeType.server_hello)
  )
    return session;
  return version >= Version["SSL 3.0"] && version <= Version["TLS 1.2"] ? { ...session, version } : session;
}

/** Read as leniently as it is shown. */
function afterServerHello({ source: { view }, start, end, value }: Layer, session: Session): Session {
  if (end - start < 4 + 2 + 32 + 2) return session;
  const hello = value === undefined ? undefined : bodyOf(value as Handshake, HandshakeType.server_hello);
  if (hello && isRetry(hello)) return { ...session, version: Version["TLS 1.3"] };
  const own = view.getUint16(start + 4);
  const chosen = (hello && optionOf(hello.extensions ?? [], ExtensionType.supported_versions)) ?? own;
  const draft = draftOf(chosen);
  const plain = draftOf(own);
  const at = start + 38 + (plain !== undefined && plain < 22 ? 0 : 1 + view.getUint8(start + 38));
  const [name] =
    (hello && optionOf(hello.extensions ?? [], ExtensionType.application_layer_protocol_negotiation)) ?? [];
  return {
    version: draft === undefined ? chosen : Version["TLS 1.3"],
    draft,
    suite: at + 2 <= end ? view.getUint16(at) : undefined,
    short: true,
    application: (name === undefined ? undefined : byName[name]) ?? session.application,
  };
}
