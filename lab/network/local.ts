// A host whose program is a module of the lab's own process, as the lab sees it: those of a relay, and of the machine's
// own network.
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Host, HostPlan, Message, Program, RunningHost } from "./contract.ts";
import { HostFailed } from "./host-failed.ts";
import { settled } from "./patience.ts";
import { Queue } from "./queue.ts";

const waitingMessages = 100_000;

/** A host as its program sees it, and as it is told and ended. */
export interface LocalHost extends Host {
  readonly told: Queue<Message>;
  /** The lab asks the program to return. */
  stop(): void;
  /** The program has returned, or is given up: its sockets are closed. */
  end(): void;
}

/** Makes the host that a program sees. `fail`: what the program was called back for failed, and that is its end. */
export type OpenHost = (tell: (message: Message) => void, fail: (error: unknown) => void) => LocalHost;

export class LocalRunning implements RunningHost {
  readonly messages = new Queue<Message>({ limit: waitingMessages, full: "forget oldest" });
  readonly done: Promise<void>;
  readonly #host: LocalHost;
  readonly #done = Promise.withResolvers<void>();

  /** The program runs from here on. */
  constructor(
    readonly place: Pick<RunningHost, "name" | "mac" | "port">,
    open: OpenHost,
    run: Program,
    settings: unknown,
    /** Told once it has ended. */
    ended: () => void = () => {},
  ) {
    const tell = (message: Message) => this.messages.put(copied(message));
    this.#host = open(tell, error => this.#fail(error));
    this.done = this.#done.promise;
    // Whoever doesn't ask how the host ended must not be ended by the answer.
    this.done.catch(() => {});
    void this.#run(run, settings);
    void this.done.catch(() => {}).then(ended);
  }

  get name(): string {
    return this.place.name;
  }
  get mac(): Uint8Array {
    return this.place.mac;
  }
  get port(): number {
    return this.place.port;
  }

  tell(message: Message): void {
    this.#host.told.put(copied(message));
  }

  async stop(milliseconds = 500): Promise<void> {
    this.#host.stop();
    await settled(this.done, milliseconds);
    this.#end(new HostFailed(this.name, "did not stop when it was asked to; its sockets were closed"));
    await this.done.catch(() => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #run(run: Program, settings: unknown): Promise<void> {
    try {
      await run(this.#host, copied(settings) as never);
      this.#end();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#end(new HostFailed(this.name, reason, "", { cause }));
  }

  /** Has no effect on a host that has ended. */
  #end(error?: HostFailed): void {
    this.#host.end();
    this.messages.close();
    if (error) this.#done.reject(error);
    else this.#done.resolve();
  }
}

/** The `run` of a program's module. @throws Error if there is none, by its path */
export async function load({ name, program }: HostPlan): Promise<Program> {
  const path = program.startsWith("file:") ? fileURLToPath(program) : program;
  if (!existsSync(path)) throw new Error(`${name}: there is no program ${path}`);
  const module: { run?: unknown } = await import(pathToFileURL(path).href);
  if (typeof module.run !== "function")
    throw new Error(`${name}: the program ${path} exports no function "run"`);
  return module.run as Program;
}

/** What travels between the lab and its hosts is JSON on every network, and never shared. */
const copied = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T));
