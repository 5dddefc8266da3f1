// Packets made by chance, for tests: every type, every property where it may stand, each value as its section allows.
import fc, { type Arbitrary } from "fast-check";
import type { Packet } from "../format.ts";
import { definitions, Property, type PropertyName, WILL } from "../properties.ts";
import { reasonsIn, returnCodesIn } from "../reasons.ts";
import { requiredFlags, Type } from "../types.ts";

const text = fc.string({ unit: "binary", maxLength: 12 }).map(value => value.replaceAll("\0", "0"));
const octets = fc.uint8Array({ maxLength: 12 });
const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 1, max: 0xffff });
const u32 = fc.integer({ min: 1, max: 0xffff_ffff });
const yesNo = fc.constantFrom(0, 1);
const topic = text.filter(value => value !== "").map(value => value.replace(/[+#]/g, "-"));
const filter = fc.constantFrom("#", "a/b", "+/ñ", "$SYS/#", "a//b");

const values: Record<Exclude<PropertyName, "userProperty">, Arbitrary<unknown>> = {
  payloadFormatIndicator: yesNo,
  messageExpiryInterval: u32,
  contentType: text,
  responseTopic: text,
  correlationData: octets,
  subscriptionIdentifier: fc.integer({ min: 1, max: 0x0fff_ffff }),
  sessionExpiryInterval: u32,
  assignedClientIdentifier: text,
  serverKeepAlive: u16,
  authenticationMethod: text,
  authenticationData: octets,
  requestProblemInformation: yesNo,
  willDelayInterval: u32,
  requestResponseInformation: yesNo,
  responseInformation: text,
  serverReference: text,
  reasonString: text,
  receiveMaximum: u16,
  topicAliasMaximum: u16,
  topicAlias: u16,
  maximumQoS: yesNo,
  retainAvailable: yesNo,
  maximumPacketSize: u32,
  wildcardSubscriptionAvailable: yesNo,
  subscriptionIdentifierAvailable: yesNo,
  sharedSubscriptionAvailable: yesNo,
};

/** Properties that may stand in `place`, some with more than one user property. */
function propertiesIn(place: number): Arbitrary<Property[]> {
  const names = Object.keys(values) as (keyof typeof values)[];
  const allowed = names.filter(name => (definitions[name].within as readonly number[]).includes(place));
  const single = fc
    .subarray(allowed)
    .chain(chosen =>
      fc.tuple(...chosen.map(name => values[name].map(value => ({ identifier: Property[name], value })))),
    );
  const users = fc
    .uniqueArray(fc.record({ name: text, value: text }), { maxLength: 3, selector: ({ name }) => name })
    .map(pairs => pairs.map(value => ({ identifier: Property.userProperty, value })));
  return fc.tuple(single, users).map(([some, more]) => [...some, ...more] as Property[]);
}

/** A packet of MQTT 3.1.1 (4) or 5 that breaks no rule. */
export function packetOf(version: 4 | 5): Arbitrary<Packet> {
  const properties = (place: number) => (version === 5 ? propertiesIn(place) : fc.constant(undefined));
  const codes = (type: number) => fc.constantFrom(...(version === 5 ? reasonsIn : returnCodesIn)[type]!);
  const head = (type: number) => ({
    type: fc.constant(type),
    reservedFlags: fc.constant(requiredFlags(type)),
  });
  const outcome = (type: number) =>
    version === 5
      ? fc.oneof(
          fc.constant({ reasonCode: undefined, properties: undefined }),
          fc.record({ reasonCode: codes(type), properties: fc.option(properties(type), { nil: undefined }) }),
        )
      : fc.constant({ reasonCode: undefined, properties: undefined });
  const acknowledgement = (type: number) =>
    fc
      .tuple(fc.record({ ...head(type), packetIdentifier: u16 }), outcome(type))
      .map(([a, b]) => ({ ...a, ...b }));
  const last = (type: number) =>
    fc.tuple(fc.record(head(type)), outcome(type)).map(([a, b]) => ({ ...a, ...b }));

  const connack = fc
    .record({
      ...head(Type.CONNACK),
      sessionPresent: yesNo,
      reasonCode: codes(Type.CONNACK),
      properties: properties(Type.CONNACK),
    })
    .map(({ sessionPresent, ...rest }) => ({
      ...rest,
      flags: { reserved: 0, sessionPresent: rest.reasonCode === 0 ? sessionPresent : 0 },
    }));
  const publish = fc
    .record({
      type: fc.constant(Type.PUBLISH),
      dup: yesNo,
      qos: fc.constantFrom(0, 1, 2),
      retain: yesNo,
      topic,
      packetIdentifier: u16,
      properties: properties(Type.PUBLISH),
      payload: octets,
    })
    .map(({ qos, dup, packetIdentifier, ...rest }) => ({
      ...rest,
      qos,
      dup: qos === 0 ? 0 : dup,
      packetIdentifier: qos === 0 ? undefined : packetIdentifier,
    }));
  const options = fc.record({
    reserved: fc.constant(0),
    retainHandling: version === 5 ? fc.constantFrom(0, 1, 2) : fc.constant(0),
    retainAsPublished: version === 5 ? yesNo : fc.constant(0),
    noLocal: version === 5 ? yesNo : fc.constant(0),
    qos: fc.constantFrom(0, 1, 2),
  });
  const withIdentifier = (type: number) => ({
    ...head(type),
    packetIdentifier: u16,
    properties: properties(type),
  });
  const all: Arbitrary<unknown>[] = [
    connect(version, properties),
    connack,
    publish,
    acknowledgement(Type.PUBACK),
    acknowledgement(Type.PUBREC),
    acknowledgement(Type.PUBREL),
    acknowledgement(Type.PUBCOMP),
    fc.record({
      ...withIdentifier(Type.SUBSCRIBE),
      subscriptions: fc.array(fc.record({ filter, options }), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({
      ...withIdentifier(Type.SUBACK),
      reasonCodes: fc.array(codes(Type.SUBACK), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({
      ...withIdentifier(Type.UNSUBSCRIBE),
      filters: fc.array(filter, { minLength: 1, maxLength: 4 }),
    }),
    fc.record({
      ...withIdentifier(Type.UNSUBACK),
      reasonCodes:
        version === 5
          ? fc.array(codes(Type.UNSUBACK), { minLength: 1, maxLength: 4 })
          : fc.constant(undefined),
    }),
    fc.record(head(Type.PINGREQ)),
    fc.record(head(Type.PINGRESP)),
    last(Type.DISCONNECT),
  ];
  // An AUTH that leaves out its reason code, which mqtt-packet can't read, is a vector's business.
  if (version === 5)
    all.push(
      fc.record({ ...head(Type.AUTH), reasonCode: codes(Type.AUTH), properties: properties(Type.AUTH) }),
    );
  return fc.oneof(...all) as Arbitrary<Packet>;
}

function connect(
  version: 4 | 5,
  properties: (place: number) => Arbitrary<Property[] | undefined>,
): Arbitrary<unknown> {
  const will = fc.record({
    willProperties: properties(WILL),
    willTopic: topic,
    willPayload: octets,
    willQoS: fc.constantFrom(0, 1, 2),
    willRetain: yesNo,
  });
  return fc
    .record({
      keepAlive: fc.integer({ min: 0, max: 0xffff }),
      properties: properties(Type.CONNECT),
      clientIdentifier: text,
      cleanStart: yesNo,
      will: fc.option(will, { nil: undefined }),
      userName: fc.option(text, { nil: undefined }),
      password: fc.option(octets, { nil: undefined }),
    })
    .map(({ will, userName, password: secret, cleanStart, ...rest }) => {
      // MQTT 5 knows passwords without user names, mqtt-packet does not.
      const password = userName === undefined ? undefined : secret;
      return {
        type: Type.CONNECT,
        reservedFlags: 0,
        protocolName: "MQTT",
        protocolVersion: version,
        flags: {
          userName: Number(userName !== undefined),
          password: Number(password !== undefined),
          willRetain: will?.willRetain ?? 0,
          willQoS: will?.willQoS ?? 0,
          will: Number(will !== undefined),
          cleanStart: rest.clientIdentifier === "" ? 1 : cleanStart,
          reserved: 0,
        },
        ...rest,
        willProperties: will?.willProperties,
        willTopic: will?.willTopic,
        willPayload: will?.willPayload,
        userName,
        password,
      };
    });
}

/** Any octet, for what is no packet at all. */
export const anyOctets = fc.array(u8, { maxLength: 64 }).map(all => Uint8Array.from(all));
