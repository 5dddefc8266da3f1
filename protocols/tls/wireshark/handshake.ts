// Handshake messages by Wireshark's names (RFC 8446 §4, RFC 5246 §7.4, RFC 4279, RFC 8422).
import type { Item } from "../../packet/wireshark.ts";
import { ja3 } from "../fingerprint.ts";
import { ExtensionType, HandshakeType, isGrease, Version } from "../numbers.ts";
import { suiteOf } from "../suite.ts";
import { certificate } from "./certificates.ts";
import { certificateStatus, extensions, type Where } from "./extensions.ts";
import { draftOf, fresh, is13, namesAlgorithm, type Session } from "./session.ts";
import { authorities, signatureAlgorithm, signatureAlgorithms } from "./signatures.ts";
import { Telling, TooShort } from "./telling.ts";

/** One message, which is whole. */
export function handshakeItem(
  view: DataView,
  start: number,
  end: number,
  session: Session | undefined,
): Item {
  const items: Item[] = [];
  const telling = new Telling(view, start, end, items);
  try {
    const type = telling.number("tls.handshake.type", 1);
    telling.number("tls.handshake.length", 3);
    bodies[type]?.(telling, session ?? fresh);
  } catch (error) {
    if (!(error instanceof TooShort)) throw error;
  }
  return { name: "tls.handshake", start, size: end - start, items };
}

const bodies: Readonly<Record<number, (telling: Telling, session: Session) => void>> = {
  [HandshakeType.client_hello]: clientHello,
  [HandshakeType.server_hello]: serverHello,
  [HandshakeType.hello_retry_request](telling, session) {
    telling.number("tls.handshake.version", 2);
    if (telling.left >= 2 && (session.draft ?? 19) >= 19) telling.number("tls.handshake.ciphersuite", 2);
    extensions(telling, { type: HandshakeType.server_hello, session });
  },
  [HandshakeType.new_session_ticket]: newSessionTicket,
  [HandshakeType.encrypted_extensions]: (telling, session) =>
    void extensions(telling, { type: HandshakeType.encrypted_extensions, session }),
  [HandshakeType.certificate]: certificates,
  [HandshakeType.server_key_exchange]: serverKeyExchange,
  [HandshakeType.certificate_request]: certificateRequest,
  [HandshakeType.certificate_verify](telling, session) {
    if (namesAlgorithm(session)) signatureAlgorithm(telling);
    const size = telling.length("tls.handshake.client_cert_vrfy.sig_len", 2);
    telling.octets("tls.handshake.client_cert_vrfy.sig", size);
  },
  [HandshakeType.client_key_exchange]: clientKeyExchange,
  [HandshakeType.finished](telling, { version }) {
    if (version === Version["SSL 3.0"]) {
      telling.group("tls.handshake.md5_hash", 16);
      telling.group("tls.handshake.sha_hash", 20);
    } else telling.group("tls.handshake.verify_data", telling.left);
  },
  [HandshakeType.certificate_status]: telling => certificateStatus(telling),
  [HandshakeType.key_update]: telling => void telling.number("tls.handshake.key_update.request_update", 1),
  [HandshakeType.compressed_certificate](telling) {
    const prefix = "tls.compress_certificate";
    telling.number(`${prefix}.algorithm`, 2);
    telling.number(`${prefix}.uncompressed_length`, 3);
    const size = telling.length(`${prefix}.compressed_certificate_message.length`, 3);
    telling.octets(`${prefix}.compressed_certificate_message`, size);
  },
};

/** 32 octets; before TLS 1.3 the first four were the time. */
function random(telling: Telling, withTime: boolean): void {
  const { at, view } = telling;
  const value = telling.octets("tls.handshake.random", 32);
  if (!withTime) return;
  const items: Item[] = [
    {
      name: "tls.handshake.random_time",
      value: BigInt(view.getUint32(at)) * 1_000_000_000n,
      start: at,
      size: 4,
    },
    { name: "tls.handshake.random_bytes", value: value.subarray(4), start: at + 4, size: 28 },
  ];
  telling.items.push({ ...telling.items.pop()!, items });
}

function sessionId(telling: Telling): void {
  const size = telling.length("tls.handshake.session_id_length", 1);
  if (size > 0) telling.octets("tls.handshake.session_id", size);
}

function clientHello(telling: Telling, session: Session): void {
  const { view } = telling;
  const version = telling.number("tls.handshake.version", 2);
  random(telling, !is13(session));
  sessionId(telling);
  const suites = telling.length("tls.handshake.cipher_suites_length", 2, 2);
  const offered = numbersOf(view, telling.at, suites, 2);
  telling.group("tls.handshake.ciphersuites", suites, all => all.numbers("tls.handshake.ciphersuite", 2));
  const methods = telling.length("tls.handshake.comp_methods_length", 1, 1);
  telling.group("tls.handshake.comp_methods", methods, all => all.numbers("tls.handshake.comp_method", 1));
  const start = telling.at;
  const found =
    telling.left > 0 ? extensionsAt(view, start, telling.end) : new Map<number, [number, number]>();
  const codes = codesOf(telling, { type: HandshakeType.client_hello, session });
  const groups = listed(view, found.get(ExtensionType.supported_groups), 2, 2);
  const formats = listed(view, found.get(ExtensionType.ec_point_formats), 1, 1);
  const lists = [offered, codes, groups].map(list => list.filter(code => !isGrease(code)).join("-"));
  fingerprint(telling, "tls.handshake.ja3", start, [version, ...lists, formats.join("-")].join(","));
}

