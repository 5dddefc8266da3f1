// Octets carried between the two real sockets of a connection, no faster than they are taken.
import type { Socket } from "node:net";
import type { Flow, Way } from "./flow.ts";

/** Both directions of one connection, and the frames that they are recorded as. */
export class Pump {
  readonly #directions: readonly [Direction, Direction];

  constructor(
    readonly flow: Flow,
    readonly client: Socket,
    readonly server: Socket,
    /** Told once it is over. */
    ended: () => void,
  ) {
    this.#directions = [new Direction(flow, 0, client, server), new Direction(flow, 1, server, client)];
    let open = 2;
    const close = () => {
      if (--open === 0) ended();
    };
    client.on("close", close);
    server.on("close", close);
  }

  /** While a cable is out nothing passes: what is on its way waits, as if it were sent again later. */
  hold(held: boolean): void {
    for (const direction of this.#directions) direction.hold(held);
  }

  destroy(): void {
    this.client.destroy();
    this.server.destroy();
  }
}

class Direction {
  #full = false;
  #held = false;
  #over = false;

  constructor(
    readonly flow: Flow,
    readonly way: Way,
    readonly from: Socket,
    readonly to: Socket,
  ) {
    from.on("data", (octets: Uint8Array) => this.#carry(octets));
    from.on("end", () => this.#end());
    from.on("error", () => this.#reset());
    // Closed without an end: the host is gone.
    from.on("close", () => this.#reset());
    to.on("drain", () => {
      this.#full = false;
      this.#settle();
    });
    this.#settle();
  }

  hold(held: boolean): void {
    this.#held = held;
    this.#settle();
  }

  #carry(octets: Uint8Array): void {
    this.flow.data(this.way, octets);
    this.#full = !this.to.write(octets);
    if (this.#full) this.#settle();
  }

  #end(): void {
    this.#over = true;
    this.flow.finish(this.way);
    this.to.end();
  }

  #reset(): void {
    if (this.#over) return;
    this.#over = true;
    this.flow.reset(this.way);
    this.to.resetAndDestroy();
  }

  #settle(): void {
    if (this.#full || this.#held) this.from.pause();
    else this.from.resume();
  }
}
