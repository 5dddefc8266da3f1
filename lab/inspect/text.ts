// Text as octets: written piece by piece into one buffer, and handed on when that is full.
import { writeSync } from "node:fs";
import type { Definition, FieldValue } from "../../protocols/packet/wireshark.ts";
import { shown } from "../../protocols/wireshark/index.ts";
import { exit } from "../failure.ts";

const usualOctets = 256 * 1024;
/** Texts up to here are copied a character at a time; the encoder's call costs more than that. */
const shortText = 64;
const encoder = new TextEncoder();

const ZERO = 0x30;
const POINT = 0x2e;
const hexDigit = encoder.encode("0123456789abcdef");
/** Two hexadecimal digits of each octet, as one number: the first of them in its lowest octet. */
const digits = Uint16Array.from(
  { length: 256 },
  (_, octet) => hexDigit[octet >> 4]! | (hexDigit[octet & 15]! << 8),
);

/** Octets that are written often: in words of four, which are copied faster. */
export class Phrase {
  readonly words: Uint32Array;
  readonly size: number;
  constructor(text: string) {
    const octets = encoder.encode(text);
    this.size = octets.length;
    const view = new DataView(new ArrayBuffer(Math.ceil(octets.length / 4) * 4));
    new Uint8Array(view.buffer).set(octets);
    this.words = Uint32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getUint32(i * 4, true));
  }
}

export class Text {
  #octets: Uint8Array<ArrayBuffer> = new Uint8Array(usualOctets);
  #view = new DataView(this.#octets.buffer);
  #size = 0;

  /** `sink` is done with the octets when it returns: they are written over. */
  constructor(readonly sink: (octets: Uint8Array) => void) {}

  /** Hands on what was written so far. */
  put(): void {
    if (this.#size > 0) this.sink(this.#octets.subarray(0, this.#size));
    this.#size = 0;
  }

  phrase({ words, size }: Phrase): void {
    this.#room(size + 3);
    const view = this.#view;
    for (let i = 0, at = this.#size; i < words.length; i++, at += 4) view.setUint32(at, words[i]!, true);
    this.#size += size;
  }

  /** A character of ASCII. */
  character(code: number): void {
    this.#room(1);
    this.#octets[this.#size++] = code;
  }

  /** As UTF-8. */
  text(text: string): void {
    if (text.length <= shortText && this.#plain(text, isAscii)) return;
    this.#room(text.length * 3);
    this.#size += encoder.encodeInto(text, this.#octets.subarray(this.#size)).written;
  }

  /** A text of nothing but such characters of ASCII; false: it is another, and nothing is written. */
  plain(text: string, isPlain: Uint8Array): boolean {
    return this.#plain(text, isPlain);
  }

  #plain(text: string, isPlain: Uint8Array): boolean {
    const { length } = text;
    this.#room(length);
    const into = this.#octets;
    const at = this.#size;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f || isPlain[code] === 0) return false;
      into[at + i] = code;
    }
    this.#size = at + length;
    return true;
  }

  /** Whole, and not negative. */
  decimal(number: number): void {
    if (number < 10) return this.character(ZERO + number);
    if (number > 0xffff_ffff) return this.text(String(number));
    let width = 2;
    for (let least = 100; number >= least; least *= 10) width++;
    this.#digits(number, width);
  }

  /** With so many digits, zeros in front. */
  #digits(number: number, width: number): void {
    this.#room(width);
    const into = this.#octets;
    let left = number;
    for (let at = this.#size + width - 1; at >= this.#size; at--) {
      const tenth = Math.floor(left / 10);
      into[at] = ZERO + left - tenth * 10;
      left = tenth;
    }
    this.#size += width;
  }

