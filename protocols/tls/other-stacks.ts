// What mbedTLS and OpenSSL call a failure: who knows it from there finds it here, and the other way round.
import type { Fault } from "../x509/verify.ts";
import type { Failing } from "./failures.ts";
import { AlertDescription } from "./numbers.ts";

/** The same failure in other words. mbedTLS's codes are those of its version 2, the boards'; OpenSSL's words of its version 3.0. */
export interface OtherStacks {
  /** "-0x2700": what its functions return. */
  readonly mbedtls: { readonly code: string; readonly says: string; readonly flags?: string };
  /** The number is that of `X509_V_ERR_…`, which verification alone has. */
  readonly openssl: { readonly code?: number; readonly says: string };
}

export function otherStacks(failing: Failing): OtherStacks | undefined {
  const alert = /^alert (.+)/.exec(failing)?.[1];
  if (alert !== undefined)
    return {
      mbedtls: { code: "-0x7780", says: "A fatal alert message was received from our peer" },
      openssl: { says: `${alertText(alert)}${alertNumber(alert)}` },
    };
  const verification = verifications[failing as Fault];
  if (!verification) return others[failing as keyof typeof others];
  const [flags, code, says] = verification;
  return {
    mbedtls: { code: "-0x2700", says: "Certificate verification failed", flags },
    openssl: { code, says },
  };
}

/** "mbedTLS: -0x2700 Certificate verification failed (The certificate validity has expired); OpenSSL: 10 …" */
export function otherStacksText({ mbedtls, openssl }: OtherStacks): string {
  const { code, says, flags } = mbedtls;
  const number = openssl.code === undefined ? "" : `error ${openssl.code}, `;
  return `mbedTLS: ${code} ${says}${flags ? ` (${flags})` : ""}; OpenSSL: ${number}${openssl.says}`;
}

const notTrusted = "The certificate is not correctly signed by the trusted CA";

/** mbedTLS's words for its flags; it passes over issuers that may not have issued, and looks for no list that is missing. */
const verifications: Readonly<Record<Fault, readonly [flags: string, code: number, openssl: string]>> = {
  unreadable: ["The CRT/CRL/CSR format is invalid", 13, "format error in certificate's notBefore field"],
  "self-signed": [notTrusted, 18, "self-signed certificate"],
  "untrusted root": [notTrusted, 19, "self-signed certificate in certificate chain"],
  "unknown issuer": [notTrusted, 20, "unable to get local issuer certificate"],
  "bad signature": [notTrusted, 7, "certificate signature failure"],
  "unknown critical extension": ["The extension tag or value is invalid", 34, "unhandled critical extension"],
  "not an authority": [notTrusted, 79, "invalid CA certificate"],
  "path too long": [notTrusted, 25, "path length constraint exceeded"],
  "not yet valid": ["The certificate validity starts in the future", 9, "certificate is not yet valid"],
  expired: ["The certificate validity has expired", 10, "certificate has expired"],
  revoked: ["The certificate has been revoked (is on a CRL)", 23, "certificate revoked"],
  "revocation unknown": ["The CRL is expired", 3, "unable to get certificate CRL"],
  "wrong purpose": [
    "Usage does not match the extendedKeyUsage extension",
    26,
    "unsuitable certificate purpose",
  ],
  "wrong name": [
    "The certificate Common Name (CN) does not match with the expected CN",
    62,
    "hostname mismatch",
  ],
};

const others: Readonly<Partial<Record<Exclude<Failing, Fault | `alert ${string}`>, OtherStacks>>> = {
  "no certificate": {
    mbedtls: { code: "-0x7480", says: "No client certification received from the client" },
    openssl: { says: "peer did not return a certificate" },
  },
  "no TLS": {
    mbedtls: { code: "-0x7200", says: "An invalid SSL record was received" },
    openssl: { says: "wrong version number" },
  },
  "no common version": {
    mbedtls: { code: "-0x6E80", says: "Handshake protocol not within min/max boundaries" },
    openssl: { says: "unsupported protocol" },
  },
  "no common suite": {
    mbedtls: { code: "-0x7380", says: "The server has no ciphersuites in common with the client" },
    openssl: { says: "no shared cipher" },
  },
  "no common group": {
    mbedtls: { code: "-0x7380", says: "The server has no ciphersuites in common with the client" },
    openssl: { says: "no suitable key share" },
  },
  "no common protocol": {
    mbedtls: { code: "-0x7900", says: "Processing of the ClientHello handshake message failed" },
    openssl: { says: "no application protocol" },
  },
  closed: {
    mbedtls: { code: "-0x7280", says: "The connection indicated an EOF" },
    openssl: { says: "unexpected eof while reading" },
  },
};

/** OpenSSL names an alert by the version that brought it. */
function alertText(name: string): string {
  const words = name.replaceAll("_", " ");
  if (["certificate_required", "missing_extension"].includes(name)) return `tlsv13 alert ${words}`;
  if (oldest.has(name)) return `sslv3 alert ${words}`;
  return name === "unrecognized_name" || name === "unsupported_extension"
    ? `tlsv1 ${words}`
    : `tlsv1 alert ${words}`;
}

/** As OpenSSL prints it behind the alert's name. */
function alertNumber(name: string): string {
  const number = AlertDescription[name as keyof typeof AlertDescription] as number | undefined;
  return number === undefined ? "" : `, SSL alert number ${number}`;
}

/** Those that SSL 3.0 had (RFC 6101 §5.4). */
const oldest = new Set([
  "unexpected_message",
  "bad_record_mac",
  "handshake_failure",
  "no_certificate",
  "bad_certificate",
  "unsupported_certificate",
  "certificate_revoked",
  "certificate_expired",
  "certificate_unknown",
  "illegal_parameter",
]);
