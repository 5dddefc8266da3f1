// The numbers of TLS by their names in the IANA registries, in their order (RFC 8446 §B, RFC 8447).
import { type Codec, nameOf, u16 } from "../wire/index.ts";

export const ContentType = {
  change_cipher_spec: 20,
  alert: 21,
  handshake: 22,
  application_data: 23,
  heartbeat: 24,
} as const;

export const Version = {
  "SSL 3.0": 0x0300,
  "TLS 1.0": 0x0301,
  "TLS 1.1": 0x0302,
  "TLS 1.2": 0x0303,
  "TLS 1.3": 0x0304,
  "TLS 1.3, draft 18": 0x7f12,
  "TLS 1.3, draft 19": 0x7f13,
  "TLS 1.3, draft 20": 0x7f14,
  "TLS 1.3, draft 21": 0x7f15,
  "TLS 1.3, draft 22": 0x7f16,
  "TLS 1.3, draft 23": 0x7f17,
  "TLS 1.3, draft 24": 0x7f18,
  "TLS 1.3, draft 25": 0x7f19,
  "TLS 1.3, draft 26": 0x7f1a,
  "TLS 1.3, draft 27": 0x7f1b,
  "TLS 1.3, draft 28": 0x7f1c,
} as const;

export const HandshakeType = {
  hello_request: 0,
  client_hello: 1,
  server_hello: 2,
  hello_verify_request: 3,
  new_session_ticket: 4,
  end_of_early_data: 5,
  hello_retry_request: 6,
  encrypted_extensions: 8,
  certificate: 11,
  server_key_exchange: 12,
  certificate_request: 13,
  server_hello_done: 14,
  certificate_verify: 15,
  client_key_exchange: 16,
  finished: 20,
  certificate_url: 21,
  certificate_status: 22,
  supplemental_data: 23,
  key_update: 24,
  compressed_certificate: 25,
  ekt_key: 26,
  next_protocol: 67,
  message_hash: 254,
} as const;

export const AlertLevel = { warning: 1, fatal: 2 } as const;

export const AlertDescription = {
  close_notify: 0,
  unexpected_message: 10,
  bad_record_mac: 20,
  decryption_failed: 21,
  record_overflow: 22,
  decompression_failure: 30,
  handshake_failure: 40,
  no_certificate: 41,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  access_denied: 49,
  decode_error: 50,
  decrypt_error: 51,
  too_many_cids_requested: 52,
  export_restriction: 60,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  inappropriate_fallback: 86,
  user_canceled: 90,
  no_renegotiation: 100,
  missing_extension: 109,
  unsupported_extension: 110,
  certificate_unobtainable: 111,
  unrecognized_name: 112,
  bad_certificate_status_response: 113,
  bad_certificate_hash_value: 114,
  unknown_psk_identity: 115,
  certificate_required: 116,
  general_error: 117,
  no_application_protocol: 120,
  ech_required: 121,
} as const;

/** Those above 13000 without a registration are in use all the same. */
export const ExtensionType = {
  server_name: 0,
  max_fragment_length: 1,
  client_certificate_url: 2,
  trusted_ca_keys: 3,
  truncated_hmac: 4,
  status_request: 5,
  user_mapping: 6,
  client_authz: 7,
  server_authz: 8,
  cert_type: 9,
  supported_groups: 10,
  ec_point_formats: 11,
  srp: 12,
  signature_algorithms: 13,
  use_srtp: 14,
  heartbeat: 15,
  application_layer_protocol_negotiation: 16,
  status_request_v2: 17,
  signed_certificate_timestamp: 18,
  client_certificate_type: 19,
  server_certificate_type: 20,
  padding: 21,
  encrypt_then_mac: 22,
  extended_master_secret: 23,
  token_binding: 24,
  cached_info: 25,
  tls_lts: 26,
  compress_certificate: 27,
  record_size_limit: 28,
  pwd_protect: 29,
  pwd_clear: 30,
  password_salt: 31,
  ticket_pinning: 32,
  tls_cert_with_extern_psk: 33,
  delegated_credential: 34,
  session_ticket: 35,
  TLMSP: 36,
  TLMSP_proxying: 37,
  TLMSP_delegate: 38,
  supported_ekt_ciphers: 39,
  key_share_in_drafts: 40,
  pre_shared_key: 41,
  early_data: 42,
  supported_versions: 43,
  cookie: 44,
  psk_key_exchange_modes: 45,
  ticket_early_data_info: 46,
  certificate_authorities: 47,
  oid_filters: 48,
  post_handshake_auth: 49,
  signature_algorithms_cert: 50,
  key_share: 51,
  transparency_info: 52,
  connection_id_deprecated: 53,
  connection_id: 54,
  external_id_hash: 55,
  external_session_id: 56,
  quic_transport_parameters: 57,
  ticket_request: 58,
  dnssec_chain: 59,
  sequence_number_encryption_algorithms: 60,
  rrc: 61,
  tls_flags: 62,
  next_protocol_negotiation: 13172,
  application_settings_old: 17513,
  application_settings: 17613,
  channel_id: 30032,
  ech_outer_extensions: 64768,
  encrypted_client_hello: 65037,
  renegotiation_info: 65281,
} as const;

