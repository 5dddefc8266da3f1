// Replies no longer than their client takes: RFC 2131 §2, RFC 2132 §9.10.
import { optionOf, Unwritable } from "../wire/index.ts";
import { type Message, type MessageDraft, message, type OptionDraft } from "./format.ts";

/** What every client takes, headers of IP and UDP included, and what one Ethernet frame carries. */
const leastDatagram = 576;
const mostDatagram = 1500;
const headers = 28;

/** How long a reply to this request may be, in octets. */
export function largestFor({ options }: Message): number {
  const told = optionOf(options, 57) ?? leastDatagram;
  return Math.min(Math.max(told, leastDatagram), mostDatagram) - headers;
}

/** What a reply makes no sense without, or its relay could not pass on. */
const needed: ReadonlySet<number> = new Set([1, 3, 51, 53, 54, 58, 59, 61, 82, 121]);

/**
 * The reply in at most so many octets, `sname` and `file` overloaded if need be. What fits nowhere is left out, the
 * option that the client asked for last first; `left` has the codes.
 * @throws Unwritable if what is needed does not fit
 */
export function encodeWithin(
  reply: MessageDraft,
  mostOctets: number,
): { octets: Uint8Array; left: readonly number[] } {
  const whole = message.encode(reply);
  const left: number[] = [];
  if (whole.length <= mostOctets) return { octets: whole, left };
  let options: readonly OptionDraft[] = reply.options;
  for (;;) {
    try {
      return { octets: message.encode({ ...reply, options: [...options] }, { mostOctets }), left };
    } catch (error) {
      const last = options.findLast(({ code }) => !needed.has(code));
      if (!(error instanceof Unwritable) || !last) throw error;
      left.push(last.code);
      options = options.filter(one => one !== last);
    }
  }
}
