// The sign of a host's cable, set by the network that the host is on.
import type { Carrier } from "./contract.ts";

export class CarrierSign implements Carrier {
  #up = true;
  #waiting: (() => void)[] = [];

  get up(): boolean {
    return this.#up;
  }

  /** The cable is in, or out. */
  set(up: boolean): void {
    if (up === this.#up) return;
    this.#up = up;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async changed(signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) return this.#up;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    signal?.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    this.#waiting = this.#waiting.filter(each => each !== resolve);
    return this.#up;
  }
}