export const NamedGroup = {
  sect163k1: 1,
  sect163r1: 2,
  sect163r2: 3,
  sect193r1: 4,
  sect193r2: 5,
  sect233k1: 6,
  sect233r1: 7,
  sect239k1: 8,
  sect283k1: 9,
  sect283r1: 10,
  sect409k1: 11,
  sect409r1: 12,
  sect571k1: 13,
  sect571r1: 14,
  secp160k1: 15,
  secp160r1: 16,
  secp160r2: 17,
  secp192k1: 18,
  secp192r1: 19,
  secp224k1: 20,
  secp224r1: 21,
  secp256k1: 22,
  secp256r1: 23,
  secp384r1: 24,
  secp521r1: 25,
  brainpoolP256r1: 26,
  brainpoolP384r1: 27,
  brainpoolP512r1: 28,
  x25519: 29,
  x448: 30,
  brainpoolP256r1tls13: 31,
  brainpoolP384r1tls13: 32,
  brainpoolP512r1tls13: 33,
  GC256A: 34,
  GC256B: 35,
  GC256C: 36,
  GC256D: 37,
  GC512A: 38,
  GC512B: 39,
  GC512C: 40,
  curveSM2: 41,
  ffdhe2048: 256,
  ffdhe3072: 257,
  ffdhe4096: 258,
  ffdhe6144: 259,
  ffdhe8192: 260,
  MLKEM512: 512,
  MLKEM768: 513,
  MLKEM1024: 514,
  SecP256r1MLKEM768: 4587,
  X25519MLKEM768: 4588,
  SecP384r1MLKEM1024: 4589,
  X25519Kyber768Draft00: 25497,
  SecP256r1Kyber768Draft00: 25498,
  arbitrary_explicit_prime_curves: 65281,
  arbitrary_explicit_char2_curves: 65282,
} as const;

/** Before TLS 1.3: a hash and a signature, an octet each, which the older entries still are (RFC 5246 §7.4.1.4.1). */
export const SignatureScheme = {
  rsa_pkcs1_md5: 0x0101,
  rsa_pkcs1_sha1: 0x0201,
  dsa_sha1: 0x0202,
  ecdsa_sha1: 0x0203,
  rsa_pkcs1_sha224: 0x0301,
  dsa_sha224: 0x0302,
  ecdsa_sha224: 0x0303,
  rsa_pkcs1_sha256: 0x0401,
  dsa_sha256: 0x0402,
  ecdsa_secp256r1_sha256: 0x0403,
  rsa_pkcs1_sha256_legacy: 0x0420,
  rsa_pkcs1_sha384: 0x0501,
  dsa_sha384: 0x0502,
  ecdsa_secp384r1_sha384: 0x0503,
  rsa_pkcs1_sha384_legacy: 0x0520,
  rsa_pkcs1_sha512: 0x0601,
  dsa_sha512: 0x0602,
  ecdsa_secp521r1_sha512: 0x0603,
  rsa_pkcs1_sha512_legacy: 0x0620,
  sm2sig_sm3: 0x0708,
  rsa_pss_rsae_sha256: 0x0804,
  rsa_pss_rsae_sha384: 0x0805,
  rsa_pss_rsae_sha512: 0x0806,
  ed25519: 0x0807,
  ed448: 0x0808,
  rsa_pss_pss_sha256: 0x0809,
  rsa_pss_pss_sha384: 0x080a,
  rsa_pss_pss_sha512: 0x080b,
  ecdsa_brainpoolP256r1tls13_sha256: 0x081a,
  ecdsa_brainpoolP384r1tls13_sha384: 0x081b,
  ecdsa_brainpoolP512r1tls13_sha512: 0x081c,
  mldsa44: 0x0904,
  mldsa65: 0x0905,
  mldsa87: 0x0906,
} as const;

