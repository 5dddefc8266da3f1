// MQTT as the dissector knows it: where it is found, how its packets are told apart in a stream, one line for each.
import type { Protocol } from "../packet/index.ts";
import { Malformed, type Reader } from "../wire/index.ts";
import { type Packet, packet } from "./format.ts";
import { glance } from "./glance.ts";
import { Type } from "./types.ts";
import { visible } from "./values.ts";
import { announced, type Conversation, Version } from "./versions.ts";
import { inWords } from "./words.ts";

/** 1883 and 8883 are registered; 8884 is where Mosquitto's test server, and this lab, want a client certificate. */
export const mqtt: Protocol<Packet, Conversation> = {
  name: "mqtt",
  title: "MQ Telemetry Transport Protocol",
  reference: "MQTT Version 5.0, MQTT Version 3.1.1 (OASIS)",
  format: packet,
  over: [
    { table: "tcp.port", key: 1883 },
    { table: "tls.port", key: 8883 },
    { table: "tls.port", key: 8884 },
  ],
  summary,
  state: () => ({ version: Version["MQTT 3.1.1"] }),
  after: (value, state) =>
    value.type === Type.CONNECT ? { ...state, version: announced(value.protocolVersion) } : state,
  frame,
  glance,
};

/** The size of the packet that begins here, in octets, as soon as its first octets say it. @throws Malformed */
export function frame({ view, at, end }: Reader): number | undefined {
  let size = 0;
  for (let i = 1; i <= 4; i++) {
    if (at + i >= end) return undefined;
    const octet = view.getUint8(at + i);
    size |= (octet & 0x7f) << (7 * (i - 1));
    if (octet < 0x80) return 1 + i + size;
  }
  throw new Malformed(at + 1, "the remaining length has four octets at the most");
}

/** In Wireshark's words. */
export function summary(value: Packet): string {
  const words = inWords[value.type];
  const identifier =
    "packetIdentifier" in value && value.packetIdentifier !== undefined
      ? ` (id=${value.packetIdentifier})`
      : "";
  return `${words}${identifier}${topicsOf(value)
    .map(topic => ` [${visible(topic)}]`)
    .join("")}`;
}

/** Wireshark names the topics of PUBLISH and SUBSCRIBE, not those of UNSUBSCRIBE. */
function topicsOf(value: Packet): readonly string[] {
  if (value.type === Type.PUBLISH) return [value.topic];
  if (value.type === Type.SUBSCRIBE) return value.subscriptions.map(({ filter }) => filter);
  return [];
}
