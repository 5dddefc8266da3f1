// The peer's certificates judged, and what to do about a fault.
import { certificate } from "../x509/format.ts";
import { commonName } from "../x509/name.ts";
import type { Fault, Verdict, Verification } from "../x509/verify.ts";
import { type Failing, HandshakeRefused } from "./failures.ts";

/** The refusal of a chain: what is wrong with whose certificate, and what to do. Its messages are the verdicts. */
export function objection(peer: string, { verdicts, says }: Verification): HandshakeRefused {
  const fault = verdicts.find(verdict => verdict.fault)?.fault;
  const advice = fault && remedies[fault];
  const what = says.replace(/\.$/, "");
  return new HandshakeRefused(
    `the certificate of ${peer} is refused: ${what}${advice ? `; ${advice}` : ""}`,
    fault ?? "no certificate",
    verdicts,
  );
}

/** Whether it is a fault of a certificate that a handshake failed for. */
export const isFault = (failing: Failing): failing is Fault => failing in remedies;

const remedies: Readonly<Record<Fault, string>> = {
  unreadable: "it must be X.509 in DER",
  "self-signed": "trust it as it is if it is the right one, or have it issued by an authority",
  "untrusted root":
    "trust that root if it is the right one, or have the certificate issued by one that is trusted",
  "unknown issuer": "have the peer send the intermediate certificates too, or trust the root that issued it",
  "bad signature": "it may be forged, or an authority's certificate was renewed with another key",
  "unknown critical extension": "a certificate without it is needed",
  "not an authority": "it must be issued by an authority",
  "path too long": "it must be issued higher up",
  "not yet valid": "if it is the clock that is wrong, set it (NTP comes first)",
  expired: "it must be renewed; if it is the clock that is wrong, set it (NTP comes first)",
  revoked: "its holder needs a new one, with a new key if the old one is compromised",
  "revocation unknown": "a revocation list of its issuer that is valid now is needed",
  "wrong purpose": "a certificate for that purpose is needed",
  "wrong name": "connect by a name that it is for, or have it issued for this one",
};

/** The common name of the peer's own certificate. */
export function commonNameOf(chain: readonly Verdict[]): string | undefined {
  const own = chain.at(-1);
  return own && commonName(certificate.decode(own.certificate).tbsCertificate.subject);
}
