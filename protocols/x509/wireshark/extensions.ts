// Extensions of certificates by Wireshark's names (RFC 5280 §4.2), from its files x509ce, pkix1implicit and others.
import type { Item } from "../../packet/wireshark.ts";
import { Oid } from "../oid.ts";
import { Tag } from "../tag.ts";
import { algorithm } from "./algorithms.ts";
import {
  any,
  bitString,
  boolean,
  bytes,
  choice,
  enumerated,
  explicit,
  first,
  generalizedTime,
  implicit,
  integer,
  listOf,
  octetsOf,
  oid,
  oidOf,
  opened,
  part,
  type Shape,
  sequence,
  text,
  unknown,
} from "./ber.ts";
import { nameAs } from "./names.ts";

/** RFC 5280 §4.2.1.6 */
const generalName: Shape = choice("x509ce.GeneralName", generalNames());
const generalNamesAs = (name: string): Shape => listOf(name, generalName);

function generalNames() {
  return {
    128: { number: 0, own: "implicit", shape: otherName },
    129: { number: 1, own: "implicit", shape: text("x509ce.rfc822Name") },
    130: { number: 2, own: "implicit", shape: text("x509ce.dNSName") },
    131: { number: 3, own: "implicit", shape: sequence("x509ce.x400Address_element", []) },
    132: {
      number: 4,
      own: "explicit",
      shape: nameAs("x509ce.directoryName"),
    },
    133: { number: 5, own: "implicit", shape: sequence("x509ce.ediPartyName_element", []) },
    134: { number: 6, own: "implicit", shape: text("x509ce.uniformResourceIdentifier") },
    135: { number: 7, own: "implicit", shape: address },
    136: { number: 8, own: "implicit", shape: oid("x509ce.registeredID") },
  } as const;
}

function otherName(...[from, element]: Parameters<Shape>): Item[] {
  let type = "";
  return sequence("x509ce.otherName_element", [
    part(Tag.objectIdentifier, (_, inner) => {
      type = oidOf(from, inner);
      return oid("x509ce.type_id")(from, inner);
    }),
    explicit(0, (_, inner) =>
      type === "1.3.6.1.4.1.311.20.2.3"
        ? text("x509sat.UTF8String")(from, inner)
        : unknown(from, { at: inner.start, end: inner.end }),
    ),
  ])(from, element, true);
}

function address(...[from, { at, end }]: Parameters<Shape>): Item[] {
  const size = end - at;
  if (size === 4) return [{ name: "x509ce.IPAddress.ipv4", value: from.view.getUint32(at), start: at, size }];
  if (size === 16)
    return [{ name: "x509ce.IPAddress.ipv6", value: octetsOf(from, at, end), start: at, size }];
  return [{ name: "x509ce.iPAddress", value: octetsOf(from, at, end), start: at, size }];
}

const keyUsages = [
  "digitalSignature",
  "contentCommitment",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
].map(name => `x509ce.KeyUsage.${name}`);

const reasons = [
  "unused",
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "certificateHold",
  "privilegeWithdrawn",
  "aACompromise",
].map(name => `x509ce.ReasonFlags.${name}`);

const netscapeTypes = [
  "ssl.client",
  "ssl.server",
  "smime",
  "object.signing",
  "reserved.for.future.use",
  "ssl.ca",
  "smime.ca",
  "object.signing.ca",
].map(name => `ns.cert.exts.CertType.${name}`);

const entrustFlags = [
  "keyUpdateAllowed",
  "newExtensions",
  "pKIXCertificate",
  "enterpriseCategory",
  "webCategory",
  "sETCategory",
].map(name => `x509ce.EntrustInfoFlags.${name}`);

/** §4.2.1.4 */
const displayText: Shape = choice("pkix1implicit.explicitText", displayTexts());
function displayTexts() {
  return {
    [Tag.ia5String]: { number: 0, shape: text("pkix1implicit.ia5String") },
    26: { number: 1, shape: text("pkix1implicit.visibleString") },
    [Tag.bmpString]: { number: 2, shape: text("pkix1implicit.bmpString", "bmp") },
    [Tag.utf8String]: { number: 3, shape: text("pkix1implicit.utf8String") },
  };
}
const userNotice: Shape = sequence("pkix1implicit.UserNotice_element", [
  part(
    Tag.sequence,
    sequence("pkix1implicit.noticeRef_element", [
      any(choice("pkix1implicit.organization", displayTexts())),
      any(listOf("pkix1implicit.noticeNumbers", integer("pkix1implicit.noticeNumbers_item"))),
    ]),
  ),
  any(displayText),
]);

const policyQualifier: Shape = (from, element) => {
  let type = "";
  return sequence("x509ce.PolicyQualifierInfo_element", [
    part(Tag.objectIdentifier, (_, inner) => {
      type = oidOf(from, inner);
      return oid("x509ce.id")(from, inner);
    }),
    any((_, inner) => {
      if (type === "1.3.6.1.5.5.7.2.1") return text("pkix1explicit.DirectoryString")(from, inner);
      return type === "1.3.6.1.5.5.7.2.2"
        ? userNotice(from, inner)
        : unknown(from, { at: inner.start, end: inner.end });
    }),
  ])(from, element);
};

