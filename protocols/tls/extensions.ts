// The extensions of hellos and of other messages (RFC 8446 §4.2, RFC 6066): all named, the common ones opened.
import {
  type Codec,
  type Draft,
  leaf,
  many,
  type Options,
  octets,
  optional,
  options,
  prefixed,
  rest,
  struct,
  text,
  u8,
  u16,
  u24,
  u32,
  u64,
  type Value,
} from "../wire/index.ts";
import { name } from "../x509/name.ts";
import {
  certificateType,
  certificateTypes,
  compressions,
  delegatedCredential,
  nextProtocols,
  srpUser,
  srtp,
  statusRequest,
  statusRequests,
  statusType,
  ticketsExpected,
  ticketsWanted,
  tokenBinding,
  trustedAuthorities,
} from "./extensions-rare.ts";
import {
  ECPointFormat,
  ExtensionType,
  HeartbeatMode,
  MaxFragmentLength,
  NameType,
  named,
  PskKeyExchangeMode,
} from "./numbers.ts";
import { group, opaque, signatureScheme, version } from "./parts.ts";

/** The extension is there, which is all that it says. */
const present = leaf<true>(
  0,
  () => true,
  () => {},
);
export const certificateAuthorities = prefixed(u16, many(prefixed(u16, name)));
export const signatureSchemes = prefixed(u16, many(signatureScheme));
const keyShare = struct({ group, key: opaque(u16) });
const chosenShare = struct({ group, key: optional(opaque(u16)) });
const protocolNames = prefixed(u16, many(prefixed(u8, text)));
/** A log's promise to publish the certificate (RFC 6962 §3.2). */
const signedTimestamp = struct({
  version: u8,
  logId: octets(32),
  timestamp: u64.with({ unit: "ms" }),
  extensions: opaque(u16),
  algorithm: signatureScheme,
  signature: opaque(u16),
});
const signedTimestamps = prefixed(u16, many(prefixed(u16, signedTimestamp)));

/** In either hello, and in the encrypted extensions, the same. */
const common = {
  [ExtensionType.max_fragment_length]: u8.with({ names: MaxFragmentLength }),
  [ExtensionType.supported_groups]: prefixed(u16, many(group)),
  [ExtensionType.ec_point_formats]: prefixed(u8, many(u8.with({ names: ECPointFormat }))),
  [ExtensionType.heartbeat]: u8.with({ names: HeartbeatMode }),
  [ExtensionType.application_layer_protocol_negotiation]: protocolNames,
  [ExtensionType.encrypt_then_mac]: present,
  [ExtensionType.extended_master_secret]: present,
  [ExtensionType.record_size_limit]: u16.with({ unit: "octets" }),
  [ExtensionType.cookie]: opaque(u16),
  [ExtensionType.client_certificate_url]: present,
  [ExtensionType.truncated_hmac]: present,
  [ExtensionType.use_srtp]: srtp,
  [ExtensionType.token_binding]: tokenBinding,
  [ExtensionType.connection_id]: opaque(u8),
  [ExtensionType.tls_flags]: opaque(u8),
  [ExtensionType.renegotiation_info]: opaque(u8),
} as const;

/** What a server answers, before TLS 1.3 in its hello, then in the encrypted extensions: that it takes them, and how. */
const answered = {
  [ExtensionType.server_name]: present,
  [ExtensionType.status_request]: present,
  [ExtensionType.status_request_v2]: present,
  [ExtensionType.cert_type]: certificateType,
  [ExtensionType.client_certificate_type]: certificateType,
  [ExtensionType.server_certificate_type]: certificateType,
} as const;

