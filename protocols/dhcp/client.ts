// The DHCP client: a lease acquired, kept and given back, state by state. RFC 2131 §3 and §4.4, figure 5.
import { type Clock, type Datagrams, type Endpoint, Refused, Unanswered } from "../endpoint/index.ts";
import { dotted, parseIpv4 } from "../ipv4/address.ts";
import { optionOf } from "../wire/index.ts";
import { port } from "./decoder.ts";
import { Dialogue, type DialogueOptions, type State, typeOf } from "./dialogue.ts";
import { type Message, MessageType } from "./format.ts";
import { type Lease, leaseOf, type Parameters, parametersOf } from "./lease.ts";
import type { Objection } from "./replies.ts";
import { decline, discover, everyone, informOf, reclaim, releaseOf, renewal, requestOf } from "./requests.ts";
import { rules } from "./rules.ts";

export type { DialogueOptions, RefusedReply, State } from "./dialogue.ts";
export type { Lease, Parameters } from "./lease.ts";

export interface ClientOptions extends DialogueOptions {
  /** How many times DHCPDISCOVER is sent at the most: 5. */
  readonly attempts?: number;
  /** How long to wait for further offers once one has come, in milliseconds: 0. */
  readonly collect?: number;
  /** Which offer to take: by default the first that has the requested address, or else the first. */
  readonly choose?: (offers: readonly Message[], options: ClientOptions) => Message;
  /** Whether another host uses this address (ARP, RFC 5227): it is then declined. By default nobody looks. */
  readonly probe?: (address: string) => Promise<boolean>;
}

/** RFC 2131 §4.4.5 gives DHCPREQUEST four, 60 seconds in all. */
const requestAttempts = 4;

/**
 * Acquires a lease: DHCPDISCOVER, DHCPOFFER, DHCPREQUEST, DHCPACK, once through from INIT to BOUND. It does not
 * wait the one to ten seconds at first that §4.4.1 asks of hosts that all start at once.
 * @throws Unanswered if no server offers, or the chosen one falls silent; what is left is to start again, or to do without
 * @throws Refused by the server (DHCPNAK), with its message, or because the address is in use: start again
 */
export async function acquire(datagrams: Datagrams, clock: Clock, options: ClientOptions): Promise<Lease> {
  const dialogue = new Dialogue(datagrams, clock, options);
  dialogue.enter("INIT");

  dialogue.enter("SELECTING");
  const attempts = dialogue.backoff(options.attempts ?? 5);
  const first = await dialogue.ask("DHCPDISCOVER", discover(options), everyone, attempts, isOffer(options));
  const answer = typeOf(first) === MessageType.ACK ? first : await request(dialogue, first, options);
  refuseNak(answer);

  const address = dotted(answer.yiaddr);
  if (await options.probe?.(address)) {
    await dialogue.tell(decline(options, answer), everyone);
    throw new Refused(`${address} is in use by another host, so it was declined; try again in ten seconds`, [
      answer,
    ]);
  }
  return bound(dialogue, answer);
}

async function request(dialogue: Dialogue, first: Message, options: ClientOptions): Promise<Message> {
  const offers = await offersWithin(dialogue, first, options.collect ?? 0);
  const offer = (options.choose ?? preferred)(offers, options);
  dialogue.enter("REQUESTING");
  const waits = dialogue.backoff(requestAttempts);
  return dialogue.ask("DHCPREQUEST", requestOf(options, offer), everyone, waits, answerTo(offer), true);
}

/**
 * Takes up an address that the client had before it was restarted (INIT-REBOOT).
 * @throws Refused if it is another's by now: acquire a new one
 * @throws Unanswered if no server knows; a lease that has not run out may still be used
 */
export async function reboot(
  datagrams: Datagrams,
  clock: Clock,
  address: string,
  options: DialogueOptions,
): Promise<Lease> {
  const dialogue = new Dialogue(datagrams, clock, options);
  dialogue.enter("INIT-REBOOT");
  dialogue.enter("REBOOTING");
  const waits = dialogue.backoff(requestAttempts);
  const answer = await dialogue.ask(
    "DHCPREQUEST",
    reclaim(options, address),
    everyone,
    waits,
    isAnswer(address),
  );
  refuseNak(answer);
  return bound(dialogue, answer);
}

/**
 * Renews a lease: with the server that gave it until T2 (RENEWING), then with any (REBINDING) until it runs out.
 * `datagrams` must be open at the lease's address.
 * @throws Refused (DHCPNAK): the address may not be used any more, at once
 * @throws Unanswered when the lease has run out
 */
export async function renew(
  datagrams: Datagrams,
  clock: Clock,
  lease: Lease,
  options: DialogueOptions,
): Promise<Lease> {
  const dialogue = new Dialogue(datagrams, clock, options);
  const ask = (state: State, to: Endpoint, until: number) => {
    dialogue.enter(state);
    const waits = halves(clock, lease, until);
    return dialogue.ask("DHCPREQUEST", renewal(options, lease), to, waits, isAnswer(lease.address));
  };
  const server = { address: lease.server, port: port.server };
  const answer = await ask("RENEWING", server, lease.rebinding).catch(error => {
    if (!(error instanceof Unanswered)) throw error;
    return ask("REBINDING", everyone, lease.seconds);
  });
  refuseNak(answer);
  return bound(dialogue, answer);
}

