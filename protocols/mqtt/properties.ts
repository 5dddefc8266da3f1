// The 27 properties, one line each, and the list of them that a packet of MQTT 5 carries. MQTT 5 §2.2.2, table 2-4.
import {
  Codec,
  type Field,
  labelOf,
  Malformed,
  type Reader,
  Unwritable,
  u8,
  u16,
  u32,
  type Value,
  type Writer,
} from "../wire/index.ts";
import { Type } from "./types.ts";
import { binary, delimited, pair, text, variableByteInteger } from "./values.ts";

interface Definition<I extends number, V> {
  readonly identifier: I;
  readonly codec: Codec<V>;
  /** The packets that may have it; `WILL`: the will's properties in CONNECT. */
  readonly within: readonly number[];
}

const property = <const I extends number, V>(
  identifier: I,
  codec: Codec<V>,
  ...within: readonly number[]
): Definition<I, V> => ({ identifier, codec, within });

/** Where properties of a will stand, beside the packet types: 0 is no type. */
export const WILL = 0;
const { CONNECT, CONNACK, PUBLISH, SUBSCRIBE, UNSUBSCRIBE, DISCONNECT, AUTH } = Type;
const acknowledgements = [Type.PUBACK, Type.PUBREC, Type.PUBREL, Type.PUBCOMP, Type.SUBACK, Type.UNSUBACK];

const yesNo = u8.with({ names: { no: 0, yes: 1 } });
const seconds = u32.with({ unit: "s" });
const format = u8.with({ names: { "octets of any kind": 0, "UTF-8": 1 } });

/** Table 2-4. A new property is one line here and its sentences in explain.ts. */
export const definitions = {
  payloadFormatIndicator: property(0x01, format, PUBLISH, WILL),
  messageExpiryInterval: property(0x02, seconds, PUBLISH, WILL),
  contentType: property(0x03, text, PUBLISH, WILL),
  responseTopic: property(0x08, text, PUBLISH, WILL),
  correlationData: property(0x09, binary, PUBLISH, WILL),
  subscriptionIdentifier: property(0x0b, variableByteInteger, PUBLISH, SUBSCRIBE),
  sessionExpiryInterval: property(0x11, seconds, CONNECT, CONNACK, DISCONNECT),
  assignedClientIdentifier: property(0x12, text, CONNACK),
  serverKeepAlive: property(0x13, u16.with({ unit: "s" }), CONNACK),
  authenticationMethod: property(0x15, text, CONNECT, CONNACK, AUTH),
  authenticationData: property(0x16, binary, CONNECT, CONNACK, AUTH),
  requestProblemInformation: property(0x17, yesNo, CONNECT),
  willDelayInterval: property(0x18, seconds, WILL),
  requestResponseInformation: property(0x19, yesNo, CONNECT),
  responseInformation: property(0x1a, text, CONNACK),
  serverReference: property(0x1c, text, CONNACK, DISCONNECT),
  reasonString: property(0x1f, text, CONNACK, ...acknowledgements, DISCONNECT, AUTH),
  receiveMaximum: property(0x21, u16, CONNECT, CONNACK),
  topicAliasMaximum: property(0x22, u16, CONNECT, CONNACK),
  topicAlias: property(0x23, u16, PUBLISH),
  maximumQoS: property(0x24, u8.with({ label: "Maximum QoS" }), CONNACK),
  retainAvailable: property(0x25, yesNo, CONNACK),
  userProperty: property(
    0x26,
    pair,
    CONNECT,
    CONNACK,
    PUBLISH,
    WILL,
    SUBSCRIBE,
    UNSUBSCRIBE,
    ...acknowledgements,
    DISCONNECT,
    AUTH,
  ),
  maximumPacketSize: property(0x27, u32.with({ unit: "octets" }), CONNECT, CONNACK),
  wildcardSubscriptionAvailable: property(0x28, yesNo, CONNACK),
  subscriptionIdentifierAvailable: property(0x29, yesNo, CONNACK),
  sharedSubscriptionAvailable: property(0x2a, yesNo, CONNACK),
} as const;

