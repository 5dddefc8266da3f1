// Carries the frames of cables with faults, in a thread of its own: the lab's side of it.
import type { CableFaults, FaultReport } from "../faults/faults.ts";
import type { Namespace } from "../linux/namespace.ts";

/** What the forwarding thread is told. */
export type ForwarderOrder =
  /** The namespace of the switch stays open for as long as the thread runs. */
  | { readonly start: { readonly namespace: number } }
  /** The cable at this port makes its detour through the thread from now on; again for other faults. */
  | { readonly cable: { readonly port: number; readonly host: string; readonly faults: CableFaults } }
  /** The host at this port is gone, and its cable with it. */
  | { readonly gone: number }
  | { readonly report: true }
  | { readonly stop: true };

/** What it says. */
export type ForwarderNews =
  | { readonly forwarding: true }
  | { readonly laid: true }
  /** The cable can't be laid, for this reason; the others are as they were. */
  | { readonly refused: string }
  | { readonly report: FaultReport }
  | { readonly stopped: true }
  | { readonly failed: string };

export class Forwarder implements AsyncDisposable {
  readonly #worker = new Worker(new URL("./forwarder-worker.ts", import.meta.url).href);
  readonly #started = Promise.withResolvers<void>();
  /** Who waits for a cable to be laid, or for a report, in the order in which they asked. */
  readonly #waiting: PromiseWithResolvers<FaultReport | undefined>[] = [];
  #failure: Error | undefined;

  private constructor(namespace: Namespace) {
    this.#worker.onmessage = ({ data }: MessageEvent<ForwarderNews>) => {
      if ("forwarding" in data) this.#started.resolve();
      else if ("failed" in data) this.#fail(data.failed);
      else if ("refused" in data) this.#waiting.shift()?.reject(new Error(data.refused));
      else this.#waiting.shift()?.resolve("report" in data ? data.report : undefined);
    };
    this.#worker.onerror = event => this.#fail(event.message);
    this.#tell({ start: { namespace: namespace.descriptor } });
  }

  static async start(namespace: Namespace): Promise<Forwarder> {
    const forwarder = new Forwarder(namespace);
    await forwarder.#started.promise;
    return forwarder;
  }

  /** Resolves once the frames of the cable obey these faults. @throws Error if its cutter can't be had */
  async lay(port: number, host: string, faults: CableFaults): Promise<void> {
    await this.#ask({ cable: { port, host, faults } });
  }

  remove(port: number): void {
    this.#tell({ gone: port });
  }

  async report(): Promise<FaultReport> {
    const report = await this.#ask({ report: true });
    return report ?? { cables: [], faults: [] };
  }

  /** Its sockets are the process's: the thread closes them before it is ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ask({ stop: true }).catch(() => {});
    this.#worker.terminate();
    this.#fail("it was ended");
  }

  #ask(order: ForwarderOrder): Promise<FaultReport | undefined> {
    if (this.#failure) return Promise.reject(this.#failure);
    const answer = Promise.withResolvers<FaultReport | undefined>();
    this.#waiting.push(answer);
    this.#tell(order);
    return answer.promise;
  }

  #tell(order: ForwarderOrder): void {
    this.#worker.postMessage(order);
  }

  #fail(reason: string): void {
    this.#failure ??= new Error(`the cables with faults carry nothing any more: ${reason}`);
    this.#started.reject(this.#failure);
    this.#started.promise.catch(() => {});
    for (const one of this.#waiting.splice(0)) one.reject(this.#failure);
  }
}
