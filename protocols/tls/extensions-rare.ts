// Extensions that are seldom seen: of older versions, of special uses, or not standardized; each by its own document.
import {
  by,
  type Codec,
  many,
  octets,
  prefixed,
  rest,
  struct,
  text,
  u8,
  u16,
  u24,
  u32,
  type Value,
} from "../wire/index.ts";
import { name } from "../x509/name.ts";
import {
  CertificateCompressionAlgorithm,
  CertificateStatusType,
  CertificateType,
  IdentifierType,
  named,
  SrtpProtectionProfile,
  TokenBindingKey,
} from "./numbers.ts";
import { opaque, signatureScheme } from "./parts.ts";

/** RFC 6066 §8 */
const ocspRequest = struct({ responderIds: opaque(u16), extensions: opaque(u16) });
type OcspRequest = Codec<Value<typeof ocspRequest> | Uint8Array>;
const ocsp = ocspRequest as Codec<unknown> as OcspRequest;
const requestOf = (type: number): OcspRequest =>
  type === CertificateStatusType.ocsp || type === CertificateStatusType.ocsp_multi
    ? ocsp
    : (rest as OcspRequest);
export const statusType = u8.with({ names: CertificateStatusType });
export const statusRequest = struct({ type: statusType, request: by("type", requestOf) });
/** RFC 6961 §2.2 */
export const statusRequests = prefixed(
  u16,
  many(struct({ type: statusType, request: by("type", (type: number) => prefixed(u16, requestOf(type))) })),
);

/** RFC 6066 §6: the name of an authority, or a hash; of the type 0 nothing. */
const identifiers: Readonly<Record<number, Codec<unknown>>> = {
  [IdentifierType.pre_agreed]: octets(0),
  [IdentifierType.key_sha1_hash]: octets(20),
  [IdentifierType.x509_name]: prefixed(u16, name),
  [IdentifierType.cert_sha1_hash]: octets(20),
};
export const trustedAuthorities = prefixed(
  u16,
  many(
    struct({
      type: u8.with({ names: IdentifierType }),
      identifier: by("type", (type: number) => (identifiers[type] ?? rest) as Codec<Uint8Array>),
    }),
  ),
);

/** RFC 7250 §3, RFC 6091 §3.1 */
export const certificateType = u8.with({ names: CertificateType });
export const certificateTypes = prefixed(u8, many(certificateType));

/** RFC 5764 §4.1.1 */
export const srtp = struct({
  profiles: prefixed(u16, many(named(SrtpProtectionProfile))),
  masterKeyIdentifier: opaque(u8).with({ label: "Master key identifier" }),
});

/** RFC 8472 §2 */
export const tokenBinding = struct({
  major: u8,
  minor: u8,
  keys: prefixed(u8, many(u8.with({ names: TokenBindingKey }))),
});

/** RFC 5054 §2.8.1 */
export const srpUser = prefixed(u8, text);
/** RFC 9149 §3 */
export const ticketsWanted = struct({ newSessions: u8, resumptions: u8 });
export const ticketsExpected = u8.with({ label: "Expected tickets" });
/** RFC 8879 §3 */
export const compressions = prefixed(u8, many(u16.with({ names: CertificateCompressionAlgorithm })));
/** draft-agl-tls-nextprotoneg-04 §3: no length around them. */
export const nextProtocols = many(prefixed(u8, text));

/** RFC 9345 §4.1: a key that the certificate's holder signed for a few days. */
export const delegatedCredential = struct({
  validTime: u32.with({ unit: "s" }),
  verifyAlgorithm: signatureScheme,
  publicKey: opaque(u24),
  algorithm: signatureScheme,
  signature: opaque(u16),
});
