// Certificates, requests for them, and revocation lists (RFC 5280, RFC 2986), described down to their fields.
import { by, many, Reader, struct, type Value } from "../wire/index.ts";
import { type Any, element } from "./any.ts";
import { defaulted, maybe } from "./choice.ts";
import { Constructed, type Element, explicit, implicit, sequence, sequenceOf, setOf } from "./der.ts";
import { type Extension, extensions } from "./extension.ts";
import { algorithmIdentifier, subjectPublicKeyInfo } from "./key.ts";
import { name } from "./name.ts";
import { Oid } from "./oid.ts";
import { bitString, integer, objectIdentifier, smallInteger, time } from "./primitives.ts";
import { readHeader } from "./tag.ts";

export const Version = { v1: 0, v2: 1, v3: 2 } as const;

/** §4.1 */
const tbsCertificate = sequence(
  struct({
    version: defaulted(explicit(0, smallInteger.with({ names: Version })), Version.v1),
    serialNumber: integer,
    signature: algorithmIdentifier.with({ label: "Signature algorithm" }),
    issuer: name,
    validity: sequence(struct({ notBefore: time, notAfter: time })),
    subject: name,
    subjectPublicKeyInfo: subjectPublicKeyInfo.with({ label: "Public key" }),
    issuerUniqueId: maybe(implicit(1, bitString)),
    subjectUniqueId: maybe(implicit(2, bitString)),
    extensions: maybe(explicit(3, extensions)),
  }),
).with({ label: "Certificate to be signed" });

/**
 * A certificate, RFC 5280 §4.1. Canonical: DER, with defaults left out (version 1, not critical, no authority), times in
 * the type that their year calls for and sets of flags without trailing zeros. Names keep the types of their texts.
 * Nothing in the description contains itself, so certificates can't nest without end; whatever is opened without a
 * description nests 16 deep at most; lengths never reach beyond the octets that are there.
 */
export const certificate = sequence(
  struct({
    tbsCertificate,
    signatureAlgorithm: algorithmIdentifier,
    signature: bitString,
  }),
).with({ label: "Certificate", reference: "RFC 5280 §4.1" });
export type Certificate = Value<typeof certificate>;

/** Attributes of a request: the extensions that it asks for; others as they come (RFC 2985 §5.4.2). */
const requestAttribute = sequence(
  struct({
    type: objectIdentifier,
    values: by(
      "type",
      (type: string): Element<Extension[][] | Any[]> =>
        (type === Oid.extensionRequest ? setOf(extensions) : setOf(element)) as Element<
          Extension[][] | Any[]
        >,
    ),
  }),
);

/** A request for a certificate, RFC 2986 §4. Canonical as a certificate is. */
export const certificationRequest = sequence(
  struct({
    certificationRequestInfo: sequence(
      struct({
        version: smallInteger.with({ names: { v1: 0 } }),
        subject: name,
        subjectPublicKeyInfo: subjectPublicKeyInfo.with({ label: "Public key" }),
        attributes: new Constructed(0xa0, many(requestAttribute)),
      }),
    ),
    signatureAlgorithm: algorithmIdentifier,
    signature: bitString,
  }),
).with({ label: "Certification request", reference: "RFC 2986 §4" });
export type CertificationRequest = Value<typeof certificationRequest>;

/** One certificate that is valid no more. */
const revokedCertificate = sequence(
  struct({ serialNumber: integer, revocationDate: time, extensions: maybe(extensions) }),
);

/** A revocation list, RFC 5280 §5.1. Canonical as a certificate is. */
export const certificateList = sequence(
  struct({
    tbsCertList: sequence(
      struct({
        version: defaulted(smallInteger.with({ names: Version }), Version.v1),
        signature: algorithmIdentifier.with({ label: "Signature algorithm" }),
        issuer: name,
        thisUpdate: time,
        nextUpdate: maybe(time),
        revokedCertificates: maybe(sequenceOf(revokedCertificate)),
        extensions: maybe(explicit(0, extensions)),
      }),
    ),
    signatureAlgorithm: algorithmIdentifier,
    signature: bitString,
  }),
).with({ label: "Certificate revocation list", reference: "RFC 5280 §5.1" });
export type CertificateList = Value<typeof certificateList>;

/** The octets that the signature of a certificate, a request or a revocation list covers. @throws Malformed */
export function signedPart(der: Uint8Array): Uint8Array {
  const from = Reader.over(der);
  readHeader(from);
  const start = from.at;
  const { length } = readHeader(from);
  from.take(length);
  return der.subarray(start, from.at);
}
