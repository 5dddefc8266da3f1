// The data of records, by type, in Wireshark's fields.
import { type Bits, bitsOf } from "../../packet/cursor.ts";
import { expert } from "../../packet/wireshark.ts";
import type { Cursor } from "./cursor.ts";
import { options } from "./options.ts";
import { serviceBinding } from "./services.ts";

/** The record that the data are of. Positions count in the layer's source. */
export interface Place {
  readonly type: number;
  /** Where the record begins. */
  readonly start: number;
  /** Where the data begin, and end by their length. */
  readonly data: number;
  readonly end: number;
  /** Where the message begins in its frame. */
  readonly offset: number;
}

/** Takes its part of the data; a text that it returns is what the record's label says of them. */
type Part = (cursor: Cursor, place: Place) => unknown;

const u8 =
  (name: string): Part =>
  cursor =>
    void cursor.number(name, 1);
const u16 =
  (name: string): Part =>
  cursor =>
    void cursor.number(name, 2);
const u32 =
  (name: string): Part =>
  cursor =>
    void cursor.number(name, 4);
const rest =
  (name: string): Part =>
  (cursor, { end }) =>
    cursor.bytes(name, end - cursor.at);
const bytes =
  (name: string, size: number): Part =>
  cursor =>
    cursor.bytes(name, size);
const domain =
  (name: string, word?: string): Part =>
  cursor => {
    const { text } = cursor.name(name);
    return word === undefined ? undefined : `${word}${text}`;
  };
/** A length, and as much text. */
const text =
  (length: string, name: string): Part =>
  cursor =>
    void cursor.text(name, cursor.number(length, 1));
/** Seconds since 1970. */
const time =
  (name: string): Part =>
  cursor =>
    cursor.item(name, BigInt(cursor.peek(4)) * 1_000_000_000n, cursor.take(4), 4);
const ipv4 =
  (name: string): Part =>
  cursor => {
    const at = cursor.at;
    const octets = cursor.octets(at, Math.min(4, cursor.end - at)).join(".");
    cursor.number(name, 4);
    return `addr ${octets}`;
  };
const ipv6 = (name: string): Part => bytes(name, 16);
const repeated =
  (part: Part): Part =>
  (cursor, place) => {
    while (cursor.at < place.end) part(cursor, place);
  };
const all =
  (...parts: readonly Part[]): Part =>
  (cursor, place) => {
    let said: unknown;
    for (const part of parts) said = part(cursor, place) || said;
    return said;
  };

const flags =
  (name: string, size: 1 | 2, bits: Bits): Part =>
  cursor => {
    cursor.bits(name, size, bits);
  };

/** The types that exist, a window of 256 after the other (RFC 4034 §4.1.2); each stands at the octet its bit is in. */
const typeBitMaps: Part = (cursor, { end }) => {
  while (cursor.at < end) {
    const window = cursor.view.getUint8(cursor.take(1));
    const size = cursor.view.getUint8(cursor.take(1));
    const start = cursor.take(size);
    mapped(cursor, start, size, window << 8);
  }
};
function mapped(cursor: Cursor, start: number, size: number, first: number): void {
  for (let at = start; at < start + size; at++)
    for (let bit = 0; bit < 8; bit++)
      if (cursor.view.getUint8(at) & (0x80 >> bit))
        cursor.item("dns.resp.type", first + (at - start) * 8 + bit, at, 1);
}

/** Base 32 with the alphabet of RFC 4648 §7, which keeps the order. */
function base32(octets: Uint8Array): string {
  let [text, bits, left] = ["", 0, 0];
  for (const octet of octets) {
    bits = ((bits << 8) | octet) & 0xffff;
    for (left += 8; left >= 5; left -= 5) text += ((bits >> (left - 5)) & 31).toString(32);
  }
  return left > 0 ? text + ((bits << (5 - left)) & 31).toString(32) : text;
}

/** RFC 4034 appendix B; of RSA/MD5 it is part of the key (B.1). */
function keyTag(rdata: Uint8Array): number {
  if (rdata[3] === 1) return ((rdata.at(-3) ?? 0) << 8) | (rdata.at(-2) ?? 0);
  let sum = 0;
  for (const [i, octet] of rdata.entries()) sum += i & 1 ? octet : octet << 8;
  return (sum + ((sum >> 16) & 0xffff)) & 0xffff;
}

