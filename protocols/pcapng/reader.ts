// Reads capture files, pcapng and classic, from windows on a file or from a stream; nothing of either is lost unsaid.
import { sectionType } from "./block.ts";
import { type Met, type RecordedFrame, Unreadable, type Wants } from "./capture.ts";
import { type CaptureParser, PcapngParser } from "./parser.ts";
import { magicOf, PcapParser } from "./pcap.ts";

/** A capture of known size, seen through windows. */
export interface WindowedCapture {
  /** How errors call it: the path. */
  readonly name: string;
  /** In octets. */
  readonly size: number;
  /** A window that holds `least` octets from offset `at` of the file on, or all up to the end. `base`: where it begins. */
  window(at: number, least: number): { readonly view: DataView; readonly base: number };
}

/**
 * The frames of a capture, in the file's order. What else it says, and what of it could not be read, is handed to
 * `meet` as it comes; frames that nobody `wants` are passed over. A file that is cut short gives every frame before the cut, and then Damage.
 * @throws Unreadable if it is no capture
 */
export function* frames(
  capture: WindowedCapture,
  meet: (met: Met) => void,
  wants?: Wants,
): Generator<RecordedFrame> {
  const parser = parserOf(capture.name, capture.window(0, toldBy).view, meet, wants);
  const look = () => {
    const { view, base } = capture.window(parser.at, parser.wanted);
    parser.see(view, base);
  };
  do {
    look();
    for (let frame = parser.next(); frame; frame = parser.next()) yield frame;
  } while (!parser.stopped && parser.at + parser.wanted <= capture.size);
  // The window may end before the file does, too.
  look();
  parser.end(capture.size);
}

/** The same of octets that come piece by piece: a pipe, a download. Pieces may be used again once the next is asked for. */
export async function* streamedFrames(
  name: string,
  pieces: AsyncIterable<Uint8Array>,
  meet: (met: Met) => void,
): AsyncGenerator<RecordedFrame> {
  const gathered = new Gathered();
  let parser: CaptureParser | undefined;
  for await (const piece of pieces) {
    gathered.add(piece, parser?.at ?? 0);
    if (!parser && gathered.size < toldBy) continue;
    parser ??= parserOf(name, gathered.view, meet);
    parser.see(gathered.view, gathered.base);
    for (let frame = parser.next(); frame; frame = parser.next()) yield frame;
    if (parser.stopped) return;
  }
  if (!parser) {
    // Too short for a frame, but it may say what it was to be.
    parser = parserOf(name, gathered.view, meet);
    parser.see(gathered.view, gathered.base);
    parser.next();
  }
  parser.end(gathered.size);
}

/** Octets already in memory. */
export function captureIn(octets: Uint8Array, name = "The capture"): WindowedCapture {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  return { name, size: octets.length, window: () => ({ view, base: 0 }) };
}

/** Pieces put together. Frames look into it, so octets once there are not moved or overwritten: it begins anew elsewhere. */
class Gathered {
  /** Where it begins in the file. */
  base = 0;
  view = new DataView(new ArrayBuffer(0));
  #octets = new Uint8Array(0);
  #filled = 0;

  /** Octets of the file so far. */
  get size(): number {
    return this.base + this.#filled;
  }

  /** What is before `needed` is let go. */
  add(piece: Uint8Array, needed: number): void {
    const kept = Math.max(this.size - needed, 0);
    if (this.#filled + piece.length > this.#octets.length) {
      // Doubled at most: a length that lies makes nothing grow but by what has really come.
      const grown = new Uint8Array(Math.max(leastGathered, 2 * kept, kept + piece.length));
      grown.set(this.#octets.subarray(this.#filled - kept, this.#filled));
      this.base = this.size - kept;
      this.#octets = grown;
      this.#filled = kept;
    }
    this.#octets.set(piece, this.#filled);
    this.#filled += piece.length;
    this.view = new DataView(this.#octets.buffer, 0, this.#filled);
  }
}

const leastGathered = 256 * 1024;

/** So many octets tell what a file is; a text needs a few more than a magic number. */
const toldBy = 24;

function parserOf(name: string, view: DataView, meet: (met: Met) => void, wants?: Wants): CaptureParser {
  const size = view.byteLength;
  if (size === 0)
    throw new Unreadable(name, "is empty", "record again, or look whether the recording is elsewhere");
  if (size < 4)
    throw new Unreadable(name, `has only ${size} of the 4 octets that tell what it is`, "record again");
  if (view.getUint32(0) === sectionType) return new PcapngParser(meet, wants);
  if (magicOf(view, 0)) return new PcapParser(meet, wants);
  const beginning = new Uint8Array(view.buffer, view.byteOffset, Math.min(size, toldBy));
  const kind = kinds.find(({ magic }) => beginning.toHex().startsWith(magic));
  if (kind) throw new Unreadable(name, kind.what, kind.next);
  if (isText(beginning))
    throw new Unreadable(
      name,
      "is a text, not a capture",
      "text2pcap makes a capture of octets in hexadecimal",
    );
  const hex = beginning.subarray(0, 4).toHex();
  throw new Unreadable(
    name,
    `is no capture that is known here: it begins with ${hex}`,
    "pcapng begins with 0a0d0d0a, classic pcap with d4c3b2a1; editcap converts others",
  );
}

const decompress = (command: string) => `decompress it first (${command})`;
const convert = "convert it first (editcap -F pcapng)";

/** What is mistaken for a capture, by what it begins with. */
const kinds = [
  { magic: "1f8b", what: "is compressed with gzip", next: decompress("gunzip") },
  { magic: "28b52ffd", what: "is compressed with Zstandard", next: decompress("unzstd") },
  { magic: "04224d18", what: "is compressed with LZ4", next: decompress("unlz4") },
  { magic: "fd377a585a00", what: "is compressed with xz", next: decompress("unxz") },
  { magic: "425a68", what: "is compressed with bzip2", next: decompress("bunzip2") },
  { magic: "504b0304", what: "is a ZIP archive", next: decompress("unzip") },
  { magic: "0a0d0a", what: "was spoilt when it was transferred as text", next: "transfer it as binary" },
  { magic: "0d0a0d0d", what: "was spoilt when it was transferred as text", next: "transfer it as binary" },
  // Its record headers have 24 or 28 octets, and nothing tells which.
  { magic: "34cdb2a1", what: "is a classic capture as modified by Kuznetzov's patch", next: convert },
  { magic: "a1b2cd34", what: "is a classic capture as modified by Kuznetzov's patch", next: convert },
  { magic: "12cbe2a1", what: "is a capture of netsniff-ng's own kind", next: convert },
  { magic: "a1e2cb12", what: "is a capture of netsniff-ng's own kind", next: convert },
  { magic: "736e6f6f70000000", what: "is a capture of snoop's kind (RFC 1761)", next: convert },
  { magic: "474d4255", what: "is a capture of Microsoft Network Monitor", next: convert },
] as const;

/** No octet that text doesn't have. */
const isText = (octets: Uint8Array): boolean =>
  octets.every(octet => (octet >= 0x20 ? octet !== 0x7f : octet >= 0x09 && octet <= 0x0d));
