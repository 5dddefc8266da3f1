// How Wireshark writes a value: by the field's type and base, in one place (PDML's `show`).
import { dotted } from "../ipv4/address.ts";
import { colonHex } from "../ipv6/address.ts";
import type { Definition, FieldValue } from "../packet/wireshark.ts";

/** The text of a value; of none the empty text. */
export function shown(definition: Definition, value: FieldValue | undefined): string {
  if (value === undefined) return "";
  const { type, base } = definition;
  switch (type) {
    case "ipv4":
      return typeof value === "number" ? dotted(value) : String(value);
    case "ipv6":
      return value instanceof Uint8Array && value.length === 16 ? colonHex(value) : octetsShown(value, ":");
    case "absolute time":
      return definition.clock === "ntp" && value === 0n ? "NULL" : timeShown(value as bigint);
    case "relative time":
      return durationShown(value as bigint);
    case "float":
      return gShown(value as number, 6);
    case "double":
      return gShown(value as number, 15);
    case "guid":
      return guidShown(value as Uint8Array);
    case "char":
      return characterShown(value as number);
  }
  if (value instanceof Uint8Array) return octetsShown(value, separators[base ?? ""] ?? ":");
  if (base === "hex") return `0x${value.toString(16).padStart(digitsOf(type), "0")}`;
  if (base === "octal") return `0${value.toString(8)}`;
  return String(value);
}

const separators: Readonly<Record<string, string>> = { unparted: "", dots: ".", dashes: "-" };
const hexOf = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

function octetsShown(value: FieldValue, separator: string): string {
  if (!(value instanceof Uint8Array)) return String(value);
  if (separator === "") return value.toHex();
  let text = "";
  for (let i = 0; i < value.length; i++) text += (i > 0 ? separator : "") + hexOf[value[i]!]!;
  return text;
}

const digitsOf = (type: Definition["type"]): number => Number(/\d+$/.exec(type)?.[0] ?? 0) / 4;

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const second = 1_000_000_000n;

/** "Jul 14, 2015 09:16:23.632810000 UTC" */
function timeShown(nanoseconds: bigint): string {
  const fraction = ((nanoseconds % second) + second) % second;
  const date = new Date(Number((nanoseconds - fraction) / 1_000_000n));
  if (Number.isNaN(date.getTime())) return "Not representable";
  const clock = date.toISOString().slice(-13, -5);
  const day = String(date.getUTCDate()).padStart(2, " ");
  return `${months[date.getUTCMonth()]} ${day}, ${date.getUTCFullYear()} ${clock}.${String(fraction).padStart(9, "0")} UTC`;
}

/** "-1.000000500" */
export function durationShown(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? "-" : "";
  const digits = (nanoseconds < 0n ? -nanoseconds : nanoseconds).toString().padStart(10, "0");
  return `${sign}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** C's %.6g and %.15g. */
function gShown(value: number, digits: number): string {
  if (value === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -4 || exponent >= digits) {
    const [mantissa = "", power = ""] = value.toExponential(digits - 1).split("e");
    const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
    return `${short}e${power[0]}${power.slice(1).padStart(2, "0")}`;
  }
  const text = value.toPrecision(digits);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function guidShown(value: Uint8Array): string {
  const hex = value.toHex();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const characterShown = (value: number): string =>
  value >= 0x20 && value < 0x7f ? `'${String.fromCharCode(value)}'` : `'\\x${hexOf[value & 0xff]}'`;
