// What a person does to the board: switches it on and off, presses or holds its button, pulls its cable and puts it back.
import type { Host } from "../network/contract.ts";

/** What the lab tells a board: `power`, `off`, `hold` (the button, from the start), `button` (pressed), `link`. */
export type Deed =
  | { readonly kind: "power" | "off" | "hold" | "button" }
  | { readonly kind: "link"; readonly up: boolean };

type Moment = Exclude<Deed["kind"], "link"> | "up" | "down";

export class Person {
  readonly #awaited = new Map<Moment, PromiseWithResolvers<void>>();
  #isUp = true;
  #holds = false;

  constructor(host: Host) {
    this.#of("up").resolve();
    void this.#watch(host);
  }

  /** Whether the button is held. */
  get holdsButton(): boolean {
    return this.#holds;
  }

  /** Resolves once it has been done, or had been before. */
  does(what: "power" | "off" | "button"): Promise<void> {
    return this.#of(what).promise;
  }

  /** Resolves once the cable is in (`up`) or out, which it may be already. */
  link(is: "up" | "down"): Promise<void> {
    return this.#of(is).promise;
  }

  async #watch(host: Host): Promise<void> {
    for await (const message of host.told) {
      const deed = message as Deed;
      if (deed.kind === "link") this.#linked(deed.up);
      else if (deed.kind === "hold") this.#holds = true;
      else this.#of(deed.kind).resolve();
    }
    // Asked to stop, the board waits for nobody any more.
    this.#of("off").resolve();
  }

  #linked(up: boolean): void {
    if (up === this.#isUp) return;
    this.#isUp = up;
    this.#awaited.delete(up ? "down" : "up");
    this.#of(up ? "up" : "down").resolve();
  }

  #of(what: Moment): PromiseWithResolvers<void> {
    const known = this.#awaited.get(what) ?? Promise.withResolvers<void>();
    this.#awaited.set(what, known);
    return known;
  }
}
