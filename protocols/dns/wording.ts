// How the parts of a record's data are worded in master files, both ways (RFC 1035 §5.1 and what each type's standard adds).
import { dotted, parseIpv4 } from "../ipv4/address.ts";
import { colonHex, parseIpv6 } from "../ipv6/address.ts";
import type { Codec } from "../wire/index.ts";
import { escaped, unescaped, type Word } from "./entries.ts";
import { domainName } from "./name.ts";
import { typeName, typeOf } from "./types.ts";

/** Text for a value, and the value that words are. */
export interface Wording<V> {
  say(value: V): string;
  /** @throws RangeError (or Unwritable) that says what was expected */
  read(words: Words): V;
}

/** The words of one record's data, and the name that relative names are completed with. */
export class Words {
  #at = 0;
  constructor(
    readonly words: readonly Word[],
    readonly origin: string,
  ) {}

  get left(): number {
    return this.words.length - this.#at;
  }

  next(what: string): Word {
    const word = this.words[this.#at++];
    if (!word) throw new RangeError(`${what} is missing`);
    return word;
  }

  /** All that are left, as one. */
  rest(): string {
    const text = this.words.slice(this.#at).map(word => word.text);
    this.#at = this.words.length;
    return text.join("");
  }
}

/** The name that was meant: "@" is the origin, and what has no dot at its end lies below it. */
export function wholeName(text: string, origin: string): string {
  if (text === "@") return origin;
  const name = domainName(text);
  const whole = /(^|[^\\])(\\\\)*\.$/.test(text);
  return whole || origin === "." ? name : domainName(`${name}.${origin}`);
}

/** A name as master files have it, with the dot that makes it whole. */
export const dottedName = (name: string): string => (name === "." ? "." : `${name}.`);

export const nameWords: Wording<string> = {
  say: dottedName,
  read: words => wholeName(words.next("a domain name").text, words.origin),
};

export const number = (most: number): Wording<number> => ({
  say: String,
  read: words => numberIn(words.next(`a number up to ${most}`).text, most),
});

export function numberIn(text: string, most: number): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= most) return Number(text);
  throw new RangeError(`"${text}" is no number from 0 to ${most}`);
}

/** Seconds, or "1h30m" as name servers take it. */
export function secondsIn(text: string): number {
  const parts = [...text.matchAll(/(\d{1,10})([smhdw])/gi)];
  if (parts.length === 0 || parts.map(([all]) => all).join("") !== text) return numberIn(text, longest);
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit!.toLowerCase()]!, 0);
  return numberIn(String(total), longest);
}
/** RFC 2181 §8. */
const longest = 0x7fff_ffff;

export const seconds: Wording<number> = {
  say: String,
  read: words => secondsIn(words.next("a time in seconds").text),
};

export const ipv4: Wording<number> = {
  say: dotted,
  read: words => parseIpv4(words.next("an IPv4 address").text),
};
export const ipv6: Wording<Uint8Array> = {
  say: colonHex,
  read: words => parseIpv6(words.next("an IPv6 address").text),
};

export const string: Wording<string> = {
  say: value => `"${escaped(value)}"`,
  read: words => unescaped(words.next("a string").text),
};
/** One or more. */
export const strings: Wording<string[]> = {
  say: values => values.map(string.say).join(" "),
  read: words => {
    const all = [string.read(words)];
    while (words.left > 0) all.push(string.read(words));
    return all;
  },
};
/** Without quotation marks, as the tag of a CAA record. */
export const bare: Wording<string> = { say: value => escaped(value), read: string.read };

/** In groups of 56 characters: dig's. */
const grouped = (text: string): string => text.match(/.{1,56}/g)?.join(" ") ?? "";

export const hexadecimal: Wording<Uint8Array> = {
  say: octets => grouped(octets.toHex().toUpperCase()),
  read: words => hexIn(words.rest()),
};
export const base64: Wording<Uint8Array> = {
  say: octets => grouped(octets.toBase64()),
  read: words => {
    const text = words.rest();
    try {
      return Uint8Array.fromBase64(text);
    } catch {
      throw new RangeError(`"${text}" is not base64`);
    }
  },
};
/** One word, "-" for none: the salt of NSEC3. */
export const salt: Wording<Uint8Array> = {
  say: octets => octets.toHex().toUpperCase() || "-",
  read: words => {
    const { text } = words.next("a salt in hexadecimal, or -");
    return text === "-" ? new Uint8Array(0) : hexIn(text);
  },
};

function hexIn(text: string): Uint8Array {
  if (text.length % 2 === 0 && /^[0-9a-f]*$/i.test(text)) return Uint8Array.fromHex(text);
  throw new RangeError(`"${text}" is not hexadecimal, two digits an octet`);
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
/** Base 32 with extended hex alphabet, without padding (RFC 5155 §3.3). */
export const base32: Wording<Uint8Array> = {
  say: octets => {
    const bits = Array.from(octets, octet => octet.toString(2).padStart(8, "0")).join("");
    return (bits.match(/.{1,5}/g) ?? [])
      .map(five => alphabet[Number.parseInt(five.padEnd(5, "0"), 2)])
      .join("");
  },
  read: words => {
    const { text } = words.next("a hash in base 32");
    const fives = Array.from(text.toUpperCase(), one => alphabet.indexOf(one));
    if (fives.includes(-1)) throw new RangeError(`"${text}" is not base 32 (0 to 9, A to V)`);
    const bits = fives.map(five => five.toString(2).padStart(5, "0")).join("");
    return Uint8Array.from(bits.match(/.{8}/g) ?? [], octet => Number.parseInt(octet, 2));
  },
};

/** 20211008122620 (RFC 4034 §3.2). */
export const moment: Wording<number> = {
  say: value => new Date(value * 1000).toISOString().replace(/[-:T]|\.000Z/g, ""),
  read: words => {
    const { text } = words.next("a moment");
    const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
    if (parts.length === 0) return numberIn(text, 0xffff_ffff);
    const [year, month, ...rest] = parts.map(Number) as [number, number, number, number, number, number];
    return (Date.UTC(year, month - 1, ...rest) / 1000) >>> 0;
  },
};

export const typeWord: Wording<number> = { say: typeName, read: words => typeIn(words.next("a type").text) };
export const typeWords: Wording<number[]> = {
  say: types => types.map(typeName).join(" "),
  read: words => {
    const types = new Set<number>();
    while (words.left > 0) types.add(typeWord.read(words));
    return [...types].sort((a, b) => a - b);
  },
};

function typeIn(text: string): number {
  const type = typeOf(text);
  if (type === undefined)
    throw new RangeError(`"${text}" is no type of record; TYPE65280 is how to name others`);
  return type;
}

/** Flags are the number that their octets are. */
export function flags<V>(codec: Codec<V, never>): Wording<V> {
  const width = codec.width! / 8;
  return {
    say: value => String(Number.parseInt(codec.encode(value as never).toHex(), 16)),
    read: words => {
      const value = number(256 ** width - 1).read(words);
      return codec.decode(Uint8Array.fromHex(value.toString(16).padStart(width * 2, "0")));
    },
  };
}

/** One part after the other, as the standard has them. */
export function inOrder<T extends object>(parts: { readonly [K in keyof T]: Wording<T[K]> }): Wording<T> {
  const all = Object.entries(parts) as [keyof T, Wording<T[keyof T]>][];
  return {
    say: value =>
      all
        .map(([key, part]) => part.say(value[key]))
        .filter(Boolean)
        .join(" "),
    read: words => Object.fromEntries(all.map(([key, part]) => [key, part.read(words)])) as T,
  };
}
