// The control packets: vectors, what is kept and what is refused, and the types that consumers narrow by.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Malformed, type Unwritable } from "../wire/index.ts";
import { describeVectors } from "../wire/vectors.ts";
import { type Packet, type PacketDraft, packet } from "./format.ts";
import { Property, propertyOf } from "./properties.ts";
import { Type } from "./types.ts";
import { largestVariable, payloadShown, variableByteInteger } from "./values.ts";
import { codecOf } from "./vectors/codecs.ts";

describeVectors(join(import.meta.dir, "vectors"), codecOf);

const five = { version: 5 };

test("a packet is told apart by its type, and so are its fields", () => {
  const read: Packet = packet.decode(Uint8Array.fromHex("3006000161006869"), five);
  if (read.type !== Type.PUBLISH) throw new Error("not PUBLISH");
  expect(read.topic).toBe("a");
  expect(read.packetIdentifier).toBeUndefined();
  // @ts-expect-error PUBLISH has no keep alive
  expect(read.keepAlive).toBeUndefined();
  // @ts-expect-error a draft of CONNACK needs its reason code
  const draft: PacketDraft = { type: Type.CONNACK, flags: {} };
  expect(draft.type).toBe(2);
});

test("a property's value has the property's type", () => {
  const list: Property[] = [
    { identifier: Property.receiveMaximum, value: 20 },
    { identifier: Property.reasonString, value: "no" },
  ];
  const words: string | undefined = propertyOf(list, Property.reasonString);
  const number: number | undefined = propertyOf(list, Property.receiveMaximum);
  expect([words, number]).toEqual(["no", 20]);
  expect(propertyOf(undefined, Property.topicAlias)).toBeUndefined();
  // @ts-expect-error a reason string is text
  const wrong: Property = { identifier: Property.reasonString, value: 3 };
  expect(wrong.identifier).toBe(0x1f);
});

test("table 2-4 has 27 properties", () => {
  expect(Object.keys(Property)).toHaveLength(27);
  expect(new Set(Object.values(Property)).size).toBe(27);
});

describe("a variable byte integer", () => {
  // MQTT 5 §1.5.5, table 1-1.
  const limits = [
    [0, "00"],
    [127, "7f"],
    [128, "8001"],
    [16_383, "ff7f"],
    [16_384, "808001"],
    [2_097_151, "ffff7f"],
    [2_097_152, "80808001"],
    [268_435_455, "ffffff7f"],
  ] as const;
  test.each(limits)("%d is %s", (value, hex) => {
    expect(variableByteInteger.encode(value).toHex()).toBe(hex);
    expect(variableByteInteger.decode(Uint8Array.fromHex(hex))).toBe(value);
  });

  test("is never longer than it needs to be, nor than four octets", () => {
    for (const hex of ["8000", "ff00", "80808000", "8080808001", "ffffffff"])
      expect(() => variableByteInteger.decode(Uint8Array.fromHex(hex))).toThrow(Malformed);
    for (const value of [-1, 0.5, largestVariable + 1, Number.NaN])
      expect(() => variableByteInteger.encode(value)).toThrow("is not a whole number from 0 to 268435455");
  });
});

describe("what does not fit is refused, with its place", () => {
  const refusal = (draft: unknown, version: number): string => {
    try {
      packet.encode(draft as PacketDraft, { version });
    } catch (error) {
      return (error as Unwritable).message;
    }
    return "written";
  };
  const connect = {
    type: Type.CONNECT,
    protocolName: "MQTT",
    protocolVersion: 5,
    flags: {},
    keepAlive: 0,
    clientIdentifier: "",
  };

  test.each([
    [
      "a client identifier of 70 000 octets",
      { ...connect, clientIdentifier: "x".repeat(70_000) },
      5,
      "clientIdentifier: 70000 octets of UTF-8 where 65535 fit",
    ],
    [
      "a will without its flag",
      { ...connect, willTopic: "t" },
      5,
      "willTopic: does not belong into this packet",
    ],
    [
      "a flag without its user name",
      { ...connect, flags: { userName: 1 } },
      5,
      "userName: the text is missing",
    ],
    [
      "properties before MQTT 5",
      { type: Type.PUBLISH, topic: "a", payload: new Uint8Array(), properties: [] },
      4,
      "properties: does not belong into this packet",
    ],
    [
      "a packet identifier at QoS 0",
      { type: Type.PUBLISH, topic: "a", payload: new Uint8Array(), packetIdentifier: 3 },
      5,
      "packetIdentifier: does not belong into this packet",
    ],
    [
      "no packet identifier at QoS 1",
      { type: Type.PUBLISH, qos: 1, topic: "a", payload: new Uint8Array() },
      5,
      "packetIdentifier: undefined is not a whole number from 0 to 65535",
    ],
    [
      "U+0000 in a topic",
      { type: Type.PUBLISH, topic: "a\0b", payload: new Uint8Array() },
      4,
      "topic: U+0000 must not be in a string",
    ],
    [
      "properties after no reason code",
      { type: Type.PUBACK, packetIdentifier: 1, properties: [] },
      5,
      "properties: does not belong into this packet",
    ],
    [
      "a property that does not exist",
      { type: Type.DISCONNECT, reasonCode: 0, properties: [{ identifier: 0x7f, value: 1 }] },
      5,
      "properties.0: there is no property 127",
    ],
    [
      "a property that does not fit",
      { type: Type.DISCONNECT, reasonCode: 0, properties: [{ identifier: 0x21, value: 70_000 }] },
      5,
      "properties.receiveMaximum: 70000 is not a whole number from 0 to 65535",
    ],
  ])("%s", (_what, draft, version, message) => {
    expect(refusal(draft, version)).toBe(message);
  });
});

test("CONNECT is read in the version that it names, whatever the conversation believed", () => {
  const octets = Uint8Array.fromHex("100f00044d515454050200000000026162");
  for (const version of [3, 4, 5])
    expect(packet.decode(octets, { version })).toMatchObject({ properties: [] });
  expect(packet.decode(octets)).toMatchObject({ protocolVersion: 5, clientIdentifier: "ab" });
});

test("a payload is shown as text where it is text, even if it is cut within a character", () => {
  const shown = (text: string) => payloadShown(new TextEncoder().encode(text));
  expect(shown("Hola XD")).toBe('"Hola XD"');
  expect(shown("ñ".repeat(40))).toBe(`"${"ñ".repeat(32)}"… (80 octets)`);
  expect(shown(`a${"ñ".repeat(40)}`)).toBe(`"a${"ñ".repeat(31)}"… (81 octets)`);
  expect(shown("\u001b[2J")).toBe("1b5b324a");
  expect(payloadShown(Uint8Array.of(0x61, 0xf1))).toBe("61f1");
});
