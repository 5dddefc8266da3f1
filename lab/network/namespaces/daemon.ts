// A foreign program on a host of its own, as the lab sees it.
import type { Daemon } from "../contract.ts";
import { lastWords } from "../patience.ts";
import { Queue } from "../queue.ts";
import { linesOf } from "./host-lines.ts";

/** Lines that nobody reads, and all that was printed: the end of each is kept. */
const WAITING_LINES = 100_000;
const OUTPUT_CHARACTERS = 4 << 20;

export class DaemonProcess implements Daemon {
  readonly lines = new Queue<string>({ limit: WAITING_LINES, full: "forget oldest" });
  readonly exited: Promise<number>;
  readonly #process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  #output = "";

  /** To be called by a thread that is inside the host's namespace. @throws Error if there is no such program */
  constructor(
    readonly name: string,
    command: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#process = Bun.spawn([...command], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, ...env },
      // As with the lab's own hosts: Ctrl-C is for the lab.
      detached: true,
    });
    this.exited = this.#follow();
  }

  get pid(): number {
    return this.#process.pid;
  }

  get output(): string {
    return this.#output;
  }

  async stop(milliseconds = 500): Promise<void> {
    this.#process.kill("SIGTERM");
    const patience = setTimeout(() => this.#process.kill("SIGKILL"), milliseconds);
    await this.exited;
    clearTimeout(patience);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #follow(): Promise<number> {
    const heard = Promise.all([this.#hear(this.#process.stdout), this.#hear(this.#process.stderr)]);
    const code = await this.#process.exited;
    await lastWords(heard);
    this.lines.close();
    return code;
  }

  async #hear(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const line of linesOf(stream)) {
      this.#output = `${this.#output}${line}\n`.slice(-OUTPUT_CHARACTERS);
      this.lines.put(line);
    }
  }
}
