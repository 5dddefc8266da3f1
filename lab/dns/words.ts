// The words of `bun lab dns query`, which are dig's: @SERVER, NAME, TYPE, CLASS, +option and +nooption.
import { Class, domainName, Type, typeOf } from "../../protocols/dns/index.ts";
import { usage } from "../failure.ts";
import { meant } from "../words.ts";

/** What is printed, as dig switches it. */
export interface Sections {
  readonly cmd: boolean;
  readonly comments: boolean;
  readonly question: boolean;
  readonly answer: boolean;
  readonly authority: boolean;
  readonly additional: boolean;
  readonly stats: boolean;
}

/** A question as a person puts it. */
export interface Asked {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly server: string | undefined;
  readonly sections: Sections;
  readonly short: boolean;
  readonly trace: boolean;
  readonly tcp: boolean;
  /** An answer that was cut short is left so. */
  readonly ignore: boolean;
  readonly recursion: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  readonly dnssec: boolean;
  readonly nsid: boolean;
  readonly cookie: boolean | Uint8Array;
  readonly subnet: string | undefined;
  /** `undefined`: no EDNS. */
  readonly udpSize: number | undefined;
  readonly ednsVersion: number | undefined;
  /** Seconds. */
  readonly time: number | undefined;
  readonly tries: number | undefined;
  /** Domains, or true for those of this machine. */
  readonly search: readonly string[] | true;
}

const switches = [
  ...["cmd", "comments", "question", "answer", "authority", "additional", "stats", "all", "short", "trace"],
  ...[
    "tcp",
    "vc",
    "ignore",
    "recurse",
    "adflag",
    "cdflag",
    "dnssec",
    "do",
    "nsid",
    "edns",
    "cookie",
    "search",
  ],
] as const;
const valued = [
  "subnet",
  "bufsize",
  "time",
  "timeout",
  "tries",
  "retry",
  "domain",
  "edns",
  "cookie",
] as const;

/** dig's own defaults: EDNS with 1232 octets and a cookie, AD set, everything shown. */
interface Settings {
  readonly on: Record<string, boolean>;
  readonly values: Record<string, string>;
  readonly domains: string[];
}

/** @throws Failure (usage) */
export function wordsOf(
  words: readonly string[],
  given: { reverse?: string; type?: string; class?: string } = {},
): Asked {
  const settings: Settings = {
    on: {
      ...Object.fromEntries(
        ["cmd", "comments", "question", "answer", "authority", "additional", "stats"].map(one => [one, true]),
      ),
      ...{ recurse: true, adflag: true, edns: true, cookie: true },
    },
    values: {},
    domains: [],
  };
  let server: string | undefined;
  let name = given.reverse;
  let type = given.type === undefined ? undefined : typeIn(given.type);
  let asClass = given.class === undefined ? undefined : classIn(given.class);
  for (const word of words) {
    if (word.startsWith("@")) server = serverIn(word, server);
    else if (word.startsWith("+")) set(word.slice(1), settings);
    else if (name === undefined) name = word;
    else if (type === undefined && typeOf(word) !== undefined) type = typeOf(word);
    else if (asClass === undefined && word.toUpperCase() in Class) asClass = classIn(word);
    else throw usage(wrongWord(word, type));
  }
  const { on, values, domains } = settings;
  const number = (key: string, most: number) =>
    key in values ? numberIn(`+${key}`, values[key]!, most) : undefined;
  const cookie = values.cookie === undefined ? on.cookie! : octetsIn(values.cookie);
  const retries = number("retry", 100);
  type ??= given.reverse !== undefined ? Type.PTR : name === undefined ? Type.NS : Type.A;
  return {
    name: nameIn(name ?? "."),
    type,
    class: asClass ?? Class.IN,
    server,
    sections: on as unknown as Sections,
    short: on.short === true,
    trace: on.trace === true,
    // Over UDP a server may answer ANY with whichever records it likes (RFC 8482 §4).
    tcp: on.tcp ?? on.vc ?? type === Type.ANY,
    ignore: on.ignore === true,
    recursion: on.recurse!,
    authenticData: on.adflag!,
    checkingDisabled: on.cdflag === true,
    dnssec: on.dnssec === true || on.do === true,
    nsid: on.nsid === true,
    cookie: on.edns ? cookie : false,
    subnet: values.subnet,
    udpSize: on.edns ? (number("bufsize", 0xffff) ?? 1232) : undefined,
    ednsVersion: on.edns ? number("edns", 255) : undefined,
    time: number("time", 3600) ?? number("timeout", 3600),
    tries: number("tries", 100) ?? (retries === undefined ? undefined : retries + 1),
    search: domains.length > 0 ? domains : on.search ? true : [],
  };
}