const publicKey =
  (name: "dns.dnskey" | "dns.key"): Part =>
  (cursor, { start, data, end, offset }) => {
    const size = end - cursor.at;
    cursor.take(size);
    const value = keyTag(cursor.octets(data, end - data));
    // It stands where the message's place in the frame is counted twice.
    cursor.item(`${name}.key_id`, value, start + offset, 0);
    cursor.item(`${name}.public_key`, cursor.octets(end - size, size), end - size, size);
  };

const key: Part = (cursor, place) => {
  const value = cursor.peek(2);
  const start = cursor.take(2);
  const bit = (name: string, mask: number) => [`dns.key.flags.${name}`, mask] as const;
  const always = [bit("authentication", 0x8000), bit("confidentiality", 0x4000)];
  // With both of them set there is no key, and so nothing to be said of it.
  const ofKey = [
    ...[bit("required", 0x2000), bit("associated_user", 0x400), bit("associated_named_entity", 0x200)],
    ...[bit("ipsec", 0x80), bit("mime", 0x40), bit("signatory", 0xf)],
  ];
  const shown = (value & 0xc000) === 0xc000 ? always : [...always, ...ofKey];
  cursor.item("dns.key.flags", value, start, 2, bitsOf(value, start, 2, shown));
  return all(u8("dns.key.protocol"), u8("dns.key.algorithm"), publicKey("dns.key"))(cursor, place);
};

const dnskey = all(
  flags("dns.dnskey.flags", 2, [
    ["dns.dnskey.flags.zone_key", 0x100],
    ["dns.dnskey.flags.key_revoked", 0x80],
    ["dns.dnskey.flags.secure_entry_point", 1],
    ["dns.dnskey.flags.reserved", 0xfe7e],
  ]),
  u8("dns.dnskey.protocol"),
  u8("dns.dnskey.algorithm"),
  publicKey("dns.dnskey"),
);

const signature = all(
  ...[u16("dns.rrsig.type_covered"), u8("dns.rrsig.algorithm"), u8("dns.rrsig.labels")],
  ...[u32("dns.rrsig.original_ttl"), time("dns.rrsig.signature_expiration")],
  ...[time("dns.rrsig.signature_inception"), u16("dns.rrsig.key_tag")],
  ...[domain("dns.rrsig.signers_name"), rest("dns.rrsig.signature")],
);
const digest = all(
  ...[u16("dns.ds.key_id"), u8("dns.ds.algorithm"), u8("dns.ds.digest_type"), rest("dns.ds.digest")],
);

const salt: Part = cursor => cursor.bytes("dns.nsec3.salt_value", cursor.number("dns.nsec3.salt_length", 1));
const hashed: Part = cursor => {
  const size = cursor.number("dns.nsec3.hash_length", 1);
  const at = cursor.take(size);
  cursor.item("dns.nsec3.hash_value", base32(cursor.octets(at, size)), at, size);
};

const service: Part = cursor => {
  const [priority, weight, port] = ["priority", "weight", "port"].map(part =>
    cursor.number(`dns.srv.${part}`, 2),
  );
  const { text: target } = cursor.name("dns.srv.target");
  return `priority ${priority}, weight ${weight}, port ${port}, target ${target}`;
};

const exchanger: Part = cursor =>
  `preference ${cursor.number("dns.mx.preference", 2)}, mx ${cursor.name("dns.mx.mail_exchange").text}`;

/** Its length is that of the text, and stands for no octets. */
const replacement: Part = cursor => {
  const at = cursor.at;
  const before = cursor.items.length;
  const { length } = cursor.name("dns.naptr.replacement");
  const [named] = cursor.items.splice(before);
  cursor.item("dns.naptr.replacement_length", length, at, 0);
  cursor.items.push(named!);
};

const services: Part = (cursor, place) => {
  const said = ipv4("dns.wks.address")(cursor, place);
  cursor.number("dns.wks.protocol", 1);
  for (; cursor.at < place.end; cursor.take(1)) {
    const bits = cursor.peek(1);
    if (bits !== 0) cursor.item("dns.wks.bits", bits, cursor.at, 1);
  }
  return said;
};

