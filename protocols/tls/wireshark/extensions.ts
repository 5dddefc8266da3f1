// Extensions by Wireshark's names, each as its message has it (RFC 8446 §4.2, RFC 6066).
import { nameOf } from "../../wire/index.ts";
import { ExtensionType, HandshakeType, NamedGroup } from "../numbers.ts";
import { ocsp } from "./certificates.ts";
import { namesAlgorithm, type Session } from "./session.ts";
import { authorities, signatureAlgorithms, signedTimestamps } from "./signatures.ts";
import { Telling, TooShort } from "./telling.ts";

/** What is known where an extension stands. */
export interface Where {
  /** Of the message. */
  readonly type: number;
  readonly session: Session;
}

/** All extensions of a message, behind their length; their codes. */
export function extensions(
  telling: Telling,
  where: Where,
  name = "tls.handshake.extensions_length",
): number[] {
  const length = telling.length(name, 2);
  const list = new Telling(telling.view, telling.at, telling.at + length, telling.items);
  telling.at = list.end;
  const codes: number[] = [];
  list.each(each => {
    const code = each.left >= 4 ? each.view.getUint16(each.at) : 0;
    const size = each.left >= 4 ? 4 + each.view.getUint16(each.at + 2) : each.left;
    const heading = `Extension: ${titleOf(code)} (len=${size - 4})`;
    codes.push(code);
    each.heading(heading, Math.min(size, each.left), one => {
      try {
        one.number("tls.handshake.extension.type", 2);
        one.length("tls.handshake.extension.len", 2);
        tell(code, one, where);
        one.trailing();
      } catch (error) {
        // The next one may be sound.
        if (!(error instanceof TooShort)) throw error;
      }
    });
  });
  return codes;
}

const isGrease = (code: number): boolean => (code & 0x0f0f) === 0x0a0a && code >> 8 === (code & 0xff);
function titleOf(code: number): string {
  if (isGrease(code)) return "Reserved (GREASE)";
  return nameOf(ExtensionType, code) ?? `Unknown type ${code}`;
}
const isClientHello = ({ type }: Where): boolean => type === HandshakeType.client_hello;
const isServerHello = ({ type }: Where): boolean => type === HandshakeType.server_hello;

function tell(code: number, one: Telling, where: Where): void {
  const known = teller[code];
  if (known) return known(one, where);
  one.octets("tls.handshake.extension.data", one.left);
}

const nothing = (): void => {};

