// What is changed on a machine is undone by a process of its own, however the lab comes to its end: killed, too.
import type { Offload } from "../network/linux/interface.ts";
import { programOf } from "../runs/program.ts";

/** How something is undone. */
export type Undo =
  | { readonly undo: "address"; readonly device: string; readonly address: string; readonly prefix: number }
  | { readonly undo: "offload"; readonly device: string; readonly feature: Offload }
  /** A terminal's settings, as `stty -g` prints them. */
  | { readonly undo: "terminal"; readonly path: string; readonly settings: string };

/** Learns what is to be undone, a line each; when the lab closes its input, or dies, it is done, the last first. */
export class Undoing implements AsyncDisposable {
  readonly #process = Bun.spawn([process.execPath, programOf(import.meta.url, "./undo.ts")], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "inherit",
    // Neither Ctrl-C nor the end of a terminal may reach it before its work is done.
    detached: true,
  });

  /** To be told before it is done. */
  async before(undo: Undo): Promise<void> {
    this.#process.stdin.write(`${JSON.stringify(undo)}\n`);
    await this.#process.stdin.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stdin.end();
    await this.#process.exited;
  }
}
