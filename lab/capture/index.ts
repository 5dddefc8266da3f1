// `bun lab capture`: records a person's interface, shows it as it comes, and stops when told.
import { dissector, type Frame } from "../../protocols/packet/index.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { exit, Failure } from "../failure.ts";
import { lineOf, Rows } from "../inspect/list.ts";
import { addSecrets } from "../inspect/secrets.ts";
import { RecordedFiles, type Ring } from "../libpcap/files.ts";
import { interfaces, LiveCapture } from "../libpcap/libpcap.ts";
import { beforeEnd, ending } from "../network/cleanup.ts";
import { protocols } from "../protocols.ts";
import { table } from "../terminal.ts";

export interface CaptureOptions {
  readonly interface: string;
  readonly write?: string;
  readonly filter: string;
  readonly snapLength: number;
  readonly promiscuous: boolean;
  /** MiB of the kernel's buffer. */
  readonly buffer: number;
  /** Stop after so many frames. */
  readonly count?: number;
  /** Stop after so many seconds, or octets written, or files. */
  readonly stop: { readonly seconds?: number; readonly octets?: number; readonly files?: number };
  readonly ring: Ring;
  /** Show the packet list though it is written too. */
  readonly print: boolean;
  readonly quiet: boolean;
  readonly keylog?: string;
}

/** How often the library is asked, and files are brought up to date. */
const pauseMilliseconds = 20;
/** At most so many frames before anybody else gets a turn. */
const atOnce = 2000;

export async function capture(options: CaptureOptions): Promise<number> {
  const ended = Promise.withResolvers<void>();
  const undo = beforeEnd(() => ended.promise);
  try {
    await record(options);
  } finally {
    undo();
    ended.resolve();
  }
  return exit.done;
}

async function record(options: CaptureOptions): Promise<void> {
  const { snapLength, promiscuous, filter, write } = options;
  if (!write && (Object.keys(options.ring).length > 0 || options.stop.files !== undefined))
    throw new Failure("-b and -a files: make files; name the first of them by -w.", exit.usage);
  using live = new LiveCapture(options.interface, {
    snapLength,
    promiscuous,
    filter,
    buffer: options.buffer * 2 ** 20,
  });
  using files = write
    ? new RecordedFiles(write, live.linkType, options.interface, snapLength, filter, options.ring)
    : undefined;
  const shown = write && !options.print ? undefined : await list(options.keylog);
  if (!options.quiet)
    console.error(
      `Recording ${options.interface}${filter ? `, ${filter}` : ""}${write && write !== "-" ? ` into ${write}` : ""}; Ctrl-C ends it.`,
    );

  const begun = performance.now();
  let frames = 0;
  const over = (): boolean =>
    ending.aborted ||
    frames === options.count ||
    (options.stop.seconds !== undefined && performance.now() - begun >= options.stop.seconds * 1000) ||
    (options.stop.octets !== undefined && files !== undefined && files.octets >= options.stop.octets) ||
    (options.stop.files !== undefined && files !== undefined && files.count > options.stop.files);
  while (!over()) {
    let taken = 0;
    for (; taken < atOnce && !over(); taken++) {
      const frame = live.next();
      if (!frame) break;
      frames++;
      files?.packet(frame.time, frame.octets, frame.originalLength);
      shown?.(frame, frames, live.linkType);
    }
    files?.flush();
    if (taken < atOnce) await Bun.sleep(pauseMilliseconds);
    else await new Promise(resolve => setImmediate(resolve));
  }
  const { dropped } = live.counts();
  if (!options.quiet) {
    const lost =
      dropped === 0 ? "none dropped" : `${dropped} dropped by the kernel: -B gives it a larger buffer`;
    console.error(`${frames} frames recorded, ${lost}.`);
    if (files && files.written.at(-1) !== "-") console.error(files.written.join("\n"));
  }
}

/** Prints each frame as a line of the packet list, as `bun lab inspect` does. */
async function list(keylog: string | undefined) {
  const keyLog = new KeyLog();
  await addSecrets(keyLog, keylog);
  const { packet } = dissector(protocols(keyLog));
  const rows = new Rows("r");
  return (
    captured: { time: bigint; originalLength: number; octets: Uint8Array },
    number: number,
    linkType: number,
  ) => {
    // The dissector keeps what it puts together; the library's octets are gone with the next frame.
    const octets = captured.octets.slice();
    const frame: Frame = {
      number,
      time: captured.time,
      view: new DataView(octets.buffer),
      start: 0,
      end: octets.length,
      originalLength: captured.originalLength,
      linkType,
      interface: 0,
      comments: [],
    };
    console.log(lineOf(rows.of(packet(frame))));
  };
}

/** `-D`: the interfaces, numbered as they may be named. */
export function listInterfaces(json: boolean): void {
  const found = interfaces();
  if (json) {
    for (const one of found) console.log(JSON.stringify(one));
    return;
  }
  const rows = found.map(({ name, description, up, loopback }, i) => [
    String(i + 1),
    name,
    [up ? "up" : "down", loopback && "loopback"].filter(Boolean).join(", "),
    description,
  ]);
  console.log(table(["", "interface", "state", ""], rows));
  console.error("Name one by -i; recording needs permission, which the command tells how to get.");
}

/** The name that `-i` means: an interface's, or its number in the list. */
export function interfaceNamed(word: string): string {
  if (!/^\d+$/.test(word)) return word;
  const found = interfaces();
  const one = found[Number(word) - 1];
  if (!one)
    throw new Failure(
      `there is no interface ${word}: there are ${found.length}; bun lab capture -D lists them.`,
      exit.usage,
    );
  return one.name;
}
