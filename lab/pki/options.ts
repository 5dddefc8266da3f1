// What a person can say to `bun lab pki`, and how it is read: dates, serial numbers, hosts, keys.
import { isIP } from "node:net";
import { resolve } from "node:path";
import { internet, intranet, stateFolder } from "../../pki/authority.ts";
import { type Hierarchy, placeOf, readHierarchy } from "../../pki/hierarchy.ts";
import { type KeyKind, keyKinds } from "../../pki/keys.ts";
import { passwordIn } from "../../pki/password.ts";
import type { Use } from "../../pki/profiles.ts";
import { usage } from "../failure.ts";
import type { Language } from "../words.ts";

/** All options of all commands; each command has some of them. */
export interface PkiOptions {
  readonly lang: Language;
  readonly state?: string;
  readonly hierarchy: string;
  readonly json?: boolean;
  readonly profile?: "ca" | "server" | "client";
  readonly keys?: string;
  readonly subject?: string;
  readonly host?: readonly string[];
  readonly issuer?: string;
  readonly pathLength?: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly serial?: string;
  readonly request?: boolean;
  readonly renew?: boolean;
  readonly broken?: string;
  readonly output?: string;
  readonly reason?: string;
  readonly date?: string;
  readonly thisUpdate?: string;
  readonly nextUpdate?: string;
  readonly short?: boolean;
  readonly pem?: boolean;
  readonly at?: string;
  readonly purpose?: "server" | "client" | "any";
  readonly name?: string;
  readonly cafile?: string;
  readonly untrusted?: string;
  readonly crl?: readonly string[];
  readonly crls?: boolean;
  /** Seconds. */
  readonly timeout?: number;
  readonly passphraseFile?: string;
  readonly encryptWith?: string;
  readonly printOpenssl?: boolean;
}

export const hierarchyFolder = ({ state, hierarchy }: PkiOptions): string =>
  resolve(state ?? stateFolder(), placeOf(hierarchy));

/** The hierarchy that is meant; those that are ready to use are made at first use, of keys of that kind. @throws Unusable */
export async function openHierarchy(options: PkiOptions, keys: KeyKind = "RSA-2048"): Promise<Hierarchy> {
  const folder = hierarchyFolder(options);
  if (options.hierarchy === "intranet") await intranet(folder, { keys, notice: note });
  if (options.hierarchy === "internet") await internet(folder, { keys, notice: note });
  return readHierarchy(folder);
}

/** Notices go where no data goes. */
export const note = (sentence: string): void => console.error(`lab: ${sentence}`);

export const passwordOf = ({ passphraseFile }: PkiOptions): string | undefined =>
  passphraseFile === undefined ? undefined : passwordIn(passphraseFile);

export const keyKindOf = ({ keys = "rsa-2048" }: PkiOptions): KeyKind =>
  keyKinds.find(kind => kind.toLowerCase() === keys)!;

export const useOf = ({ profile = "server" }: PkiOptions): Use => (profile === "ca" ? "authority" : profile);

export function hostsOf({ host = [] }: PkiOptions): string[] {
  const hosts = host.map(one => one.trim()).filter(Boolean);
  const bad = hosts.find(one => !isIP(one) && !/^(\*\.)?[\w]([\w-]*[\w])?(\.[\w]([\w-]*[\w])?)*$/.test(one));
  if (bad !== undefined || hosts.some(one => one.length > 253))
    throw usage(
      `--host: "${bad ?? "a name of more than 253 characters"}" is neither a host name nor an IP address.`,
    );
  return hosts;
}

export function pathLengthOf(
  { pathLength, profile }: PkiOptions,
  authority = profile === "ca",
): number | undefined {
  if (pathLength === undefined) return;
  if (!authority) throw usage("--path-length is for authorities: give --profile ca with it.");
  if (/^\d{1,3}$/.test(pathLength)) return Number(pathLength);
  throw usage(`--path-length is "${pathLength}", where a whole number from 0 to 999 is expected.`);
}

/** Hexadecimal, as certificates are printed: "4a:11:07", "0x4a1107", "4a1107". */
export function serialOf(text: string | undefined, option = "--serial"): bigint | undefined {
  if (text === undefined) return;
  const digits = text.replace(/^0x/i, "").replaceAll(":", "");
  const serial = /^[0-9a-fA-F]{1,40}$/.test(digits) ? BigInt(`0x${digits}`) : 0n;
  if (serial > 0n && serial < 1n << 159n) return serial;
  throw usage(
    `${option} is "${text}", where a hexadecimal number of at most 20 octets, and not 0, is expected.`,
  );
}

/** "2030-01-01", "2030-01-01T12:00:00Z", "now", "+30d", "-2y", "+12h": UTC, to the second. */
export function dateOf(text: string | undefined, option: string, now = new Date()): Date | undefined {
  if (text === undefined) return;
  if (text === "now") return now;
  const [, sign, count, unit] = /^([+-])(\d{1,5})([hdmy])$/.exec(text) ?? [];
  const date = sign ? moved(now, Number(`${sign}${count}`), unit!) : absolute(text);
  if (date && date.getUTCFullYear() >= 1950 && date.getUTCFullYear() <= 9999) return date;
  throw usage(
    `${option} is "${text}", where a date from 1950 to 9999 is expected: 2030-01-01, 2030-01-01T12:00:00Z, +30d, -2y.`,
  );
}

function absolute(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?Z?)?$/.test(text)) return;
  const [day, time = "00:00:00"] = text.replace("Z", "").split(/[T ]/);
  const date = new Date(`${day}T${time}Z`);
  // "2030-02-31" is no date, and becomes another one.
  return Number.isNaN(date.getTime()) || !date.toISOString().startsWith(day!) ? undefined : date;
}

function moved(from: Date, count: number, unit: string): Date {
  const date = new Date(from);
  if (unit === "h") date.setUTCHours(date.getUTCHours() + count);
  if (unit === "d") date.setUTCDate(date.getUTCDate() + count);
  if (unit === "m") date.setUTCMonth(date.getUTCMonth() + count);
  if (unit === "y") date.setUTCFullYear(date.getUTCFullYear() + count);
  return date;
}

/** What a command has done: in words, or as one JSON object. */
export function tell(options: PkiOptions, json: object, lines: readonly string[]): void {
  console.log(options.json ? JSON.stringify(json) : lines.join("\n"));
}
