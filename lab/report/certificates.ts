// The certificates that were shown on the wire, as a tree from the root down.
import type { Report, ShownCertificate } from "../../protocols/tls/analyzer.ts";

export interface Holder {
  readonly name: string;
  /** None: it was not shown, only named as an issuer. */
  readonly certificate?: ShownCertificate;
  /** Who showed it. */
  readonly by: readonly Side[];
  readonly issued: Holder[];
}

type Side = "client" | "server";

/** Roots first; each certificate once, however often it was shown. */
export function treeOf({ conversations }: Report): Holder[] {
  const holders = new Map<string, { certificate: ShownCertificate; by: Set<Side> }>();
  for (const { certificates } of conversations)
    for (const [way, chain] of certificates.entries())
      for (const certificate of chain) {
        const known = holders.get(certificate.holder) ?? { certificate, by: new Set<Side>() };
        known.by.add(way === 0 ? "client" : "server");
        holders.set(certificate.holder, known);
      }
  const made = new Map<string, Holder>();
  const roots: Holder[] = [];
  const holderOf = (name: string): Holder => {
    const known = made.get(name);
    if (known) return known;
    const shown = holders.get(name);
    const holder: Holder = {
      name,
      ...(shown && { certificate: shown.certificate }),
      by: [...(shown?.by ?? [])],
      issued: [],
    };
    made.set(name, holder);
    const issuer = shown && !shown.certificate.selfIssued ? commonName(shown.certificate.issuer) : undefined;
    if (issuer === undefined || issuer === name) roots.push(holder);
    else holderOf(issuer).issued.push(holder);
    return holder;
  };
  for (const name of holders.keys()) holderOf(name);
  return roots;
}

/** Holders go by their common name, where they have one. */
const commonName = (name: string): string => /(?:^|, ?)CN=([^,]+)/.exec(name)?.[1] ?? name;
