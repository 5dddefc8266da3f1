// A host's process as the lab sees it: started in its namespace, told, heard, stopped.
import { fileURLToPath } from "node:url";
import type { Message, RunningHost } from "../contract.ts";
import { HostFailed } from "../host-failed.ts";
import { lastWords } from "../patience.ts";
import { Queue } from "../queue.ts";
import { type Failure, type HostStart, type LineFromHost, type LineToHost, linesOf } from "./host-lines.ts";

const ENTRY = fileURLToPath(new URL("./host-process.ts", import.meta.url));
/** Messages that nobody reads: the last hundred thousand are kept. */
const WAITING_MESSAGES = 100_000;
/** What a program printed by itself is evidence if it dies: the end of it. */
const PRINTED_CHARACTERS = 16_384;

export class HostProcess implements RunningHost {
  readonly name: string;
  readonly mac: Uint8Array;
  readonly messages = new Queue<Message>({ limit: WAITING_MESSAGES, full: "forget oldest" });
  readonly done: Promise<void>;
  /** Resolves when the program runs; rejects if it can't. */
  readonly running: Promise<void>;
  readonly #process: Bun.Subprocess<"pipe", "pipe", "pipe">;
  readonly #done = Promise.withResolvers<void>();
  readonly #running = Promise.withResolvers<void>();
  #printed = "";
  #stopped = false;

  /** To be called by a thread that is inside the host's namespace: the process stays there. */
  constructor(
    start: HostStart,
    readonly port: number,
  ) {
    this.name = start.name;
    this.mac = Uint8Array.from(start.mac);
    this.done = this.#done.promise;
    this.running = this.#running.promise;
    // Whoever doesn't ask how the host ended must not be ended by the answer.
    this.done.catch(() => {});
    this.running.catch(() => {});
    this.#process = Bun.spawn([process.execPath, ENTRY], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
      // In a session of its own, so that Ctrl-C reaches the lab alone, which then stops its hosts in order.
      detached: true,
    });
    this.#say({ start });
    void this.#follow();
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Resolves when the process is gone. */
  get exited(): Promise<number> {
    return this.#process.exited;
  }

  tell(message: Message): void {
    this.#say({ tell: message });
  }

  /** Its cable was pulled, or plugged in. */
  carrier(up: boolean): void {
    this.#say({ carrier: up });
  }

  async stop(milliseconds = 500): Promise<void> {
    this.#stopped = true;
    this.#say({ stop: true });
    const patience = setTimeout(() => this.#process.kill("SIGKILL"), milliseconds);
    await this.#process.exited;
    clearTimeout(patience);
    await this.done.catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #follow(): Promise<void> {
    const heard = Promise.all([this.#hear(), this.#read()]).catch(error => {
      this.#process.kill("SIGKILL");
      this.#fail((error as Error).message, error);
    });
    const code = await this.#process.exited;
    await lastWords(heard);
    this.messages.close();
    this.#fail(this.#death(code));
  }

  async #hear(): Promise<void> {
    for await (const text of linesOf(this.#process.stdout)) {
      const line = parsed(text);
      if (!line) this.#print(`${text}\n`);
      else if ("told" in line) this.messages.put(line.told);
      else if ("running" in line) this.#running.resolve();
      else if ("done" in line) this.#done.resolve();
      else this.#fail(line.failed.message, revived(line.failed));
    }
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const octets of this.#process.stderr) this.#print(decoder.decode(octets, { stream: true }));
  }

  #print(text: string): void {
    this.#printed = (this.#printed + text).slice(-PRINTED_CHARACTERS);
  }

  /** Has no effect on a host that is done. */
  #fail(reason: string, cause?: unknown): void {
    const error = new HostFailed(this.name, reason, this.#printed, { cause });
    this.#running.reject(error);
    this.#done.reject(error);
  }

  #death(code: number): string {
    if (this.#stopped) return "did not stop when it was asked to, and was ended";
    const signal = this.#process.signalCode;
    return `died: ${signal ? `ended by ${signal}` : `exit code ${code}`}`;
  }

  /** A host that is gone hears nothing: that is no error of whoever speaks to it. */
  #say(line: LineToHost): void {
    const { stdin } = this.#process;
    try {
      stdin.write(`${JSON.stringify(line)}\n`);
      void Promise.resolve(stdin.flush()).catch(() => {});
    } catch {
      // Its end of the pipe is closed; how it ended is told by `done`.
    }
  }
}

/** What a host's process says; none for a line that its program printed past it. */
function parsed(text: string): LineFromHost | undefined {
  try {
    const line: unknown = JSON.parse(text);
    const known = typeof line === "object" && line !== null && KINDS.some(kind => kind in line);
    return known ? (line as LineFromHost) : undefined;
  } catch {
    return undefined;
  }
}

const KINDS = ["told", "running", "done", "failed"] as const;

function revived({ name, message, stack }: Failure): Error {
  return Object.assign(new Error(message), { name, stack });
}
