// One way of a TLS conversation: which keys its records are opened with by now, and the place of each among them.
import type { Opened, Opener, Place } from "./decipher.ts";
import { isEnciphered, type Protection, type RecordValue } from "./records.ts";

/** Which keys are in use. `plain` until TLS 1.2 lasts up to ChangeCipherSpec; `session` is all that comes after. */
export type Epoch = "plain" | "session" | "early" | "handshake" | "application";

/** Keys are in its functions only, so that printing it prints none. */
export interface Direction extends Protection, Place {
  readonly epoch: Epoch;
  /** How often the keys were renewed with KeyUpdate (TLS 1.3). */
  readonly updates: number;
  /** None if the keys are not known. */
  readonly open?: Opener;
  /** The same way after a KeyUpdate (TLS 1.3). */
  readonly updated?: () => Direction;
  /** With the keys that come next, where the message that says so may not be seen or understood. */
  readonly next?: () => Direction;
  /** Records in a row that did not open, since one did; `undefined` until one has. */
  readonly closed?: number;
}

export const plain: Direction = {
  enciphered: false,
  typeHidden: false,
  explicitNonce: 0,
  sequence: 0,
  epoch: "plain",
  updates: 0,
};

/** What came of a record. */
export interface Outcome {
  readonly opened?: Opened;
  /** The keys and the place with which it opened, where it did. */
  readonly by: Direction;
  /** The same way, for the record after it. */
  readonly after: Direction;
}

/** So many lost records are skipped over: 32 of the largest are half a megabyte. */
const mostLost = 32;
/** After so many in a row that did not open, lost ones are not sought any more: it would be done for each. */
const mostTries = 4;

/** Asked for the same record twice: before it is dissected further, and after. */
const outcomes = new WeakMap<RecordValue, { readonly direction: Direction; readonly outcome: Outcome }>();

/** Opens a record with the keys of its way, those that come next, or those keys at a later place if records were lost. */
export function outcomeOf(direction: Direction, record: RecordValue): Outcome {
  const known = outcomes.get(record);
  if (known?.direction === direction) return known.outcome;
  const outcome = attempted(direction, record);
  outcomes.set(record, { direction, outcome });
  return outcome;
}

function attempted(direction: Direction, record: RecordValue): Outcome {
  if (!direction.enciphered || !isEnciphered(record.contentType, direction))
    return { by: direction, after: direction };
  for (const by of candidates(direction)) {
    const opened = by.open?.(by, record);
    if (opened) return { opened, by, after: { ...passed(by, record), closed: 0 } };
  }
  const after = passed(direction, record);
  return {
    by: direction,
    after: direction.closed === undefined ? after : { ...after, closed: direction.closed + 1 },
  };
}

function* candidates(direction: Direction): Generator<Direction> {
  yield direction;
  const next = direction.next?.();
  if (next) yield next;
  if (direction.closed === undefined || direction.closed >= mostTries) return;
  for (let lost = 1; lost <= mostLost; lost++) yield { ...direction, sequence: direction.sequence + lost };
}

/** The place after that record. */
const passed = (direction: Direction, { fragment }: RecordValue): Direction => ({
  ...direction,
  sequence: direction.sequence + 1,
  tail: fragment?.enciphered.slice(-tailSize),
});

/** The largest block, and behind it the largest MAC. */
const tailSize = 16 + 48;
