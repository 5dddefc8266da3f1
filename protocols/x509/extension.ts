// Extensions of certificates, requests and revocation lists (RFC 5280 §4.2, §5.2, §5.3).
import { by, type Codec, struct, text, type Value } from "../wire/index.ts";
import { element } from "./any.ts";
import { choice, defaulted, maybe } from "./choice.ts";
import {
  Constructed,
  type Element,
  explicit,
  implicit,
  octetStringOf,
  Primitive,
  sequence,
  sequenceOf,
} from "./der.ts";
import { generalName, generalNames } from "./general-name.ts";
import { attributesOfOneName } from "./name.ts";
import { Oid } from "./oid.ts";
import {
  boolean,
  enumerated,
  flags,
  integer,
  objectIdentifier,
  octetString,
  smallInteger,
  time,
} from "./primitives.ts";
import { Tag } from "./tag.ts";

/** What a key may be used for: the number of the bit (§4.2.1.3). */
export const KeyUsage = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
  encipherOnly: 7,
  decipherOnly: 8,
} as const;

/** Why a certificate was revoked (§5.3.1). */
export const RevocationReason = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const;

/** Reasons as a set: bit 0 is unused, bit 7 is privilegeWithdrawn (§4.2.1.13). */
const ReasonFlags = {
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 7,
  aACompromise: 8,
} as const;

/** Whether the holder is an authority, and how many authorities may follow below it (§4.2.1.9). */
const basicConstraints = sequence(
  struct({
    ca: defaulted(boolean, false).with({ label: "CA" }),
    pathLength: maybe(smallInteger),
  }),
).with({ reference: "RFC 5280 §4.2.1.9" });

/** §4.2.1.1 */
const authorityKeyIdentifier = sequence(
  struct({
    keyIdentifier: maybe(implicit(0, octetString)),
    issuer: maybe(implicit(1, generalNames)),
    serialNumber: maybe(implicit(2, integer)),
  }),
).with({ reference: "RFC 5280 §4.2.1.1" });

const distributionPointName = explicit(
  0,
  choice({
    160: implicit(0, generalNames).with({ label: "Full name" }),
    161: new Constructed(0xa1, attributesOfOneName).with({ label: "Relative to the issuer" }),
  }),
);

/** Where the list of what was revoked is to be had (§4.2.1.13). */
const distributionPoint = sequence(
  struct({
    name: maybe(distributionPointName),
    reasons: maybe(implicit(1, flags(ReasonFlags))),
    issuer: maybe(implicit(2, generalNames)),
  }),
);

/** §4.2.2.1 */
const accessDescription = sequence(struct({ method: objectIdentifier, location: generalName }));

/** By which rules the certificate was issued; qualifiers are opened as they come (§4.2.1.4). */
const policyInformation = sequence(
  struct({
    policy: objectIdentifier,
    qualifiers: maybe(sequenceOf(sequence(struct({ id: objectIdentifier, qualifier: element })))),
  }),
);

/** §4.2.1.5 */
const policyMapping = sequence(
  struct({ issuerDomainPolicy: objectIdentifier, subjectDomainPolicy: objectIdentifier }),
);

/** §4.2.1.11 */
const policyConstraints = sequence(
  struct({
    requireExplicitPolicy: maybe(implicit(0, smallInteger)),
    inhibitPolicyMapping: maybe(implicit(1, smallInteger)),
  }),
);

/** Names that an authority may issue certificates for, or may not (§4.2.1.10). */
const generalSubtree = sequence(
  struct({
    base: generalName,
    minimum: defaulted(implicit(0, smallInteger), 0),
    maximum: maybe(implicit(1, smallInteger)),
  }),
);
const nameConstraints = sequence(
  struct({
    permitted: maybe(implicit(0, sequenceOf(generalSubtree))),
    excluded: maybe(implicit(1, sequenceOf(generalSubtree))),
  }),
).with({ reference: "RFC 5280 §4.2.1.10" });

