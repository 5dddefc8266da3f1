// The 15 control packets, of MQTT 3.1, 3.1.1 and 5. OASIS MQTT Version 5.0 §2 and §3, MQTT Version 3.1.1 §2 and §3.
import {
  bits,
  Codec,
  type Draft,
  type Field,
  given,
  Malformed,
  many,
  optional,
  Reader,
  rest,
  struct,
  Truncated,
  u8,
  u16,
  type Value,
  Writer,
} from "../wire/index.ts";
import { properties } from "./properties.ts";
import { DisconnectReason, Reason, ReturnCode, SubackReason, SubackReturnCode } from "./reasons.ts";
import { requiredFlags, Type } from "./types.ts";
import { binary, payloadShown, text, variableByteInteger } from "./values.ts";
import { absent, announced, type Conversation, since5, Version, versionOf, where } from "./versions.ts";

const packetIdentifier = u16.with({ label: "Packet Identifier" });
const reason = (names: Readonly<Record<string, number>>) => u8.with({ names, hex: true });
const byVersion = <C extends Codec<number>>(before5: C, from5: C) =>
  given<Conversation, C>(state => (versionOf(state) >= 5 ? from5 : before5));

/** How CONNECT begins in every version: enough to tell whether the rest can be read. */
export const opening = struct({
  protocolName: text,
  protocolVersion: u8.with({ names: Version }),
});

/** §3.1 after the version, by which it is read. */
const connectRest = struct({
  flags: bits({
    userName: 1,
    password: 1,
    willRetain: 1,
    willQoS: { width: 2, label: "Will QoS" },
    will: 1,
    cleanStart: 1,
    reserved: 1,
  }),
  keepAlive: u16.with({ unit: "s" }),
  properties: since5(properties),
  clientIdentifier: text,
  willProperties: where("flags", (flags: { will: number }) => flags.will === 1, since5(properties)),
  willTopic: where("flags", (flags: { will: number }) => flags.will === 1, text),
  willPayload: where("flags", (flags: { will: number }) => flags.will === 1, binary),
  userName: where("flags", (flags: { userName: number }) => flags.userName === 1, text),
  password: where("flags", (flags: { password: number }) => flags.password === 1, binary),
});

/** §3.2 */
const connack = struct({
  flags: bits({ reserved: 7, sessionPresent: 1 }),
  reasonCode: byVersion(reason(ReturnCode), reason(Reason)),
  properties: since5(properties),
});

/** §3.3: the packet identifier is there from QoS 1 up. */
const publish = (identifier: Codec<number | undefined>) =>
  struct({
    topic: text,
    packetIdentifier: identifier,
    properties: since5(properties),
    payload: rest.with({ show: payloadShown }),
  });
const publishOnce = publish(absent);
const publishAcknowledged = publish(packetIdentifier as Codec<number | undefined>);

/** §3.4 to §3.7, §3.14, §3.15: reason code and properties may be left out from the end, meaning 0 and none. */
const outcome = (names: Readonly<Record<string, number>>) => ({
  reasonCode: since5(optional(reason(names))),
  properties: where(
    "reasonCode",
    (code: number | undefined) => code !== undefined,
    since5(optional(properties)),
  ),
});
const acknowledgement = struct({ packetIdentifier, ...outcome(Reason) });

/** §3.8. Before MQTT 5 the upper six bits of the options are reserved. */
const subscribe = struct({
  packetIdentifier,
  properties: since5(properties),
  subscriptions: many(
    struct({
      filter: text,
      options: bits({
        reserved: 2,
        retainHandling: {
          width: 2,
          names: { "send retained messages": 0, "send them if the subscription is new": 1, "send none": 2 },
        },
        retainAsPublished: 1,
        noLocal: 1,
        qos: { width: 2, label: "QoS" },
      }),
    }),
  ),
});

/** §3.9 */
const suback = struct({
  packetIdentifier,
  properties: since5(properties),
  reasonCodes: many(byVersion(reason(SubackReturnCode), reason(SubackReason))),
});

/** §3.10 */
const unsubscribe = struct({ packetIdentifier, properties: since5(properties), filters: many(text) });

/** §3.11: before MQTT 5 nothing tells which filter was unknown. */
const unsuback = struct({
  packetIdentifier,
  properties: since5(properties),
  reasonCodes: since5(many(reason(Reason))),
});

type ConnectValue = Value<typeof opening> & Value<typeof connectRest>;
type ConnectDraft = Draft<typeof opening> & Draft<typeof connectRest>;

/** CONNECT says itself which version it is in, whatever the conversation believed. */
class Connect extends Codec<ConnectValue, ConnectDraft> {
  readonly width = undefined;
  override readonly composite = true;

  read(from: Reader): ConnectValue {
    const first = opening.read(from);
    const inner = this.#speaking(first.protocolVersion, from);
    const value = { ...first, ...connectRest.read(inner) };
    from.at = inner.at;
    return value;
  }

  write(to: Writer, draft: ConnectDraft): void {
    opening.write(to, draft);
    const inner = new Writer({ version: announced(draft.protocolVersion) });
    connectRest.write(inner, draft);
    to.octets(inner.written());
  }

  override annotate(from: Reader, field: Field): ConnectValue {
    const first = opening.annotate(from, field);
    const inner = this.#speaking(first.protocolVersion, from);
    const value = { ...first, ...connectRest.annotate(inner, field) };
    from.at = inner.at;
    return value;
  }

  #speaking(octet: number, { view, at, end, origin }: Reader): Reader {
    return new Reader(view, at, end, origin, { version: announced(octet) });
  }
}

const nothingMore = struct({});

