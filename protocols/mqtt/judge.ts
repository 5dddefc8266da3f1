// What is wrong with a packet that could be read: the rules that need no more than the packet and the version.
import type { Packet, PacketOf } from "./format.ts";
import { Property, propertyNamed, WILL } from "./properties.ts";
import { reasonInWords, reasonsIn, returnCodesIn } from "./reasons.ts";
import { type MqttRule, rules } from "./rules.ts";
import { faultOfFilter, faultOfName } from "./topics.ts";
import { requiredFlags, Type, typeName } from "./types.ts";
import { announced } from "./versions.ts";

/** A rule that a packet breaks. */
export interface Violation {
  readonly rule: MqttRule;
  /** Path of the field that shows it. */
  readonly field: string;
  /** What was seen, in words. */
  readonly detail: string;
}

/** Every rule that this packet breaks by itself, in the order of its fields. `version`: that of the conversation. */
export function* violations(packet: Packet, version: number): Generator<Violation> {
  const spoken = packet.type === Type.CONNECT ? announced(packet.protocolVersion) : version;
  if (packet.type !== Type.PUBLISH && packet.reservedFlags !== requiredFlags(packet.type))
    yield {
      rule: rules.reservedFlags,
      field: "reservedFlags",
      detail: `${packet.reservedFlags} where ${requiredFlags(packet.type)} belongs in ${typeName(packet.type)}`,
    };
  if ("packetIdentifier" in packet && packet.packetIdentifier === 0)
    yield { rule: rules.packetIdentifier, field: "packetIdentifier", detail: "packet identifier 0" };
  if (packet.type === Type.CONNECT) yield* ofConnect(packet, spoken);
  else if (packet.type === Type.CONNACK) yield* ofConnack(packet);
  else if (packet.type === Type.PUBLISH) yield* ofPublish(packet);
  else if (packet.type === Type.SUBSCRIBE) yield* ofSubscribe(packet, spoken);
  else if (packet.type === Type.UNSUBSCRIBE) yield* ofFilters(packet.filters, "filters");
  if ("properties" in packet && packet.properties)
    yield* ofProperties(packet.properties, packet.type, "properties");
  yield* ofReasons(packet, spoken);
}

function* ofConnect(packet: PacketOf<"CONNECT">, version: number): Generator<Violation> {
  const { flags } = packet;
  const wrong = (detail: string): Violation => ({ rule: rules.connectFlags, field: "flags", detail });
  if (flags.reserved !== 0)
    yield {
      rule: rules.reservedFlags,
      field: "flags.reserved",
      detail: "the reserved flag of CONNECT is set",
    };
  if (flags.will === 1 && flags.willQoS === 3) yield wrong("the will has QoS 3");
  if (flags.will === 0 && (flags.willQoS !== 0 || flags.willRetain !== 0))
    yield wrong("QoS or retain of a will, and no will");
  if (version < 5 && flags.password === 1 && flags.userName === 0)
    yield wrong("a password without a user name");
  yield* ofText(packet.clientIdentifier, "clientIdentifier");
  yield* ofText(packet.userName, "userName");
  if (packet.willTopic !== undefined) {
    const fault = faultOfName(packet.willTopic);
    if (fault) yield { rule: rules.topicName, field: "willTopic", detail: fault };
    yield* ofText(packet.willTopic, "willTopic");
  }
  if (packet.willProperties) yield* ofProperties(packet.willProperties, WILL, "willProperties");
}

function* ofConnack(packet: PacketOf<"CONNACK">): Generator<Violation> {
  if (packet.flags.reserved !== 0)
    yield { rule: rules.reservedFlags, field: "flags.reserved", detail: "reserved flags of CONNACK are set" };
  if (packet.reasonCode !== 0 && packet.flags.sessionPresent !== 0)
    yield {
      rule: rules.connectFlags,
      field: "flags.sessionPresent",
      detail: "a refused connection, and a session present",
    };
}

function* ofPublish(packet: PacketOf<"PUBLISH">): Generator<Violation> {
  if (packet.qos === 3) yield { rule: rules.qos, field: "qos", detail: "both QoS bits are set" };
  if (packet.qos === 0 && packet.dup === 1)
    yield { rule: rules.duplicate, field: "dup", detail: "DUP at QoS 0" };
  const alias = packet.properties?.some(({ identifier }) => identifier === Property.topicAlias);
  const fault = packet.topic === "" && alias ? undefined : faultOfName(packet.topic);
  if (fault) yield { rule: rules.topicName, field: "topic", detail: fault };
  yield* ofText(packet.topic, "topic");
}

