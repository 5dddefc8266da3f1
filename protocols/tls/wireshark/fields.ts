// Every field that Wireshark may show of TLS, by its type.
import {
  absoluteTime,
  boolean,
  bytes,
  type Definition,
  framenum,
  hex8,
  hex16,
  hex24,
  none,
  string,
  uint8,
  uint16,
  uint24,
  uint32,
} from "../../packet/wireshark.ts";

const all = (definition: Definition, names: string): Record<string, Definition> =>
  Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map(name => [`tls.${name}`, definition]),
  );

export const fields: Readonly<Record<string, Definition>> = {
  ...all(
    none,
    `record record.length.invalid change_cipher_spec alert_message heartbeat_message resumed
     heartbeat_message.payload_length.invalid ignored_unknown_record malformed.buffer_too_small
     malformed.vector_length malformed.trailing_data handshake handshake.ciphersuites handshake.comp_methods
     handshake.extensions_supported_groups handshake.extensions_ec_point_formats handshake.sig_hash_algs
     handshake.extensions_alpn_list handshake.extensions_alps_alpn_list handshake.extensions.psk.binders
     handshake.cert_type.types handshake.certificates handshake.cert_types handshake.dnames handshake.dname
     handshake.connection_id handshake.clear_key_data
     handshake.encrypted_key handshake.key_arg handshake.verify_data handshake.md5_hash handshake.sha_hash handshake.challenge`,
  ),
  ...all(
    uint8,
    `record.content_type record.opaque_type alert_message.level alert_message.desc heartbeat_message.type
     handshake.type handshake.comp_method handshake.comp_methods_length
     handshake.extensions_server_name_type handshake.max_fragment_length handshake.extensions_status_request_type
     handshake.extensions_ec_point_formats_length handshake.extensions_ec_point_format
     handshake.extensions_srp_len handshake.sig_hash_hash handshake.sig_hash_sig handshake.extension.heartbeat.mode
     handshake.extensions_alpn_str_len handshake.extensions_alps_alpn_str_len handshake.cert_type.types_len
     compress_certificate.algorithms_length handshake.extensions.supported_versions_len
     extension.psk_ke_modes_length extension.psk_ke_mode connection_id_length handshake.extensions_npn_str_len
     handshake.extensions_reneg_info_len sct.sct_version handshake.session_ticket_nonce_length
     handshake.certificate_request_context_length handshake.cert_types_count handshake.cert_type
     handshake.server_point_len handshake.client_point_len handshake.key_update.request_update`,
  ),
  ...all(hex8, "handshake.server_curve_type handshake.cert_type.type"),
  ...all(
    uint16,
    `record.length heartbeat_message.payload_length handshake.cipher_suites_length handshake.extensions_length
     handshake.extension.type handshake.extension.len handshake.extensions_server_name_list_len
     handshake.extensions_server_name_len handshake.extensions_status_request_len
     handshake.extensions_status_request_list_len handshake.extensions_status_request_responder_ids_len
     handshake.extensions_status_request_exts_len handshake.extensions_supported_groups_length
     handshake.sig_hash_alg_len handshake.extensions_alpn_len handshake.extensions_alps_len
     compress_certificate.algorithm record_size_limit handshake.extensions.psk.identities.length
     handshake.extensions.psk.identity.identity_length handshake.extensions.psk.identity.selected
     handshake.extensions.psk.binders_len handshake.extensions.cookie_len extension.oid_filters_length
     handshake.extensions_key_share_client_length handshake.extensions_key_share_group
     handshake.extensions_key_share_key_exchange_length handshake.extensions_key_share_selected_group
     esni.record_digest_length esni.encrypted_sni_length sct.scts_length sct.sct_length sct.sct_extensions_length
     sct.sct_signature_length handshake.dnames_len handshake.dname_len handshake.session_ticket_length
     handshake.client_cert_vrfy.sig_len handshake.sig_len handshake.p_len handshake.g_len handshake.ys_len
     handshake.yc_len handshake.epms_len handshake.modulus_len handshake.exponent_len handshake.hint_len
     handshake.identity_len handshake.session_id_length handshake.cipher_spec_len handshake.challenge_length
     handshake.clear_key_length handshake.encrypted_key_length handshake.key_arg_length handshake.connection_id_length`,
  ),
  ...all(
    hex16,
    `record.version handshake.version handshake.ciphersuite handshake.extensions_supported_group
     handshake.sig_hash_alg handshake.extensions.supported_version handshake.server_named_curve esni.suite`,
  ),
  ...all(
    uint24,
    `handshake.length handshake.certificates_length handshake.certificate_length handshake.ocsp_response_len
     handshake.ocsp_response_list_len compress_certificate.uncompressed_length
     compress_certificate.compressed_certificate_message.length`,
  ),
  ...all(hex24, "handshake.cipherspec"),
  ...all(
    uint32,
    `handshake.extensions.psk.identity.obfuscated_ticket_age early_data.max_early_data_size
     handshake.session_ticket_lifetime_hint handshake.session_ticket_age_add`,
  ),
  ...all(
    bytes,
    `app_data heartbeat_message.payload heartbeat_message.padding handshake.random handshake.random_bytes
     handshake.session_id handshake.extension.data handshake.extensions_padding_data
     handshake.extensions.psk.identity.identity handshake.extensions.cookie connection_id
     handshake.extensions_key_share_key_exchange handshake.extensions_reneg_info esni.record_digest
     esni.encrypted_sni esni.nonce sct.sct_logid sct.sct_signature handshake.certificate
     handshake.certificate_request_context handshake.session_ticket handshake.session_ticket_nonce
     handshake.client_cert_vrfy.sig handshake.sig handshake.p handshake.g handshake.ys handshake.yc handshake.epms
     handshake.modulus handshake.exponent handshake.hint handshake.identity handshake.server_point
     handshake.client_point compress_certificate.compressed_certificate_message segment.data`,
  ),
  ...all(
    string,
    `app_data_proto handshake.extensions_server_name handshake.extensions_srp_username
     handshake.extensions_alpn_str handshake.extensions_alps_alpn_str handshake.extensions_npn handshake.ja3
     handshake.ja3_full handshake.ja3s handshake.ja3s_full`,
  ),
  ...all(absoluteTime, "handshake.random_time sct.sct_timestamp"),
  ...all(boolean, "handshake.session_id_hit"),
  ...all(framenum, "handshake.reassembled_in"),
};
