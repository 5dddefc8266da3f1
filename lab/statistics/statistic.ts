// What a statistic is: it sees every packet, and is told at the end, to people or to machines.
import type { Packet } from "../../protocols/packet/index.ts";

export interface Statistic {
  observe(packet: Packet): void;
  /** For people. */
  lines(): Iterable<string>;
  /** For machines: what JSON can hold. */
  values(): unknown;
}

/** Whether a packet counts; by default every one does. */
export type Selects = (packet: Packet) => boolean;

/** Seconds with so many digits, of nanoseconds. */
export const seconds = (nanoseconds: bigint, digits = 6): string =>
  (Number(nanoseconds) / 1e9).toFixed(digits);
