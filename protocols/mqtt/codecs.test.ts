// Two codecs that know nothing of each other, mqtt-packet's and ours, held against each other.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { generate, parser, type Packet as Theirs } from "mqtt-packet";
import { Malformed } from "../wire/index.ts";
import { judge, mutants, vectorsIn } from "../wire/vectors.ts";
import { type Packet, packet } from "./format.ts";
import { violations } from "./judge.ts";
import { type Property, propertyNamed } from "./properties.ts";
import { anyOctets, packetOf } from "./testing/arbitrary.ts";
import { Type, typeName } from "./types.ts";
import { codecOf } from "./vectors/codecs.ts";
import { announced } from "./versions.ts";

/** What mqtt-packet makes of one packet. @throws its error, if it refuses it */
function theirs(octets: Uint8Array, version: number): Theirs {
  const read: Theirs[] = [];
  const one = parser({ protocolVersion: version });
  one.on("packet", each => read.push(each));
  one.on("error", (error: Error) => {
    throw error;
  });
  one.parse(Buffer.from(octets));
  expect(read).toHaveLength(1);
  return read[0]!;
}

/** A packet once it has gone through mqtt-packet both ways. */
const throughTheirs = (octets: Uint8Array, version: number): Packet =>
  packet.decode(generate(theirs(octets, version), { protocolVersion: version }), { version });

const vectors = vectorsIn(join(import.meta.dir, "vectors"));

describe("on every vector", () => {
  /** What mqtt-packet refuses to read: we show it, and let the rules judge it. */
  const refused = ["publish-qos-3", "reserved-flags", "auth-short"];
  for (const vector of vectors) {
    const { name, octets, about } = vector;
    const version = Number(about.version);
    if (about.malformed) continue;
    const expected = packet.decode(octets, { version });
    if (refused.includes(name)) {
      test(`${name}: mqtt-packet refuses what we show`, () => {
        expect(() => theirs(octets, version)).toThrow(/QoS bits|header flag bits|auth reason code/);
      });
      continue;
    }
    const spoken = expected.type === Type.CONNECT ? expected.protocolVersion : version;
    test(`${name}: mqtt-packet reads what we read, and we read what it writes`, () => {
      expect(comparable(throughTheirs(octets, spoken))).toEqual(comparable(expected));
      const written = generate(toTheirs(expected), { protocolVersion: spoken });
      expect(comparable(packet.decode(written, { version: spoken }))).toEqual(comparable(expected));
    });
  }
});

