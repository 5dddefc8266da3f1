// What `bun lab view` was given, made ready to be looked at: a run's folder, a capture, or one that is compressed.
import {
  closeSync,
  createReadStream,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { DecodeAs } from "../../protocols/packet/registry.ts";
import { Unreadable } from "../../protocols/pcapng/capture.ts";
import { decompressed, isCompressed, toldBy } from "../../protocols/pcapng/compressed.ts";
import { runIn } from "../diff/side.ts";
import { Failure, usage } from "../failure.ts";
import { Capture, type CaptureOptions } from "./capture.ts";

export interface Opened extends AsyncDisposable {
  readonly capture: Capture;
}

/** @throws Failure for what is neither a capture nor a run's folder */
export async function open(
  path: string,
  { keylog, decode }: { readonly keylog?: string; readonly decode?: readonly DecodeAs[] } = {},
): Promise<Opened> {
  if (path === "-")
    throw usage(
      "the page goes to and fro in a capture, and standard input can be read once: save it first (… > FILE), then bun lab view FILE.",
    );
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw usage(`there is no ${path}; give a capture, or a run's folder (captures/runs).`);
  const run = found.isDirectory() ? await runIn(path) : undefined;
  const given = run?.capture ?? path;
  const secrets = await Promise.all(
    [keylog ?? process.env.SSLKEYLOGFILE, run?.keylog].flatMap(file => (file ? textOf(file) : [])),
  );
  const options: CaptureOptions = {
    name: run ? basename(path.replace(/\/+$/, "")) : basename(path),
    secrets: secrets.filter(text => text.trim() !== ""),
    ...(run && { folder: path }),
    ...(decode && { decode }),
  };
  const plain = await plainFile(given);
  const capture = new Capture(plain ?? given, options);
  return {
    capture,
    async [Symbol.asyncDispose]() {
      await capture[Symbol.asyncDispose]();
      if (plain) rmSync(join(plain, ".."), { recursive: true, force: true });
    },
  };
}

const textOf = (file: string): Promise<string> =>
  Bun.file(file)
    .text()
    .catch((error: NodeJS.ErrnoException) => {
      throw new Failure(`the key log ${file} can't be read (${error.code}); check the path.`);
    });

/** A copy that is not compressed, readable by its owner alone; `undefined`: the file is as it should be. */
async function plainFile(path: string): Promise<string | undefined> {
  if (!isCompressed(beginningOf(path))) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "lab-view-"));
  const copy = join(folder, "capture");
  const descriptor = openSync(copy, "wx", 0o600);
  const pieces = createReadStream(path);
  try {
    for await (const piece of decompressed(path, pieces))
      for (let written = 0; written < piece.length; ) written += writeSync(descriptor, piece, written);
    return copy;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error instanceof Unreadable ? new Failure(error.message) : error;
  } finally {
    pieces.destroy();
    closeSync(descriptor);
  }
}

function beginningOf(path: string): Uint8Array {
  const octets = new Uint8Array(toldBy);
  if (!statSync(path).isFile()) return octets;
  try {
    const descriptor = openSync(path, "r");
    try {
      readSync(descriptor, octets);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw new Failure(
      `${path} can't be read (${(error as NodeJS.ErrnoException).code}); check its permissions.`,
    );
  }
  return octets;
}
