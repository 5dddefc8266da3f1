// Octets carried between the two real sockets of a connection, no faster than they are taken, and with the faults of
// the two cables that they go over.
import type { Socket } from "node:net";
import { machineTime } from "../clock.ts";
import type { Watch } from "../faults/faults.ts";
import { crossing } from "./cable.ts";
import type { Flow, Way } from "./flow.ts";
import type { Station } from "./station.ts";

/** A program reads what arrived before its kernel is told that the connection is cut. */
const graceMilliseconds = 2;
/** What is under way on slow cables; a sender waits for the rest to be taken. */
const mostUnderWay = 1 << 20;

/** Both directions of one connection, and the frames that they are recorded as. */
export class Pump {
  readonly #directions: readonly [Direction, Direction];
  readonly #watches: readonly { readonly station: Station; readonly watch: Watch }[];
  #isCut = false;

  constructor(
    readonly flow: Flow,
    /** The client's, and the server's. */
    readonly stations: readonly [Station, Station],
    readonly client: Socket,
    readonly server: Socket,
    /** Told once it is over. */
    ended: () => void,
  ) {
    this.#watches = stations.flatMap(station => {
      const watch = station.cable.cutter?.(flow.ends);
      return watch ? [{ station, watch }] : [];
    });
    this.#directions = [new Direction(this, 0, client, server), new Direction(this, 1, server, client)];
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
    for (const direction of this.#directions) direction.forget();
    this.client.destroy();
    this.server.destroy();
  }

  /** Whether the connection is cut behind these octets, or was cut before. */
  cuts(way: Way, octets: Uint8Array): boolean {
    for (const { station, watch } of this.#watches) {
      if (this.#isCut) break;
      const cut = watch(octets, way === 0 ? "client" : "server");
      if (cut === false) continue;
      this.#isCut = true;
      const { host, ledger } = station.cable;
      const from = this.stations[way];
      const name = typeof cut === "string" ? cut : undefined;
      ledger.cut(host, from === station ? "up" : "down", machineTime(), this.flow.lan.recorded(), name);
    }
    return this.#isCut;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** Both ends learn that the connection is gone. */
  cut(way: Way): void {
    this.flow.reset(way);
    for (const direction of this.#directions) direction.forget();
    this.client.resetAndDestroy();
    this.server.resetAndDestroy();
  }
}

/** What happens at the other end, once it is time. */
interface Arrival {
  readonly at: number;
  readonly octets: number;
  readonly happens: () => void;
}

class Direction {
  #full = false;
  #held = false;
  #over = false;
  /** In order. */
  readonly #underWay: Arrival[] = [];
  #octets = 0;
  #timer: Timer | undefined;

  constructor(
    readonly pump: Pump,
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
    this.#deliver();
  }

  /** What is under way is lost. */
  forget(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#underWay.length = 0;
  }

  #carry(octets: Uint8Array): void {
    const { flow, isCut } = this.pump;
    if (this.#over || isCut) return;
    const at = this.#arrival(octets.length);
    flow.data(this.way, octets, at !== undefined);
    const write = () => {
      this.#full = !this.to.write(octets);
      if (this.#full) this.#settle();
    };
    if (at === undefined) write();
    else
      this.#later(at, octets.length, () => {
        flow.arrived(this.way, octets.length);
        write();
      });
    if (!this.pump.cuts(this.way, octets)) return;
    const grace = (at ?? performance.now()) + graceMilliseconds;
    this.#later(grace, 0, () => this.pump.cut(this.way));
  }

  #end(): void {
    if (this.#over || this.pump.isCut) return;
    this.#over = true;
    const at = this.#arrival(0);
    this.pump.flow.finish(this.way, at !== undefined);
    if (at === undefined) return void this.to.end();
    this.#later(at, 0, () => {
      this.pump.flow.finished(this.way);
      this.to.end();
    });
  }

  #reset(): void {
    if (this.#over || this.pump.isCut) return;
    this.#over = true;
    this.pump.flow.reset(this.way);
    const at = this.#arrival(0);
    if (at === undefined) this.to.resetAndDestroy();
    else this.#later(at, 0, () => this.to.resetAndDestroy());
  }

  /** When what is sent now arrives; none if that is now. */
  #arrival(octets: number): number | undefined {
    const now = performance.now();
    const [from, to] = this.way === 0 ? this.pump.stations : [this.pump.stations[1], this.pump.stations[0]];
    const at = Math.max(crossing(from.cable, to.cable, octets, now), this.#underWay.at(-1)?.at ?? 0);
    return at > now || this.#underWay.length > 0 ? at : undefined;
  }

  #later(at: number, octets: number, happens: () => void): void {
    this.#underWay.push({ at, octets, happens });
    this.#octets += octets;
    this.#settle();
    if (this.#underWay.length === 1) this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const next = this.#underWay[0];
    if (next) this.#timer = setTimeout(() => this.#deliver(), Math.max(0, next.at - performance.now()));
  }

  #deliver(): void {
    for (let next = this.#underWay[0]; next && !this.#held; next = this.#underWay[0]) {
      if (next.at > performance.now()) return this.#wait();
      this.#underWay.shift();
      this.#octets -= next.octets;
      next.happens();
      this.#settle();
    }
  }

  #settle(): void {
    if (this.#full || this.#held || this.#octets > mostUnderWay) this.from.pause();
    else this.from.resume();
  }
}