const authorization: Part = (cursor, { end }) => {
  flags("dns.caa.flags", 1, [["dns.caa.flags.issuer_critical", 0x80]])(cursor, undefined as never);
  const [start, size] = [cursor.at, cursor.peek(1)];
  const items = cursor.items;
  cursor.items = [];
  cursor.number("dns.caa.tag_length", 1);
  const tag = cursor.text("dns.caa.tag", size);
  const value = cursor.text("dns.caa.value", end - cursor.at);
  items.push({
    name: `dns.caa.${["issue", "issuewild", "iodef"].includes(tag) ? tag : "unknown"}`,
    ...{ value, start, size: end - start, items: cursor.items },
  });
  cursor.items = items;
};

const location: Part = (cursor, place) => {
  const version = cursor.number("dns.loc.version", 1);
  if (version !== 0) {
    cursor.at--;
    return rest("dns.loc.unknown_data")(cursor, place);
  }
  for (const part of ["size", "horizontal_precision", "vertical_precision"])
    cursor.number(`dns.loc.${part}`, 1);
  for (const part of ["latitude", "longitude", "altitude"]) cursor.number(`dns.loc.${part}`, 4);
};

/** RFC 2874 §3.1: of an address as many octets as the prefix leaves. */
const addressSuffix: Part = (cursor, place) => {
  const prefix = cursor.number("dns.a6.prefix_len", 1);
  const size = Math.ceil((128 - Math.min(prefix, 128)) / 8);
  if (size > 0) {
    const at = cursor.take(size);
    const address = new Uint8Array(16);
    address.set(cursor.octets(at, size), 16 - size);
    cursor.item("dns.a6.address_suffix", address, at, size);
  }
  if (prefix > 0) return domain("dns.a6.prefix_name")(cursor, place);
};

/** RFC 3123 §4. */
const prefixList: Part = (cursor, { end }) => {
  while (cursor.at < end) {
    const family = cursor.number("dns.apl.address_family", 2);
    cursor.number("dns.apl.coded_prefix", 1);
    const octet = cursor.peek(1);
    const at = cursor.take(1);
    cursor.items.push(
      ...bitsOf(octet, at, 1, [
        ["dns.apl.negation", 0x80],
        ["dns.apl.afdlength", 0x7f],
      ]),
    );
    const size = octet & 0x7f;
    const part = cursor.take(size);
    const octets = cursor.octets(part, size);
    const width = family === 1 ? 4 : family === 2 ? 16 : 0;
    const whole = new Uint8Array(width);
    whole.set(octets.subarray(0, width));
    const kind = width === 0 ? "data" : width === 4 ? "ipv4" : "ipv6";
    const value = width === 0 ? octets : width === 4 ? new DataView(whole.buffer).getUint32(0) : whole;
    cursor.item(`dns.apl.afdpart.${kind}`, value, part, size);
  }
};

const gatewayKey: Part = (cursor, place) => {
  cursor.number("dns.ipseckey.gateway_precedence", 1);
  const kind = cursor.number("dns.ipseckey.gateway_type", 1);
  cursor.number("dns.ipseckey.gateway_algorithm", 1);
  if (kind === 1) cursor.number("dns.ipseckey.gateway_ipv4", 4);
  if (kind === 2) cursor.bytes("dns.ipseckey.gateway_ipv6", 16);
  if (kind === 3) cursor.name("dns.ipseckey.gateway_dns");
  return rest("dns.ipseckey.public_key")(cursor, place);
};

const hostIdentity: Part = (cursor, { end }) => {
  const tag = cursor.number("dns.hip.hit.length", 1);
  cursor.number("dns.hip.hit.pk.algo", 1);
  const keySize = cursor.number("dns.hip.pk.length", 2);
  cursor.bytes("dns.hip.hit", tag);
  cursor.bytes("dns.hip.pk", keySize);
  while (cursor.at < end) cursor.name("dns.hip.rendezvous_server");
};

const transactionKey: Part = cursor => {
  cursor.name("dns.tkey.algo_name");
  for (const end of ["inception", "expiration"])
    time(`dns.tkey.signature_${end}`)(cursor, undefined as never);
  cursor.number("dns.tkey.mode", 2);
  cursor.number("dns.tkey.error", 2);
  const size = cursor.number("dns.tkey.key_size", 2);
  if (size > 0) cursor.bytes("dns.tkey.key_data", size);
  const other = cursor.number("dns.tkey.other_size", 2);
  if (other > 0) cursor.bytes("dns.tkey.other_data", other);
};

