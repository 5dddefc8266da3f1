// Captures that were compressed as a whole: gzip (RFC 1952) and Zstandard (RFC 8878), as Wireshark opens them.
import { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { Unreadable } from "./capture.ts";

/** By the octets that each begins with. */
const kinds = [
  { magic: "1f8b", name: "gzip", command: "gunzip", open: createGunzip },
  { magic: "28b52ffd", name: "Zstandard", command: "unzstd", open: createZstdDecompress },
] as const;

/** How many octets tell whether something is compressed. */
export const toldBy = 4;

/** Whether it begins as something compressed does. */
export const isCompressed = (beginning: Uint8Array): boolean => kindOf(beginning) !== undefined;

const kindOf = (beginning: Uint8Array) =>
  kinds.find(({ magic }) => beginning.subarray(0, toldBy).toHex().startsWith(magic));

/** So much may always come out; beyond it traffic that people record shrinks to a tenth, to a fiftieth at best. */
const always = 256 * 2 ** 20;
const mostGrowth = 500;

/**
 * The pieces, decompressed where they were compressed, a few at a time, so that memory does not depend on what comes
 * out. @throws Unreadable for what is damaged, after what came before it, or grows as no capture does (a bomb)
 */
export async function* decompressed(
  name: string,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  let beginning: Uint8Array = new Uint8Array(0);
  let next = await iterator.next();
  while (!next.done && beginning.length < toldBy) {
    beginning = Uint8Array.of(...beginning, ...next.value);
    next = await iterator.next();
  }
  let taken = 0;
  const all = (async function* () {
    for (let piece: Uint8Array | undefined = beginning; piece; ) {
      taken += piece.length;
      yield piece;
      if (next.done) return;
      piece = next.value as Uint8Array;
      next = await iterator.next();
    }
  })();
  const kind = kindOf(beginning);
  if (!kind) return yield* all;
  const opened = Readable.from(all, { objectMode: false }).pipe(kind.open());
  let given = 0;
  try {
    for await (const piece of opened as AsyncIterable<Uint8Array>) {
      given += piece.length;
      if (given > always && given > mostGrowth * taken)
        throw new Unreadable(
          name,
          `grows to ${Math.round(given / taken)} times its size and more, as no capture does`,
          `if you trust it, decompress it yourself (${kind.command}) and name what comes out`,
        );
      yield piece;
    }
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(
      name,
      `is damaged: its ${kind.name} data can't be decompressed beyond octet ${given} of the capture (${(error as Error).message})`,
      "what came before was read; record or copy it again",
    );
  }
}
