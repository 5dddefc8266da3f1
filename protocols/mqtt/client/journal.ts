// The entries of a session's log: each a length, a checksum and a step, so that a cut or a flaw shows. The lab's own format.
import { crc32 } from "node:zlib";
import { Malformed, Reader, rest, struct, u8, u16, u32, u64, Writer } from "../../wire/index.ts";
import { type PacketOf, packet } from "../format.ts";
import { Property, propertyOf } from "../properties.ts";
import { Type } from "../types.ts";
import type { MessageProperties, Publication } from "./message.ts";
import type { Outgoing } from "./store.ts";

/** What a step of a session is called in the log. */
export const Step = {
  accept: 1,
  release: 2,
  complete: 3,
  receive: 4,
  forget: 5,
  forgetAll: 6,
  accepted: 7,
} as const;

/** "MQTTlog" and the version of this format. */
const magic = new Uint8Array([0x4d, 0x51, 0x54, 0x54, 0x6c, 0x6f, 0x67, 1]);

/** Before each step: how many octets it has, and their CRC-32. */
const frame = struct({ size: u32, checksum: u32 });
const frameSize = 8;
const onIdentifier = struct({ kind: u8.with({ names: Step }), identifier: u16 });
const counting = struct({ kind: u8.with({ names: Step }), count: u64 });
/** `publish`: the message as a PUBLISH of MQTT 5; `at`: milliseconds since the Unix epoch. */
const accepting = struct({ kind: u8.with({ names: Step }), at: u64, publish: rest });

export type Entry =
  | { readonly kind: typeof Step.accept; readonly outgoing: Outgoing }
  | { readonly kind: typeof Step.accepted; readonly count: number }
  | { readonly kind: Exclude<(typeof Step)[keyof typeof Step], 1 | 7>; readonly identifier: number };

/** Entries as they are written. */
export const entry = {
  head: magic,
  one: (kind: number, identifier: number): Uint8Array => framed(onIdentifier.encode({ kind, identifier })),
  count: (count: number): Uint8Array =>
    framed(counting.encode({ kind: Step.accepted, count: BigInt(count) })),
  accept: ({ identifier, message, at }: Outgoing): Uint8Array =>
    framed(accepting.encode({ kind: Step.accept, at: BigInt(at), publish: publishOf(identifier, message) })),
};

/**
 * The steps of a log, up to the first entry that is cut short or flawed; `whole`: how many octets they take.
 * Nothing was told of what stands behind: an entry is in the file before anybody hears of it.
 */
export function readEntries(octets: Uint8Array): { whole: number; steps: Entry[] } {
  const steps: Entry[] = [];
  if (magic.some((octet, i) => octets[i] !== octet)) return { whole: 0, steps };
  let at = magic.length;
  while (at + frameSize <= octets.length) {
    const { size, checksum } = frame.decode(octets.subarray(at, at + frameSize));
    const body = octets.subarray(at + frameSize, at + frameSize + size);
    if (body.length < size || crc32(body) !== checksum) break;
    const step = stepIn(body);
    if (!step) break;
    steps.push(step);
    at += frameSize + size;
  }
  return { whole: at, steps };
}

function stepIn(body: Uint8Array): Entry | undefined {
  try {
    const kind = body[0] as Entry["kind"];
    if (kind === Step.accepted) return { kind, count: Number(counting.decode(body).count) };
    if (kind !== Step.accept) return { kind, identifier: onIdentifier.decode(body).identifier };
    const { at, publish } = accepting.decode(body);
    return { kind, outgoing: outgoingOf(publish, Number(at)) };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function framed(body: Uint8Array): Uint8Array {
  const to = new Writer(undefined);
  frame.write(to, { size: body.length, checksum: crc32(body) });
  to.octets(body);
  return to.written();
}

const version = 5;

function publishOf(packetIdentifier: number, message: Publication): Uint8Array {
  const { topic, payload, qos = 0, retain, properties } = message;
  return packet.encode(
    {
      type: Type.PUBLISH,
      qos,
      retain: retain ? 1 : 0,
      topic,
      packetIdentifier,
      payload,
      properties: properties && listed(properties),
    },
    { version },
  );
}

function listed(from: MessageProperties): Property[] {
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic, correlationData } = from;
  const all: (Property | undefined)[] = [
    payloadFormatIndicator === undefined
      ? undefined
      : { identifier: Property.payloadFormatIndicator, value: payloadFormatIndicator ? 1 : 0 },
    messageExpiryInterval === undefined
      ? undefined
      : { identifier: Property.messageExpiryInterval, value: messageExpiryInterval },
    contentType === undefined ? undefined : { identifier: Property.contentType, value: contentType },
    responseTopic === undefined ? undefined : { identifier: Property.responseTopic, value: responseTopic },
    correlationData && { identifier: Property.correlationData, value: correlationData },
    ...(from.userProperties ?? []).map(
      ([name, value]): Property => ({ identifier: Property.userProperty, value: { name, value } }),
    ),
  ];
  return all.filter(one => one !== undefined);
}

function outgoingOf(octets: Uint8Array, at: number): Outgoing {
  const reader = Reader.over(octets.slice(), { version });
  const { topic, qos, retain, packetIdentifier, payload, properties } = packet.read(
    reader,
  ) as PacketOf<"PUBLISH">;
  const of = <const I extends number>(identifier: I) => propertyOf(properties, identifier);
  const format = of(Property.payloadFormatIndicator);
  const kept: MessageProperties = {
    payloadFormatIndicator: format === undefined ? undefined : format === 1,
    messageExpiryInterval: of(Property.messageExpiryInterval),
    contentType: of(Property.contentType),
    responseTopic: of(Property.responseTopic),
    correlationData: of(Property.correlationData),
    userProperties: properties?.flatMap(({ identifier, value }) =>
      identifier === Property.userProperty ? [[value.name, value.value] as const] : [],
    ),
  };
  const message: Publication = {
    topic,
    payload,
    qos: qos as 1 | 2,
    retain: retain === 1,
    ...(properties && properties.length > 0 && { properties: kept }),
  };
  return { identifier: packetIdentifier ?? 0, message, at, released: false, sent: true };
}