type Definitions = typeof definitions;
export type PropertyName = keyof Definitions;

/** The identifiers by name: `Property.receiveMaximum` is 0x21. */
export const Property = Object.fromEntries(
  Object.entries(definitions).map(([name, { identifier }]) => [name, identifier]),
) as { readonly [N in PropertyName]: Definitions[N]["identifier"] };

/** One property as read: told apart by its identifier. */
export type Property = {
  [N in PropertyName]: {
    readonly identifier: Definitions[N]["identifier"];
    readonly value: Value<Definitions[N]["codec"]>;
  };
}[PropertyName];

/** The value of the first property `identifier`, with its type; `undefined` if there is none. */
export function propertyOf<const I extends number>(
  list: readonly Property[] | undefined,
  identifier: I,
): Extract<Property, { readonly identifier: I }>["value"] | undefined {
  return list?.find(property => property.identifier === identifier)?.value as never;
}

interface Known {
  readonly name: PropertyName;
  readonly codec: Codec<never>;
  readonly within: readonly number[];
}
const known: readonly (Known | undefined)[] = (() => {
  const all: Known[] = [];
  for (const [name, { identifier, codec, within }] of Object.entries(definitions))
    all[identifier] = { name: name as PropertyName, codec: codec as Codec<never>, within };
  return all;
})();

/** What a property is called, "receiveMaximum", and where it may stand. */
export const propertyNamed = (identifier: number): Omit<Known, "codec"> | undefined => known[identifier];

const identifierCodec = variableByteInteger.with({
  label: "Identifier",
  names: Object.fromEntries(
    Object.entries(definitions).map(([key, { identifier, codec }]) => [labelOf({ key, codec }), identifier]),
  ),
});

/** Properties up to the end. They have no lengths of their own: after an unknown one nothing can be read (§2.2.2.2). */
class List extends Codec<Property[], readonly Property[] | undefined> {
  readonly width = undefined;
  override readonly composite = true;

  read(from: Reader): Property[] {
    const all: Property[] = [];
    while (from.at < from.end) {
      const at = from.at;
      const identifier = variableByteInteger.read(from);
      all.push({ identifier, value: codecOf(identifier, at).read(from) } as Property);
    }
    return all;
  }

  write(to: Writer, draft: readonly Property[] | undefined): void {
    for (const [i, { identifier, value }] of (draft ?? []).entries()) {
      const definition = known[identifier];
      if (!definition) throw new Unwritable(`there is no property ${identifier}`).within(i);
      variableByteInteger.write(to, identifier);
      try {
        definition.codec.write(to, value as never);
      } catch (error) {
        if (error instanceof Unwritable) error.within(definition.name);
        throw error;
      }
    }
  }

  override annotate(from: Reader, field: Field): Property[] {
    field.fields ??= [];
    const all: Property[] = [];
    field.value = all;
    while (from.at < from.end) {
      const at = from.at;
      const identifier = variableByteInteger.read(from);
      const codec = codecOf(identifier, at);
      from.at = at;
      const one: Field = { key: known[identifier]!.name, codec, start: at, end: -1, fields: [] };
      field.fields.push(one);
      identifierCodec.note(from, "identifier", one.fields!);
      one.value = codec.note(from, "value", one.fields!);
      one.end = from.at;
      if (one.value !== undefined) all.push({ identifier, value: one.value } as Property);
    }
    return all;
  }
}

function codecOf(identifier: number, at: number): Codec<never> {
  const definition = known[identifier];
  if (!definition) throw new Malformed(at, `there is no property 0x${identifier.toString(16)}`);
  return definition.codec;
}

/** Property Length and properties, §2.2.2. A draft without any is an empty list. */
export const properties: Codec<Property[], readonly Property[] | undefined> = delimited(
  variableByteInteger,
  new List(),
);