const distributionPoint = (name: string): Shape =>
  choice(name, {
    128: { number: 0, own: "implicit", shape: generalNamesAs("x509ce.fullName") },
    129: { number: 1, own: "implicit", shape: sequence("x509ce.nameRelativeToCRLIssuer", []) },
  });

/** §4.2.1.13 */
const distributionPoints: Shape = listOf(
  "x509ce.CRLDistPointsSyntax",
  sequence("x509ce.DistributionPoint_element", [
    explicit(0, distributionPoint("x509ce.distributionPoint")),
    implicit(1, bitString("x509ce.reasons", reasons)),
    implicit(2, generalNamesAs("x509ce.cRLIssuer")),
  ]),
);

/** §4.2.2 */
const accesses = (name: string): Shape =>
  listOf(
    name,
    sequence("pkix1implicit.AccessDescription_element", [
      part(Tag.objectIdentifier, oid("pkix1implicit.accessMethod")),
      any(choice("pkix1implicit.accessLocation", generalNames())),
    ]),
  );

const subtrees = (name: string): Shape =>
  listOf(
    name,
    sequence("x509ce.GeneralSubtree_element", [
      any(choice("x509ce.base", generalNames())),
      implicit(0, integer("x509ce.minimum", true)),
      implicit(1, integer("x509ce.maximum", true)),
    ]),
  );

/** RFC 3709 §4.1: pictures, one by one. */
const logotypes: Shape = sequence("logotypecertextn.LogotypeExtn_element", [
  explicit(
    0,
    listOf("logotypecertextn.communityLogos", (from, element) =>
      logotype("logotypecertextn.LogotypeInfo")(from, element),
    ),
  ),
  explicit(1, (from, element) => logotype("logotypecertextn.issuerLogo")(from, element)),
  explicit(2, (from, element) => logotype("logotypecertextn.subjectLogo")(from, element)),
]);
const logotype = (name: string): Shape =>
  choice(name, {
    128: {
      number: 0,
      own: "implicit",
      shape: sequence("logotypecertextn.direct_element", [
        part(Tag.sequence, listOf("logotypecertextn.image", logotypeImage)),
      ]),
    },
    129: { number: 1, own: "implicit", shape: sequence("logotypecertextn.indirect_element", []) },
  });
const logotypeImage: Shape = sequence("logotypecertextn.LogotypeImage_element", [
  any(
    sequence("logotypecertextn.imageDetails_element", [
      part(Tag.ia5String, text("logotypecertextn.mediaType")),
      part(
        Tag.sequence,
        listOf(
          "logotypecertextn.logotypeHash",
          sequence("logotypecertextn.HashAlgAndValue_element", [
            any(algorithm("logotypecertextn.hashAlg_element")),
            any(bytes("logotypecertextn.hashValue")),
          ]),
        ),
      ),
      part(Tag.sequence, listOf("logotypecertextn.logotypeURI", text("logotypecertextn.logotypeURI_item"))),
    ]),
  ),
]);