  /** Nanoseconds, as seconds with nine digits after the point. */
  duration(nanoseconds: bigint): void {
    if (nanoseconds < 0n) {
      this.character(MINUS);
      return this.duration(-nanoseconds);
    }
    const whole = Number(nanoseconds);
    const seconds = Number.isSafeInteger(whole)
      ? Math.floor(whole / 1e9)
      : Number(nanoseconds / 1_000_000_000n);
    this.decimal(seconds);
    this.character(POINT);
    this.#digits(
      Number.isSafeInteger(whole) ? whole - seconds * 1e9 : Number(nanoseconds % 1_000_000_000n),
      9,
    );
  }

  /** "0x0a", with at least so many digits. Whole, not negative, of 48 bits at most. */
  hexadecimal(number: number, least: number): void {
    let width = 1;
    for (let most = 16; number >= most; most *= 16) width++;
    width = Math.max(width, least);
    this.#room(width + 2);
    const into = this.#octets;
    into[this.#size] = ZERO;
    into[this.#size + 1] = LETTER_X;
    let left = number;
    for (let at = this.#size + width + 1; at > this.#size + 1; at--) {
      const rest = Math.floor(left / 16);
      into[at] = hexDigit[left - rest * 16]!;
      left = rest;
    }
    this.#size += width + 2;
  }

  /** Two digits an octet. `between`: the character between two octets, 0 for none. */
  hex(octets: Uint8Array, between: number): void {
    const { length } = octets;
    this.#room(length * 3 + 4);
    const view = this.#view;
    let at = this.#size;
    const step = between === 0 ? 2 : 3;
    const separator = between << 16;
    for (let i = 0; i < length; i++, at += step) view.setUint32(at, digits[octets[i]!]! | separator, true);
    this.#size = length > 0 && between !== 0 ? at - 1 : at;
  }

  #room(octets: number): void {
    if (this.#size + octets <= this.#octets.length) return;
    this.put();
    if (octets <= this.#octets.length) return;
    this.#octets = new Uint8Array(2 * octets);
    this.#view = new DataView(this.#octets.buffer);
  }
}

const isAscii = new Uint8Array(0x80).fill(1);

/**
 * Writes a value as Wireshark shows it, if that is nothing but digits and signs between them; else returns the text, which
 * the form it is written in may have to escape.
 */
export function writeShown(
  to: Text,
  definition: Definition | undefined,
  value: FieldValue | undefined,
): string | undefined {
  if (definition === undefined || value === undefined) return undefined;
  const { type, base } = definition;
  if (typeof value === "number") {
    if (value < 0 || base === "octal" || ofItsOwn.has(type)) return shown(definition, value);
    if (base === "hex") to.hexadecimal(value, hexDigits[type] ?? 0);
    else to.decimal(value);
    return undefined;
  }
  if (typeof value === "object" && type !== "ipv6" && type !== "guid") {
    to.hex(value, separators[base ?? ""] ?? COLON);
    return undefined;
  }
  if (typeof value === "bigint" && type === "relative time") {
    to.duration(value);
    return undefined;
  }
  return shown(definition, value);
}

/** Of integers written so: as many digits as fill their width. */
const hexDigits: Readonly<Record<string, number>> = Object.fromEntries(
  [8, 16, 24, 32, 40, 48].flatMap(bits => [
    [`uint${bits}`, bits / 4],
    [`int${bits}`, bits / 4],
  ]),
);

/** Types whose numbers are written in a way of their own. */
const ofItsOwn: ReadonlySet<string> = new Set(["ipv4", "char", "float", "double"]);
const COLON = 0x3a;
const MINUS = 0x2d;
const LETTER_X = 0x78;
const separators: Readonly<Record<string, number>> = { unparted: 0, dots: 0x2e, dashes: 0x2d };

/** Standard output, written at once; whoever reads it may stop early (`| head`). */
export const toStandardOutput = (): Text => new Text(writeWhole);

const pause = new Int32Array(new SharedArrayBuffer(4));

function writeWhole(octets: Uint8Array): void {
  for (let written = 0; written < octets.length; )
    try {
      written += writeSync(1, octets, written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") process.exit(exit.done);
      if (code !== "EAGAIN") throw error;
      // A pipe that does not wait for its reader.
      Atomics.wait(pause, 0, 0, 1);
    }
}
