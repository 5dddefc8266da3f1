// The thread that fuzzes: whoever started it sees how far it is, also when a decoder never comes back.
import { fuzz } from "./fuzz.ts";

declare const self: Worker;

export interface Task {
  readonly protocol: string;
  readonly count: number;
  readonly seconds?: number;
  readonly seed: number;
  /** One number: how many mutants were begun. */
  readonly progress: SharedArrayBuffer;
}

self.onmessage = async ({ data }: MessageEvent<Task>) => {
  const { protocol, progress, ...task } = data;
  const begun = new Int32Array(progress);
  const reading = (number: number) => Atomics.store(begun, 0, number + 1);
  self.postMessage(await fuzz(protocol, { ...task, trees: 1, reading }));
};
