// The packet list for pipes and files: no colour, no width, every packet; so that large captures are a matter of seconds.
import { Line } from "../../protocols/packet/line.ts";
import { type Damage, type Met, type RecordedFrame, Unreadable } from "../../protocols/pcapng/capture.ts";
import { openCapture } from "../../protocols/pcapng/file.ts";
import { KeyLog } from "../../protocols/tls/keylog.ts";
import { exit, Failure } from "../failure.ts";
import { protocols } from "../protocols.ts";
import { inColour, width } from "../terminal.ts";
import { decodeAs } from "./decode-as.ts";
import { Lines } from "./lines.ts";
import type { TimeFormat } from "./list.ts";
import { written } from "./output.ts";

export interface PlainOptions {
  /** Stop after so many. */
  readonly count?: number;
  readonly time: TimeFormat;
  readonly decode: readonly string[];
  readonly keylog?: string;
}

/** Whether nobody sees more of the list than its text. */
export const isPlain = (): boolean => !inColour() && width() === undefined;

/** Octets that are written at once. */
const piece = 128 * 1024;

/** Returns the exit code: 1 where the capture could not be read to its end. @throws Failure for what is no capture */
export async function listPlain(file: string, options: PlainOptions): Promise<number> {
  const { time, count = Number.POSITIVE_INFINITY } = options;
  const keyLog = new KeyLog();
  if (options.keylog !== undefined || process.env.SSLKEYLOGFILE !== undefined) {
    const { addSecrets } = await import("./secrets.ts");
    await addSecrets(keyLog, options.keylog);
  }
  const damages: Damage[] = [];
  const meet = (met: Met): void => {
    if (met.kind === "secrets" && met.keylog !== undefined) keyLog.add(met.keylog);
    if (met.kind === "damage") damages.push(met);
  };
  const known = protocols(keyLog);
  const secrets = (): boolean => keyLog.size > 0 || keyLog.opensKeyExchanges;
  const lines = new Lines({ protocols: known, rules: decodeAs(options.decode, known), time, secrets });
  const out = new Line(2 * piece);
  let listed = 0;
  /** False: that was the last one. */
  const list = (frame: RecordedFrame): boolean => {
    lines.add(frame, out);
    if (out.size >= piece) {
      written(out.octets, out.size);
      out.clear();
    }
    return ++listed < count;
  };
  try {
    const frames = openCapture(file, meet);
    if (Symbol.iterator in frames) {
      for (const frame of frames) if (!list(frame)) break;
    } else for await (const frame of frames) if (!list(frame)) break;
  } catch (error) {
    throw error instanceof Unreadable ? new Failure(error.message) : error;
  } finally {
    written(out.octets, out.size);
  }
  for (const damage of damages) console.error(`lab: ${file}: ${damage}`);
  return damages.length > 0 ? exit.failed : exit.done;
}