const transactionSignature: Part = cursor => {
  const { text: algorithm } = cursor.name("dns.tsig.algorithm_name");
  const at = cursor.take(6);
  const seconds = cursor.view.getUint16(at) * 2 ** 32 + cursor.view.getUint32(at + 2);
  cursor.item("dns.tsig.time_signed", BigInt(seconds) * 1_000_000_000n, at, 6);
  cursor.number("dns.tsig.fudge", 2);
  const size = cursor.number("dns.tsig.mac_size", 2);
  const mac = cursor.take(size);
  const unknown = `No dissector for algorithm:${algorithm}`;
  const objection = expert("dns.tsig.noalg", "warning", "undecoded", unknown, mac);
  if (size > 0) cursor.item("dns.tsig.mac", undefined, mac, size, [objection]);
  cursor.number("dns.tsig.original_id", 2);
  cursor.number("dns.tsig.error", 2);
  const other = cursor.number("dns.tsig.other_len", 2);
  if (other > 0) cursor.bytes("dns.tsig.other_data", other);
};

const winsFlags =
  (name: string): Part =>
  cursor => {
    const value = cursor.peek(4) & 0x0001_0000 ? 1 : cursor.peek(4) & 1;
    cursor.item(name, value, cursor.take(4), 4);
  };
const windowsNames: Part = cursor => {
  winsFlags("dns.wins.local_flag")(cursor, undefined as never);
  cursor.number("dns.wins.lookup_timeout", 4);
  cursor.number("dns.wins.cache_timeout", 4);
  const servers = cursor.number("dns.wins.nb_wins_servers", 4);
  for (let i = 0; i < servers; i++) cursor.number("dns.wins.wins_server", 4);
};

const forwarded: Part = cursor => {
  const version = cursor.number("dns.xpf.ip_version", 1);
  cursor.number("dns.xpf.protocol", 1);
  for (const end of ["source", "destination"])
    if (version === 4) cursor.number(`dns.xpf.${end}_ipv4`, 4);
    else cursor.bytes(`dns.xpf.${end}_ipv6`, 16);
  cursor.number("dns.xpf.sport", 2);
  cursor.number("dns.xpf.dport", 2);
};

const isdn: Part = (cursor, place) => {
  text("dns.idsn.length", "dns.idsn.address")(cursor, place);
  if (cursor.at < place.end) text("dns.idsn.sa.length", "dns.idsn.sa.address")(cursor, place);
};

const nextOld: Part = (cursor, place) => {
  const said = domain("dns.nxt.next_domain_name", "next domain name ")(cursor, place);
  const start = cursor.at;
  mapped(cursor, cursor.take(Math.max(0, place.end - start)), Math.max(0, place.end - start), 0);
  return said;
};

