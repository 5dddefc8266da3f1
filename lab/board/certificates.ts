// Certificates as the board shows them on its console, with its verdict.

import { Malformed } from "../../protocols/wire/index.ts";
import { certificate } from "../../protocols/x509/format.ts";
import { inspect } from "../../protocols/x509/inspect.ts";
import { decodePem } from "../../protocols/x509/pem.ts";
import type { Verdict } from "../../protocols/x509/verify.ts";
import type { ShownCertificate } from "./events.ts";

export function shownCertificate(verdict: Verdict): ShownCertificate {
  const refused = { en: verdict.says, es: verdict.inSpanish };
  return { words: wordsOf(verdict.certificate), ...(verdict.fault && { refused }) };
}

/** The first certificate of a PEM text: the board's own. */
export const ownCertificate = (pem: string): ShownCertificate => ({ words: wordsOf(decodePem(pem)[0]!) });

/** DER in words; none where it can't be read, which the verdict says. */
function wordsOf(der: Uint8Array): ShownCertificate["words"] {
  try {
    return inspect(certificate.decode(der));
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}
