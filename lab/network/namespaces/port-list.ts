// The names of a switch's ports, in memory that the lab writes and its recording thread reads.
import { MOST_PORTS } from "../linux/wiring.ts";

const NAME_OCTETS = 64;
/** Two counters in front: whether the list is closed, and how many ports there are. */
const CLOSED = 0;
const COUNT = 1;
const NAMES = 8;

/** Grows by one name at a time, never shrinks. A name is complete before it is counted. */
export class PortList {
  readonly #counters: Int32Array;
  readonly #names: Uint8Array;

  /** A new list, or another thread's view of the same. */
  constructor(readonly shared = new SharedArrayBuffer(NAMES + MOST_PORTS * NAME_OCTETS)) {
    this.#counters = new Int32Array(shared, 0, 2);
    this.#names = new Uint8Array(shared, NAMES);
  }

  get count(): number {
    return Atomics.load(this.#counters, COUNT);
  }

  get closed(): boolean {
    return Atomics.load(this.#counters, CLOSED) === 1;
  }

  /** Takes the next port, and tells its number. Names are cut after 63 octets. @throws Error beyond 1024 ports */
  add(name: string): number {
    const port = this.count;
    if (port === MOST_PORTS) throw new Error(`a switch has ${MOST_PORTS} ports at most`);
    const start = port * NAME_OCTETS;
    // TextEncoder can't write to shared memory.
    this.#names.set(new TextEncoder().encode(name).subarray(0, NAME_OCTETS - 1), start);
    Atomics.store(this.#counters, COUNT, port + 1);
    return port;
  }

  name(port: number): string {
    const octets = this.#names.slice(port * NAME_OCTETS, (port + 1) * NAME_OCTETS);
    return new TextDecoder().decode(octets.subarray(0, octets.indexOf(0)));
  }

  /** No more frames are wanted. */
  close(): void {
    Atomics.store(this.#counters, CLOSED, 1);
  }
}
