// `-D COMMAND IDENTIFIER VALUE`: properties of MQTT 5 as mosquitto's clients name them.
import type { MessageProperties, UserProperties } from "../../protocols/mqtt/client.ts";
import { usage } from "../failure.ts";
import { meant } from "../words.ts";

/** What was asked for, by the packet that carries it. Values are as typed. */
export interface Properties {
  readonly connect: Given;
  readonly publish: Given;
  readonly subscribe: Given;
  readonly unsubscribe: Given;
  readonly disconnect: Given;
  readonly will: Given;
}

interface Given {
  readonly values: ReadonlyMap<string, string>;
  readonly user: UserProperties;
}

const message = [
  "payload-format-indicator",
  "message-expiry-interval",
  "content-type",
  "response-topic",
  "correlation-data",
];
const known: Readonly<Record<keyof Properties, readonly string[]>> = {
  connect: [
    "session-expiry-interval",
    "receive-maximum",
    "maximum-packet-size",
    "topic-alias-maximum",
    "request-response-information",
    "request-problem-information",
  ],
  publish: [...message, "topic-alias"],
  subscribe: ["subscription-identifier"],
  unsubscribe: [],
  disconnect: ["session-expiry-interval"],
  will: [...message, "will-delay-interval"],
};
const commands = Object.keys(known) as (keyof Properties)[];

/** @throws Failure (usage) */
export function properties(words: readonly string[]): Properties {
  const all = Object.fromEntries(
    commands.map(command => [command, { values: new Map<string, string>(), user: [] as [string, string][] }]),
  ) as Record<keyof Properties, { values: Map<string, string>; user: [string, string][] }>;
  for (let at = 0; at < words.length; ) {
    const command = words[at++]! as keyof Properties;
    const given = all[command];
    if (!given) throw unknown(command, commands, "packet");
    const identifier = words[at++];
    if (identifier === "user-property") {
      const [name, value] = [words[at++], words[at++]];
      if (name === undefined || value === undefined)
        throw usage(`-D ${command} user-property takes a name and a value.`);
      given.user.push([name, value]);
      continue;
    }
    if (identifier === undefined || !known[command].includes(identifier))
      throw unknown(identifier ?? "", [...known[command], "user-property"], `property of ${command}`);
    const value = words[at++];
    if (value === undefined) throw usage(`-D ${command} ${identifier} takes a value.`);
    if (given.values.has(identifier)) throw usage(`-D ${command} ${identifier} may stand only once.`);
    given.values.set(identifier, value);
  }
  return all;
}

function unknown(word: string, choices: readonly string[], what: string): Error {
  const close = meant(word, choices);
  return usage(
    `-D: there is no ${what} "${word}"; ${close ? `did you mean ${close}?` : `there are ${choices.join(", ")}.`}`,
  );
}

/** The number that was given for a property. @throws Failure (usage) */
export function numberOf({ values }: Given, identifier: string, most = 0xffff_ffff): number | undefined {
  const text = values.get(identifier);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most)
    throw usage(`-D ${identifier} takes a whole number from 0 to ${most}, and not "${text}".`);
  return value;
}

/** Those of a message, or a will; `undefined` if none was given. */
export function messageProperties(given: Given): MessageProperties | undefined {
  const { values, user } = given;
  if (values.size === 0 && user.length === 0) return undefined;
  const format = numberOf(given, "payload-format-indicator", 1);
  const expiry = numberOf(given, "message-expiry-interval");
  const [contentType, responseTopic] = [values.get("content-type"), values.get("response-topic")];
  const data = values.get("correlation-data");
  return {
    ...(format !== undefined && { payloadFormatIndicator: format === 1 }),
    ...(expiry !== undefined && { messageExpiryInterval: expiry }),
    ...(contentType !== undefined && { contentType }),
    ...(responseTopic !== undefined && { responseTopic }),
    ...(data !== undefined && { correlationData: new TextEncoder().encode(data) }),
    ...(user.length > 0 && { userProperties: user }),
  };
}
