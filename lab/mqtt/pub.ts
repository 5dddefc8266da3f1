// `bun lab mqtt pub`: messages from the command line, a file or standard input, and the end of each of them.
import { readFileSync } from "node:fs";
import { Reason, reasonInWords } from "../../protocols/mqtt/reasons.ts";
import { Unwritable } from "../../protocols/wire/index.ts";
import { exit, Failure, usage } from "../failure.ts";
import { Ahead } from "./ahead.ts";
import { type BrokerOptions, failureOf, openSession, type Plan, planOf } from "./opening.ts";
import { within } from "./patience.ts";
import { messageProperties, numberOf } from "./properties.ts";

/** Messages that are read ahead of what the broker has taken. */
const mostAhead = 1000;

export interface PubOptions extends BrokerOptions {
  readonly message?: string;
  readonly file?: string;
  readonly stdinLine?: boolean;
  readonly stdinFile?: boolean;
  readonly nullMessage?: boolean;
  readonly retain?: boolean;
  readonly repeat: number;
  readonly repeatDelay: number;
  readonly topicAlias?: boolean;
}

/** Returns the exit code. @throws Failure */
export async function pub(given: PubOptions): Promise<number> {
  const plan = planOf(given, "pub");
  const [topic] = plan.topics;
  if (topic === undefined || plan.topics.length > 1) throw usage("name one topic: -t TOPIC.");
  const payloads = payloadsOf(given);
  try {
    return await within(given.timeout, publishAll(plan, topic, payloads, given));
  } catch (error) {
    throw failureOf(error);
  }
}

async function publishAll(
  plan: Plan,
  topic: string,
  payloads: AsyncIterable<readonly Uint8Array[]>,
  given: PubOptions,
): Promise<number> {
  const { publish, disconnect } = plan.properties;
  const properties = messageProperties(publish);
  const { qos, retain = false } = given;
  const aliased = numberOf(publish, "topic-alias", 0xffff) !== undefined;
  const session = await openSession({ ...plan, options: { ...plan.options, topicAliases: aliased } }, given);
  const outcomes: { refused: number } = { refused: 0 };
  const ahead = new Ahead(mostAhead);
  const told = (payload: Uint8Array, outcome: number | Error) => {
    if (outcome instanceof Error) outcomes.refused++;
    if (given.json) console.log(JSON.stringify(objectOf(topic, payload, given, outcome)));
    else if (outcome instanceof Error && !given.quiet) console.error(`lab: ${outcome.message}.`);
  };
  try {
    // With a store, what an earlier run accepted goes first.
    if (session.outstanding > 0) ahead.add(session.drained());
    const rest = { topic, qos, retain, ...(properties && { properties }) };
    for await (const batch of payloads)
      for (const payload of batch) {
        const one = session.publish({ ...rest, payload }).then(
          code => told(payload, code),
          error => {
            if (!session.isConnected || error instanceof Unwritable) throw error;
            told(payload, error);
          },
        );
        ahead.add(one);
        if (ahead.isFull) await ahead.room();
      }
    await ahead.over();
  } finally {
    const expiry = numberOf(disconnect, "session-expiry-interval");
    await session.disconnect(expiry === undefined ? {} : { sessionExpiry: expiry }).catch(() => {});
  }
  return outcomes.refused > 0 ? exit.failed : exit.done;
}

/** Those that are there at a time come together. */
function payloadsOf(given: PubOptions): AsyncIterable<readonly Uint8Array[]> {
  const { message, file, stdinLine, stdinFile, nullMessage } = given;
  const sources = [message !== undefined, file !== undefined, stdinLine, stdinFile, nullMessage];
  if (sources.filter(Boolean).length !== 1)
    throw usage(
      "give one message: -m MESSAGE, -f FILE, -l (a message a line of stdin), -s (all of stdin) or -n (empty).",
    );
  if (stdinLine) return lines();
  return repeated(given, async () => {
    if (message !== undefined) return new TextEncoder().encode(message);
    if (nullMessage) return new Uint8Array();
    if (stdinFile) return new Uint8Array(await Bun.stdin.arrayBuffer());
    try {
      return new Uint8Array(readFileSync(file!));
    } catch (error) {
      throw new Failure(
        `-f ${file} can't be read (${(error as NodeJS.ErrnoException).code}); check the path.`,
      );
    }
  });
}

async function* repeated({ repeat, repeatDelay }: PubOptions, read: () => Promise<Uint8Array>) {
  const payload = await read();
  for (let i = 0; i < repeat; i++) {
    if (i > 0 && repeatDelay > 0) await Bun.sleep(repeatDelay * 1000);
    yield [payload];
  }
}

/** The lines of standard input, without their ends; what follows the last one is a message too. */
async function* lines(): AsyncGenerator<Uint8Array[]> {
  let held = Buffer.alloc(0);
  for await (const chunk of Bun.stdin.stream()) {
    held = Buffer.concat([held, chunk]);
    const all: Uint8Array[] = [];
    let at = 0;
    for (let end = held.indexOf(10, at); end >= 0; end = held.indexOf(10, at)) {
      all.push(new Uint8Array(held.subarray(at, held[end - 1] === 13 && end > at ? end - 1 : end)));
      at = end + 1;
    }
    held = held.subarray(at);
    yield all;
  }
  if (held.length > 0) yield [new Uint8Array(held)];
}

const objectOf = (
  topic: string,
  payload: Uint8Array,
  { qos, retain = false }: PubOptions,
  outcome: number | Error,
) => ({
  topic,
  qos,
  retain,
  octets: payload.length,
  ...(outcome instanceof Error
    ? { ok: false, reason: outcome.message }
    : { ok: true, reasonCode: outcome, reason: reasonInWords(outcome, Reason) }),
});
