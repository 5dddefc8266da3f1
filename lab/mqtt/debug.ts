// `-d`: each packet as mosquitto's clients tell of it.
import type { Packet } from "mqtt-packet";
import { printable } from "../terminal.ts";

/** What tells of packets, a line each; the client is called by the name the broker gave it, if it did. */
export function debugged(clientId: string, say: (line: string) => void) {
  let name = clientId;
  return (way: "sent" | "received", packet: Packet): void => {
    if (packet.cmd === "connack") name = packet.properties?.assignedClientIdentifier ?? name;
    for (const words of inWords(packet))
      say(printable(`Client ${name || "(null)"} ${way === "sent" ? "sending" : "received"} ${words}`));
  };
}

function* inWords(packet: Packet): Generator<string> {
  const { cmd, messageId } = packet;
  const what = cmd.toUpperCase();
  switch (packet.cmd) {
    case "connack":
      return yield `CONNACK (${packet.reasonCode ?? packet.returnCode})`;
    case "publish": {
      const { dup, qos, retain, topic, payload } = packet;
      return yield `PUBLISH (d${+dup}, q${qos}, r${+retain}, m${messageId ?? 0}, '${topic}', ... (${payload.length} bytes))`;
    }
    case "puback":
    case "pubrec":
    case "pubrel":
    case "pubcomp":
      return yield `${what} (Mid: ${messageId}, RC:${packet.reasonCode ?? 0})`;
    case "subscribe":
      for (const { topic, qos, nl, rap, rh } of packet.subscriptions) {
        const options = (nl ? 4 : 0) | (rap ? 8 : 0) | ((rh ?? 0) << 4);
        yield `SUBSCRIBE (Mid: ${messageId}, Topic: ${topic}, QoS: ${qos}, Options: 0x${options.toString(16).padStart(2, "0")})`;
      }
      return;
    case "unsubscribe":
      for (const topic of packet.unsubscriptions) yield `UNSUBSCRIBE (Mid: ${messageId}, Topic: ${topic})`;
      return;
    case "disconnect":
      return yield packet.reasonCode ? `DISCONNECT (${packet.reasonCode})` : "DISCONNECT";
    default:
      yield what;
  }
}
