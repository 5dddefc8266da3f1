// What the asking side says by EDNS: how much it takes, and the options of its question (RFC 6891, 7873, 5001, 7871, 3225).
import { parseIpv4 } from "../ipv4/address.ts";
import { parseIpv6 } from "../ipv6/address.ts";
import { optionOf } from "../wire/index.ts";
import type { MessageDraft } from "./format.ts";
import { OptionCode } from "./options.ts";
import type { OptRecord, ResourceRecordDraft } from "./record.ts";
import { Type } from "./types.ts";

/** Any of these puts an OPT record into the question. */
export interface EdnsAsking {
  /** Answers of so many octets may come by UDP (RFC 6891 §6.2.3): 1232 with other options, none (which means 512) without. */
  readonly udpSize?: number;
  /** 0 by default; servers refuse others (BADVERS). */
  readonly ednsVersion?: number;
  /** Asks for signatures too (RFC 3225). */
  readonly dnssec?: boolean;
  /** Sends a cookie: forgers would have to know it. A random one, or these 8 octets (and 8 to 32 more of the server's). */
  readonly cookie?: boolean | Uint8Array;
  /** Asks which of several servers of one address it is (RFC 5001). */
  readonly nsid?: boolean;
  /** "192.0.2.0/24": asks as if from there (RFC 7871); "0.0.0.0/0" asks not to be told of (§7.1.2). */
  readonly subnet?: string;
}

/** The OPT record of a question; `undefined` if it needs none. @throws RangeError for a subnet that is none */
export function ednsOf(asking: EdnsAsking, random: () => number): ResourceRecordDraft | undefined {
  const { udpSize, ednsVersion, dnssec, cookie, nsid, subnet } = asking;
  const options = [
    ...(nsid ? [{ code: OptionCode.NSID, value: new Uint8Array(0) }] : []),
    ...(subnet === undefined ? [] : [{ code: OptionCode["Client Subnet"], value: subnetIn(subnet) }]),
    ...(cookie ? [{ code: OptionCode.Cookie, value: cookieFrom(cookie, random) }] : []),
  ];
  if (udpSize === undefined && ednsVersion === undefined && !dnssec && options.length === 0) return undefined;
  return {
    name: ".",
    type: Type.OPT,
    class: udpSize ?? 1232,
    ttl: { version: ednsVersion ?? 0, dnssecOk: dnssec ? 1 : 0 },
    data: options as never,
  };
}

/** The cookie in a message; `undefined` for none, and for one that can't be read. */
export function cookieOf(message: Pick<MessageDraft, "additionals">) {
  const opt = message.additionals.find(({ type }) => type === Type.OPT) as OptRecord | undefined;
  const cookie = opt && optionOf(opt.data, OptionCode.Cookie);
  return cookie && "client" in cookie ? cookie : undefined;
}

function cookieFrom(cookie: true | Uint8Array, random: () => number) {
  const octets = cookie === true ? Uint8Array.from({ length: 8 }, () => Math.floor(random() * 256)) : cookie;
  if (octets.length !== 8 && (octets.length < 16 || octets.length > 40))
    throw new RangeError(`a cookie of ${octets.length} octets; 8 are expected, or 16 to 40 (RFC 7873 §4)`);
  return { client: octets.slice(0, 8), server: octets.slice(8) };
}

/** As many octets as the prefix needs, the bits beyond it 0 (RFC 7871 §6). */
function subnetIn(text: string) {
  const [address = "", length, ...more] = text.split("/");
  const six = address.includes(":");
  const most = six ? 128 : 32;
  const prefix = length === undefined ? most : Number(length);
  if (more.length > 0 || length === "" || !(Number.isInteger(prefix) && prefix >= 0 && prefix <= most))
    throw new RangeError(`"${text}" is no subnet; 192.0.2.0/24 or 2001:db8::/56 are`);
  const octets = six ? parseIpv6(address) : quads(parseIpv4(address));
  const kept = octets.slice(0, Math.ceil(prefix / 8));
  if (prefix % 8) kept[kept.length - 1]! &= 0xff << (8 - (prefix % 8));
  return { family: six ? 2 : 1, sourcePrefix: prefix, scopePrefix: 0, address: kept };
}

function quads(address: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, address);
  return octets;
}