/** RFC 8446 §4.1.2 */
export const clientHelloExtensions = extensions({
  ...common,
  [ExtensionType.server_name]: prefixed(
    u16,
    many(struct({ type: u8.with({ names: NameType }), name: prefixed(u16, text) })),
  ),
  [ExtensionType.status_request]: statusRequest,
  [ExtensionType.status_request_v2]: statusRequests,
  [ExtensionType.signed_certificate_timestamp]: present,
  [ExtensionType.trusted_ca_keys]: trustedAuthorities,
  [ExtensionType.cert_type]: certificateTypes,
  [ExtensionType.client_certificate_type]: certificateTypes,
  [ExtensionType.server_certificate_type]: certificateTypes,
  [ExtensionType.srp]: srpUser,
  [ExtensionType.ticket_request]: ticketsWanted,
  [ExtensionType.next_protocol_negotiation]: present,
  [ExtensionType.channel_id]: present,
  [ExtensionType.signature_algorithms]: signatureSchemes,
  [ExtensionType.signature_algorithms_cert]: signatureSchemes,
  [ExtensionType.delegated_credential]: signatureSchemes,
  [ExtensionType.application_settings_old]: protocolNames,
  [ExtensionType.application_settings]: protocolNames,
  [ExtensionType.compress_certificate]: compressions,
  [ExtensionType.pre_shared_key]: struct({
    identities: prefixed(
      u16,
      many(struct({ identity: opaque(u16), obfuscatedTicketAge: u32.with({ hex: true }) })),
    ),
    binders: prefixed(u16, many(opaque(u8))),
  }),
  [ExtensionType.early_data]: present,
  [ExtensionType.supported_versions]: prefixed(u8, many(version)),
  [ExtensionType.psk_key_exchange_modes]: prefixed(u8, many(u8.with({ names: PskKeyExchangeMode }))),
  [ExtensionType.certificate_authorities]: certificateAuthorities,
  [ExtensionType.post_handshake_auth]: present,
  [ExtensionType.key_share]: prefixed(u16, many(keyShare)),
  [ExtensionType.key_share_in_drafts]: prefixed(u16, many(keyShare)),
});

/** RFC 8446 §4.1.3. A HelloRetryRequest names the group that it wants, and brings no key of it (§4.2.8). */
export const serverHelloExtensions = extensions({
  ...common,
  ...answered,
  [ExtensionType.signed_certificate_timestamp]: signedTimestamps,
  [ExtensionType.session_ticket]: present,
  [ExtensionType.next_protocol_negotiation]: nextProtocols,
  [ExtensionType.channel_id]: present,
  [ExtensionType.pre_shared_key]: u16.with({ label: "Selected identity" }),
  [ExtensionType.supported_versions]: version,
  [ExtensionType.key_share]: chosenShare,
  [ExtensionType.key_share_in_drafts]: chosenShare,
});

/** RFC 8446 §4.3.1 */
export const encryptedExtensions = extensions({
  ...common,
  ...answered,
  [ExtensionType.early_data]: present,
  [ExtensionType.ticket_request]: ticketsExpected,
});

/** RFC 8446 §4.3.2 */
export const certificateRequestExtensions = extensions({
  [ExtensionType.signature_algorithms]: signatureSchemes,
  [ExtensionType.signature_algorithms_cert]: signatureSchemes,
  [ExtensionType.certificate_authorities]: certificateAuthorities,
  [ExtensionType.signed_certificate_timestamp]: present,
  [ExtensionType.compress_certificate]: compressions,
  [ExtensionType.delegated_credential]: signatureSchemes,
});

/** RFC 8446 §4.4.2 */
export const certificateExtensions = extensions({
  [ExtensionType.status_request]: struct({ type: statusType, response: opaque(u24) }),
  [ExtensionType.delegated_credential]: delegatedCredential,
  [ExtensionType.signed_certificate_timestamp]: signedTimestamps,
});

/** RFC 8446 §4.6.1 */
export const ticketExtensions = extensions({
  [ExtensionType.early_data]: u32.with({ unit: "octets" }),
  [ExtensionType.ticket_early_data_info]: u32.with({ unit: "octets" }),
});

type Table = Readonly<Record<number, Codec<unknown, never>>>;

/** The extensions of one message, each behind its type and length; those that `opened` does not know are octets. */
function extensions<const T extends Table>(opened: T): Codec<Value<Options<T>>, Draft<Options<T>>> {
  const all = Object.entries(ExtensionType).map(([name, type]): [number, Codec<unknown, never>] => [
    type,
    ((opened[type] ?? rest) as Codec<unknown, never>).with({ label: `Extension: ${name}` }),
  ]);
  const table = Object.fromEntries(all) as unknown as T;
  return prefixed(
    u16,
    options(table, {}, named(ExtensionType), u16) as Codec<Value<Options<T>>, Draft<Options<T>>>,
  );
}
