// The plain packet list, for pipes and files: octets written from octets, packets made only where a glance is not enough.
import { Glance } from "../../protocols/glance/index.ts";
import { type AnyProtocol, type DecodeAs, dissector } from "../../protocols/packet/index.ts";
import type { Line } from "../../protocols/packet/line.ts";
import type { RecordedFrame } from "../../protocols/pcapng/capture.ts";
import { nanosecondsBetween } from "../../protocols/pcapng/recorded.ts";
import { printable } from "../terminal.ts";
import { lineOf, numberWidth, Rows, type TimeFormat, timeWidth } from "./list.ts";

export interface Listing {
  readonly protocols: readonly AnyProtocol[];
  readonly rules: readonly DecodeAs[];
  readonly time: TimeFormat;
  /** Whether secrets are known by now. */
  readonly secrets: () => boolean;
}

/** Lines of a capture's packets, which are asked for in their order. */
export class Lines {
  readonly #glance: Glance;
  readonly #dissect: ReturnType<typeof dissector>["packet"];
  readonly #rows: Rows;
  #first: RecordedFrame | undefined;

  constructor(readonly listing: Listing) {
    this.#glance = new Glance({ ...listing, printable });
    this.#dissect = dissector(listing.protocols, listing.rules).packet;
    this.#rows = new Rows(listing.time);
  }

  add(frame: RecordedFrame, to: Line): void {
    this.#first ??= frame;
    const before = to.size;
    const time = nanosecondsBetween(this.#first, frame);
    to.number(frame.number, numberWidth);
    to.octet(0x20);
    const timeAt = to.size;
    if (this.listing.time === "r" && time >= 0) sinceFirst(to, time);
    else to.text(this.#rows.time(frame.time).padStart(timeWidth));
    if (!this.#glance.look(frame, time, to)) {
      const row = this.#rows.row(this.#dissect(frame), textOf(to, timeAt).trimStart());
      to.size = before;
      to.text(lineOf(row));
    }
    to.octet(0x0a);
  }
}

const textOf = ({ octets, size }: Line, from: number): string =>
  new TextDecoder().decode(octets.subarray(from, size));

/** "   0.123456": seconds and microseconds, cut, not rounded. */
function sinceFirst(to: Line, nanoseconds: number): void {
  const microseconds = Math.floor(nanoseconds / 1000);
  const seconds = Math.floor(microseconds / 1_000_000);
  to.number(seconds, timeWidth - 7);
  to.octet(0x2e);
  to.digits(microseconds - seconds * 1_000_000, 6);
}