function serverHello(telling: Telling, session: Session): void {
  const { view } = telling;
  const version = telling.at + 2 <= telling.end ? view.getUint16(telling.at) : 0;
  telling.number("tls.handshake.version", 2);
  const draft = draftOf(version);
  const modern =
    draft !== undefined ||
    version === Version["TLS 1.3"] ||
    choosesModern(view, telling.at + 32, telling.end);
  random(telling, !modern);
  // Drafts of TLS 1.3 before the 22nd left out what was of no use any more.
  const short = draft !== undefined && draft < 22;
  if (!short) sessionId(telling);
  const suite = telling.number("tls.handshake.ciphersuite", 2);
  if (!short) telling.number("tls.handshake.comp_method", 1);
  const start = telling.at;
  const codes = codesOf(telling, { type: HandshakeType.server_hello, session: { ...session, version } });
  fingerprint(telling, "tls.handshake.ja3s", start, [version, suite, codes.join("-")].join(","));
}

/** Whether the ServerHello whose session's identifier is at `at` chose TLS 1.3, or one of its drafts. */
function choosesModern(view: DataView, at: number, end: number): boolean {
  if (at >= end) return false;
  const list = at + 1 + view.getUint8(at) + 3;
  const [start, size] = extensionsAt(view, list, end).get(ExtensionType.supported_versions) ?? [0, 0];
  if (size !== 2) return false;
  const chosen = view.getUint16(start);
  return chosen === Version["TLS 1.3"] || draftOf(chosen) !== undefined;
}

/** Extensions, of which there may be none; what is wrong with their length does not end the message. */
function codesOf(telling: Telling, where: Where): number[] {
  if (telling.left === 0) return [];
  try {
    return extensions(telling, where);
  } catch (error) {
    if (!(error instanceof TooShort)) throw error;
    return [];
  }
}

function fingerprint(telling: Telling, name: string, start: number, text: string): void {
  const at = { start, size: 0, generated: true };
  telling.items.push({ ...at, name: `${name}_full`, value: text }, { ...at, name, value: ja3(text) });
}

/** Where each extension's content begins, and how many octets it takes; the first of each kind. */
function extensionsAt(
  view: DataView,
  start: number,
  end: number,
): Map<number, [start: number, size: number]> {
  const found = new Map<number, [number, number]>();
  for (let at = start + 2; at + 4 <= end; ) {
    const [code, size] = [view.getUint16(at), view.getUint16(at + 2)];
    if (at + 4 + size > end) break;
    if (!found.has(code)) found.set(code, [at + 4, size]);
    at += 4 + size;
  }
  return found;
}

/** The numbers of a list in an extension, behind a length of `head` octets. */
function listed(
  view: DataView,
  place: [start: number, size: number] | undefined,
  head: 1 | 2,
  size: 1 | 2,
): number[] {
  return place ? numbersOf(view, place[0] + head, place[1] - head, size) : [];
}
function numbersOf(view: DataView, start: number, length: number, size: 1 | 2): number[] {
  const numbers: number[] = [];
  for (let at = start; at + size <= start + length; at += size)
    numbers.push(size === 2 ? view.getUint16(at) : view.getUint8(at));
  return numbers;
}

function newSessionTicket(telling: Telling, session: Session): void {
  telling.heading("TLS Session Ticket", telling.left, inner => {
    inner.number("tls.handshake.session_ticket_lifetime_hint", 4);
    if (is13(session)) {
      inner.number("tls.handshake.session_ticket_age_add", 4);
      if ((session.draft ?? 28) >= 21) {
        const nonce = inner.length("tls.handshake.session_ticket_nonce_length", 1);
        if (nonce > 0) inner.octets("tls.handshake.session_ticket_nonce", nonce);
      }
    }
    const size = inner.length("tls.handshake.session_ticket_length", 2);
    inner.octets("tls.handshake.session_ticket", size);
    if (is13(session)) extensions(inner, { type: HandshakeType.new_session_ticket, session });
  });
}

function certificates(telling: Telling, session: Session): void {
  if (is13(session)) {
    const context = telling.length("tls.handshake.certificate_request_context_length", 1);
    if (context > 0) telling.octets("tls.handshake.certificate_request_context", context);
  }
  const all = telling.length("tls.handshake.certificates_length", 3);
  if (all === 0) return;
  telling.group("tls.handshake.certificates", all, list =>
    list.each(each => {
      certificate(each, each.length("tls.handshake.certificate_length", 3, 1));
      if (is13(session)) extensions(each, { type: HandshakeType.certificate, session });
    }),
  );
}