/** By identifier; all but the timestamps of logs are one element in the OCTET STRING. */
const values: Readonly<Record<string, Shape>> = {
  [Oid.subjectKeyIdentifier]: bytes("x509ce.SubjectKeyIdentifier"),
  [Oid.keyUsage]: bitString("x509ce.KeyUsage", keyUsages),
  "2.5.29.16": sequence("x509ce.PrivateKeyUsagePeriod_element", [
    implicit(0, generalizedTime("x509ce.notBefore")),
    implicit(1, generalizedTime("x509ce.notAfter")),
  ]),
  [Oid.subjectAltName]: generalNamesAs("x509ce.GeneralNames"),
  [Oid.issuerAltName]: generalNamesAs("x509ce.GeneralNames"),
  [Oid.certificateIssuer]: generalNamesAs("x509ce.GeneralNames"),
  [Oid.basicConstraints]: sequence("x509ce.BasicConstraintsSyntax_element", [
    part(Tag.boolean, boolean("x509ce.cA")),
    part(Tag.integer, integer("x509ce.pathLenConstraint", true)),
  ]),
  [Oid.cRLNumber]: integer("x509ce.CRLNumber", true),
  [Oid.reasonCode]: enumerated("x509ce.CRLReason"),
  [Oid.invalidityDate]: generalizedTime("x509ce.InvalidityDate"),
  [Oid.deltaCRLIndicator]: integer("x509ce.BaseCRLNumber", true),
  [Oid.nameConstraints]: sequence("x509ce.NameConstraintsSyntax_element", [
    implicit(0, subtrees("x509ce.permittedSubtrees")),
    implicit(1, subtrees("x509ce.excludedSubtrees")),
  ]),
  [Oid.cRLDistributionPoints]: distributionPoints,
  [Oid.freshestCRL]: distributionPoints,
  [Oid.certificatePolicies]: listOf(
    "x509ce.CertificatePoliciesSyntax",
    sequence("x509ce.PolicyInformation_element", [
      part(Tag.objectIdentifier, oid("x509ce.policyIdentifier")),
      part(Tag.sequence, listOf("x509ce.policyQualifiers", policyQualifier)),
    ]),
  ),
  [Oid.policyMappings]: listOf(
    "x509ce.PolicyMappingsSyntax",
    sequence("x509ce.PolicyMappingsSyntax_item_element", [
      any(oid("x509ce.issuerDomainPolicy")),
      any(oid("x509ce.subjectDomainPolicy")),
    ]),
  ),
  [Oid.policyConstraints]: sequence("x509ce.PolicyConstraintsSyntax_element", [
    implicit(0, integer("x509ce.requireExplicitPolicy", true)),
    implicit(1, integer("x509ce.inhibitPolicyMapping", true)),
  ]),
  [Oid.inhibitAnyPolicy]: integer("x509ce.SkipCerts", true),
  [Oid.authorityKeyIdentifier]: sequence("x509ce.AuthorityKeyIdentifier_element", [
    implicit(0, bytes("x509ce.keyIdentifier")),
    implicit(1, generalNamesAs("x509ce.authorityCertIssuer")),
    implicit(2, bytes("x509ce.authorityCertSerialNumber")),
  ]),
  [Oid.extKeyUsage]: listOf("x509ce.KeyPurposeIDs", oid("x509ce.KeyPurposeId")),
  [Oid.authorityInfoAccess]: accesses("pkix1implicit.AuthorityInfoAccessSyntax"),
  [Oid.subjectInfoAccess]: accesses("pkix1implicit.SubjectInfoAccessSyntax"),
  "1.3.6.1.5.5.7.1.12": logotypes,
  "1.3.6.1.5.5.7.1.14": sequence("pkixproxy.ProxyCertInfoExtension_element", [
    part(Tag.integer, integer("pkixproxy.pCPathLenConstraint")),
    part(
      Tag.sequence,
      sequence("pkixproxy.proxyPolicy_element", [
        part(Tag.objectIdentifier, oid("pkixproxy.policyLanguage")),
        part(Tag.octetString, bytes("pkixproxy.policy")),
      ]),
    ),
  ]),
  [Oid.tlsFeature]: listOf("x509ce.TLSFeatures", integer("x509ce.TLSFeature")),
  "1.2.840.113533.7.65.0": sequence("x509ce.EntrustVersionInfo_element", [
    any(text("x509ce.entrustVers")),
    any(bitString("x509ce.entrustVersInfoFlags", entrustFlags)),
  ]),
  // Microsoft's: name and version of the template, versions of the authority's key, hash of the one before.
  "1.3.6.1.4.1.311.20.2": text("x509sat.BMPString", "bmp"),
  "1.3.6.1.4.1.311.21.1": integer("x509sat.Integer"),
  "1.3.6.1.4.1.311.21.2": bytes("x509sat.OctetString"),
  "1.3.6.1.4.1.311.21.7": sequence("x509ce.CertificateTemplate_element", [
    any(oid("x509ce.templateID")),
    any(integer("x509ce.templateMajorVersion")),
    any(integer("x509ce.templateMinorVersion")),
  ]),
  "1.3.6.1.4.1.311.21.10": listOf(
    "x509ce.CertificatePoliciesSyntax",
    sequence("x509ce.PolicyInformation_element", [any(oid("x509ce.policyIdentifier"))]),
  ),
  [Oid.netscapeCertType]: bitString("ns_cert_exts.CertType", netscapeTypes),
  "2.16.840.1.113730.1.2": text("ns_cert_exts.BaseUrl"),
  "2.16.840.1.113730.1.3": text("ns_cert_exts.RevocationUrl"),
  "2.16.840.1.113730.1.4": text("ns_cert_exts.CaRevocationUrl"),
  "2.16.840.1.113730.1.7": text("ns_cert_exts.CertRenewalUrl"),
  "2.16.840.1.113730.1.8": text("ns_cert_exts.CaPolicyUrl"),
  "2.16.840.1.113730.1.12": text("ns_cert_exts.SslServerName"),
  [Oid.netscapeComment]: text("ns_cert_exts.Comment"),
  // RFC 6960 §4.4: of answers on revocation.
  "1.3.6.1.5.5.7.48.1.2": bytes("ocsp.ReOcspNonce"),
  "1.3.6.1.5.5.7.48.1.5": (_, { at, end }) => [{ name: "ocsp.NULL_element", start: at, size: end - at }],
  "1.3.6.1.5.5.7.48.1.6": generalizedTime("ocsp.ArchiveCutoff"),
};

/** RFC 6962 §3.3: of certificates, and of answers on revocation. */
const timestampLists = new Set(["1.3.6.1.4.1.11129.2.4.2", "1.3.6.1.4.1.11129.2.4.5"]);

/** What the OCTET STRING of an extension becomes; `undefined`: Wireshark does not know it. */
export function extensionValue(type: string): Shape | undefined {
  if (timestampLists.has(type))
    return (from, element) => {
      const list = first(from, element.at, element.end);
      return (list && from.timestamps?.(list.at, list.end)) ?? [];
    };
  const shape = Object.hasOwn(values, type) ? values[type] : undefined;
  return shape && opened(shape);
}