/** "+noall", "+bufsize=512", and beginnings of them as long as they can mean one thing only. */
function set(text: string, { on, values, domains }: Settings): void {
  const [word = "", ...rest] = text.split("=");
  const value = rest.length > 0 ? rest.join("=") : undefined;
  const off = word.startsWith("no") && !["nsid"].includes(word);
  const key = complete(off ? word.slice(2) : word, text);
  if (value !== undefined) {
    if (off || !(valued as readonly string[]).includes(key)) throw usage(`+${word} takes no value.`);
    if (key === "domain") domains.push(value);
    else values[key] = value;
    on[key] = true;
    return;
  }
  if (!(switches as readonly string[]).includes(key)) throw usage(`+${key} takes a value: +${key}=…`);
  if (key !== "all") on[key] = !off;
  else
    for (const one of ["comments", "question", "answer", "authority", "additional", "stats", "cmd"])
      on[one] = !off;
}

function complete(word: string, whole: string): string {
  const all = [...new Set<string>([...switches, ...valued])];
  const exact = all.find(one => one === word);
  const [begun, another] = all.filter(one => word !== "" && one.startsWith(word));
  if (exact) return exact;
  if (begun && !another) return begun;
  if (begun) throw usage(`+${whole} may mean +${begun} or +${another}; write it out.`);
  const close = meant(word, all);
  throw usage(
    `there is no option +${whole}${close ? `; did you mean +${close}?` : "; bun lab dns query --help lists them."}`,
  );
}

function wrongWord(word: string, type: number | undefined): string {
  if (type !== undefined) return `"${word}" is one word too many: NAME TYPE @SERVER is what a question has.`;
  const close = meant(word, Object.keys(Type));
  return `"${word}" is no type of record${close ? `; did you mean ${close.toUpperCase()}?` : "; TYPE65280 is how to name others."}`;
}

function serverIn(word: string, before: string | undefined): string {
  if (before !== undefined) throw usage(`two servers, @${before} and ${word}; one is asked.`);
  if (word === "@") throw usage("after @ comes the server: @192.168.1.1");
  return word.slice(1);
}

function typeIn(text: string): number {
  const type = typeOf(text);
  if (type === undefined) throw usage(wrongWord(text, undefined));
  return type;
}

function classIn(text: string): number {
  const found = (Class as Record<string, number>)[text.toUpperCase()];
  if (found === undefined) throw usage(`"${text}" is no class; IN, CH, HS and ANY are.`);
  return found;
}

function nameIn(text: string): string {
  try {
    // The dot that makes it whole is kept: search domains look for it.
    const name = domainName(text);
    return text.endsWith(".") && name !== "." ? `${name}.` : name;
  } catch (error) {
    throw usage(`${(error as Error).message}; a domain name is expected, such as mqtt.lan.`);
  }
}

function numberIn(option: string, text: string, most: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
  throw usage(`${option} takes a whole number up to ${most}, not "${text}".`);
}

function octetsIn(text: string): Uint8Array {
  if (/^([0-9a-f]{2})+$/i.test(text)) return Uint8Array.fromHex(text);
  throw usage(`+cookie takes octets in hexadecimal, not "${text}".`);
}
