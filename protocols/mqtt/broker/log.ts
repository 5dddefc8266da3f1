// The broker's log in the words of Mosquitto 2.0, started verbosely, so that the two can be compared line by line.
import type { Packet, PacketOf } from "../format.ts";
import { Reason } from "../reasons.ts";
import { Type, typeName } from "../types.ts";
import { visible } from "../values.ts";
import { Version } from "../versions.ts";

/** What Mosquitto calls a client that has not said who it is. */
export const unknown = "<unknown>";

/** Mosquitto's own numbers for the versions. */
const versionNumber = (version: number): number =>
  version === Version["MQTT 5"] ? 5 : version === Version["MQTT 3.1.1"] ? 2 : 1;

/** The line, or lines, for a new client: what it announced. */
export function connected(
  { flags, keepAlive, willPayload, willTopic }: PacketOf<"CONNECT">,
  who: {
    readonly id: string;
    readonly address: string;
    readonly port: number;
    readonly version: number;
    readonly userName?: string;
  },
): string[] {
  const user = who.userName === undefined ? "" : `, u'${brief(who.userName)}'`;
  const terms = `p${versionNumber(who.version)}, c${flags.cleanStart}, k${keepAlive}${user}`;
  const will =
    willTopic === undefined
      ? ["No will message specified."]
      : [
          `Will message specified (${willPayload?.length ?? 0} bytes) (r${flags.willRetain}, q${flags.willQoS}).`,
          `\t${willTopic}`,
        ];
  return [`New client connected from ${who.address}:${who.port} as ${who.id} (${terms}).`, ...will];
}

/** "d0, q0, r0, m0, 'a/b', ... (17 bytes)" */
export const publishInWords = (publish: {
  readonly dup?: number;
  readonly qos?: number;
  readonly retain?: number;
  readonly packetIdentifier?: number | undefined;
  readonly topic: string;
  readonly payload: Uint8Array;
}): string => {
  const { dup = 0, qos = 0, retain = 0, packetIdentifier = 0, topic, payload } = publish;
  return `(d${dup}, q${qos}, r${retain}, m${packetIdentifier}, '${topic}', ... (${payload.length} bytes))`;
};

/** The line for a packet that came; SUBSCRIBE and UNSUBSCRIBE are followed by one, or two, for each filter. */
export function received(packet: Packet, id: string): string {
  const line = `Received ${typeName(packet.type)} from ${id}`;
  if (packet.type === Type.PUBLISH) return `${line} ${publishInWords(packet)}`;
  if (packet.type === Type.PUBREC || packet.type === Type.PUBREL)
    return `${line} (Mid: ${packet.packetIdentifier})`;
  if (packet.type === Type.PUBACK || packet.type === Type.PUBCOMP)
    return `${line} (Mid: ${packet.packetIdentifier}, RC:${packet.reasonCode ?? 0})`;
  return line;
}

/** How a connection ended over its client's fault. */
export function offended(id: string, reason: number): string {
  if (reason === Reason["Keep Alive timeout"]) return `Client ${id} has exceeded timeout, disconnecting.`;
  if (reason === Reason["Malformed Packet"]) return `Client ${id} disconnected due to malformed packet.`;
  if (reason === Reason["Packet too large"]) return `Client ${id} disconnected due to oversize packet.`;
  if (reason === Reason["Bad User Name or Password"] || reason === Reason["Not authorized"])
    return `Client ${id} disconnected, not authorised.`;
  return `Client ${id} disconnected due to protocol error.`;
}

/** Text that a client chose, as it may stand in a line: short, and harmless. */
export const brief = (text: string): string => visible(text.slice(0, 256));