const bodies = {
  [Type.CONNECT]: new Connect(),
  [Type.CONNACK]: connack,
  [Type.PUBLISH]: publishOnce,
  [Type.PUBACK]: acknowledgement,
  [Type.PUBREC]: acknowledgement,
  [Type.PUBREL]: acknowledgement,
  [Type.PUBCOMP]: acknowledgement,
  [Type.SUBSCRIBE]: subscribe,
  [Type.SUBACK]: suback,
  [Type.UNSUBSCRIBE]: unsubscribe,
  [Type.UNSUBACK]: unsuback,
  [Type.PINGREQ]: nothingMore,
  [Type.PINGRESP]: nothingMore,
  [Type.DISCONNECT]: struct(outcome(DisconnectReason)),
  [Type.AUTH]: struct(outcome(Reason)),
} as const;

const typeBits = { width: 4, names: Type } as const;
const publishHead = bits({
  type: typeBits,
  dup: { width: 1, label: "DUP" },
  qos: { width: 2, label: "QoS" },
  retain: 1,
});
const plainHead = bits({ type: typeBits, reservedFlags: { width: 4, hex: true } });

type Bodies = typeof bodies;
type Simplify<T> = { [K in keyof T]: T[K] } & {};
type Publishing = typeof Type.PUBLISH;
type Head<K> = K extends Publishing
  ? { dup: number; qos: number; retain: number }
  : { reservedFlags: number };

/** A control packet: a union told apart by `type`. */
export type Packet = {
  [K in keyof Bodies]: Simplify<{ type: K } & Head<K> & Value<Bodies[K]>>;
}[keyof Bodies];
/** The same, less what is worked out: reserved flags, `dup`, `qos` and `retain` of 0, and lengths. */
export type PacketDraft = {
  [K in keyof Bodies]: Simplify<{ type: K } & Partial<Head<K>> & Draft<Bodies[K]>>;
}[keyof Bodies];
/** One packet by its name: `PacketOf<"PUBLISH">`. */
export type PacketOf<N extends keyof typeof Type> = Extract<Packet, { type: (typeof Type)[N] }>;
export type DraftOf<N extends keyof typeof Type> = Extract<PacketDraft, { type: (typeof Type)[N] }>;

/**
 * Fixed header, remaining length and what the type calls for, by the version of the conversation (`Conversation`).
 * What is only forbidden (reserved flags, QoS 3, a packet identifier of 0) is kept as it is, so that a capture
 * shows it, and judged by rules.ts; malformed is what can't be read. Every packet that can be read is canonical.
 */
class ControlPacket extends Codec<Packet, PacketDraft> {
  readonly width = undefined;
  override readonly composite = true;

  read(from: Reader): Packet {
    const { head, body } = this.#of(from);
    const values = head.read(from);
    const outer = from.confine(variableByteInteger.read(from));
    const packet = { ...values, ...(body.read(from) as object) };
    from.release(outer);
    return packet as Packet;
  }

  write(to: Writer, draft: PacketDraft): void {
    if (draft.type === Type.PUBLISH) publishHead.write(to, draft);
    else
      plainHead.write(to, {
        type: draft.type,
        reservedFlags: draft.reservedFlags ?? requiredFlags(draft.type),
      });
    const at = to.at;
    const body: Codec<unknown, never> = bodyOf(
      draft.type,
      draft.type === Type.PUBLISH ? (draft.qos ?? 0) : 0,
    );
    body.write(to, draft as never);
    const size = to.at - at;
    to.insert(at, () => variableByteInteger.write(to, size));
  }

  override annotate(from: Reader, field: Field): Packet {
    field.fields = [];
    const { head, body } = this.#of(from, field);
    const values = head.annotate(from, field);
    const size = remainingLength.note(from, "remainingLength", field.fields);
    const { at, left } = from;
    // Of a packet that was cut short, what is there is shown before that is said.
    const outer = from.confine(Math.min(size, left));
    const packet = { ...values, ...this.#annotated(body, from, field, size > left) };
    if (size > left) throw new Truncated(at, size, left);
    from.release(outer);
    // The tree accounts for every octet that it was given.
    from.refuseLeftover();
    return packet as Packet;
  }

  /** The body; where the packet `isCut`, the last field that its octets reach is no reason of its own to stop. */
  #annotated(body: Codec<unknown>, from: Reader, field: Field, isCut: boolean): object {
    try {
      return body.annotate(from, field) as object;
    } catch (error) {
      if (isCut && error instanceof Truncated) return {};
      throw error;
    }
  }

  /** Looks at the first octet without stepping over it; a type that does not exist is noted in `field`. */
  #of(from: Reader, field?: Field): { head: typeof publishHead | typeof plainHead; body: Codec<unknown> } {
    const at = from.take(1);
    const first = from.view.getUint8(at);
    from.at = at;
    const kind = first >>> 4;
    if (kind === 0 || (kind === Type.AUTH && versionOf(from.state) < 5)) {
      if (field) plainHead.annotate(from, field);
      throw new Malformed(at, kind === 0 ? "packet type 0 is reserved" : "AUTH came with MQTT 5");
    }
    const head = kind === Type.PUBLISH ? publishHead : plainHead;
    return { head, body: bodyOf(kind, (first >>> 1) & 0b11) as Codec<unknown> };
  }
}

const remainingLength = variableByteInteger.with({ label: "Remaining Length", unit: "octets" });

function bodyOf(kind: number, qos: number): Codec<unknown, never> {
  if (kind === Type.PUBLISH && qos > 0) return publishAcknowledged;
  return bodies[kind as keyof Bodies] as Codec<unknown, never>;
}

export const packet: Codec<Packet, PacketDraft> = new ControlPacket();
