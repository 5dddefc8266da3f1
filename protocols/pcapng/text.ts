// Texts of a capture file: UTF-8 that a reader must not trust (draft-ietf-opsawg-pcapng §3.5, §3.6.3).
import { type Codec, leaf, Unwritable, type Writer } from "../wire/index.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

const lengthUntilZero = (octets: Uint8Array): number => {
  const zero = octets.indexOf(0);
  return zero < 0 ? octets.length : zero;
};

function writeText(to: Writer, value: string): void {
  if (!value.isWellFormed()) throw new Unwritable("a lone surrogate has no UTF-8");
  if (value.includes("\0")) throw new Unwritable("a zero octet would end the text");
  to.octets(encoder.encode(value));
}

/**
 * Text up to the end, or up to a zero octet. Sequences that aren't UTF-8 become U+FFFD, for a comment in another
 * encoding must not cost the packet. Canonical: valid UTF-8 without zero octets.
 */
export const text: Codec<string> = leaf<string>(
  undefined,
  from => {
    const octets = from.octets(from.left);
    return decoder.decode(octets.subarray(0, lengthUntilZero(octets)));
  },
  writeText,
);

/** Text that a zero octet ends; canonical: the zero octet is there even at the end. */
export const textToZero: Codec<string> = leaf<string>(
  undefined,
  from => {
    const at = from.at;
    const left = from.octets(from.left);
    const length = lengthUntilZero(left);
    from.at = at + Math.min(length + 1, left.length);
    return decoder.decode(left.subarray(0, length));
  },
  (to, value) => {
    writeText(to, value);
    to.u8(0);
  },
);
