// The other thread of a filter: reads the whole capture anew and tells which packets are selected. A thread, so that a
// pattern that never ends can be ended.
import { dissector } from "../../protocols/packet/index.ts";
import type { DecodeAs } from "../../protocols/packet/registry.ts";
import { CaptureFile } from "../../protocols/pcapng/file.ts";
import { frames } from "../../protocols/pcapng/reader.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { selectionOf } from "../inspect/filter.ts";
import { addSecretsIn } from "../inspect/secrets.ts";
import { protocols } from "../protocols.ts";

export interface Task {
  readonly path: string;
  readonly text: string;
  readonly secrets: readonly string[];
  readonly rules: readonly DecodeAs[];
}

export interface Progress {
  /** Packets that were selected since the last time. */
  readonly numbers: Uint32Array;
  /** How much of the file was read: 0 to 1. */
  readonly share: number;
  readonly done: boolean;
  /** Why it can't go on. */
  readonly failed?: string;
}

/** Milliseconds between two reports, and packets between two looks at the clock. */
const every = 50;
const packetsBetween = 64;

declare const self: Worker;

if (!Bun.isMainThread)
  self.onmessage = ({ data }: MessageEvent<Task>) => {
    try {
      select(data, progress => self.postMessage(progress));
    } catch (error) {
      const failed = (error as Error).message;
      self.postMessage({ numbers: new Uint32Array(0), share: 1, done: true, failed } satisfies Progress);
    }
  };

function select({ path, text, secrets, rules }: Task, report: (progress: Progress) => void): void {
  const keyLog = new KeyLog();
  for (const one of secrets) addSecretsIn(keyLog, one, "the key log");
  const { packet: dissect } = dissector(protocols(keyLog), rules);
  const selection = selectionOf(text);
  // A sign of life: from here on silence means that a packet takes too long.
  report({ numbers: new Uint32Array(0), share: 0, done: false });
  let found: number[] = [];
  let since = performance.now();
  using file = new CaptureFile(path);
  const meet: Parameters<typeof frames>[1] = met => {
    if (met.kind === "secrets" && met.keylog !== undefined) keyLog.add(met.keylog);
  };
  for (const frame of frames(file, meet)) {
    const packet = dissect(frame);
    if (selection.selects(packet)) found.push(packet.number);
    if (frame.number % packetsBetween !== 0 || performance.now() - since < every) continue;
    report({ numbers: Uint32Array.from(found), share: frame.at / file.size, done: false });
    found = [];
    since = performance.now();
  }
  report({ numbers: Uint32Array.from(found), share: 1, done: true });
}
