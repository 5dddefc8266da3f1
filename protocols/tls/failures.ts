// Why a handshake failed, in one sentence that says what to do: what each side can know, and no more.
import { Refused } from "../endpoint/errors.ts";
import type { Fault } from "../x509/verify.ts";

/** What a handshake failed for, in a word that programs can rely on. What an alert says is the peer's word for it. */
export type Failing =
  | Fault
  | `alert ${string}`
  | "no certificate"
  | "no TLS"
  | "no common version"
  | "no common suite"
  | "no common group"
  | "no common protocol"
  | "closed"
  | "other";

/** A handshake that failed. */
export class HandshakeRefused extends Refused {
  constructor(
    reason: string,
    readonly failing: Failing,
    messages: readonly unknown[],
  ) {
    super(reason, messages);
  }
}

/** How the handshake stood. */
export interface Circumstances {
  /** What we are. */
  readonly role: "client" | "server";
  /** "192.168.1.20:8884" */
  readonly peer: string;
  /** "TLS 1.2": what we insist on, if we do. */
  readonly version?: string;
  /** Whether we had a certificate to show. */
  readonly certificate: boolean;
  /** What had passed until then, if somebody has looked on. */
  readonly passed?: () => Passed;
}

/** What had passed on a connection: what its end without a word may mean depends on that. */
export interface Passed {
  /** The first octets that the peer sent; none if it sent nothing. */
  readonly first: Uint8Array;
  /** Whether our certificate was sent. */
  readonly shown: boolean;
  /** Whether a client certificate was asked for. */
  readonly requested: boolean;
  /** The alert by which the peer ended it, as it was on the wire: OpenSSL's clients send it in the clear in TLS 1.3, where node:tls takes none. */
  readonly alert?: string;
  /** The peer's certificates as it sent them, DER, its own first. */
  readonly presented: readonly Uint8Array[];
}

/** The error of node:tls as a refusal. Its code decides, not its text. */
export function refusal(error: { code?: string; message: string }, at: Circumstances): HandshakeRefused {
  const code = error.code ?? "";
  const alert = /_ALERT_(\w+)$/.exec(code)?.[1]?.toLowerCase() ?? at.passed?.().alert;
  if (alert) return new HandshakeRefused(alerted(alert, at), `alert ${alert}`, [error]);
  const known = codes[code];
  if (known) return new HandshakeRefused(known[1](at), known[0], [error]);
  if (closedCodes.has(code)) return new HandshakeRefused(closed(at), "closed", [error]);
  const sentence = `the TLS handshake with ${at.peer} failed: ${error.message} (${code || "no code"})`;
  return new HandshakeRefused(sentence, "other", [error]);
}

/** The peer ended the connection, and said nothing: the causes, the likeliest first. */
export function closed({ role, peer, certificate, passed }: Circumstances): string {
  const during = `${peer} closed the connection during the handshake`;
  const { first, shown, requested } = passed?.() ?? {};
  if (first?.length === 0)
    return role === "server"
      ? `${peer} closed the connection before it said a word: somebody looked whether this port is open`
      : `${peer} closed the connection after our hello without a word of TLS: that port may not speak TLS at all, such as MQTT's 1883; or it wants another version, or another server name`;
  if (role === "server")
    return shown
      ? `${during}, after our certificate, and gave no reason: most likely it does not trust the authority that issued it, or misses an intermediate; or to it the certificate is for another name, expired or revoked; its own message says which`
      : `${during}: it may not trust our certificate`;
  if (requested && !certificate)
    return `${during}, after it had asked for a client certificate and got none: it demands one; give certificate and key`;
  if (first && !shown)
    return `${during}, before it had all of ours, and gave no reason: it may have failed itself; its log says more`;
  return certificate
    ? `${during}, after our certificate: it may not trust who issued it, or it is expired or revoked; its log says which`
    : `${during} and gave no reason: it may want a client certificate, or no TLS at all`;
}

/** In TLS 1.3 the client is done before the server has seen its certificate (RFC 8446 §4.4.2.4). */
export const closedAfter13 = ({ peer, certificate }: Circumstances): string =>
  certificate
    ? `${peer} closed the connection after the handshake, before it said anything: in TLS 1.3 a refused client certificate looks so; it may be expired, revoked, or of an authority that the server does not know`
    : `${peer} closed the connection after the handshake, before it said anything: in TLS 1.3 a server that demands a client certificate looks so`;

/** A client that verifies us only then; or one that only wanted to see the handshake. */
export const leftAtOnce = ({ peer }: Pick<Circumstances, "peer">): string =>
  `${peer} left after the handshake without a word: it only looked, or refused our certificate then (unknown authority, another name, expired, revoked)`;

const closedCodes = new Set(["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"]);

function alerted(alert: string, at: Circumstances): string {
  const who = `${at.peer} refused the handshake with the alert ${alert}`;
  const advice = about[alert]?.(at);
  return advice ? `${who}: ${advice}` : who;
}

const ours =
  (what: string) =>
  ({ role }: Circumstances) =>
    role === "client" ? `our client certificate ${what}` : `the client says that our certificate ${what}`;

