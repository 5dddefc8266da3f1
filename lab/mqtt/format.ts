// `-F`: a message as a format says, with mosquitto_sub's sequences: `%` for the message, `@` for its time, `\` for characters.
import type { Message } from "../../protocols/mqtt/client.ts";
import { usage } from "../failure.ts";
import { conversion, offset, strftime } from "./strftime.ts";

/** A message, and when it came: nanoseconds since the Unix epoch. */
export interface Arrival {
  readonly message: Message;
  readonly at: bigint;
}

export type Piece = (arrival: Arrival) => string | Uint8Array;

/** @throws Failure (usage) */
export function format(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const sequence = /%([-0]*)(\d*)(?:\.(\d+))?(.)|@(.)|\\(.)|([^%@\\]+)|([\s\S])/gsu;
  for (const [whole, flags, width, most, parameter, time, special, plain] of text.matchAll(sequence))
    pieces.push(
      plain !== undefined
        ? () => plain
        : parameter !== undefined
          ? parametered(parameter, { flags: flags!, width: Number(width || 0), most })
          : time !== undefined
            ? timed(time)
            : escaped(special, whole),
    );
  return pieces;
}

/** The octets of a message by its format. */
export function formatted(pieces: readonly Piece[], arrival: Arrival): Uint8Array {
  return Buffer.concat(
    pieces.map(piece => {
      const made = piece(arrival);
      return typeof made === "string" ? Buffer.from(made) : made;
    }),
  );
}

interface Field {
  readonly flags: string;
  readonly width: number;
  readonly most: string | undefined;
}

/** Padded with zeros only if it is a number, or digits. */
const values: Readonly<Record<string, { readonly digits?: true; of(arrival: Arrival): string }>> = {
  A: { digits: true, of: ({ message }) => String(message.topicAlias ?? "") },
  C: { of: ({ message }) => message.properties?.contentType ?? "" },
  E: { digits: true, of: ({ message }) => String(message.properties?.messageExpiryInterval ?? "") },
  F: {
    digits: true,
    of: ({ message }) => {
      const indicator = message.properties?.payloadFormatIndicator;
      return indicator === undefined ? "" : indicator ? "1" : "0";
    },
  },
  I: { of: ({ at }) => strftime("@Y-@m-@dT@H:@M:@S@z", dateOf(at)) },
  l: { digits: true, of: ({ message }) => String(message.payload.length) },
  m: { digits: true, of: ({ message }) => String(message.packetIdentifier ?? 0) },
  P: {
    of: ({ message }) =>
      (message.properties?.userProperties ?? []).map(([name, value]) => `${name}:${value}`).join(" "),
  },
  q: { of: ({ message }) => String(message.qos) },
  R: { of: ({ message }) => message.properties?.responseTopic ?? "" },
  r: { of: ({ message }) => (message.retain ? "1" : "0") },
  S: { digits: true, of: ({ message }) => (message.subscriptionIdentifiers ?? []).join(" ") },
  t: { of: ({ message }) => message.topic },
  U: { of: ({ at }) => `${at / second}.${String(at % second).padStart(9, "0")}` },
  X: { digits: true, of: ({ message }) => message.payload.toHex().toUpperCase() },
  x: { digits: true, of: ({ message }) => message.payload.toHex() },
};

function parametered(parameter: string, field: Field): Piece {
  if (parameter === "%") return () => "%";
  if (parameter === "p") return ({ message }) => padded(message.payload, field);
  if (parameter === "D") return ({ message }) => message.properties?.correlationData ?? "";
  if (parameter === "j") return arrival => jsonOf(arrival);
  if (parameter === "J") return arrival => jsonOf(arrival, true);
  const value = values[parameter];
  if (!value) throw usage(`-F: there is no %${parameter}; see mosquitto_sub(1), OUTPUT FORMAT.`);
  return arrival => {
    const whole = value.of(arrival);
    const text = field.most === undefined ? whole : whole.slice(0, Number(field.most));
    if (field.flags.includes("-")) return text.padEnd(field.width);
    return text.padStart(field.width, field.flags.includes("0") && value.digits ? "0" : " ");
  };
}

/** Octets are padded as octets. */
function padded(payload: Uint8Array, { flags, width }: Field): Uint8Array {
  const fill = Buffer.alloc(Math.max(0, width - payload.length), " ");
  return Buffer.concat(flags.includes("-") ? [payload, fill] : [fill, payload]);
}

function timed(character: string): Piece {
  if (character === "@") return () => "@";
  if (character === "N") return ({ at }) => String(at % second).padStart(9, "0");
  if (conversion(character, new Date(0)) === undefined)
    throw usage(`-F: there is no @${character}; after @ stands what follows % in strftime(3), or N.`);
  return ({ at }) => conversion(character, dateOf(at))!;
}

const characters: Readonly<Record<string, string>> = {
  "\\": "\\",
  "0": "\0",
  a: "\x07",
  e: "\x1b",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function escaped(character: string | undefined, whole: string): Piece {
  const made = character === undefined ? undefined : characters[character];
  if (made === undefined)
    throw usage(
      `-F: "${whole}" means nothing; after \\ stands one of ${Object.keys(characters).join(" ")}, % and @ are written %% and @@.`,
    );
  return () => made;
}

const second = 1_000_000_000n;
const dateOf = (at: bigint): Date => new Date(Number(at / 1_000_000n));

/** The message as one object; with `parsed`, its payload is JSON itself. @throws SyntaxError if it is not */
export function jsonOf(arrival: Arrival, parsed = false): string {
  return JSON.stringify(objectOf(arrival, parsed));
}

/** As mosquitto_sub's %j, by its names. */
export function objectOf({ message, at }: Arrival, parsed = false): object {
  const { topic, payload, qos, retain, packetIdentifier, properties, subscriptionIdentifiers } = message;
  const date = dateOf(at);
  const text = new TextDecoder().decode(payload);
  const micro = String((at % second) / 1000n).padStart(6, "0");
  const extra = {
    ...(properties?.contentType !== undefined && { "content-type": properties.contentType }),
    ...(properties?.userProperties && { "user-properties": Object.fromEntries(properties.userProperties) }),
    ...(properties?.correlationData && {
      "correlation-data": new TextDecoder().decode(properties.correlationData),
    }),
    ...(properties?.responseTopic !== undefined && { "response-topic": properties.responseTopic }),
    ...(properties?.messageExpiryInterval !== undefined && {
      "message-expiry-interval": properties.messageExpiryInterval,
    }),
    ...(properties?.payloadFormatIndicator !== undefined && {
      "payload-format-indicator": properties.payloadFormatIndicator ? 1 : 0,
    }),
    ...(subscriptionIdentifiers && { "subscription-identifier": subscriptionIdentifiers }),
  };
  return {
    tst: `${strftime("@Y-@m-@dT@H:@M:@S", date)}.${micro}${offset(date)}`,
    topic,
    qos,
    retain: retain ? 1 : 0,
    payloadlen: payload.length,
    ...(qos > 0 && { mid: packetIdentifier }),
    ...(Object.keys(extra).length > 0 && { properties: extra }),
    payload: parsed ? JSON.parse(text) : text,
  };
}
