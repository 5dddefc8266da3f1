// Packets that can be read and are wrong: which rule each breaks, and with which reason code that ends a connection.
import { expect, test } from "bun:test";
import { packet } from "./format.ts";
import { violations } from "./judge.ts";
import { Reason } from "./reasons.ts";
import { rules } from "./rules.ts";

const broken = (hex: string, version: number) =>
  [...violations(packet.decode(Uint8Array.fromHex(hex.replaceAll(" ", "")), { version }), version)].map(
    ({ rule, field }) => `${rule.id.slice(5)} ${field}`,
  );

test.each([
  ["PINGREQ with a flag", "c1 00", 5, ["reserved-flags reservedFlags"]],
  ["SUBSCRIBE without its flag", "80 07 0001 00 0001 61 00", 5, ["reserved-flags reservedFlags"]],
  ["PUBREL without its flag", "60 02 0001", 4, ["reserved-flags reservedFlags"]],
  ["QoS 3", "36 05 0001 61 0001", 4, ["qos qos"]],
  ["DUP at QoS 0", "38 03 0001 61", 4, ["duplicate-qos-0 dup"]],
  ["packet identifier 0 in PUBLISH", "32 05 0001 61 0000", 4, ["packet-identifier packetIdentifier"]],
  ["packet identifier 0 in PUBACK", "40 02 0000", 5, ["packet-identifier packetIdentifier"]],
  ["a wildcard in a topic name", "30 05 0003 612f23", 4, ["topic-name topic"]],
  ["an empty topic name", "30 02 0000", 4, ["topic-name topic"]],
  ["an empty topic name, with an alias", "30 06 0000 03 230001", 5, []],
  ["topic alias 0", "30 07 0001 61 03 230000", 5, ["topic-alias properties.topicAlias"]],
  ["a control character in a topic", "30 05 0003 610a62", 4, ["control-characters topic"]],
  ["no filter to subscribe to", "82 02 0001", 4, ["no-filter subscriptions"]],
  ["no filter to unsubscribe from", "a2 03 0001 00", 5, ["no-filter filters"]],
  ["# within a filter", "82 08 0001 0003 232f61 00", 4, ["topic-filter subscriptions.0"]],
  ["+ within a level", "a2 06 0001 0002 612b", 4, ["topic-filter filters.0"]],
  ["QoS 3 asked for", "82 06 0001 0001 61 03", 4, ["qos subscriptions.0.options"]],
  ["no local before MQTT 5", "82 06 0001 0001 61 04", 4, ["reserved-flags subscriptions.0.options"]],
  ["no local in MQTT 5", "82 07 0001 00 0001 61 04", 5, []],
  ["retain handling 3", "82 07 0001 00 0001 61 30", 5, ["subscription-options subscriptions.0.options"]],
  [
    "reserved subscription options",
    "82 07 0001 00 0001 61 40",
    5,
    ["reserved-flags subscriptions.0.options"],
  ],
  [
    "no local in a shared subscription",
    "82 10 0001 00 000a 2473686172652f672f61 04",
    5,
    ["subscription-options subscriptions.0.options"],
  ],
  [
    "a shared subscription without a filter",
    "82 0e 0001 00 0008 2473686172652f67 00",
    5,
    ["topic-filter subscriptions.0"],
  ],
  [
    "the reserved flag of CONNECT",
    "10 0e 0004 4d515454 04 03 0000 0002 6162",
    4,
    ["reserved-flags flags.reserved"],
  ],
  ["QoS of no will", "10 0e 0004 4d515454 04 0a 0000 0002 6162", 4, ["connect-flags flags"]],
  ["a will at QoS 3", "10 13 0004 4d515454 04 1e 0000 0002 6162 0001 61 0000", 4, ["connect-flags flags"]],
  [
    "a password without a user name",
    "10 10 0004 4d515454 04 42 0000 0002 6162 0000",
    4,
    ["connect-flags flags"],
  ],
  ["the same in MQTT 5", "10 11 0004 4d515454 05 42 0000 00 0002 6162 0000", 5, []],
  [
    "a will's topic with a wildcard",
    "10 13 0004 4d515454 04 06 0000 0002 6162 0001 2b 0000",
    4,
    ["topic-name willTopic"],
  ],
  ["reserved flags of CONNACK", "20 02 0200", 4, ["reserved-flags flags.reserved"]],
  ["refused, with a session", "20 03 01 86 00", 5, ["connect-flags flags.sessionPresent"]],
  [
    "a property where it does not belong",
    "20 05 00 00 02 0101",
    5,
    ["property-place properties.payloadFormatIndicator"],
  ],
  ["a property twice", "20 09 00 00 06 210001 210002", 5, ["property-twice properties.receiveMaximum"]],
  [
    "a property twice, 0 first",
    "20 09 00 00 06 220000 220002",
    5,
    ["property-twice properties.topicAliasMaximum"],
  ],
  ["a user property twice", "20 0d 00 00 0a 2600000000 2600000000", 5, []],
  ["receive maximum 0", "20 06 00 00 03 210000", 5, ["property-value properties.receiveMaximum"]],
  ["maximum QoS 2", "20 05 00 00 02 2402", 5, ["property-value properties.maximumQoS"]],
  ["a reason code that its packet can't have", "20 03 00 8d 00", 5, ["reason-code reasonCode"]],
  ["a return code that does not exist", "20 02 00 06", 4, ["reason-code reasonCode"]],
  ["a reason code of SUBACK that does not exist", "90 04 0001 00 05", 5, ["reason-code reasonCode"]],
])("%s", (_what, hex, version, expected) => {
  expect(broken(hex, version)).toEqual(expected);
});

test("each rule has an id of its own, a section, both languages, and a reason code that exists", () => {
  const all = Object.values(rules);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  for (const { id, reference, says, reason } of all) {
    expect(id).toMatch(/^mqtt\.[a-z0-9-]+$/);
    expect(reference).toContain("§");
    expect(says.en).toMatch(/^[A-Z].*\.$/);
    expect(says.es).toMatch(/^[A-ZÁÉÍÓÚÑ].*\.$/);
    expect(Object.values(Reason) as number[]).toContain(reason);
  }
});
