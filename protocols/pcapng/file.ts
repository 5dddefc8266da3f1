// Captures in files and pipes of this machine: files are mapped a window at a time, pipes are read as they flow.
import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { mostBlockOctets } from "./block.ts";
import { type Met, type RecordedFrame, Unreadable, type Wants } from "./capture.ts";
import { decompressed, isCompressed, toldBy } from "./compressed.ts";
import { frames, streamedFrames, type WindowedCapture } from "./reader.ts";

/**
 * The frames of a file, a pipe, or, for "-", of standard input, compressed ones too; `for await` takes both kinds.
 * `meet` is handed all else, as `frames` says; of a plain file, frames that nobody `wants` are passed over. @throws Unreadable, here or with the first frame, in one sentence: what, where, what next
 */
export function openCapture(
  path: string,
  meet: (met: Met) => void,
  wants?: Wants,
): Iterable<RecordedFrame> | AsyncIterable<RecordedFrame> {
  if (isPlainFile(path)) return fileFrames(path, meet, wants);
  if (path === "-") return pipedFrames("Standard input", { fd: 0 }, meet);
  return pipedFrames(path, { path }, meet);
}

/** The frames of a regular file. */
export function* fileFrames(path: string, meet: (met: Met) => void, wants?: Wants): Generator<RecordedFrame> {
  using file = new CaptureFile(path);
  yield* frames(file, meet, wants);
}

/** Whether it is a file that can be read more than once, as it lies there: no pipe, not compressed. */
export const isPlainFile = (path: string): boolean =>
  path !== "-" && kindOf(path).isFile() && !isCompressed(beginningOf(path));

async function* pipedFrames(
  name: string,
  from: { readonly path: string } | { readonly fd: number },
  meet: (met: Met) => void,
): AsyncGenerator<RecordedFrame> {
  const pieces =
    "fd" in from ? createReadStream("", { fd: from.fd, autoClose: false }) : createReadStream(from.path);
  try {
    yield* streamedFrames(name, decompressed(name, pieces), meet);
  } finally {
    pieces.destroy();
  }
}

/** Nothing, of a file that can't be read: whoever opens it says so. */
function beginningOf(path: string): Uint8Array {
  const octets = new Uint8Array(toldBy);
  try {
    const descriptor = openSync(path, "r");
    try {
      return octets.subarray(0, readSync(descriptor, octets));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return octets.subarray(0, 0);
  }
}

/**
 * The least that holds every block. Bun would map 4 GiB at once, but the engine counts what is mapped as memory of its
 * own, and lets that much more garbage lie before it collects any: with windows of 256 MiB, three times as much.
 */
const windowOctets = mostBlockOctets;
/** Garbage is collected at the latest when so many have been looked through. */
const windowsBetween = 2;
/** Where a file can't be mapped, a window is memory of our own. */
const readOctets = 8 * 1024 * 1024;

/**
 * A regular file as windows. It must not be shortened while it is open: the system ends a process that looks at
 * mapped octets that are no more. Replaced or removed it may be.
 */
export class CaptureFile implements WindowedCapture, Disposable {
  readonly size: number;
  readonly #descriptor: number;
  #mappable = true;
  #windows = 0;
  #window = { view: new DataView(new ArrayBuffer(0)) as DataView, base: 0 };

  /** @throws Unreadable */
  constructor(
    readonly name: string,
    /** The most octets in one window; at least a block's. */
    readonly windowSize = windowOctets,
  ) {
    if (windowSize < mostBlockOctets) throw new RangeError(`a window of ${windowSize} octets holds no block`);
    if (!kindOf(name).isFile())
      throw new Unreadable(name, "is a pipe or a device", "copy what it gives into a file first");
    try {
      this.#descriptor = openSync(name, "r");
    } catch (error) {
      throw unreadable(name, error);
    }
    this.size = fstatSync(this.#descriptor).size;
  }

  window(at: number, least: number): { readonly view: DataView; readonly base: number } {
    const { view, base } = this.#window;
    const end = Math.min(at + least, this.size);
    if (at >= base && end <= base + view.byteLength) return this.#window;
    // What was mapped goes with the views into it, and large captures leave more behind than the engine minds.
    if (++this.#windows % windowsBetween === 0) Bun.gc(true);
    const size = Math.max(Math.min(this.size - at, this.windowSize), 0);
    const octets = size === 0 ? new Uint8Array(0) : (this.#map(at, size) ?? this.#read(at, least));
    this.#window = { view: new DataView(octets.buffer, octets.byteOffset, octets.byteLength), base: at };
    return this.#window;
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  /** Bun maps only what may be written too (though nothing is written), and only where the file system can. */
  #map(offset: number, size: number): Uint8Array | undefined {
    if (!this.#mappable) return undefined;
    try {
      // By its descriptor, a file that was replaced meanwhile is still the one that was opened.
      const path = process.platform === "linux" ? `/proc/self/fd/${this.#descriptor}` : this.name;
      return Bun.mmap(path, { shared: false, offset, size } as Bun.MMapOptions);
    } catch {
      this.#mappable = false;
      return undefined;
    }
  }

  #read(at: number, least: number): Uint8Array {
    const octets = new Uint8Array(Math.min(Math.max(least, readOctets), this.size - at));
    let filled = 0;
    while (filled < octets.length) {
      const read = readSync(this.#descriptor, octets, filled, octets.length - filled, at + filled);
      if (read === 0) break;
      filled += read;
    }
    return octets.subarray(0, filled);
  }
}

/**
 * Writes a file anew: what `write` hands to its sink takes the place of the old one when it is complete. If anything
 * fails, the old one stays as it is and nothing else remains.
 */
export async function replaceFile(
  file: string,
  write: (sink: (octets: Uint8Array) => void) => Promise<void>,
): Promise<void> {
  const path = realpathSync(file);
  const temporary = `${path}.new-${process.pid}`;
  const descriptor = openSync(temporary, "wx", statSync(path).mode);
  try {
    try {
      await write(octets => writeWhole(descriptor, octets));
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeWhole(descriptor: number, octets: Uint8Array): void {
  for (let written = 0; written < octets.length; ) written += writeSync(descriptor, octets, written);
}

function kindOf(path: string): Stats {
  try {
    const kind = statSync(path);
    if (kind.isDirectory()) throw new Unreadable(path, "is a directory", "name a capture file in it");
    return kind;
  } catch (error) {
    throw error instanceof Unreadable ? error : unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): Unreadable {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR")
    return new Unreadable(path, "does not exist", "check the path");
  if (code === "EACCES" || code === "EPERM")
    return new Unreadable(path, "may not be read by this user", "change its permissions or its owner");
  return new Unreadable(path, `can't be opened (${message})`, "check the path");
}