export const CompressionMethod = { null: 0, DEFLATE: 1, LZS: 64 } as const;
export const NameType = { host_name: 0 } as const;
export const CertificateStatusType = { ocsp: 1, ocsp_multi: 2 } as const;
export const ECPointFormat = {
  uncompressed: 0,
  ansiX962_compressed_prime: 1,
  ansiX962_compressed_char2: 2,
} as const;
export const ECCurveType = { explicit_prime: 1, explicit_char2: 2, named_curve: 3 } as const;
export const PskKeyExchangeMode = { psk_ke: 0, psk_dhe_ke: 1 } as const;
export const KeyUpdateRequest = { update_not_requested: 0, update_requested: 1 } as const;
/** RFC 6520 §2 */
export const HeartbeatMode = { peer_allowed_to_send: 1, peer_not_allowed_to_send: 2 } as const;
export const MaxFragmentLength = {
  "512 octets": 1,
  "1024 octets": 2,
  "2048 octets": 3,
  "4096 octets": 4,
} as const;
/** RFC 6066 §6 */
export const IdentifierType = { pre_agreed: 0, key_sha1_hash: 1, x509_name: 2, cert_sha1_hash: 3 } as const;
/** RFC 7250 §3, RFC 6091 §3.1 */
export const CertificateType = { X509: 0, OpenPGP: 1, "Raw Public Key": 2, "1609Dot2": 3 } as const;
/** RFC 5764 §4.1.2, RFC 7714 §14.2 */
export const SrtpProtectionProfile = {
  SRTP_AES128_CM_HMAC_SHA1_80: 1,
  SRTP_AES128_CM_HMAC_SHA1_32: 2,
  SRTP_NULL_HMAC_SHA1_80: 5,
  SRTP_NULL_HMAC_SHA1_32: 6,
  SRTP_AEAD_AES_128_GCM: 7,
  SRTP_AEAD_AES_256_GCM: 8,
} as const;
/** RFC 8471 §3.3 */
export const TokenBindingKey = { "rsa2048_pkcs1.5": 0, rsa2048_pss: 1, ecdsap256: 2 } as const;
export const CertificateCompressionAlgorithm = { zlib: 1, brotli: 2, zstd: 3 } as const;

export const ClientCertificateType = {
  rsa_sign: 1,
  dss_sign: 2,
  rsa_fixed_dh: 3,
  dss_fixed_dh: 4,
  rsa_ephemeral_dh: 5,
  dss_ephemeral_dh: 6,
  fortezza_dms: 20,
  ecdsa_sign: 64,
  rsa_fixed_ecdh: 65,
  ecdsa_fixed_ecdh: 66,
  gost_sign256: 67,
  gost_sign512: 68,
} as const;

/** Values that clients mix in so that servers stay tolerant of what they do not know (RFC 8701 §2): 0x0a0a, 0x1a1a, … */
export const isGrease = (value: number): boolean =>
  (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);

/** Sixteen bits with names from a registry; GREASE is told as such. */
export const named = (names: Readonly<Record<string, number>>): Codec<number> =>
  u16.with({ names, hex: true, show: (value: number) => numberText(names, value) });

/** "x25519 (0x001d)", "GREASE (0x0a0a)", "0x1234". */
export function numberText(names: Readonly<Record<string, number>>, value: number): string {
  const digits = `0x${value.toString(16).padStart(4, "0")}`;
  const name = nameOf(names, value) ?? (isGrease(value) ? "GREASE" : undefined);
  return name ? `${name} (${digits})` : digits;
}
