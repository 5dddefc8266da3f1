// What the control packets carry behind their fixed headers. MQTT Version 5.0 §3, MQTT Version 3.1.1 §3.
import {
  bits,
  Codec,
  type Draft,
  type Field,
  given,
  many,
  optional,
  Reader,
  rest,
  struct,
  u8,
  u16,
  type Value,
  Writer,
} from "../wire/index.ts";
import { properties } from "./properties.ts";
import { DisconnectReason, Reason, ReturnCode, SubackReason, SubackReturnCode } from "./reasons.ts";
import { binary, payloadShown, text } from "./values.ts";
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
export const connack = struct({
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
export const publishOnce = publish(absent);
export const publishAcknowledged = publish(packetIdentifier as Codec<number | undefined>);

/** §3.4 to §3.7, §3.14, §3.15: reason code and properties may be left out from the end, meaning 0 and none. */
const outcome = (names: Readonly<Record<string, number>>) => ({
  reasonCode: since5(optional(reason(names))),
  properties: where(
    "reasonCode",
    (code: number | undefined) => code !== undefined,
    since5(optional(properties)),
  ),
});
export const acknowledgement = struct({ packetIdentifier, ...outcome(Reason) });

/** §3.8. Before MQTT 5 the upper six bits of the options are reserved. */
export const subscribe = struct({
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
export const suback = struct({
  packetIdentifier,
  properties: since5(properties),
  reasonCodes: many(byVersion(reason(SubackReturnCode), reason(SubackReason))),
});

/** §3.10 */
export const unsubscribe = struct({ packetIdentifier, properties: since5(properties), filters: many(text) });

/** §3.11: before MQTT 5 nothing tells which filter was unknown. */
export const unsuback = struct({
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

export const connect: Codec<ConnectValue, ConnectDraft> = new Connect();
/** §3.12, §3.13 */
export const ping = struct({});
export const disconnect = struct(outcome(DisconnectReason));
export const auth = struct(outcome(Reason));
