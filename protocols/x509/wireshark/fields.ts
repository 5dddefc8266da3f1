// Every field that Wireshark may show of certificates, by its type.
import {
  absoluteTime,
  boolean,
  bytes,
  type Definition,
  int32,
  ipv4,
  ipv6,
  none,
  oid,
  protocol,
  string,
  uint8,
  uint32,
  uint64,
} from "../../packet/wireshark.ts";

const all = (definition: Definition, names: string): Record<string, Definition> =>
  Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map(name => [name, definition]),
  );

/** Every field, by its type. What ends with "_element" has no value. */
export const fields: Readonly<Record<string, Definition>> = {
  ...all(protocol, "ocsp"),
  ...all(
    none,
    `x509af.signedCertificate_element x509af.signature_element x509af.validity_element x509af.algorithm_element
     x509af.subjectPublicKeyInfo_element x509af.Extension_element x509af.algorithmIdentifier_element
     x509af.DSS_Params_element x509if.RelativeDistinguishedName_item_element
     x509ce.BasicConstraintsSyntax_element x509ce.AuthorityKeyIdentifier_element x509ce.DistributionPoint_element
     x509ce.PolicyInformation_element x509ce.PolicyQualifierInfo_element x509ce.PrivateKeyUsagePeriod_element
     x509ce.otherName_element x509ce.x400Address_element x509ce.ediPartyName_element x509ce.GeneralSubtree_element
     x509ce.NameConstraintsSyntax_element x509ce.PolicyMappingsSyntax_item_element
     x509ce.PolicyConstraintsSyntax_element x509ce.EntrustVersionInfo_element x509ce.CertificateTemplate_element
     pkix1implicit.AccessDescription_element pkix1implicit.UserNotice_element pkix1implicit.noticeRef_element
     pkix1explicit.Extension_element pkixproxy.ProxyCertInfoExtension_element pkixproxy.proxyPolicy_element
     pkcs1.specifiedCurve_element pkcs1.fieldID_element pkcs1.curve_element pkcs1.implicitCurve_element
     pkcs1.RSASSA_PSS_params_element pkcs1.hashAlgorithm_element pkcs1.maskGenAlgorithm_element
     logotypecertextn.LogotypeExtn_element logotypecertextn.direct_element logotypecertextn.indirect_element
     logotypecertextn.LogotypeImage_element logotypecertextn.imageDetails_element
     logotypecertextn.HashAlgAndValue_element logotypecertextn.hashAlg_element
     ocsp.responseBytes_element ocsp.BasicOCSPResponse_element ocsp.tbsResponseData_element
     ocsp.SingleResponse_element ocsp.certID_element ocsp.hashAlgorithm_element ocsp.good_element
     ocsp.revoked_element ocsp.unknown_element ocsp.signatureAlgorithm_element ocsp.Certificate_element
     ocsp.NULL_element ber.error.oid_not_implemented ber.error.expected.set _ws.string.trailing_stray_characters`,
  ),
  // Which alternative of a choice, or how many there are in a list.
  ...all(
    uint32,
    `x509af.issuer x509af.subject x509af.rdnSequence x509af.notBefore x509af.notAfter x509af.extensions
     x509if.rdnSequence x509if.RDNSequence_item x509sat.DirectoryString x509ce.GeneralNames x509ce.GeneralName
     x509ce.directoryName x509ce.KeyPurposeIDs x509ce.CRLDistPointsSyntax x509ce.distributionPoint x509ce.fullName
     x509ce.nameRelativeToCRLIssuer x509ce.cRLIssuer x509ce.authorityCertIssuer x509ce.CertificatePoliciesSyntax
     x509ce.policyQualifiers x509ce.PolicyMappingsSyntax x509ce.permittedSubtrees x509ce.excludedSubtrees
     x509ce.base x509ce.TLSFeatures x509ce.CRLReason pkix1implicit.AuthorityInfoAccessSyntax
     pkix1implicit.SubjectInfoAccessSyntax pkix1implicit.accessLocation pkix1implicit.explicitText
     pkix1implicit.organization pkix1implicit.noticeNumbers pkcs1.ECParameters
     logotypecertextn.issuerLogo logotypecertextn.subjectLogo logotypecertextn.communityLogos
     logotypecertextn.LogotypeInfo logotypecertextn.image logotypecertextn.logotypeHash
     logotypecertextn.logotypeURI ocsp.responseStatus ocsp.responderID ocsp.byName ocsp.responses ocsp.certStatus
     ocsp.revocationReason ocsp.singleExtensions ocsp.responseExtensions ocsp.certs`,
  ),
  ...all(
    int32,
    `x509af.version x509sat.Integer x509ce.templateMajorVersion x509ce.templateMinorVersion x509ce.TLSFeature
     pkix1implicit.noticeNumbers_item pkixproxy.pCPathLenConstraint pkcs1.publicExponent pkcs1.saltLength
     pkcs1.trailerField pkcs1.version pkcs1.cofactor pkcs1.Prime_p ocsp.version`,
  ),
  ...all(
    uint64,
    `x509ce.pathLenConstraint x509ce.CRLNumber x509ce.BaseCRLNumber x509ce.requireExplicitPolicy
     x509ce.inhibitPolicyMapping x509ce.SkipCerts x509ce.minimum x509ce.maximum`,
  ),
  ...all(
    bytes,
    `x509af.serialNumber x509af.subjectPublicKey x509af.encrypted x509af.p x509af.q x509af.g
     x509af.issuerUniqueIdentifier x509af.subjectUniqueIdentifier x509sat.OctetString x509ce.KeyUsage
     x509ce.SubjectKeyIdentifier x509ce.keyIdentifier x509ce.authorityCertSerialNumber x509ce.reasons
     x509ce.iPAddress x509ce.entrustVersInfoFlags pkixproxy.policy pkcs1.modulus pkcs1.a pkcs1.b pkcs1.seed
     pkcs1.base pkcs1.order ns_cert_exts.CertType logotypecertextn.hashValue ocsp.issuerNameHash
     ocsp.issuerKeyHash ocsp.serialNumber ocsp.byKey ocsp.signature ocsp.ReOcspNonce ber.64bit_uint_as_bytes`,
  ),
  ...all(
    oid,
    `x509af.algorithm.id x509af.extension.id x509if.oid x509ce.KeyPurposeId x509ce.policyIdentifier x509ce.id
     x509ce.type_id x509ce.registeredID x509ce.issuerDomainPolicy x509ce.subjectDomainPolicy x509ce.templateID
     pkix1implicit.accessMethod pkix1explicit.id pkixproxy.policyLanguage pkcs1.namedCurve pkcs1.fieldType
     ocsp.responseType.id`,
  ),
  ...all(
    string,
    `x509af.utcTime x509sat.CountryName x509sat.PrintableString x509sat.IA5String x509sat.UTF8String
     x509sat.BMPString x509sat.teletexString x509sat.printableString x509sat.universalString x509sat.bmpString
     x509sat.uTF8String x509ce.rfc822Name x509ce.dNSName x509ce.uniformResourceIdentifier x509ce.entrustVers
     pkix1explicit.DirectoryString pkix1implicit.ia5String pkix1implicit.visibleString pkix1implicit.bmpString
     pkix1implicit.utf8String ns_cert_exts.BaseUrl ns_cert_exts.RevocationUrl ns_cert_exts.CaRevocationUrl
     ns_cert_exts.CertRenewalUrl ns_cert_exts.CaPolicyUrl ns_cert_exts.SslServerName ns_cert_exts.Comment
     logotypecertextn.mediaType logotypecertextn.logotypeURI_item`,
  ),
  ...all(
    boolean,
    `x509af.critical x509ce.cA
     ${"digitalSignature contentCommitment keyEncipherment dataEncipherment keyAgreement keyCertSign cRLSign encipherOnly decipherOnly".replace(/\w+/g, "x509ce.KeyUsage.$&")}
     ${"unused keyCompromise cACompromise affiliationChanged superseded cessationOfOperation certificateHold privilegeWithdrawn aACompromise".replace(/\w+/g, "x509ce.ReasonFlags.$&")}
     ${"keyUpdateAllowed newExtensions pKIXCertificate enterpriseCategory webCategory sETCategory".replace(/\w+/g, "x509ce.EntrustInfoFlags.$&")}
     ${"ssl.client ssl.server smime object.signing reserved.for.future.use ssl.ca smime.ca object.signing.ca".replace(/[\w.]+/g, "ns.cert.exts.CertType.$&")}`,
  ),
  ...all(
    absoluteTime,
    `x509af.generalizedTime x509ce.notBefore x509ce.notAfter x509ce.InvalidityDate ocsp.producedAt ocsp.thisUpdate
     ocsp.nextUpdate ocsp.revocationTime ocsp.ArchiveCutoff`,
  ),
  ...all(ipv4, "x509ce.IPAddress.ipv4"),
  ...all(ipv6, "x509ce.IPAddress.ipv6"),
  ...all(uint8, "ber.bitstring.padding"),
};