/**
 * Keeps a lease until the signal, renewing it at T1 each time; `onLease` hears of each renewal. Ends as `renew`
 * does when the lease is lost.
 */
export async function keep(
  datagrams: Datagrams,
  clock: Clock,
  lease: Lease,
  options: DialogueOptions & { readonly signal: AbortSignal; readonly onLease?: (lease: Lease) => void },
): Promise<void> {
  const { signal } = options;
  let kept = lease;
  for (;;) {
    await sleepUntil(clock, kept.acquiredAt, kept.renewal, signal);
    if (signal.aborted) return;
    try {
      kept = await renew(datagrams, clock, kept, options);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    options.onLease?.(kept);
  }
}

/** Gives the address back. Nobody answers. */
export async function release(
  datagrams: Datagrams,
  clock: Clock,
  lease: Lease,
  options: DialogueOptions,
): Promise<void> {
  const dialogue = new Dialogue(datagrams, clock, options);
  await dialogue.tell(releaseOf(options, lease), { address: lease.server, port: port.server });
  dialogue.enter("INIT");
}

/** Asks how to live in this network, with an address that the client has from elsewhere. @throws Unanswered */
export async function inform(
  datagrams: Datagrams,
  clock: Clock,
  address: string,
  options: DialogueOptions,
): Promise<Parameters> {
  const dialogue = new Dialogue(datagrams, clock, options);
  const waits = dialogue.backoff(requestAttempts);
  const isAck = (reply: Message) => typeOf(reply) === MessageType.ACK;
  const answer = await dialogue.ask("DHCPINFORM", informOf(options, address), everyone, waits, isAck);
  return parametersOf(answer, parseIpv4(address));
}

function bound(dialogue: Dialogue, ack: Message): Lease {
  dialogue.enter("BOUND");
  return leaseOf(ack, dialogue.askedAt);
}

/** An offer, or at once an acknowledgement where the client offered to take one (RFC 4039 §3.1). */
function isOffer({ rapidCommit }: ClientOptions): (reply: Message) => boolean {
  return reply => {
    if (typeOf(reply) === MessageType.Offer) return true;
    const commits = typeOf(reply) === MessageType.ACK && optionOf(reply.options, 80) !== undefined;
    return rapidCommit === true && commits && reply.yiaddr !== 0;
  };
}

/** The first offer, and those that come within so many milliseconds after it. */
async function offersWithin(dialogue: Dialogue, first: Message, milliseconds: number): Promise<Message[]> {
  const { clock } = dialogue;
  const began = clock.elapsed();
  const offers = [first];
  for (;;) {
    const left = milliseconds - Number(clock.elapsed() - began) / 1e6;
    const offer = await dialogue.hear(left, reply => typeOf(reply) === MessageType.Offer);
    if (!offer) return offers;
    offers.push(offer);
  }
}

function preferred(offers: readonly Message[], { requested }: ClientOptions): Message {
  return offers.find(offer => dotted(offer.yiaddr) === requested) ?? offers[0]!;
}

/** The chosen server's answer, which must be about the address that it offered. */
function answerTo(offer: Message): (reply: Message) => boolean | Objection {
  const server = optionOf(offer.options, 54)!;
  const isRight = isAnswer(dotted(offer.yiaddr));
  return reply => {
    const other = optionOf(reply.options, 54)!;
    if (typeOf(reply) === MessageType.Offer || other === server) return isRight(reply);
    return {
      rule: rules.wrongServer,
      detail: `${dotted(other)} answers what was asked of ${dotted(server)}`,
    };
  };
}

/** A yes that is about this address, or a no. Late offers concern nobody. */
function isAnswer(address: string): (reply: Message) => boolean | Objection {
  return reply => {
    if (typeOf(reply) === MessageType.NAK) return true;
    if (typeOf(reply) !== MessageType.ACK) return false;
    if (dotted(reply.yiaddr) === address) return true;
    return { rule: rules.wrongAddress, detail: `${dotted(reply.yiaddr)}, not ${address}` };
  };
}

function refuseNak(answer: Message): void {
  if (typeOf(answer) !== MessageType.NAK) return;
  const server = dotted(optionOf(answer.options, 54)!);
  const reason = optionOf(answer.options, 56);
  throw new Refused(`${server} refused the address (DHCPNAK)${reason ? `: ${JSON.stringify(reason)}` : ""}`, [
    answer,
  ]);
}

/** Half of what is left until `until`, but no less than 60 s, in milliseconds (RFC 2131 §4.4.5). */
function* halves(clock: Clock, lease: Lease, until: number): Generator<number> {
  for (;;) {
    const left = until - Number(clock.elapsed() - lease.acquiredAt) / 1e9;
    if (left <= 0) return;
    yield Math.min(left, Math.max(left / 2, 60)) * 1000;
  }
}

/** Timers hold no more than 24 days; a lease may be longer. */
const day = 86_400_000;

async function sleepUntil(clock: Clock, since: bigint, seconds: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const left = seconds * 1000 - Number(clock.elapsed() - since) / 1e6;
    if (left <= 0) return;
    await clock.sleep(Math.min(left, day), signal);
  }
}
