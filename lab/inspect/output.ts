// Standard output in large pieces.
import { writeSync } from "node:fs";
import { exit } from "../failure.ts";

/** Lines on standard output, written together; whoever reads them may stop early (`| head`). */
export class Output {
  #lines: string[] = [];
  get full(): boolean {
    return this.#lines.length >= 512;
  }
  line(text: string): void {
    this.#lines.push(text);
  }
  async flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join("\n")}\n`;
    this.#lines = [];
    await new Promise<void>((resolve, reject) => {
      process.stdout.write(text, error => {
        if (!error) resolve();
        else if ((error as NodeJS.ErrnoException).code === "EPIPE") process.exit(exit.done);
        else reject(error);
      });
    });
  }
}

const standardOutput = 1;
/** How long a reader that is behind is waited for, before it is tried again. */
const patience = 1;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Writes the first `size` octets before it returns; whoever reads them may stop early (`| head`). */
export function written(octets: Uint8Array, size: number): void {
  for (let at = 0; at < size; ) {
    try {
      at += writeSync(standardOutput, octets, at, size - at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") process.exit(exit.done);
      if (code !== "EAGAIN") throw error;
      Atomics.wait(sleeper, 0, 0, patience);
    }
  }
}
