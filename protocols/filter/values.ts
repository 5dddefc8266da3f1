// What a filter compares: values by type, and how a text stands for one.
import { isIpv4, maskOf, parseIpv4 } from "../ipv4/address.ts";
import { isIpv6, parseIpv6 } from "../ipv6/address.ts";
import type { FieldType, FieldValue as Value } from "../packet/wireshark.ts";

export type { FieldType, FieldValue as Value } from "../packet/wireshark.ts";

/** Values of one family compare with one another. */
export type Family = "number" | "ipv4" | "time" | "duration" | "text" | "octets" | "ipv6" | "nothing";

export function familyOf(type: FieldType): Family {
  if (/^u?int|^(?:boolean|char|framenum|float|double)$/.test(type)) return "number";
  if (type === "ipv4" || type === "ipv6") return type;
  if (type === "string" || type === "oid") return "text";
  if (type === "absolute time") return "time";
  if (type === "relative time") return "duration";
  return type === "none" ? "nothing" : "octets";
}

/** What a text stands for; of an address with a prefix length only so many bits count. */
export interface Literal {
  readonly value: Value;
  readonly prefix?: number;
}

/** `undefined`, or a sentence: why the text stands for no value of this type. */
export function literalOf(text: string, type: FieldType, quoted: boolean): Literal | string {
  switch (familyOf(type)) {
    case "number":
      return quoted ? `A number stands without quotes: ${text}` : numberOf(text, type);
    case "ipv4":
      return addressOf(text, 32, isIpv4, parseIpv4, "an IPv4 address: 192.168.1.1, 192.168.0.0/16");
    case "ipv6":
      return addressOf(text, 128, isIpv6, parseIpv6, "an IPv6 address: 2001:db8::1, fe80::/10");
    case "time":
      return timeOf(text);
    case "duration":
      return durationOf(text);
    case "text":
      return { value: text };
    case "octets":
      return quoted ? { value: new TextEncoder().encode(text) } : octetsOf(text, type);
    case "nothing":
      return "This field has no value: it is there or not";
  }
}

const bitsOf = (type: FieldType): number | undefined => {
  if (type === "framenum") return 32;
  if (type === "char") return 8;
  const width = /^u?int(\d+)$/.exec(type)?.[1];
  return width === undefined ? undefined : Number(width);
};

function numberOf(text: string, type: FieldType): Literal | string {
  if (type === "boolean" && /^(?:true|false)$/i.test(text)) return { value: /^t/i.test(text) ? 1 : 0 };
  if (type === "float" || type === "double")
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)
      ? { value: Number(text) }
      : `${JSON.stringify(text)} is no number`;
  const octal = /^0[0-7]+$/.test(text);
  if (!octal && !/^(?:\d+|0x[\da-f]+|0b[01]+)$/i.test(text)) return `${JSON.stringify(text)} is no number`;
  const whole = BigInt(octal ? `0o${text.slice(1)}` : text);
  // Whatever is not 0 is true.
  if (type === "boolean") return { value: whole === 0n ? 0 : 1 };
  const bits = bitsOf(type);
  const most = bits === undefined ? undefined : (1n << BigInt(type.startsWith("int") ? bits - 1 : bits)) - 1n;
  if (most !== undefined && whole > most) return `${text} is too big for this field, whose most is ${most}`;
  return { value: bits !== undefined && bits > 32 ? whole : Number(whole) };
}

function addressOf(
  text: string,
  bits: number,
  is: (text: string) => boolean,
  read: (text: string) => Value,
  expected: string,
): Literal | string {
  const [address = "", prefix, more] = text.split("/");
  if (!is(address) || more !== undefined) return `${JSON.stringify(text)} is not ${expected}`;
  if (prefix === undefined) return { value: read(address) };
  if (!/^\d+$/.test(prefix) || Number(prefix) > bits) return `A prefix length is from 0 to ${bits}: ${text}`;
  return { value: read(address), prefix: Number(prefix) };
}

/** "0c", "0x0c", "00:0c:29", "00-0c-29", "000c.29ab", "000c29". */
function octetsOf(text: string, type: FieldType): Literal | string {
  const digits = /^0x[\da-f]{2}$/i.test(text) ? text.slice(2) : text;
  const value = /^[\da-f]{2}(?:[:.-]?[\da-f]{2})*$/i.test(digits)
    ? Uint8Array.fromHex(digits.replace(/[:.-]/g, ""))
    : /^[\da-f]$/i.test(digits)
      ? Uint8Array.of(Number.parseInt(digits, 16))
      : undefined;
  if (type === "ether" && value?.length !== 6)
    return `${JSON.stringify(text)} is no Ethernet address: 00:0c:29:ab:cd:ef`;
  return value
    ? { value }
    : `${JSON.stringify(text)} is no octets: 47:45:54, or a text in quotes: ${JSON.stringify(text)}`;
}

const nanoseconds = (fraction: string | undefined): bigint =>
  BigInt((fraction ?? "").padEnd(9, "0").slice(0, 9));

/** Seconds with a fraction. */
function durationOf(text: string): Literal | string {
  const [, whole, fraction] = /^(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === undefined || (whole === "" && !fraction))
    return `${JSON.stringify(text)} is no time in seconds: 0.25`;
  return { value: BigInt(whole || "0") * 1_000_000_000n + nanoseconds(fraction) };
}

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** "2011-07-04 12:34:56.5", "2011-07-04T12:34:56Z", "Jul 4, 2011 12:34:56"; a time without a zone is UTC. */
function timeOf(text: string): Literal | string {
  const named = /^([a-z]{3}) +(\d{1,2}), +(\d{4})(.*)$/i.exec(text);
  const month = named ? months.indexOf(named[1]!.toLowerCase()) + 1 : 0;
  const iso = named
    ? `${named[3]}-${String(month).padStart(2, "0")}-${named[2]!.padStart(2, "0")}${named[4]}`
    : text;
  const [, day, clock = "00:00:00", fraction, zone] =
    /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?(?: ?(Z|UTC|[+-]\d\d:?\d\d))?$/.exec(
      iso.trim(),
    ) ?? [];
  const seconds =
    day === undefined ? Number.NaN : Date.parse(`${day}T${clock}${zone?.replace("UTC", "Z") ?? "Z"}`);
  if (Number.isNaN(seconds)) return `${JSON.stringify(text)} is no time: "2011-07-04 12:34:56" (UTC)`;
  return { value: BigInt(seconds) * 1_000_000n + nanoseconds(fraction) };
}

/** Less than 0, 0, or more: values of one family. */
export function compare(a: Value, b: Value): number {
  if (typeof a === "object" && typeof b === "object") return compareOctets(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareOctets(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** The value with only so many of its leading bits. */
export function masked(value: Value, prefix: number): Value {
  if (typeof value === "number") return (value & maskOf(prefix)) >>> 0;
  if (!(value instanceof Uint8Array)) return value;
  return value.map((octet, i) => octet & (0xff00 >> Math.max(0, Math.min(8, prefix - 8 * i))));
}
