// `bun lab mqtt sub`: subscriptions, and their messages as they come, in the form that was asked for.
import { Refused } from "../../protocols/endpoint/index.ts";
import type { Message, Session } from "../../protocols/mqtt/client.ts";
import { reasonInWords, SubackReturnCode } from "../../protocols/mqtt/reasons.ts";
import { matches } from "../../protocols/mqtt/topics.ts";
import { exit, Failure, usage } from "../failure.ts";
import { beforeEnd } from "../network/cleanup.ts";
import { machineTime } from "../network/clock.ts";
import { type Arrival, format, formatted, objectOf, type Piece } from "./format.ts";
import { type BrokerOptions, failureOf, openSession, type Plan, planOf } from "./opening.ts";
import { within } from "./patience.ts";
import { numberOf } from "./properties.ts";

export interface SubOptions extends BrokerOptions {
  readonly unsubscribe: readonly string[];
  readonly filterOut: readonly string[];
  readonly count?: number;
  readonly exitAfterSubscribe?: boolean;
  readonly format?: string;
  readonly verbose?: boolean;
  readonly noEol?: boolean;
  readonly pretty?: boolean;
  /** Of a hundred messages, about so many are printed. */
  readonly randomFilter?: number;
  readonly ignoreStale?: boolean;
  readonly retainedOnly?: boolean;
  readonly removeRetained?: boolean;
  readonly noLocal?: boolean;
  readonly retainAsPublished?: boolean;
  readonly retainHandling?: 0 | 1 | 2;
  readonly reconnect?: boolean;
}

/** Returns the exit code. @throws Failure */
export async function sub(given: SubOptions): Promise<number> {
  const plan = planOf(given, "sub");
  if (plan.topics.length === 0 && given.unsubscribe.length === 0)
    throw usage("name a topic: -t FILTER; several times, for several.");
  const print = printer(given);
  try {
    return await run(plan, given, print);
  } catch (error) {
    throw failureOf(error);
  }
}

async function run(plan: Plan, given: SubOptions, print: (arrival: Arrival) => void): Promise<number> {
  const session = await openSession(plan, given, {
    ...(given.reconnect && { reconnect: { dial: undefined as never } }),
    onEvent: event => {
      if (given.quiet) return;
      if (event.kind === "lost") console.error(`lab: ${event.error.message}.`);
      if (event.kind === "waiting")
        console.error(`lab: trying again in ${(event.milliseconds / 1000).toFixed(1)} s.`);
    },
  });
  const expiry = numberOf(plan.properties.disconnect, "session-expiry-interval");
  const leave = () =>
    session.disconnect(expiry === undefined ? {} : { sessionExpiry: expiry }).catch(() => {});
  // Ctrl-C says good-bye, so that no will is published.
  const stay = beforeEnd(leave);
  try {
    const listening = listen(session, plan, given, print);
    return await within(given.timeout, listening);
  } finally {
    await leave();
    stay();
  }
}

async function listen(
  session: Session,
  plan: Plan,
  given: SubOptions,
  print: (arrival: Arrival) => void,
): Promise<number> {
  await subscribe(session, plan, given);
  for (const filter of given.unsubscribe) await session.unsubscribe(filter);
  if (given.exitAfterSubscribe) return exit.done;
  for (let count = 0; count < (given.count ?? Number.POSITIVE_INFINITY); ) {
    const message = await session.receive();
    if (!message) break;
    if (given.retainedOnly && !message.retain) break;
    if (!isWanted(message, given)) continue;
    print({ message, at: machineTime() });
    count++;
    if (given.removeRetained && message.retain)
      await session.publish({ topic: message.topic, payload: new Uint8Array(), retain: true, qos: 1 });
  }
  return exit.done;
}

/** @throws Refused if the broker grants none of the subscriptions */
async function subscribe(session: Session, { topics, properties }: Plan, given: SubOptions): Promise<void> {
  if (topics.length === 0) return;
  const { qos, noLocal, retainAsPublished, retainHandling, protocolVersion } = given;
  const identifier = numberOf(properties.subscribe, "subscription-identifier", 0x0fff_ffff);
  const codes = await session.subscribeAll(topics, {
    qos,
    ...(noLocal && { noLocal }),
    ...(retainAsPublished && { retainAsPublished }),
    ...(retainHandling && { retainHandling }),
    ...(identifier !== undefined && { identifier }),
    ...(properties.subscribe.user.length > 0 && { userProperties: properties.subscribe.user }),
  });
  const inWords = (code: number) =>
    protocolVersion >= 5 ? reasonInWords(code) : reasonInWords(code, SubackReturnCode);
  const refused = topics
    .map((topic, i) => ({ topic, code: codes[i] ?? 0x80 }))
    .filter(({ code }) => code >= 0x80)
    .map(({ topic, code }) => `"${topic}": ${inWords(code)}`);
  if (refused.length === topics.length) throw new Refused(`the broker refused ${refused.join("; ")}`);
  if (refused.length > 0 && !given.quiet) console.error(`lab: the broker refused ${refused.join("; ")}.`);
}

const isWanted = (
  { topic, retain }: Message,
  { filterOut, ignoreStale, randomFilter = 100 }: SubOptions,
): boolean =>
  !(ignoreStale && retain) &&
  !filterOut.some(filter => matches(filter, topic)) &&
  Math.random() * 100 < randomFilter;

/** What writes a message to stdout. @throws Failure (usage) if the format is none */
function printer(given: SubOptions): (arrival: Arrival) => void {
  const end = given.noEol ? "" : "\n";
  if (given.json)
    return arrival => write(`${JSON.stringify({ ...objectOf(arrival), ...octets(arrival) })}\n`);
  if (given.format === undefined)
    return ({ message }) =>
      write(
        Buffer.concat([
          Buffer.from(given.verbose ? `${message.topic} ` : ""),
          message.payload,
          Buffer.from(end),
        ]),
      );
  if (given.pretty && (given.format === "%j" || given.format === "%J"))
    return arrival => write(`${JSON.stringify(objectOf(arrival, given.format === "%J"), null, 2)}${end}`);
  const pieces = format(given.format);
  return arrival => write(Buffer.concat([valid(pieces, arrival), Buffer.from(end)]));
}

/** %J of a payload that is no JSON says so and prints nothing. */
function valid(pieces: readonly Piece[], arrival: Arrival): Uint8Array {
  try {
    return formatted(pieces, arrival);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure(`the payload on topic ${arrival.message.topic} is no JSON; %j prints it as text.`);
  }
}

/** Octets that are no text keep their values in hexadecimal beside it. */
function octets({ message: { payload } }: Arrival): object {
  const isText = Buffer.from(new TextDecoder().decode(payload)).equals(payload);
  return isText ? {} : { "payload-hex": payload.toHex() };
}

const write = (what: string | Uint8Array): void => void process.stdout.write(what);
