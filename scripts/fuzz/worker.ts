// The thread that fuzzes: whoever started it sees how far it is, also when a decoder never comes back.
import { fuzz } from "./fuzz.ts";

declare const self: Worker;

export interface Task {
  readonly protocol: string;
  readonly count: number;
  readonly seconds?: number;
  readonly seed: number;
  /** Two numbers: how many mutants were begun, and how many failures there were before. */
  readonly progress: SharedArrayBuffer;
}

self.onmessage = async ({ data }: MessageEvent<Task>) => {
  const { protocol, progress, ...task } = data;
  const begun = new Int32Array(progress);
  const reading = (number: number, failures: number) => {
    Atomics.store(begun, 0, number + 1);
    Atomics.store(begun, 1, failures);
  };
  self.postMessage(await fuzz(protocol, { ...task, trees: 1, reading }));
};
