// The data of records, by type, in Wireshark's fields.
import { bitsOf } from "../../packet/cursor.ts";
import { expert } from "../../packet/wireshark.ts";
import type { Cursor } from "./cursor.ts";
import { options } from "./options.ts";
import {
  all,
  bytes,
  domain,
  flags,
  ipv4,
  ipv6,
  type Part,
  type Place,
  repeated,
  rest,
  text,
  time,
  u8,
  u16,
  u32,
} from "./part.ts";
import { digest, dnskey, hashed, key, mapped, salt, signature, typeBitMaps } from "./security.ts";
import { serviceBinding } from "./services.ts";

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
