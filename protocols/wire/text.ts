// Text: octet for octet (Latin-1), which loses nothing, or UTF-8, which must be valid.
import { type Codec, leaf } from "./codec.ts";
import { Malformed, Unwritable } from "./malformed.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

const latin1 = new TextDecoder("latin1");
const utf8Strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const toUtf8 = new TextEncoder();

/** Windows-1252 is what `latin1` decodes in practice; octets 0x80 to 0x9f are set right here. */
function readLatin1(from: Reader, at: number, size: number): string {
  const octets = new Uint8Array(from.view.buffer, from.view.byteOffset + at, size);
  for (let i = 0; i < size; i++) {
    const octet = octets[i]!;
    if (octet >= 0x80 && octet < 0xa0) return charactersOf(octets);
  }
  return latin1.decode(octets);
}

/** In runs, for a call takes only so many arguments. */
function charactersOf(octets: Uint8Array): string {
  let all = "";
  for (let at = 0; at < octets.length; at += 4096)
    all += String.fromCharCode(...octets.subarray(at, at + 4096));
  return all;
}

function writeLatin1(to: Writer, value: string): void {
  const octets = new Uint8Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code > 0xff) throw new Unwritable(`the character ${JSON.stringify(value[i])} is not Latin-1`);
    octets[i] = code;
  }
  to.octets(octets);
}

/** Text up to the end, one octet a character. */
export const text: Codec<string> = leaf<string>(
  undefined,
  from => {
    const size = from.end - from.at;
    return readLatin1(from, from.take(size), size);
  },
  writeLatin1,
);

/** Text up to the end in UTF-8. Invalid sequences are malformed; lone surrogates can't be written. */
export const utf8: Codec<string> = leaf<string>(
  undefined,
  from => {
    const at = from.at;
    const size = from.end - at;
    try {
      return utf8Strict.decode(from.octets(size));
    } catch {
      throw new Malformed(at, "not valid UTF-8");
    }
  },
  (to, value) => {
    if (!value.isWellFormed()) throw new Unwritable("a lone surrogate has no UTF-8");
    to.octets(toUtf8.encode(value));
  },
);

/** Text in a fixed room of `size` octets, ended by the first zero octet. Canonical: nothing but zeros after it. */
export const textIn = (size: number): Codec<string> =>
  leaf<string>(
    size * 8,
    from => {
      const at = from.take(size);
      let length = 0;
      while (length < size && from.view.getUint8(at + length) !== 0) length++;
      return length === 0 ? "" : readLatin1(from, at, length);
    },
    (to, value) => {
      if (value.length > size) throw new Unwritable(`${value.length} characters where ${size} fit`);
      if (value.includes("\0")) throw new Unwritable("a zero octet would end the text");
      const end = to.at + size;
      writeLatin1(to, value);
      to.put(end - to.at);
    },
  );
