// Wireshark's names for what certificates are made of: TLS shows them as its own.
import type { Item } from "../packet/wireshark.ts";
import { type From, first } from "./wireshark/ber.ts";
import { certificate } from "./wireshark/certificate.ts";
import { relativeNames } from "./wireshark/names.ts";

export type { From } from "./wireshark/ber.ts";
export { fields } from "./wireshark/fields.ts";
export { ocspResponse } from "./wireshark/ocsp.ts";

/** The parts of a certificate in DER. */
export function certificateItems(from: From, start: number, end: number): Item[] {
  const element = first(from, start, end);
  return element ? certificate()(from, element) : [];
}

/** A distinguished name in DER: where its contents begin, and what is in them. */
export function nameItems(from: From, start: number, end: number): { contents: number; items: Item[] } {
  const element = first(from, start, end);
  const [list] = element ? relativeNames(from, element) : [];
  return { contents: element?.at ?? start, items: [...(list?.items ?? [])] };
}