const teller: Readonly<Record<number, (one: Telling, where: Where) => void>> = {
  [ExtensionType.server_name](one) {
    if (one.left === 0) return;
    one.heading("Server Name Indication extension", one.left, names => {
      names.length("tls.handshake.extensions_server_name_list_len", 2, 1);
      names.each(name => {
        name.number("tls.handshake.extensions_server_name_type", 1);
        const size = name.length("tls.handshake.extensions_server_name_len", 2);
        name.text("tls.handshake.extensions_server_name", size);
      });
    });
  },
  [ExtensionType.max_fragment_length]: one => void one.number("tls.handshake.max_fragment_length", 1),
  [ExtensionType.status_request](one, where) {
    if (isClientHello(where)) statusRequest(one);
    else if (where.type === HandshakeType.certificate) certificateStatus(one);
  },
  [ExtensionType.status_request_v2](one, where) {
    if (!isClientHello(where)) return;
    const all = one.length("tls.handshake.extensions_status_request_list_len", 2, 1);
    one.group("", all, list => list.each(each => statusRequest(each, true)), { show: "" });
  },
  [ExtensionType.supported_groups](one) {
    const size = one.length("tls.handshake.extensions_supported_groups_length", 2, 2);
    one.group("tls.handshake.extensions_supported_groups", size, all =>
      all.numbers("tls.handshake.extensions_supported_group", 2),
    );
  },
  [ExtensionType.ec_point_formats](one) {
    const size = one.length("tls.handshake.extensions_ec_point_formats_length", 1, 1);
    one.group("tls.handshake.extensions_ec_point_formats", size, all =>
      all.numbers("tls.handshake.extensions_ec_point_format", 1),
    );
  },
  [ExtensionType.srp](one) {
    const size = one.length("tls.handshake.extensions_srp_len", 1, 1);
    one.text("tls.handshake.extensions_srp_username", size);
  },
  [ExtensionType.signature_algorithms]: signatureAlgorithms,
  [ExtensionType.signature_algorithms_cert]: signatureAlgorithms,
  [ExtensionType.delegated_credential](one, where) {
    if (isClientHello(where) || where.type === HandshakeType.certificate_request) signatureAlgorithms(one);
    else one.octets("tls.handshake.extension.data", one.left);
  },
  [ExtensionType.heartbeat]: one => void one.number("tls.handshake.extension.heartbeat.mode", 1),
  [ExtensionType.application_layer_protocol_negotiation]: one =>
    protocolNames(one, "alpn_len", "alpn_list", "alpn_str"),
  [ExtensionType.application_settings_old]: one =>
    protocolNames(one, "alps_len", "alps_alpn_list", "alps_alpn_str"),
  [ExtensionType.signed_certificate_timestamp](one, where) {
    if (isClientHello(where) || where.type === HandshakeType.certificate_request) return;
    signedTimestamps(one, namesAlgorithm(where.session));
  },
  [ExtensionType.client_certificate_type]: certificateTypes,
  [ExtensionType.server_certificate_type]: certificateTypes,
  [ExtensionType.cert_type]: certificateTypes,
  [ExtensionType.padding]: one => void one.octets("tls.handshake.extensions_padding_data", one.left),
  [ExtensionType.encrypt_then_mac]: nothing,
  [ExtensionType.extended_master_secret]: nothing,
  [ExtensionType.compress_certificate](one) {
    const size = one.length("tls.compress_certificate.algorithms_length", 1, 2);
    const all = new Telling(one.view, one.at, one.at + size, one.items);
    all.numbers("tls.compress_certificate.algorithm", 2);
    one.at = all.end;
  },
  [ExtensionType.record_size_limit]: one => void one.number("tls.record_size_limit", 2),
  [ExtensionType.pre_shared_key]: (one, where) =>
    one.heading("Pre-Shared Key extension", one.left, inner => preSharedKeys(inner, where)),
  [ExtensionType.early_data](one, where) {
    if (where.type === HandshakeType.new_session_ticket) one.number("tls.early_data.max_early_data_size", 4);
  },
  [ExtensionType.supported_versions](one, where) {
    if (isClientHello(where)) one.length("tls.handshake.extensions.supported_versions_len", 1, 2);
    one.each(each => each.number("tls.handshake.extensions.supported_version", 2));
  },
  [ExtensionType.cookie](one) {
    const size = one.length("tls.handshake.extensions.cookie_len", 2, 1);
    one.octets("tls.handshake.extensions.cookie", size);
  },
  [ExtensionType.psk_key_exchange_modes](one) {
    one.length("tls.extension.psk_ke_modes_length", 1, 1);
    one.each(each => each.number("tls.extension.psk_ke_mode", 1));
  },
  [ExtensionType.certificate_authorities]: authorities,
  [ExtensionType.oid_filters](one) {
    one.length("tls.extension.oid_filters_length", 2);
    one.octets("tls.handshake.extension.data", one.left);
  },
  [ExtensionType.post_handshake_auth]: nothing,
  [ExtensionType.key_share]: (one, where) => keyShares(one, where),
  [ExtensionType.key_share_in_drafts]: (one, where) => keyShares(one, where),
  [ExtensionType.connection_id](one) {
    const size = one.length("tls.connection_id_length", 1);
    if (size > 0) one.octets("tls.connection_id", size);
  },
  [ExtensionType.next_protocol_negotiation](one, where) {
    if (!isServerHello(where) || one.left === 0) return;
    one.heading("Next Protocol Negotiation", one.left, all =>
      all.each(each => {
        const size = each.length("tls.handshake.extensions_npn_str_len", 1);
        each.text("tls.handshake.extensions_npn", size);
      }),
    );
  },
  [ExtensionType.renegotiation_info](one) {
    one.heading("Renegotiation Info extension", one.left, inner => {
      const size = inner.length("tls.handshake.extensions_reneg_info_len", 1);
      if (size > 0) inner.octets("tls.handshake.extensions_reneg_info", size);
    });
  },
  // draft-ietf-tls-esni-02: the name enciphered, before whole hellos were.
  65486(one, where) {
    if (!isClientHello(where)) return void one.octets("tls.esni.nonce", one.left);
    one.number("tls.esni.suite", 2);
    keyShare(one);
    const digest = one.length("tls.esni.record_digest_length", 2);
    one.octets("tls.esni.record_digest", digest);
    const name = one.length("tls.esni.encrypted_sni_length", 2);
    one.octets("tls.esni.encrypted_sni", name);
  },
};

