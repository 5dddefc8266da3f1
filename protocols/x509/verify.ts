// Verifies the certificates that a peer presented against trusted roots, on the clock of whoever asks (RFC 5280 §6).
import { Malformed } from "../wire/index.ts";
import { type Judged, judged, type Path, pathOf } from "./path.ts";
import { timeText } from "./primitives.ts";
import { revocationListOf } from "./revocation.ts";
import { type Case, type Fault, rules } from "./rules.ts";

export type { Fault } from "./rules.ts";

/** What a chain is held against. */
export interface Expectation {
  /** Certificates that are trusted without proof, DER. Each must be readable. */
  readonly roots: readonly Uint8Array[];
  /** The verifier's time, nanoseconds since the Unix epoch. */
  readonly at: bigint;
  /** Revocation lists, DER, each readable. Given, every certificate below the root must stand well in its issuer's; left out, revocation is not judged. */
  readonly crls?: readonly Uint8Array[];
  /** What the peer wants to be; left out, it is not judged. */
  readonly purpose?: "server" | "client";
  /** The host name or IP address that the leaf must be issued for: what a client asked for. */
  readonly name?: string;
}

/** What is held of one certificate. */
export interface Verdict {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly place: "root" | "intermediate" | "leaf";
  /** None where the certificate is accepted. */
  readonly fault?: Fault;
  /** The verdict in one sentence, which names the certificate. */
  readonly says: string;
  readonly inSpanish: string;
}

export interface Verification {
  readonly trusted: boolean;
  /** From the root down. Where no trusted root was found, it begins with the topmost certificate that was presented. */
  readonly verdicts: readonly Verdict[];
  /** The whole in one sentence: the first fault from the root down, or what the leaf is accepted for. */
  readonly says: string;
  readonly inSpanish: string;
}

/**
 * Judges a chain as TLS presents it: DER, leaf first, without the root; the order of the rest, and certificates that
 * lead nowhere, do not matter. Never throws for what a peer sent, only for a root that is no certificate, or a revocation
 * list that is none. Not judged: policies, and name constraints (which are critical, and so refused as not understood).
 */
export function verify(presented: readonly Uint8Array[], expectation: Expectation): Verification {
  if (presented.length === 0) return nothingPresented;
  const read = presented.slice(0, longest).map(readPresented);
  const unreadable = read.flatMap(certificate => ("fault" in certificate ? [certificate] : []));
  if (unreadable.length > 0) return conclude(unreadable);

  const roots = expectation.roots.map(judged);
  const path = pathOf(read as Judged[], roots);
  return conclude(cases(path, roots, expectation).map(verdict).reverse());
}

/** Certificates after these are not looked at: no hierarchy is that deep, and each costs a signature or more. */
const longest = 10;

const nothingPresented: Verification = {
  trusted: false,
  verdicts: [],
  says: "No certificate was presented.",
  inSpanish: "No se presentó ningún certificado.",
};

function readPresented(der: Uint8Array): Judged | Verdict {
  try {
    return judged(der);
  } catch (error) {
    const reason =
      error instanceof Malformed ? String(error) : "its key or its signature is of an unknown kind";
    const says = `What was presented (${der.length} octets) is not a certificate: ${reason}.`;
    const inSpanish = `Lo que se presentó (${der.length} octetos) no es un certificado: ${reason}.`;
    return { certificate: der, place: "leaf", fault: "unreadable", says, inSpanish };
  }
}

function cases({ steps, anchored }: Path, roots: readonly Judged[], expectation: Expectation): Case[] {
  const { at, purpose, name, crls } = expectation;
  const lists = crls?.map(revocationListOf);
  return steps.map(({ certificate, forged }, depth) => {
    const last = depth === steps.length - 1;
    return {
      certificate,
      depth,
      root: last && anchored,
      orphan: last && !anchored,
      namesake: roots.some(({ subject }) => subject === certificate.issuer),
      forged,
      issuer: steps[depth + 1]?.certificate,
      lists,
      below: steps.slice(1, depth).map(step => step.certificate),
      at,
      purpose,
      name,
    };
  });
}

function verdict(of: Case): Verdict {
  const { der, subject, issuer, validity } = of.certificate;
  const place = of.root ? "root" : of.depth === 0 ? "leaf" : "intermediate";
  for (const rule of rules) {
    const objection = rule(of);
    if (!objection) continue;
    const [fault, says, inSpanish] = objection;
    return {
      certificate: der,
      place,
      fault,
      says: `${subject} ${says}.`,
      inSpanish: `${subject} ${inSpanish}.`,
    };
  }
  const standing = of.root ? "is a trusted root" : `is signed by ${issuer}`;
  const enPie = of.root ? "es una raíz de confianza" : `está firmado por ${issuer}`;
  const until = timeText(validity.notAfter);
  return {
    certificate: der,
    place,
    says: `${subject} ${standing}, valid until ${until}.`,
    inSpanish: `${subject} ${enPie}, válido hasta ${until}.`,
  };
}

function conclude(verdicts: readonly Verdict[]): Verification {
  const faulty = verdicts.find(({ fault }) => fault);
  const { says, inSpanish } = faulty ?? verdicts.at(-1)!;
  return { trusted: !faulty, verdicts, says, inSpanish };
}