function* ofSubscribe(packet: PacketOf<"SUBSCRIBE">, version: number): Generator<Violation> {
  yield* ofFilters(
    packet.subscriptions.map(({ filter }) => filter),
    "subscriptions",
  );
  for (const [i, { filter, options }] of packet.subscriptions.entries()) {
    const field = `subscriptions.${i}.options`;
    const since5 = options.retainHandling + options.retainAsPublished + options.noLocal;
    if (options.reserved !== 0 || (version < 5 && since5 !== 0))
      yield { rule: rules.reservedFlags, field, detail: "reserved bits of the subscription options are set" };
    if (options.qos === 3) yield { rule: rules.qos, field, detail: "QoS 3 is asked for" };
    if (version < 5) continue;
    if (options.retainHandling === 3)
      yield { rule: rules.subscriptionOptions, field, detail: "retain handling 3" };
    if (options.noLocal === 1 && filter.startsWith("$share/"))
      yield { rule: rules.subscriptionOptions, field, detail: "no local in a shared subscription" };
  }
}

function* ofFilters(filters: readonly string[], field: string): Generator<Violation> {
  if (filters.length === 0) yield { rule: rules.noFilter, field, detail: "no topic filter" };
  for (const [i, filter] of filters.entries()) {
    const fault = faultOfFilter(filter);
    if (fault) yield { rule: rules.topicFilter, field: `${field}.${i}`, detail: fault };
    yield* ofText(filter, `${field}.${i}`);
  }
}

function* ofText(text: string | undefined, field: string): Generator<Violation> {
  const found = text === undefined ? null : /\p{Cc}/u.exec(text);
  if (!found) return;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  yield { rule: rules.controlCharacters, field, detail: `the control character U+${code}` };
}

function* ofProperties(list: readonly Property[], place: number, field: string): Generator<Violation> {
  const seen = new Set<number>();
  for (const { identifier, value } of list) {
    const { name, within } = propertyNamed(identifier)!;
    const path = `${field}.${name}`;
    if (!within.includes(place))
      yield {
        rule: rules.propertyPlace,
        field: path,
        detail: `${name} in ${place === WILL ? "the will" : typeName(place)}`,
      };
    // A message may match several subscriptions, each with its identifier (§3.3.2.3.8).
    const manyMay =
      identifier === Property.userProperty ||
      (identifier === Property.subscriptionIdentifier && place === Type.PUBLISH);
    if (seen.has(identifier) && !manyMay)
      yield { rule: rules.propertyTwice, field: path, detail: `${name} twice` };
    seen.add(identifier);
    if (typeof value === "number" && !allowed(identifier, value))
      yield {
        rule: identifier === Property.topicAlias ? rules.topicAlias : rules.propertyValue,
        field: path,
        detail: `${name} is ${value}`,
      };
  }
}

const flags: readonly number[] = [
  Property.payloadFormatIndicator,
  Property.requestProblemInformation,
  Property.requestResponseInformation,
  Property.maximumQoS,
  Property.retainAvailable,
  Property.wildcardSubscriptionAvailable,
  Property.subscriptionIdentifierAvailable,
  Property.sharedSubscriptionAvailable,
];
const neverZero: readonly number[] = [
  Property.subscriptionIdentifier,
  Property.receiveMaximum,
  Property.topicAlias,
  Property.maximumPacketSize,
];
const allowed = (identifier: number, value: number): boolean =>
  flags.includes(identifier) ? value <= 1 : value > 0 || !neverZero.includes(identifier);

function* ofReasons(packet: Packet, version: number): Generator<Violation> {
  const codes = (version >= 5 ? reasonsIn : returnCodesIn)[packet.type];
  if (!codes) return;
  const carried =
    "reasonCodes" in packet ? packet.reasonCodes : "reasonCode" in packet ? [packet.reasonCode] : undefined;
  for (const code of carried ?? [])
    if (code !== undefined && !codes.includes(code))
      yield {
        rule: rules.reasonCode,
        field: "reasonCode",
        detail: `${reasonInWords(code)} in ${typeName(packet.type)}`,
      };
}
