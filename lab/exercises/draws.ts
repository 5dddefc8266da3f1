// What a seed decides: the one mapping from a seed to a task's parameters. No random numbers of the runtime have a part in it.
import { colons } from "../../protocols/ethernet/address.ts";
import { Dice } from "../network/faults/dice.ts";

/**
 * Numbers drawn from a seed (any text), by xoshiro128** over splitmix32 (`Dice`). The same seed and the same calls in
 * the same order draw the same, on any machine and in any version of the lab: what changes that changes the version of
 * each scene.
 */
export class Draws {
  readonly #dice: Dice;

  constructor(readonly seed: string) {
    this.#dice = new Dice(seed);
  }

  /** From 0 up to, not including, 1: what clients of the lab take in place of `Math.random`. */
  readonly random = (): number => this.#dice.next();

  /** Draws of their own for a part of the whole, so that what one part draws changes nothing for the others. */
  of(part: string): Draws {
    return new Draws(`${this.seed}|${part}`);
  }

  /** A whole number, both bounds included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.whole(0, from.length - 1)]!;
  }

  /** So many different ones, in an order that is drawn too. */
  some<T>(count: number, from: readonly T[]): T[] {
    return this.shuffled(from).slice(0, count);
  }

  /** Fisher and Yates. */
  shuffled<T>(from: readonly T[]): T[] {
    const all = [...from];
    for (let i = all.length - 1; i > 0; i--) {
      const j = this.whole(0, i);
      [all[i], all[j]] = [all[j]!, all[i]!];
    }
    return all;
  }

  octets(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.whole(0, 255));
  }

  /** "02:1f:…": administered locally, of one host (IEEE 802). */
  mac(): string {
    const octets = this.octets(6);
    octets[0] = 0x02;
    return colons(octets);
  }

  /** "192.168.37.", or of 10.0.0.0/8: what stands before the last number of a network's addresses (RFC 1918). */
  network(): string {
    return this.chance(0.5)
      ? `192.168.${this.whole(2, 250)}.`
      : `10.${this.whole(1, 250)}.${this.whole(1, 250)}.`;
  }
}