describe("on packets made by chance", () => {
  test.each([4, 5] as const)("MQTT %d: each reads what the other writes", version => {
    fc.assert(
      fc.property(packetOf(version), made => {
        const octets = packet.encode(made, { version });
        expect(packet.decode(octets, { version })).toEqual(made);
        expect(comparable(throughTheirs(octets, version))).toEqual(comparable(made));
        const written = generate(toTheirs(made), { protocolVersion: version });
        expect(comparable(packet.decode(written, { version }))).toEqual(comparable(made));
        judge(packet, octets, { version });
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  test.each([4, 5] as const)("MQTT %d: they break no rule but that of control characters", version => {
    fc.assert(
      fc.property(packetOf(version), made => {
        const broken = [...violations(made, version)].map(({ rule }) => rule.id);
        expect(broken.filter(id => id !== "mqtt.control-characters")).toEqual([]);
      }),
      { numRuns: 500, seed: 2 },
    );
  });
});

test("every packet that can be read is canonical: written again, it is the same octets", () => {
  let read = 0;
  for (const vector of vectors) {
    const { state } = codecOf(vector);
    for (const octets of mutants(vector.octets, `canonical ${vector.name}`, 300)) {
      let value: Packet;
      try {
        value = packet.decode(octets, state);
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed);
        continue;
      }
      read++;
      expect(packet.encode(value, state).toHex()).toBe(octets.toHex());
    }
  }
  expect(read).toBeGreaterThan(1000);
});

test("any octets are a packet or Malformed, and can be judged", () => {
  fc.assert(
    fc.property(anyOctets, fc.constantFrom(3, 4, 5), (octets, version) => {
      judge(packet, octets, { version });
      try {
        for (const { detail } of violations(packet.decode(octets, { version }), version))
          expect(detail).toBeString();
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed);
      }
    }),
    { numRuns: 1000, seed: 3 },
  );
});

type Loose = Record<string, unknown>;

/** What mqtt-packet reads as true and false, and how it calls what we call otherwise. */
const yesNo: readonly string[] = [
  "payloadFormatIndicator",
  "requestProblemInformation",
  "requestResponseInformation",
  "retainAvailable",
  "wildcardSubscriptionAvailable",
  "subscriptionIdentifierAvailable",
  "sharedSubscriptionAvailable",
];
const otherNames: Readonly<Record<string, string>> = {
  userProperty: "userProperties",
  subscriptionIdentifierAvailable: "subscriptionIdentifiersAvailable",
};

/** Our packet as mqtt-packet would have it. */
function toTheirs(packet: Packet): Theirs {
  const { type, ...ours } = packet as Packet & Loose;
  const cmd = typeName(type).toLowerCase();
  const properties = propertiesToTheirs(ours.properties as Property[] | undefined);
  const common: Loose = { cmd, ...(properties && { properties }) };
  if (ours.packetIdentifier !== undefined) common.messageId = ours.packetIdentifier;
  if (packet.type === Type.CONNECT)
    return {
      ...common,
      protocolId: packet.protocolName,
      protocolVersion: announced(packet.protocolVersion),
      clean: packet.flags.cleanStart === 1,
      keepalive: packet.keepAlive,
      clientId: packet.clientIdentifier,
      ...(packet.userName !== undefined && { username: packet.userName }),
      ...(packet.password && { password: Buffer.from(packet.password) }),
      ...(packet.willTopic !== undefined && {
        will: {
          topic: packet.willTopic,
          payload: Buffer.from(packet.willPayload!),
          qos: packet.flags.willQoS,
          retain: packet.flags.willRetain === 1,
          ...(packet.willProperties && { properties: propertiesToTheirs(packet.willProperties) }),
        },
      }),
    } as unknown as Theirs;
  if (packet.type === Type.CONNACK) {
    common.sessionPresent = packet.flags.sessionPresent === 1;
    common.reasonCode = packet.reasonCode;
    common.returnCode = packet.reasonCode;
  } else if (packet.type === Type.PUBLISH) {
    const { topic, payload, qos, dup, retain } = packet;
    Object.assign(common, {
      topic,
      payload: Buffer.from(payload),
      qos,
      dup: dup === 1,
      retain: retain === 1,
    });
  } else if (packet.type === Type.SUBSCRIBE)
    common.subscriptions = packet.subscriptions.map(({ filter, options }) => ({
      topic: filter,
      qos: options.qos,
      nl: options.noLocal === 1,
      rap: options.retainAsPublished === 1,
      rh: options.retainHandling,
    }));
  else if (packet.type === Type.UNSUBSCRIBE) common.unsubscriptions = packet.filters;
  else if (packet.type === Type.SUBACK || packet.type === Type.UNSUBACK) common.granted = packet.reasonCodes;
  else if ("reasonCode" in packet) common.reasonCode = packet.reasonCode ?? 0;
  return common as unknown as Theirs;
}

function propertiesToTheirs(list: readonly Property[] | undefined): Loose | undefined {
  if (!list) return undefined;
  const all: Loose = {};
  for (const { identifier, value } of list) {
    const ours = propertyNamed(identifier)!.name;
    const name = otherNames[ours] ?? ours;
    if (ours === "userProperty") {
      const pair = value as { name: string; value: string };
      all[name] ??= Object.create(null);
      const pairs = all[name] as Record<string, string[]>;
      pairs[pair.name] = [...(pairs[pair.name] ?? []), pair.value];
    } else {
      const theirs =
        value instanceof Uint8Array ? Buffer.from(value) : yesNo.includes(ours) ? value === 1 : value;
      const before = all[name];
      all[name] = before === undefined ? theirs : [before, theirs].flat();
    }
  }
  return all;
}

/**
 * A packet of ours with what mqtt-packet does not keep made equal: the order of properties, and whether a reason
 * code of 0 and an empty list of properties were written or left out.
 */
function comparable(packet: Packet): Loose {
  const { properties, willProperties, reasonCode, ...rest } = packet as Packet & Loose;
  const sorted = (list: unknown) =>
    ((list ?? []) as Property[])
      .map(({ identifier, value }) =>
        value instanceof Uint8Array
          ? `${identifier} ${value.toHex()}`
          : `${identifier} ${JSON.stringify(value)}`,
      )
      .sort();
  return {
    ...rest,
    reasonCode: reasonCode ?? 0,
    properties: sorted(properties),
    willProperties: sorted(willProperties),
  };
}
