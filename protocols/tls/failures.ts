// Why a handshake failed, in one sentence that says what to do: what each side can know, and no more.
import { Refused } from "../endpoint/errors.ts";

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
}

/** The error of node:tls as a refusal. Its code decides, not its text. */
export function refusal(error: { code?: string; message: string }, at: Circumstances): Refused {
  const code = error.code ?? "";
  const [, alert] = /_ALERT_(\w+)$/.exec(code) ?? [];
  if (alert) return new Refused(alerted(alert.toLowerCase(), at), [error]);
  const says = sentences[code];
  if (says) return new Refused(says(at), [error]);
  if (closedCodes.has(code)) return new Refused(closed(at), [error]);
  return new Refused(`the TLS handshake with ${at.peer} failed: ${error.message} (${code || "no code"})`, [
    error,
  ]);
}

/** The peer ended the connection, and said nothing. */
export function closed({ role, peer, certificate }: Circumstances): string {
  if (role === "server")
    return `${peer} closed the connection during the handshake: it may not trust our certificate`;
  return certificate
    ? `${peer} closed the connection during the handshake, after our certificate: it may not trust who issued it, or it is expired or revoked; its log says which`
    : `${peer} closed the connection during the handshake and gave no reason: it may want a client certificate, or no TLS at all`;
}

/** In TLS 1.3 the client is done before the server has seen its certificate (RFC 8446 §4.4.2.4). */
export const closedAfter13 = ({ peer, certificate }: Circumstances): string =>
  certificate
    ? `${peer} closed the connection after the handshake, before it said anything: in TLS 1.3 a refused client certificate looks so; it may be expired, revoked, or of an authority that the server does not know`
    : `${peer} closed the connection after the handshake, before it said anything: in TLS 1.3 a server that demands a client certificate looks so`;

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
  handshake_failure: ({ role, certificate }) =>
    role === "client" && !certificate
      ? "no suite or group in common, or it demands a client certificate; give one, or other suites"
      : "no suite, group or signature algorithm in common; allow more suites",
  protocol_version: ({ version }) => `it does not speak ${version ?? "our versions"}; choose another version`,
  insufficient_security: () => "it demands stronger suites than ours",
  certificate_required: () => "it demands a client certificate; give certificate and key",
  bad_certificate: ours("is not in order"),
  unsupported_certificate: ours("is of a kind that it does not take, such as a server's"),
  certificate_revoked: ours("was revoked; a new one is needed"),
  certificate_expired: ours("has expired, or is not valid yet; renew it, or set the clock"),
  certificate_unknown: ours("is not accepted"),
  unknown_ca: ours("is of an authority that it does not know; it must trust the root that issued it"),
  decrypt_error: () => "a signature or a Finished does not fit; the key may not belong to the certificate",
  unrecognized_name: () => "it is not the host of that name",
  access_denied: () => "our certificate is in order, and has no access",
};

/** What our own side found, by the codes of node:tls; the server verifies its clients on this machine's clock. */
const sentences: Readonly<Record<string, (at: Circumstances) => string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: ({ peer }) =>
    `${peer} does not speak TLS on this port: it sent something else`,
  ERR_SSL_HTTP_REQUEST: ({ peer }) => `${peer} does not speak TLS on this port: it sent HTTP`,
  ERR_SSL_UNSUPPORTED_PROTOCOL: ({ peer, version }) =>
    `${peer} does not speak ${version ?? "our versions"}; choose another version`,
  ERR_SSL_NO_SHARED_CIPHER: ({ peer }) => `${peer} has no suite in common with us; allow more suites`,
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: ({ peer }) =>
    `${peer} has no client certificate, and one is demanded`,
  CERT_HAS_EXPIRED: ({ peer }) => `the client certificate of ${peer} has expired; renew it`,
  CERT_NOT_YET_VALID: ({ peer }) => `the client certificate of ${peer} is not valid yet; compare the clocks`,
  CERT_REVOKED: ({ peer }) => `the client certificate of ${peer} was revoked`,
  INVALID_PURPOSE: ({ peer }) => `the certificate of ${peer} is not for TLS clients`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  SELF_SIGNED_CERT_IN_CHAIN: unknownIssuer,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownIssuer,
};

function unknownIssuer({ peer }: Circumstances): string {
  return `the client certificate of ${peer} was issued by an authority that is not trusted here, or an intermediate certificate is missing`;
}