/** What each alert means for whoever gets it (RFC 8446 §6.2). */
const about: Readonly<Record<string, (at: Circumstances) => string>> = {
  handshake_failure({ role, certificate, passed }) {
    const missed = role === "client" && !certificate;
    if (missed && passed?.().requested)
      return "it had asked for a client certificate, and demands one; give certificate and key";
    return missed
      ? "no suite or group in common, or it demands a client certificate; give one, or other suites"
      : "no suite, group or signature algorithm in common; allow more suites";
  },
  protocol_version: ({ version }) => `it does not speak ${version ?? "our versions"}; choose another version`,
  insufficient_security: () => "it demands stronger suites than ours",
  certificate_required: () => "it demands a client certificate; give certificate and key",
  bad_certificate: ours("is not in order: damaged, of a wrong purpose or name, or not valid yet"),
  unsupported_certificate: ours("is of a kind that it does not take, such as a server's"),
  certificate_revoked: ours("was revoked; a new one is needed"),
  certificate_expired: ours("has expired, or is not valid yet; renew it, or set the clock"),
  certificate_unknown: ours("is not accepted"),
  unknown_ca: ours("is of an authority that it does not know; it must trust the root that issued it"),
  decrypt_error: () => "a signature or a Finished does not fit; the key may not belong to the certificate",
  internal_error: ({ role }) =>
    role === "client"
      ? "it failed for reasons of its own; its log says more"
      : "it failed for reasons of its own; mosquitto's clients say so when our certificate is for another name",
  unrecognized_name: () => "it is not the host of that name",
  access_denied: () => "our certificate is in order, and has no access",
  no_application_protocol: () => "it speaks none of the protocols that were offered inside TLS (ALPN)",
};

type Sentence = (at: Circumstances) => string;

const client =
  (what: string): Sentence =>
  ({ peer }) =>
    `the client certificate of ${peer} ${what}`;

const unknownIssuer = client(
  "was issued by an authority that is neither trusted here nor sent along: an intermediate certificate may be missing",
);
const noTls: Sentence = ({ peer, passed }) =>
  `${peer} does not speak TLS on this port: it sent ${spoken(passed?.().first)}`;
const noVersion: Sentence = ({ peer, version }) =>
  `${peer} does not speak ${version ?? "our versions"}; choose another version`;
const noGroup: Sentence = ({ peer }) => `${peer} has no group in common with us; allow more groups`;

/** What our own side found, by the codes of node:tls; the server verifies its clients on this machine's clock. */
const codes: Readonly<Record<string, readonly [Failing, Sentence]>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: ["no TLS", noTls],
  ERR_SSL_HTTP_REQUEST: ["no TLS", ({ peer }) => `${peer} does not speak TLS on this port: it sent HTTP`],
  ERR_SSL_UNSUPPORTED_PROTOCOL: ["no common version", noVersion],
  ERR_SSL_NO_SHARED_CIPHER: [
    "no common suite",
    ({ peer }) => `${peer} has no suite in common with us; allow more suites`,
  ],
  ERR_SSL_NO_SHARED_GROUP: ["no common group", noGroup],
  ERR_SSL_WRONG_CURVE: ["no common group", noGroup],
  ERR_SSL_NO_APPLICATION_PROTOCOL: [
    "no common protocol",
    ({ peer }) => `${peer} speaks none of our protocols inside TLS (ALPN); offer another one`,
  ],
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: [
    "no certificate",
    ({ peer }) => `${peer} has no client certificate, and one is demanded`,
  ],
  CERT_HAS_EXPIRED: ["expired", client("has expired; renew it")],
  CERT_NOT_YET_VALID: ["not yet valid", client("is not valid yet; compare the clocks")],
  CERT_REVOKED: ["revoked", client("was revoked")],
  UNABLE_TO_GET_CRL: [
    "revocation unknown",
    client("may be revoked: there is no revocation list of its issuer"),
  ],
  CRL_HAS_EXPIRED: ["revocation unknown", client("may be revoked: the revocation list has ended")],
  CRL_NOT_YET_VALID: ["revocation unknown", client("may be revoked: the revocation list is not yet valid")],
  INVALID_PURPOSE: ["wrong purpose", ({ peer }) => `the certificate of ${peer} is not for TLS clients`],
  INVALID_CA: ["not an authority", client("was issued by somebody who is no authority")],
  PATH_LENGTH_EXCEEDED: ["path too long", client("has more authorities above it than they allow")],
  CERT_SIGNATURE_FAILURE: ["bad signature", client("is not signed by whom it names as its issuer")],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ["unknown issuer", unknownIssuer],
  UNABLE_TO_GET_ISSUER_CERT: ["unknown issuer", unknownIssuer],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["unknown issuer", unknownIssuer],
  SELF_SIGNED_CERT_IN_CHAIN: ["untrusted root", client("leads up to a root that is not trusted here")],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["self-signed", client("is signed by itself, and not trusted here")],
};

/** What the first octets are of, where they are of something that people mistake for TLS. */
function spoken(first: Uint8Array | undefined): string {
  const text = String.fromCharCode(...(first?.subarray(0, 16) ?? []));
  if (first?.[0] === 0x10 && /MQ(TT|Isdp)/.test(text)) return "a CONNECT of MQTT without TLS";
  if (first?.[0] === 0x20 && first.length >= 4 && first[1] === first.length - 2)
    return "a CONNACK of MQTT without TLS";
  if (/^(GET|POST|HEAD|PUT|OPTIONS) |^HTTP\//.test(text)) return "HTTP";
  if (text.startsWith("SSH-")) return "SSH";
  return "something else";
}
