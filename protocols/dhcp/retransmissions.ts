// When a client asked again, held against when it should have. RFC 2131 §4.1, §4.4.5.
import { MessageType } from "./format.ts";

/** A client's message, as far as its time is to be judged. */
export interface Asked {
  readonly packet: number;
  /** Nanoseconds. */
  readonly time: bigint;
  /** `MessageType`. */
  readonly type: number;
  /** It has its address already: RENEWING or REBINDING. */
  readonly renews: boolean;
  /** It came from a server. */
  readonly reply: boolean;
}

/** A question that was asked again at the wrong time. Seconds. */
export interface Untimely {
  readonly packets: readonly [number, number];
  readonly type: number;
  readonly after: number;
  /** The least, and the most where there is one. */
  readonly least: number;
  readonly most: number | undefined;
}

const first = 4;
const longest = 64;
const jitter = 1;
/** What a host that is busy, and a recorder, may be off. */
const slack = 0.25;
const leastRenewal = 60;
/** The same message seen on two ports of a switch, not asked twice. */
const copySeconds = 0.01;

/** What is untimely in a transaction: the messages of one client under one transaction ID, in order. */
export function* untimely(steps: Iterable<Asked>): Generator<Untimely> {
  let before: Asked | undefined;
  let again = 0;
  for (const step of steps) {
    if (step.reply) {
      before = undefined;
      continue;
    }
    if (!asks.has(step.type)) continue;
    if (before?.type !== step.type || before.renews !== step.renews) {
      again = 0;
      before = step;
      continue;
    }
    const after = Number(step.time - before.time) / 1e9;
    if (after < copySeconds) continue;
    const { least, most } = step.renews ? { least: leastRenewal, most: undefined } : waits(again++);
    if (after < least - slack || after > (most ?? Number.POSITIVE_INFINITY) + slack)
      yield { packets: [before.packet, step.packet], type: step.type, after, least, most };
    before = step;
  }
}

const asks: ReadonlySet<number> = new Set([MessageType.Discover, MessageType.Request, MessageType.Inform]);

function waits(again: number): { least: number; most: number } {
  const wait = Math.min(first * 2 ** again, longest);
  return { least: wait - jitter, most: wait + jitter };
}
