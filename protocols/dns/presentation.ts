// The data of records as text, both ways: what master files hold and dig prints (RFC 1035 §5.1, RFC 3597 §5).
import type { Word } from "./entries.ts";
import type { ResourceRecord, ResourceRecordDraft } from "./record.ts";
import { parameters } from "./services.ts";
import { authorityFlags, type DataOf, dataOfType, hashFlags, keyFlags, Type } from "./types.ts";
import {
  bare,
  base32,
  base64,
  flags,
  hexadecimal,
  inOrder,
  ipv4,
  ipv6,
  moment,
  nameWords,
  number,
  numberIn,
  salt,
  seconds,
  string,
  strings,
  typeWord,
  typeWords,
  type Wording,
  Words,
} from "./wording.ts";

const u8 = number(0xff);
const u16 = number(0xffff);

const delegationSigner = inOrder<DataOf[typeof Type.DS]>({
  keyTag: u16,
  algorithm: u8,
  digestType: u8,
  digest: hexadecimal,
});
const key = inOrder<DataOf[typeof Type.DNSKEY]>({
  flags: flags(keyFlags),
  protocol: u8,
  algorithm: u8,
  key: base64,
});
const hashing = { hashAlgorithm: u8, flags: flags(hashFlags), iterations: u16, salt };
const service = inOrder<DataOf[typeof Type.SVCB]>({
  priority: u16,
  target: nameWords,
  parameters: parameters as Wording<never>,
});

/** One line a type; the others are worded as octets, `\# 4 7F000001`. */
const table: { readonly [T in Exclude<keyof DataOf, typeof Type.OPT>]: Wording<DataOf[T]> } = {
  [Type.A]: ipv4,
  [Type.NS]: nameWords,
  [Type.CNAME]: nameWords,
  [Type.SOA]: inOrder<DataOf[typeof Type.SOA]>({
    primary: nameWords,
    mailbox: nameWords,
    serial: number(0xffff_ffff),
    refresh: seconds,
    retry: seconds,
    expire: seconds,
    minimum: seconds,
  }),
  [Type.PTR]: nameWords,
  [Type.HINFO]: inOrder<DataOf[typeof Type.HINFO]>({ cpu: string, os: string }),
  [Type.MX]: inOrder<DataOf[typeof Type.MX]>({ preference: u16, exchange: nameWords }),
  [Type.TXT]: strings,
  [Type.RP]: inOrder<DataOf[typeof Type.RP]>({ mailbox: nameWords, text: nameWords }),
  [Type.AAAA]: ipv6,
  [Type.SRV]: inOrder<DataOf[typeof Type.SRV]>({ priority: u16, weight: u16, port: u16, target: nameWords }),
  [Type.NAPTR]: inOrder<DataOf[typeof Type.NAPTR]>({
    order: u16,
    preference: u16,
    flags: string,
    services: string,
    regexp: string,
    replacement: nameWords,
  }),
  [Type.DNAME]: nameWords,
  [Type.DS]: delegationSigner,
  [Type.SSHFP]: inOrder<DataOf[typeof Type.SSHFP]>({
    algorithm: u8,
    fingerprintType: u8,
    fingerprint: hexadecimal,
  }),
  [Type.RRSIG]: inOrder<DataOf[typeof Type.RRSIG]>({
    typeCovered: typeWord,
    algorithm: u8,
    labels: u8,
    originalTtl: seconds,
    expiration: moment,
    inception: moment,
    keyTag: u16,
    signer: nameWords,
    signature: base64,
  }),
  [Type.NSEC]: inOrder<DataOf[typeof Type.NSEC]>({ next: nameWords, types: typeWords }),
  [Type.DNSKEY]: key,
  [Type.NSEC3]: inOrder<DataOf[typeof Type.NSEC3]>({
    ...hashing,
    nextHashedOwner: base32,
    types: typeWords,
  }),
  [Type.NSEC3PARAM]: inOrder<DataOf[typeof Type.NSEC3PARAM]>(hashing),
  [Type.TLSA]: inOrder<DataOf[typeof Type.TLSA]>({
    usage: u8,
    selector: u8,
    matchingType: u8,
    data: hexadecimal,
  }),
  [Type.CDS]: delegationSigner,
  [Type.CDNSKEY]: key,
  [Type.SVCB]: service,
  [Type.HTTPS]: service,
  [Type.URI]: inOrder<DataOf[typeof Type.URI]>({ priority: u16, weight: u16, target: string }),
  [Type.CAA]: inOrder<DataOf[typeof Type.CAA]>({ flags: flags(authorityFlags), tag: bare, value: string }),
};
const wordings = table as unknown as Readonly<Record<number, Wording<unknown> | undefined>>;

/** The data of a record, as master files have it: names whole. */
export function dataText({
  type,
  data,
}: Pick<ResourceRecord | ResourceRecordDraft, "type" | "data">): string {
  const wording = wordings[type];
  if (wording && !(data instanceof Uint8Array && type !== Type.AAAA)) return wording.say(data);
  const octets = data instanceof Uint8Array ? data : dataOfType.get(type)!.encode(data);
  return `\\# ${octets.length}${octets.length > 0 ? ` ${hexadecimal.say(octets)}` : ""}`;
}

/** The data that these words are. @throws RangeError or Unwritable: what was expected, without the line */
export function dataIn(type: number, from: readonly Word[], origin: string): unknown {
  const words = new Words(from, origin);
  const wording = wordings[type];
  const generic = from[0]?.text === "\\#" && !from[0].quoted;
  if (!wording && !generic)
    throw new RangeError('data of this type are to be octets, "\\# 4 7F000001" (RFC 3597)');
  const data = generic ? genericData(type, words) : wording!.read(words);
  if (words.left > 0) throw new RangeError(`"${words.next("").text}" is one word too many`);
  return data;
}

/** RFC 3597 §5. */
function genericData(type: number, words: Words): unknown {
  words.next("\\#");
  const size = numberIn(words.next("a number of octets").text, 0xffff);
  const octets = hexadecimal.read(words);
  if (octets.length !== size) throw new RangeError(`${octets.length} octets, where ${size} were announced`);
  const described = dataOfType.get(type);
  if (!described || octets.length === 0) return octets;
  return described.decode(octets);
}
