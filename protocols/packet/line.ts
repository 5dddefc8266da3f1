// Text written as octets (UTF-8), straight into the room it leaves from: no string is made of what millions of lines say.

const toUtf8 = new TextEncoder();
/** Room that a number, or one character of a text, may take at the most. */
const margin = 32;

const zero = 0x30;
const hexDigits = Uint8Array.from("0123456789abcdef", character => character.charCodeAt(0));
/** Two decimal digits at once: tens and ones of 0 to 99. */
const tens = Uint8Array.from({ length: 100 }, (_, i) => zero + Math.floor(i / 10));
const ones = Uint8Array.from({ length: 100 }, (_, i) => zero + (i % 10));

/** A text that grows at its end. */
export class Line {
  octets: Uint8Array;
  /** Octets written so far. */
  size = 0;

  constructor(capacity = 1024) {
    this.octets = new Uint8Array(capacity);
  }

  clear(): void {
    this.size = 0;
  }

  /** Makes room for so many octets more. */
  reserve(more: number): void {
    if (this.size + more <= this.octets.length) return;
    const grown = new Uint8Array(Math.max(2 * this.octets.length, this.size + more + margin));
    grown.set(this.octets.subarray(0, this.size));
    this.octets = grown;
  }

  /** ASCII is written as it is; anything else as UTF-8. */
  text(text: string): void {
    const { length } = text;
    this.reserve(3 * length + margin);
    const { octets } = this;
    let at = this.size;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.size = at + toUtf8.encodeInto(text.slice(i), octets.subarray(at)).written;
        return;
      }
      octets[at++] = code;
    }
    this.size = at;
  }

  octet(octet: number): void {
    if (this.size + margin > this.octets.length) this.reserve(margin);
    this.octets[this.size++] = octet;
  }

  /** Octets of text that was written before. */
  copy(from: Uint8Array, start = 0, end = from.length): void {
    const size = end - start;
    if (this.size + size > this.octets.length) this.reserve(size + margin);
    const { octets } = this;
    const at = this.size;
    for (let i = 0; i < size; i++) octets[at + i] = from[start + i]!;
    this.size = at + size;
  }

  /** Puts the other line in at `at`. */
  insert(at: number, { octets, size }: Line): void {
    this.reserveAt(at, size);
    this.octets.set(octets.subarray(0, size), at);
  }

  /** Moves what lies from `at` on, so that so many octets are free there. */
  reserveAt(at: number, octets: number): void {
    this.reserve(octets);
    this.octets.copyWithin(at + octets, at, this.size);
    this.size += octets;
  }

  /** A whole number from 0 to 2^53, in at least `width` places, spaces before it. */
  number(value: number, width = 0): void {
    if (this.size + margin + width > this.octets.length) this.reserve(margin + width);
    const { octets } = this;
    const digits = digitsOf(value);
    let at = this.size;
    for (let i = digits; i < width; i++) octets[at++] = 0x20;
    this.size = at + digits;
    digitsInto(octets, this.size, value);
  }

  /** A whole number in exactly so many digits, zeros before it. */
  digits(value: number, digits: number): void {
    if (this.size + margin > this.octets.length) this.reserve(margin);
    const { octets } = this;
    for (let i = 0; i < digits; i++) octets[this.size + i] = zero;
    this.size += digits;
    digitsInto(octets, this.size, value);
  }

  /** In so many hexadecimal digits. */
  hex(value: number, digits: number): void {
    if (this.size + margin > this.octets.length) this.reserve(margin);
    const { octets } = this;
    for (let i = digits - 1, left = value; i >= 0; i--, left >>>= 4)
      octets[this.size + i] = hexDigits[left & 0xf]!;
    this.size += digits;
  }

  /** "192.168.1.1" */
  dotted(address: number): void {
    this.number(address >>> 24);
    this.octet(0x2e);
    this.number((address >>> 16) & 0xff);
    this.octet(0x2e);
    this.number((address >>> 8) & 0xff);
    this.octet(0x2e);
    this.number(address & 0xff);
  }

  toString(): string {
    return new TextDecoder().decode(this.octets.subarray(0, this.size));
  }
}

/** The octets of a text, to be copied. */
export const octetsOf = (text: string): Uint8Array => toUtf8.encode(text);

function digitsOf(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1000) return 3;
  if (value < 10_000) return 4;
  if (value < 100_000) return 5;
  if (value < 1_000_000) return 6;
  let digits = 7;
  for (let limit = 10_000_000; value >= limit; limit *= 10) digits++;
  return digits;
}

/** Writes the digits so that they end at `end`. */
function digitsInto(octets: Uint8Array, end: number, value: number): void {
  let at = end;
  let left = value;
  // Beyond 32 bits division is dear, so it is done once for nine digits.
  while (left >= 0x8000_0000) {
    const above = Math.floor(left / 100);
    const pair = left - above * 100;
    octets[--at] = ones[pair]!;
    octets[--at] = tens[pair]!;
    left = above;
  }
  let small = left | 0;
  while (small >= 10) {
    const above = (small / 100) | 0;
    const pair = small - above * 100;
    octets[--at] = ones[pair]!;
    octets[--at] = tens[pair]!;
    small = above;
  }
  if (small > 0 || at === end) octets[--at] = zero + small;
}
