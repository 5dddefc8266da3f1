// What the analyzer reports of a capture.
import type { ReportedAssociation } from "./association.ts";

export interface Report {
  /** Every request, in order. */
  readonly exchanges: readonly ReportedExchange[];
  /** Every client with every server that it asked. */
  readonly associations: readonly ReportedAssociation[];
  /** Calls to all, which nobody asked for. */
  readonly broadcasts: readonly ReportedBroadcast[];
}

/** Times by the capture's clock, in nanoseconds. */
export interface ReportedExchange {
  /** Packet numbers. */
  readonly asked: number;
  readonly answered: number | undefined;
  readonly client: string;
  readonly server: string;
  readonly version: number;
  readonly stratum: number | undefined;
  readonly leap: number | undefined;
  /** "RATE" or the like, if the server refused by a kiss-o'-death. */
  readonly kiss: string | undefined;
  /** What the server's clock is ahead of the capture's, if the way there takes as long as the way back. */
  readonly offset: bigint | undefined;
  /** From request to reply where the capture was made, without the time that the server took. */
  readonly delay: bigint | undefined;
  /** By what the clocks' grain and frequency may put the offset out, besides half of the delay. */
  readonly dispersion: bigint | undefined;
  /** To the reference clock: half of all delays, and all dispersions. */
  readonly rootDistance: bigint | undefined;
  /** What the client's own clock is ahead of the capture's, if it tells its time in the request. */
  readonly clientAhead: bigint | undefined;
}

export interface ReportedBroadcast {
  readonly packet: number;
  readonly server: string;
  readonly stratum: number;
  /** What the server's clock is ahead of the capture's; the way to here makes it look behind. */
  readonly offset: bigint;
}
