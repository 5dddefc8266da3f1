// What the parts of a board's sequence stand on, from one start of the board to its end.
import { machineTime } from "../network/clock.ts";
import type { Host } from "../network/contract.ts";
import type { BoardEvent } from "./events.ts";
import type { Person } from "./person.ts";
import type { Settings } from "./settings.ts";
import { Sockets } from "./sockets.ts";

export interface BoardPlan {
  readonly settings: Settings;
  /** PEM. The certificate with its chain, leaf first, without the root. */
  readonly root: string;
  readonly certificate: string;
  readonly key: string;
  /** Of the random messages in test mode. */
  readonly seed: number;
}

export type Led = 1 | 2 | 3;

/** What the board waits at the most for an answer of a peer, in milliseconds. */
export const patience = 10_000;

export class Workings {
  readonly settings: Settings;
  readonly sockets: Sockets;
  /** What it is doing, for when that fails. */
  phase = "start";
  #isOver = false;
  readonly #lit = new Set<Led>();

  constructor(
    readonly host: Host,
    readonly plan: BoardPlan,
    readonly person: Person,
  ) {
    this.settings = plan.settings;
    this.sockets = new Sockets(host);
  }

  tell(event: BoardEvent): void {
    if (!this.#isOver) this.host.tell({ kind: "board", time: String(machineTime()), ...event });
  }

  led(led: Led, on: boolean): void {
    if (this.#lit.has(led) === on) return;
    if (on) this.#lit.add(led);
    else this.#lit.delete(led);
    this.tell({ event: "led", led, on });
  }

  dark(): void {
    for (const led of [1, 2, 3] as const) this.led(led, false);
  }

  /** From here on nothing is told, and nothing is open. */
  end(): void {
    this.#isOver = true;
    this.sockets.cut();
  }
}