function protocolNames(one: Telling, length: string, list: string, each: string): void {
  const prefix = "tls.handshake.extensions_";
  const size = one.length(`${prefix}${length}`, 2, 2);
  one.group(`${prefix}${list}`, size, all =>
    all.each(name => {
      const octets = name.length(`${prefix}${each}_len`, 1, 1);
      name.text(`${prefix}${each}`, octets);
    }),
  );
}

/** RFC 6066 §8, RFC 6961 §2.2 */
function statusRequest(one: Telling, sized = false): void {
  const type = one.number("tls.handshake.extensions_status_request_type", 1);
  if (sized) one.length("tls.handshake.extensions_status_request_len", 2);
  if (type !== 1 && type !== 2) return;
  one.skip(one.length("tls.handshake.extensions_status_request_responder_ids_len", 2));
  one.skip(one.length("tls.handshake.extensions_status_request_exts_len", 2));
}

/** RFC 6066 §8: a message of its own, or in TLS 1.3 an extension of a certificate. */
export function certificateStatus(one: Telling): void {
  const type = one.number("tls.handshake.extensions_status_request_type", 1);
  if (type === 1) ocsp(one);
  else if (type === 2) {
    one.length("tls.handshake.ocsp_response_list_len", 3);
    one.each(ocsp);
  }
}

/** RFC 7250 §3: those that the client can do, or the one that the server chose. */
function certificateTypes(one: Telling, where: Where): void {
  if (!isClientHello(where)) return void one.number("tls.handshake.cert_type.type", 1);
  const size = one.length("tls.handshake.cert_type.types_len", 1);
  one.group("tls.handshake.cert_type.types", size, all => all.numbers("tls.handshake.cert_type.type", 1));
}

function preSharedKeys(one: Telling, where: Where): void {
  if (isServerHello(where)) return void one.number("tls.handshake.extensions.psk.identity.selected", 2);
  if (!isClientHello(where)) return;
  const prefix = "tls.handshake.extensions.psk";
  const all = one.length(`${prefix}.identities.length`, 2);
  const identities = new Telling(one.view, one.at, one.at + all, one.items);
  one.at = identities.end;
  identities.each(each => {
    const size = each.left >= 2 ? each.view.getUint16(each.at) : 0;
    each.heading(`PSK Identity (length: ${size})`, Math.min(each.left, size + 6), identity => {
      const octets = identity.length(`${prefix}.identity.identity_length`, 2, 1);
      identity.octets(`${prefix}.identity.identity`, octets);
      identity.number(`${prefix}.identity.obfuscated_ticket_age`, 4);
    });
  });
  const binders = one.length(`${prefix}.binders_len`, 2);
  one.group(`${prefix}.binders`, binders);
}

function keyShares(one: Telling, where: Where): void {
  one.heading("Key Share extension", one.left, inner => {
    if (isClientHello(where)) inner.length("tls.handshake.extensions_key_share_client_length", 2);
    else if (inner.left === 2)
      return void inner.number("tls.handshake.extensions_key_share_selected_group", 2);
    inner.each(keyShare);
  });
}

function keyShare(one: Telling): void {
  const { at, view, left } = one;
  const [group, size] = left >= 4 ? [view.getUint16(at), view.getUint16(at + 2)] : [0, 0];
  const title = isGrease(group) ? "Reserved (GREASE)" : (nameOf(NamedGroup, group) ?? `Unknown (${group})`);
  const heading = `Key Share Entry: Group: ${title}, Key Exchange length: ${size}`;
  one.heading(heading, Math.min(left, size + 4), share => {
    share.number("tls.handshake.extensions_key_share_group", 2);
    const octets = share.length("tls.handshake.extensions_key_share_key_exchange_length", 2, 1);
    share.octets("tls.handshake.extensions_key_share_key_exchange", octets);
  });
}
