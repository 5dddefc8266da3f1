// A capture read from start to end, packet by packet, for whoever only looks at packets.
import { dissector, type Packet } from "../../protocols/packet/index.ts";
import { type Damage, type Met, Unreadable } from "../../protocols/pcapng/capture.ts";
import { openCapture } from "../../protocols/pcapng/file.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { exit, Failure } from "../failure.ts";
import { protocols } from "../protocols.ts";
import { decodeAs } from "./decode-as.ts";
import { addSecrets } from "./secrets.ts";

export interface Reading {
  /** As of `inspect -d`. */
  readonly decode?: readonly string[];
  /** Secrets beside those in the capture. */
  readonly keylog?: string;
  /** What the capture says besides its packets. */
  readonly meet?: (met: Met) => void;
}

const packetsBetween = 10_000;

/**
 * Hands every packet to `see`, until it returns false. Returns the exit code: 1 where the capture could not be read
 * to its end, which is told on standard error. @throws Failure for what is no capture
 */
export async function readPackets(
  file: string,
  { decode = [], keylog, meet }: Reading,
  see: (packet: Packet) => unknown,
  /** Awaited every so many packets: whoever gathers can put away what was gathered. */
  pause?: () => Promise<void>,
): Promise<number> {
  const keyLog = new KeyLog();
  await addSecrets(keyLog, keylog);
  const known = protocols(keyLog);
  const { packet } = dissector(known, decodeAs(decode, known));
  const damages: Damage[] = [];
  try {
    const frames = openCapture(file, met => {
      meet?.(met);
      if (met.kind === "secrets" && met.keylog !== undefined) keyLog.add(met.keylog);
      if (met.kind === "damage") damages.push(met);
    });
    for await (const frame of frames) {
      if (see(packet(frame)) === false) break;
      if (pause && frame.number % packetsBetween === 0) await pause();
    }
  } catch (error) {
    throw error instanceof Unreadable ? new Failure(error.message) : error;
  }
  for (const damage of damages) console.error(`lab: ${file}: ${damage}`);
  return damages.length > 0 ? exit.failed : exit.done;
}
