// Fingerprints of hellos: what a client offers tells which program it is (JA3, JA3S; FoxIO's JA4, the TLS client part).
import { md5 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { optionOf } from "../wire/index.ts";
import type { ClientHello, ServerHello } from "./hello.ts";
import { ExtensionType, isGrease } from "./numbers.ts";

/** What JA3 is the MD5 of: version, suites, extensions, groups and point formats in decimal, without GREASE. */
export function ja3Text(hello: ClientHello): string {
  const { version, cipherSuites, extensions = [] } = hello;
  const groups = optionOf(extensions, ExtensionType.supported_groups) ?? [];
  const formats = optionOf(extensions, ExtensionType.ec_point_formats) ?? [];
  const lists = [cipherSuites, extensions.map(({ code }) => code), groups].map(list =>
    list.filter(honest).join("-"),
  );
  return [version, ...lists, formats.join("-")].join(",");
}

/** What JA3S is the MD5 of: version, suite, and extensions in decimal. */
export const ja3sText = ({ version, cipherSuite, extensions = [] }: ServerHello): string =>
  [version, cipherSuite, extensions.map(({ code }) => code).join("-")].join(",");

/** The 32 hexadecimal digits that lists have, from either text. */
export const ja3 = (text: string): string => md5(ascii.encode(text)).toHex();

/**
 * JA4 over TCP: "t13d1516h2_8daaf6152771_e5627efa2ab1". Counts of suites and extensions without GREASE; the hashes are
 * of the sorted numbers, so that programs which shuffle their extensions keep one fingerprint.
 */
export function ja4(hello: ClientHello): string {
  const { extensions = [] } = hello;
  const suites = hello.cipherSuites.filter(honest);
  const types = extensions.map(({ code }) => code).filter(honest);
  const asked = optionOf(extensions, ExtensionType.server_name) ? "d" : "i";
  const start = `t${ja4Version(hello)}${asked}${counted(suites)}${counted(types)}${ja4Alpn(hello)}`;

  const signatures = optionOf(extensions, ExtensionType.signature_algorithms) ?? [];
  const signed = signatures.length > 0 ? `_${signatures.filter(honest).map(hex).join(",")}` : "";
  const kept = types.filter(
    type =>
      type !== ExtensionType.server_name && type !== ExtensionType.application_layer_protocol_negotiation,
  );
  const shortened = (text: string) => sha256(ascii.encode(text)).toHex().slice(0, 12);
  const part = (numbers: readonly number[], behind = "") =>
    numbers.length === 0 ? "000000000000" : shortened(numbers.map(hex).sort().join(",") + behind);
  return `${start}_${part(suites)}_${part(kept, signed)}`;
}

function ja4Version({ version, extensions = [] }: ClientHello): string {
  const offered = (optionOf(extensions, ExtensionType.supported_versions) ?? []).filter(honest);
  const highest = offered.length > 0 ? Math.max(...offered) : version;
  const known: Readonly<Record<number, string>> = {
    772: "13",
    771: "12",
    770: "11",
    769: "10",
    768: "s3",
    2: "s2",
  };
  return known[highest] ?? "00";
}

/** First and last character of the first protocol offered; those of its hexadecimal digits if they are no letters or digits. */
function ja4Alpn({ extensions = [] }: ClientHello): string {
  const first = optionOf(extensions, ExtensionType.application_layer_protocol_negotiation)?.[0];
  if (!first) return "00";
  const ends = `${first[0]}${first.at(-1)}`;
  if (/^[0-9A-Za-z]{2}$/.test(ends)) return ends;
  const digits = ascii.encode(first).toHex();
  return `${digits[0]}${digits.at(-1)}`;
}

const honest = (number: number): boolean => !isGrease(number);
const hex = (number: number): string => number.toString(16).padStart(4, "0");
/** Two digits, 99 at the most. */
const counted = (list: readonly unknown[]): string => String(Math.min(list.length, 99)).padStart(2, "0");
const ascii = new TextEncoder();
