// One direction of a cable with its faults: when what enters it comes out, if it does.
import { Dice } from "./dice.ts";
import type { FaultKind, PathFaults } from "./faults.ts";

/** What becomes of a frame. */
export interface Fate {
  /** When each copy comes out, in the milliseconds of the caller's clock; none if it is lost. */
  readonly arrivals: readonly number[];
  readonly faults: readonly FaultKind[];
}

const holdBackMilliseconds = 10;
/** What waits longer for its turn on a slow cable is thrown away, as by a queue that is full. */
const mostQueuedMilliseconds = 1000;
/** Preamble, start of frame, checksum and gap (IEEE 802.3 §3.1.1, §4.4.2): octets of a cable's time besides the frame. */
const between = 24;

export class Path {
  readonly #dice: Dice;
  /** Nothing comes out before this: frames stay in order. */
  #last = 0;
  /** When the cable is free again. */
  #free = 0;

  constructor(
    readonly faults: PathFaults,
    seed: string,
  ) {
    this.#dice = new Dice(seed);
  }

  /** A frame of so many octets enters at `now`. `spared`: this one is neither lost nor doubled nor held back. */
  frame(octets: number, now: number, spared = false): Fate {
    // Four throws a frame whatever the settings: that one fault is changed leaves the others as they were.
    const [lost, doubled, held, early] = [
      this.#dice.next(),
      this.#dice.next(),
      this.#dice.next(),
      this.#dice.next(),
    ];
    const { loss = 0, duplicate = 0, reorder = 0, holdBack = holdBackMilliseconds } = this.faults;
    if (!spared && lost < loss) return { arrivals: [], faults: ["lost"] };
    const sent = this.#sent(octets, now);
    if (!spared && sent - now > mostQueuedMilliseconds) return { arrivals: [], faults: ["too fast"] };
    this.#free = sent;
    const arrival = sent + this.#under(early);
    const faults: FaultKind[] = [];
    const isHeld = !spared && held < reorder;
    if (isHeld) faults.push("held back");
    const due = isHeld ? Math.max(arrival, this.#last) + holdBack : this.#inOrder(arrival);
    if (spared || doubled >= duplicate) return { arrivals: [due], faults };
    return { arrivals: [due, due], faults: [...faults, "duplicated"] };
  }

  /** Octets of a stream enter at `now`; returns when they come out. A stream loses nothing and stays in order. */
  stream(octets: number, now: number): number {
    this.#free = this.#sent(octets, now);
    return this.#inOrder(this.#free + this.#under(this.#dice.next()));
  }

  /** When the last bit is on the cable. */
  #sent(octets: number, now: number): number {
    const { rate } = this.faults;
    if (rate === undefined) return now;
    return Math.max(now, this.#free) + ((octets + between) * 8000) / rate;
  }

  #under(chance: number): number {
    const { delay = 0, jitter = 0 } = this.faults;
    return Math.max(0, delay + (2 * chance - 1) * jitter);
  }

  #inOrder(arrival: number): number {
    this.#last = Math.max(this.#last, arrival);
    return this.#last;
  }
}
