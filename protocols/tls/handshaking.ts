// What both ends of a handshake over node:tls share: versions, suites, patience, and what came of it.
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, type SecureVersion, type TLSSocket } from "node:tls";
import { Refused, Unanswered } from "../endpoint/errors.ts";
import { decodePem, encodePem } from "../x509/pem.ts";
import { type Circumstances, type Passed, refusal } from "./failures.ts";

export type ProtocolVersion = "1.2" | "1.3";

export interface Choices {
  /** That version and no other; without it, 1.3 if the peer speaks it, else 1.2. */
  readonly version?: ProtocolVersion;
  /** Suites of TLS 1.2 in order of preference, by IANA's names; those of 1.3 can't be chosen here. */
  readonly suites?: readonly string[];
  /** Groups in order of preference: "X25519", "P-256", "P-384", "P-521". */
  readonly groups?: readonly string[];
  /** Protocols inside TLS in order of preference, such as "mqtt" (ALPN, RFC 7301). */
  readonly protocols?: readonly string[];
  /** Takes the lines of an NSS key log: with them a capture of this session can be deciphered. */
  readonly onSecret?: (line: string) => void;
  /** How long the handshake may take, in milliseconds; ten seconds by default. */
  readonly patience?: number;
  /** Who looks on says what has passed, so that a failure can be told more exactly. */
  readonly passed?: () => Passed;
}

/** With forward secrecy and AEADs, the reference run's first. */
const defaultSuites = [
  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
  "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
  "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
  "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
];

/** The choices in the words of node:tls. */
function chosen({ version, suites = defaultSuites, groups }: Choices): {
  minVersion: SecureVersion;
  maxVersion: SecureVersion;
  ciphers: string;
  ecdhCurve?: string;
} {
  return {
    minVersion: version === "1.3" ? "TLSv1.3" : "TLSv1.2",
    maxVersion: version === "1.2" ? "TLSv1.2" : "TLSv1.3",
    ciphers: suites.map(opensslName).join(":"),
    ...(groups && { ecdhCurve: groups.join(":") }),
  };
}

/** TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 is called ECDHE-RSA-AES256-GCM-SHA384 there. */
export function opensslName(suite: string): string {
  const name = suite
    .replace(/^TLS_/, "")
    .replace(/^RSA_WITH_/, "")
    .replace("_WITH_", "_")
    .replace(/AES_(\d+)_/, "AES$1_")
    .replace("_CBC_", "_")
    .replace("CHACHA20_POLY1305_SHA256", "CHACHA20_POLY1305");
  return name.replaceAll("_", "-");
}

/** What a handshake came to. */
export interface Shaken {
  /** The peer's certificates as it sent them, DER, its own first. */
  readonly presented: readonly Uint8Array[];
  /** "TLS 1.2" */
  readonly version: string;
  /** IANA's name. */
  readonly suite: string;
  /** What was agreed on to speak inside TLS (ALPN), if anything. */
  readonly protocol: string | undefined;
  /** Whether a session from before was taken up again. */
  readonly resumed: boolean;
  /** What has gone wrong since: an alert may follow before anyone else listens. */
  readonly failed: () => Error | undefined;
}

/**
 * Waits for the handshake over `below`. What it came to is read while the event lasts: an alert right after it would take it away.
 * @throws Refused, or Unanswered after `patience`
 */
export function handshake(
  socket: TLSSocket,
  below: Duplex,
  done: "secure" | "secureConnect",
  { onSecret, patience = 10_000 }: Choices,
  at: Circumstances,
): Promise<Shaken> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      clearTimeout(timer);
      end();
    };
    const timer = setTimeout(
      () => settle(() => reject(new Unanswered(`the TLS handshake with ${at.peer}`, 1, patience))),
      patience,
    );
    let failure: Error | undefined;
    socket.on("error", error => {
      failure = error;
      settle(() => reject(refusal(error, at)));
    });
    if (onSecret) socket.on("keylog", line => onSecret(line.toString().trim()));
    socket.once(done, () => settle(() => resolve({ ...outcome(socket), failed: () => failure })));
    const over = () =>
      settle(() => reject(refusal(failure ?? { code: "ECONNRESET", message: "closed" }, at)));
    socket.once("close", over);
    // Bun does not tell TLS that a Duplex below it has ended; what came right before the end is dealt with first.
    for (const event of ["end", "close"]) below.once(event, () => setImmediate(over));
  });
}

function outcome(socket: TLSSocket): Omit<Shaken, "failed"> {
  return {
    presented: presented(socket),
    version: (socket.getProtocol() ?? "").replace("TLSv", "TLS "),
    suite: socket.getCipher().standardName,
    protocol: socket.alpnProtocol || undefined,
    resumed: socket.isSessionReused(),
  };
}

/** More than any path is judged by. */
const mostPresented = 100;

/** The peer's certificates in the order that it sent them, DER. */
export function presented(socket: TLSSocket): Uint8Array[] {
  const certificates: Uint8Array[] = [];
  let next = socket.getPeerCertificate(true);
  // Each is linked to the one after it, a root at the end to itself. Some servers send their own twice.
  while (next?.raw && certificates.length < mostPresented) {
    certificates.push(new Uint8Array(next.raw));
    if (next.issuerCertificate === next) break;
    next = next.issuerCertificate;
  }
  return certificates;
}

/** What a side shows to prove who it is: PEM, or DER. The certificate stands first, those that vouch for it after it. */
export interface Credentials {
  readonly certificate: string | readonly Uint8Array[];
  readonly key: string | Uint8Array;
}

/** Certificate and key for node:tls, with our versions and suites. @throws Refused if they are unusable */
export function contextOf(
  choices: Choices,
  own: Credentials | undefined,
  trust: { readonly ca?: string; readonly crl?: string[] } = {},
): SecureContext {
  try {
    return createSecureContext({
      ...chosen(choices),
      ...(own && {
        cert: typeof own.certificate === "string" ? own.certificate : pemOf(own.certificate),
        key: typeof own.key === "string" ? own.key : encodePem(own.key, "PRIVATE KEY"),
      }),
      ...trust,
    });
  } catch (error) {
    throw new Refused(unusable(error as { code?: string; message: string }), [error]);
  }
}

function unusable({ code = "", message }: { code?: string; message: string }): string {
  if (/KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH/.test(code + message))
    return "the private key does not belong to the certificate; give the two that were made together";
  if (/ECDH curve/i.test(message))
    return "one of the groups is not known; there are X25519, P-256, P-384 and P-521";
  if (/NO_CIPHER_MATCH|no cipher match/i.test(code + message))
    return "none of the suites is known; give IANA's names, such as TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
  return `the certificate or its private key can't be used: ${message}`;
}

/** Certificates as PEM, one after another. */
export const pemOf = (ders: readonly Uint8Array[]): string => ders.map(der => encodePem(der)).join("");

/** DER of trusted certificates, each given in PEM (any number of them) or in DER. @throws Refused if there is none */
export function trusted(roots: readonly (string | Uint8Array)[]): Uint8Array[] {
  const ders = roots.flatMap(root => (typeof root === "string" ? decodePem(root) : [root]));
  if (ders.length === 0) throw new Refused("no trusted root certificate is given, neither in PEM nor in DER");
  return ders;
}