function certificateRequest(telling: Telling, session: Session): void {
  if (is13(session)) {
    const context = telling.length("tls.handshake.certificate_request_context_length", 1);
    if (context > 0) telling.octets("tls.handshake.certificate_request_context", context);
    return void extensions(telling, { type: HandshakeType.certificate_request, session });
  }
  const types = telling.length("tls.handshake.cert_types_count", 1);
  if (types > 0)
    telling.group("tls.handshake.cert_types", types, all => all.numbers("tls.handshake.cert_type", 1));
  if (session.version === Version["TLS 1.2"]) signatureAlgorithms(telling);
  authorities(telling);
}

type Half = "ec" | "dh" | "rsa" | "export" | undefined;

/** What each side sends so that both know a secret; `psk`: beside the name of one that they had before. */
function exchangeOf({ suite }: Session): { readonly half: Half; readonly psk: boolean } {
  const name = suiteOf(suite)?.name.replace(/^TLS_(.*?)_WITH_.*/, "$1") ?? "";
  // Wireshark knows ARIA's suites by name alone.
  if (/_ARIA_/.test(suiteOf(suite)?.name ?? "")) return { half: undefined, psk: false };
  const psk = /PSK/.test(name);
  if (/^ECDHE?_/.test(name)) return { half: "ec", psk };
  if (/^DHE?_/.test(name)) return { half: "dh", psk };
  if (/^RSA_EXPORT/.test(name)) return { half: "export", psk };
  return { half: /^RSA/.test(name) ? "rsa" : undefined, psk };
}

function serverKeyExchange(telling: Telling, session: Session): void {
  const { half, psk } = exchangeOf(session);
  const titles: Readonly<Record<string, string>> = {
    ec: "EC Diffie-Hellman Server Params",
    dh: "Diffie-Hellman Server Params",
    export: "RSA-EXPORT Server Params",
    rsa: "RSA-EXPORT Server Params",
  };
  if (!half && !psk) return;
  telling.heading(psk ? "PSK Server Params" : titles[half!]!, telling.left, inner => {
    if (psk) {
      const hint = inner.length("tls.handshake.hint_len", 2);
      if (hint > 0) inner.octets("tls.handshake.hint", hint);
    }
    if (half === "ec") ellipticServer(inner);
    else if (half === "dh") finiteServer(inner);
    else if (!psk) exportServer(inner);
    // Who signs nothing sends nothing more.
    if (!psk && inner.left > 0) signed(inner, session);
  });
}

function ellipticServer(inner: Telling): void {
  const type = inner.number("tls.handshake.server_curve_type", 1);
  if (type !== 3) throw new TooShort("curves without a name are not told");
  inner.number("tls.handshake.server_named_curve", 2);
  const size = inner.length("tls.handshake.server_point_len", 1);
  inner.octets("tls.handshake.server_point", size);
}
function finiteServer(inner: Telling): void {
  for (const name of ["p", "g", "ys"]) {
    const size = inner.length(`tls.handshake.${name}_len`, 2);
    inner.octets(`tls.handshake.${name}`, size);
  }
}
function exportServer(inner: Telling): void {
  for (const name of ["modulus", "exponent"]) {
    const size = inner.length(`tls.handshake.${name}_len`, 2);
    inner.octets(`tls.handshake.${name}`, size);
  }
}
function signed(inner: Telling, session: Session): void {
  if (namesAlgorithm(session)) signatureAlgorithm(inner);
  const size = inner.length("tls.handshake.sig_len", 2);
  inner.octets("tls.handshake.sig", size);
}

function clientKeyExchange(telling: Telling, session: Session): void {
  const { half, psk } = exchangeOf(session);
  const titles: Readonly<Record<string, string>> = {
    ec: "EC Diffie-Hellman Client Params",
    dh: "Diffie-Hellman Client Params",
    export: "RSA Encrypted PreMaster Secret",
    rsa: "RSA Encrypted PreMaster Secret",
  };
  if (!half && !psk) return;
  telling.heading(psk ? "PSK Client Params" : titles[half!]!, telling.left, inner => {
    if (psk) {
      const identity = inner.length("tls.handshake.identity_len", 2);
      inner.octets("tls.handshake.identity", identity);
    }
    if (half === "ec") {
      const size = inner.length("tls.handshake.client_point_len", 1);
      inner.octets("tls.handshake.client_point", size);
    } else if (half === "dh") {
      const size = inner.length("tls.handshake.yc_len", 2);
      inner.octets("tls.handshake.yc", size);
    } else if (half) {
      // SSL 3.0 has no length before it.
      const sized = inner.left >= 2 && inner.view.getUint16(inner.at) === inner.left - 2;
      const size = sized ? inner.length("tls.handshake.epms_len", 2) : inner.left;
      inner.octets("tls.handshake.epms", size);
    }
  });
}
