// What others ask of a certificate: who holds it, for which hosts, and when it is valid.
import { type Extension, extensionOf } from "./extension.ts";
import type { Certificate } from "./format.ts";
import { addressText, GeneralNameTag } from "./general-name.ts";
import { commonName, nameText } from "./name.ts";
import { Oid } from "./oid.ts";

/** How people call the holder: the common name, or the whole name where it has none. */
export const holder = ({ tbsCertificate: { subject } }: Certificate): string =>
  commonName(subject) ?? nameText(subject);

/** The host names and IP addresses that it is for (subject alternative name); other kinds of names are left out. */
export function hostsOf(extensions: readonly Extension[] | undefined): string[] {
  const names = extensionOf(extensions, Oid.subjectAltName) ?? [];
  return names.flatMap(({ tag, value }) => {
    if (tag === GeneralNameTag.dnsName) return [value];
    if (tag === GeneralNameTag.ipAddress) return [addressText(value)];
    return [];
  });
}

/** Whether it is outside its validity at that time, nanoseconds since the Unix epoch, and on which side. Both ends count as inside. */
export function outsideValidity(
  { tbsCertificate: { validity } }: Certificate,
  at: bigint,
): "not yet valid" | "expired" | undefined {
  if (at < BigInt(validity.notBefore) * second) return "not yet valid";
  if (at >= (BigInt(validity.notAfter) + 1n) * second) return "expired";
  return undefined;
}

const second = 1_000_000_000n;
