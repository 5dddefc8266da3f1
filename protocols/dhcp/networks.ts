// Which of a server's networks a client is in: by what its relay says, or else the server's own. RFC 2131 §4.3.1, RFC 3527.
import type { Clock } from "../endpoint/index.ts";
import { dotted } from "../ipv4/address.ts";
import { optionOf } from "../wire/index.ts";
import { Answers } from "./answers.ts";
import type { Message, MessageDraft } from "./format.ts";
import type { Holding } from "./leases.ts";
import type { ServerOptions } from "./plan.ts";

/** A reply, and the network's answers that it came from. */
export interface Answer {
  readonly reply: MessageDraft;
  readonly by: Answers;
}

export class Networks {
  readonly all: readonly Answers[];
  readonly #log: (line: string) => void;

  /** The first is the server's own. @throws RangeError if the options make no sense */
  constructor(clock: Clock, options: ServerOptions, log: (line: string) => void) {
    const plans = [{ ...options, network: options.server }, ...(options.relayed ?? [])];
    this.all = plans.map(plan => new Answers(clock, options, plan, log));
    this.#log = log;
  }

  answer(request: Message): Answer | undefined {
    const by = this.#networkOf(request);
    const reply = by?.answer(request);
    return by && reply && { reply, by };
  }

  /** Remembers leases of an earlier run; those of networks that the server has no more are left out. */
  restore(holdings: Iterable<Holding>): void {
    for (const holding of holdings)
      this.all.find(one => one.covers(holding.address))?.leases.restore(holding);
  }

  #networkOf({ giaddr, ciaddr, options }: Message): Answers | undefined {
    const [own] = this.all;
    const selection = optionOf(options, 82)?.find(({ code }) => code === linkSelection)?.value;
    const place = typeof selection === "number" ? selection : giaddr;
    // A client that renews speaks to the server itself, past the relay.
    if (place === 0) return this.all.find(one => ciaddr !== 0 && one.covers(ciaddr)) ?? own;
    const found = this.all.find(one => one.covers(place));
    if (!found) this.#log(`no addresses for the network of relay ${dotted(place)}`);
    return found;
  }
}

/** RFC 3527 §3: the client's network where the relay's own address is not of it. */
const linkSelection = 5;
