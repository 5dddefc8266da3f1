// The data of DNSSEC's records, and of other keys, in Wireshark's fields (RFC 4034, RFC 5155).
import { bitsOf } from "../../packet/cursor.ts";
import type { Cursor } from "./cursor.ts";
import { all, domain, flags, type Part, rest, time, u8, u16, u32 } from "./part.ts";

/** The types that exist, a window of 256 after the other (RFC 4034 §4.1.2); each stands at the octet its bit is in. */
export const typeBitMaps: Part = (cursor, { end }) => {
  while (cursor.at < end) {
    const window = cursor.view.getUint8(cursor.take(1));
    const size = cursor.view.getUint8(cursor.take(1));
    const start = cursor.take(size);
    mapped(cursor, start, size, window << 8);
  }
};
export function mapped(cursor: Cursor, start: number, size: number, first: number): void {
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

export const key: Part = (cursor, place) => {
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

export const dnskey = all(
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

export const signature = all(
  ...[u16("dns.rrsig.type_covered"), u8("dns.rrsig.algorithm"), u8("dns.rrsig.labels")],
  ...[u32("dns.rrsig.original_ttl"), time("dns.rrsig.signature_expiration")],
  ...[time("dns.rrsig.signature_inception"), u16("dns.rrsig.key_tag")],
  ...[domain("dns.rrsig.signers_name"), rest("dns.rrsig.signature")],
);
export const digest = all(
  ...[u16("dns.ds.key_id"), u8("dns.ds.algorithm"), u8("dns.ds.digest_type"), rest("dns.ds.digest")],
);

export const salt: Part = cursor =>
  cursor.bytes("dns.nsec3.salt_value", cursor.number("dns.nsec3.salt_length", 1));
export const hashed: Part = cursor => {
  const size = cursor.number("dns.nsec3.hash_length", 1);
  const at = cursor.take(size);
  cursor.item("dns.nsec3.hash_value", base32(cursor.octets(at, size)), at, size);
};