const parts: Readonly<Record<number, Part>> = {
  1: ipv4("dns.a"),
  2: domain("dns.ns", "ns "),
  3: domain("dns.md"),
  4: domain("dns.mf"),
  5: domain("dns.cname", "cname "),
  6: all(
    domain("dns.soa.mname", "mname "),
    domain("dns.soa.rname"),
    ...["serial_number", "refresh_interval", "retry_interval", "expire_limit", "minimum_ttl"].map(name =>
      u32(`dns.soa.${name}`),
    ),
  ),
  7: domain("dns.mb"),
  8: domain("dns.mg"),
  9: domain("dns.mr"),
  10: rest("dns.null"),
  11: services,
  12: domain("dns.ptr.domain_name", ""),
  13: all(text("dns.hinfo.cpu_length", "dns.hinfo.cpu"), text("dns.hinfo.os_length", "dns.hinfo.os")),
  14: all(domain("dns.minfo.r"), domain("dns.minfo.e")),
  15: exchanger,
  16: repeated(text("dns.txt.length", "dns.txt")),
  17: all(domain("dns.rp.mailbox"), domain("dns.rp.txt_rr")),
  18: all(u16("dns.afsdb.subtype"), domain("dns.afsdb.hostname")),
  19: text("dns.x25.length", "dns.x25.psdn_address"),
  20: isdn,
  21: all(u16("dns.rt.subtype"), domain("dns.rt.intermediate_host")),
  22: rest("dns.nsap.rdata"),
  23: domain("dns.nsap_ptr.owner"),
  24: signature,
  25: key,
  26: all(u16("dns.px.preference"), domain("dns.px.map822"), domain("dns.px.map400")),
  27: all(
    ...["longitude", "latitude", "altitude"].map(name => text(`dns.gpos.${name}_length`, `dns.gpos.${name}`)),
  ),
  28: ipv6("dns.aaaa"),
  29: location,
  30: nextOld,
  33: service,
  35: all(
    ...[u16("dns.naptr.order"), u16("dns.naptr.preference")],
    ...["flags", "service", "regex"].map(name => text(`dns.naptr.${name}_length`, `dns.naptr.${name}`)),
    replacement,
  ),
  36: all(u16("dns.kx.preference"), domain("dns.kx.key_exchange")),
  37: all(
    u16("dns.cert.type"),
    u16("dns.cert.key_tag"),
    u8("dns.cert.algorithm"),
    rest("dns.cert.certificate"),
  ),
  38: addressSuffix,
  39: domain("dns.dname", "dname "),
  41: options,
  42: prefixList,
  43: digest,
  44: all(u8("dns.sshfp.algorithm"), u8("dns.sshfp.fingerprint.type"), rest("dns.sshfp.fingerprint")),
  45: gatewayKey,
  46: signature,
  47: all(domain("dns.nsec.next_domain_name", "next domain name "), typeBitMaps),
  48: dnskey,
  49: rest("dns.dhcid.rdata"),
  50: all(
    u8("dns.nsec3.algo"),
    flags("dns.nsec3.flags", 1, [["dns.nsec3.flags.opt_out", 1]]),
    ...[u16("dns.nsec3.iterations"), salt, hashed, typeBitMaps],
  ),
  51: all(u8("dns.nsec3.algo"), u8("dns.nsec3.flags"), u16("dns.nsec3.iterations"), salt),
  52: all(
    ...["certificate_usage", "selector", "matching_type"].map(name => u8(`dns.tlsa.${name}`)),
    rest("dns.tlsa.certificate_association_data"),
  ),
  55: hostIdentity,
  59: digest,
  60: dnskey,
  61: (cursor, { end }) => cursor.text("dns.openpgpkey", end - cursor.at),
  62: all(
    u32("dns.csync.soa"),
    flags("dns.csync.flags", 2, [
      ["dns.csync.flags.immediate", 1],
      ["dns.csync.flags.soaminimum", 2],
    ]),
    (cursor, { end }) => {
      const at = cursor.at;
      cursor.bytes("dns.csync.type_bitmap", end - at);
      cursor.at = at;
    },
    typeBitMaps,
  ),
  63: all(
    u32("dns.zonemd.serial"),
    u8("dns.zonemd.scheme"),
    u8("dns.zonemd.hash_algo"),
    rest("dns.zonemd.digest"),
  ),
  64: serviceBinding,
  65: serviceBinding,
  99: repeated(text("dns.spf.length", "dns.spf")),
  104: all(u16("dns.ilnp.nid.preference"), bytes("dns.ilnp.nid", 8)),
  105: all(u16("dns.ilnp.l32.preference"), u32("dns.ilnp.l32")),
  106: all(u16("dns.ilnp.l64.preference"), bytes("dns.ilnp.l64", 8)),
  107: all(u16("dns.ilnp.lp.preference"), domain("dns.ilnp.lp")),
  108: bytes("dns.eui48", 6),
  109: bytes("dns.eui64", 8),
  249: transactionKey,
  250: transactionSignature,
  257: authorization,
  32769: digest,
  65281: windowsNames,
  65282: all(
    ...[winsFlags("dns.winsr.local_flag"), u32("dns.winsr.lookup_timeout"), u32("dns.winsr.cache_timeout")],
    domain("dns.winsr.name_result_domain", "name result domain "),
  ),
  65422: forwarded,
};

/** Of a type that Wireshark does not decode it shows the octets, and says so. */
const undecoded: Part = (cursor, place) => {
  const { type, start, data, end } = place;
  const message = `Dissector for DNS Type (${type}) code not implemented, Contact Wireshark developers if you want this supported`;
  cursor.items.push(expert("dns.undecoded.type", "note", "undecoded", message, start));
  cursor.at = data;
  cursor.bytes("dns.data", end - data);
};

/** What is said of the data in the label, if anything is. */
export function dataOf(cursor: Cursor, place: Place): string | undefined {
  const said = (parts[place.type] ?? undecoded)(cursor, place);
  return typeof said === "string" ? said : undefined;
}