/** What a revocation list covers, where that is not all that its issuer issued (§5.2.5). */
const issuingDistributionPoint = sequence(
  struct({
    name: maybe(distributionPointName),
    onlyUserCertificates: defaulted(implicit(1, boolean), false),
    onlyAuthorityCertificates: defaulted(implicit(2, boolean), false),
    onlySomeReasons: maybe(implicit(3, flags(ReasonFlags))),
    indirect: defaulted(implicit(4, boolean), false),
    onlyAttributeCertificates: defaulted(implicit(5, boolean), false),
  }),
).with({ reference: "RFC 5280 §5.2.5" });

/** What a key was for before key usage was: the number of the bit. */
const NetscapeType = {
  sslClient: 0,
  sslServer: 1,
  smime: 2,
  objectSigning: 3,
  sslAuthority: 5,
  smimeAuthority: 6,
  objectSigningAuthority: 7,
} as const;

/** The extensions that are opened, by their identifiers; others are octets. */
export const extensionFormats = {
  [Oid.subjectKeyIdentifier]: octetString,
  [Oid.keyUsage]: flags(KeyUsage),
  [Oid.subjectAltName]: generalNames,
  [Oid.issuerAltName]: generalNames,
  [Oid.basicConstraints]: basicConstraints,
  [Oid.cRLNumber]: integer,
  [Oid.reasonCode]: enumerated.with({ names: RevocationReason }),
  [Oid.invalidityDate]: time,
  [Oid.cRLDistributionPoints]: sequenceOf(distributionPoint),
  [Oid.authorityKeyIdentifier]: authorityKeyIdentifier,
  [Oid.extKeyUsage]: sequenceOf(objectIdentifier),
  [Oid.authorityInfoAccess]: sequenceOf(accessDescription),
  [Oid.subjectInfoAccess]: sequenceOf(accessDescription),
  [Oid.certificatePolicies]: sequenceOf(policyInformation),
  [Oid.policyMappings]: sequenceOf(policyMapping),
  [Oid.policyConstraints]: policyConstraints,
  [Oid.inhibitAnyPolicy]: smallInteger,
  [Oid.nameConstraints]: nameConstraints,
  [Oid.freshestCRL]: sequenceOf(distributionPoint),
  [Oid.deltaCRLIndicator]: integer,
  [Oid.issuingDistributionPoint]: issuingDistributionPoint,
  [Oid.certificateIssuer]: generalNames,
  [Oid.tlsFeature]: sequenceOf(smallInteger),
  [Oid.netscapeCertType]: flags(NetscapeType),
  [Oid.netscapeComment]: new Primitive(Tag.ia5String, text),
} as const;
type Formats = typeof extensionFormats;
type Known = Value<Formats[keyof Formats]>;

const inOctetString = new Map<string, Element<Known>>(
  Object.entries(extensionFormats).map(([id, format]) => [id, octetStringOf(format as Codec<Known>)]),
);

/**
 * §4.2. The value of an extension in the table is what its format reads, of any other its octets. Canonical: `critical`
 * is absent where it is false; read leniently, for many write it.
 */
export const extension = sequence(
  struct({
    id: objectIdentifier.with({ label: "Extension" }),
    critical: defaulted(boolean, false),
    value: by(
      "id",
      (id: string): Element<Known | Uint8Array> =>
        (inOctetString.get(id) ?? octetString) as Element<Known | Uint8Array>,
    ),
  }),
);
export type Extension = Value<typeof extension>;
export const extensions = sequenceOf(extension);

/** The value of the extension `id`, with its type; `undefined` if it is not among them. */
export function extensionOf<const Id extends keyof Formats>(
  among: readonly Extension[] | undefined,
  id: Id,
): Value<Formats[Id]> | undefined {
  return among?.find(extension => extension.id === id)?.value as Value<Formats[Id]> | undefined;
}
