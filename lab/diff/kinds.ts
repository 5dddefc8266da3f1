// What a message is, in words that are the same in every run, and what it says that may differ; numbers drawn by lot are left out.
import { type Message as DhcpMessage, MessageType } from "../../protocols/dhcp/index.ts";
import { type Message as DnsMessage, dataText, typeName } from "../../protocols/dns/index.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import { type Packet as MqttPacket, Property, Type } from "../../protocols/mqtt/index.ts";
import { isTime, type Message as NtpMessage } from "../../protocols/ntp/index.ts";
import type { Layer, Segment } from "../../protocols/packet/index.ts";
import { bodyOf, type Handshake } from "../../protocols/tls/handshake.ts";
import { chosenVersion, serverName } from "../../protocols/tls/hello.ts";
import { CipherSuite } from "../../protocols/tls/index.ts";
import { AlertDescription, HandshakeType, Version } from "../../protocols/tls/numbers.ts";
import type { Alert } from "../../protocols/tls/records.ts";
import { nameOf, optionOf } from "../../protocols/wire/index.ts";
import { plain } from "../inspect/json.ts";

/** By name, as text. */
export type Facts = Readonly<Record<string, string>>;

export interface Kind {
  /** As the standard calls it: "DHCPOFFER", "PUBLISH", "Client Hello". */
  readonly name: string;
  /** What tells it from others of its name: a topic and a text, a name that is asked for. */
  readonly about: string;
  readonly facts: Facts;
}

/** The message of a layer; none of what carries others, or is nothing by itself. */
export function kindOf({ protocol, value }: Layer): Kind | undefined {
  if (value === undefined) return undefined;
  switch (protocol.name) {
    case "dhcp":
      return ofDhcp(value as DhcpMessage);
    case "dns":
      return ofDns(value as DnsMessage);
    case "ntp":
      return ofNtp(value as NtpMessage);
    case "icmp":
      return kind(`ICMP ${(value as { type: number }).type}`);
    case "tls.handshake":
      return ofHandshake(value as Handshake);
    case "tls.change_cipher_spec":
      return kind("Change Cipher Spec");
    case "tls.alert": {
      const { description } = value as Alert;
      return kind(`Alert ${nameOf(AlertDescription, description) ?? description}`);
    }
    case "mqtt":
      return ofMqtt(value as MqttPacket);
    default:
      return undefined;
  }
}

/** What opens and ends a connection. Acknowledgements, and how octets are cut into segments, are the kernel's. */
export function kindOfSegment({ syn, ack, fin, rst }: Segment): Kind | undefined {
  if (rst) return kind("RST");
  if (syn) return kind(ack ? "SYN, ACK" : "SYN");
  return fin ? kind("FIN") : undefined;
}

const kind = (name: string, about = "", facts: Readonly<Record<string, unknown>> = {}): Kind => ({
  name,
  about,
  facts: Object.fromEntries(
    Object.entries(facts).flatMap(([key, value]) => (value === undefined ? [] : [[key, textOf(value)]])),
  ),
});

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value, plain));

/** RFC 2131 §2, options of RFC 2132: whatever differs between servers. */
function ofDhcp(message: DhcpMessage): Kind {
  const { options, yiaddr, flags } = message;
  const type = optionOf(options, 53);
  const addresses = (list: readonly number[] | undefined) => list?.map(dotted).join(", ");
  const mask = optionOf(options, 1);
  return kind(
    type === undefined ? "BOOTP" : `DHCP${(nameOf(MessageType, type) ?? String(type)).toUpperCase()}`,
    "",
    {
      address: yiaddr === 0 ? undefined : dotted(yiaddr),
      flags,
      lease: optionOf(options, 51),
      renewal: optionOf(options, 58),
      rebinding: optionOf(options, 59),
      netmask: mask === undefined ? undefined : dotted(mask),
      router: addresses(optionOf(options, 3)),
      dns: addresses(optionOf(options, 6)),
      ntp: addresses(optionOf(options, 42)),
      domain: optionOf(options, 15),
      hostName: optionOf(options, 12),
      options: [...new Set(options.map(({ code }) => code))].sort((a, b) => a - b).join(" "),
    },
  );
}

function ofDns({ flags, questions, answers }: DnsMessage): Kind {
  const [question] = questions;
  const about = question ? `${typeName(question.type)} ${question.name}` : "";
  if (!flags.response) return kind("DNS query", about, { recursionDesired: flags.recursionDesired });
  const { rcode, authoritative, recursionAvailable, truncated } = flags;
  const records = answers.map(one => `${typeName(one.type)} ${dataText(one)}`).join(", ");
  const ttl = answers[0] && "ttl" in answers[0] ? answers[0].ttl : undefined;
  return kind("DNS answer", about, {
    rcode,
    answers: records,
    ttl,
    authoritative,
    recursionAvailable,
    truncated,
  });
}

function ofNtp(message: NtpMessage): Kind {
  const { mode, version } = message.flags;
  const name = mode === 3 ? "NTP client" : mode === 4 ? "NTP server" : `NTP mode ${mode}`;
  // What a client says of its own clock says nothing.
  if (!isTime(message) || mode === 3) return kind(name, "", { version });
  return kind(name, "", { version, stratum: message.stratum, leap: message.flags.leap });
}

function ofHandshake(message: Handshake): Kind {
  const name = words(nameOf(HandshakeType, message.type) ?? `handshake ${message.type}`);
  const client = bodyOf(message, HandshakeType.client_hello);
  if (client) return kind(name, "", { server: serverName(client), suites: client.cipherSuites.length });
  const server = bodyOf(message, HandshakeType.server_hello);
  if (!server) return kind(name);
  const version = chosenVersion(server);
  return kind(name, "", {
    version: nameOf(Version, version) ?? version,
    suite: nameOf(CipherSuite, server.cipherSuite) ?? server.cipherSuite,
  });
}

/** "server_hello_done" as "Server Hello Done". */
const words = (name: string): string =>
  name.replace(/(^|_)(\w)/g, (_, before, letter) => `${before && " "}${letter.toUpperCase()}`);

function ofMqtt(packet: MqttPacket): Kind {
  const name = nameOf(Type, packet.type) ?? `MQTT ${packet.type}`;
  switch (packet.type) {
    case Type.PUBLISH: {
      const { topic, payload, qos, retain, properties } = packet;
      return kind(name, `${topic} ${payloadText(payload)}`, { qos, retain, properties: set(properties) });
    }
    case Type.SUBSCRIBE: {
      const qos = packet.subscriptions.map(({ options }) => options.qos).join(", ");
      return kind(name, packet.subscriptions.map(({ filter }) => filter).join(", "), { qos });
    }
    case Type.UNSUBSCRIBE:
      return kind(name, packet.filters.join(", "));
    default: {
      const {
        type: _,
        reservedFlags: _reserved,
        packetIdentifier: _id,
        properties,
        password: _secret,
        ...rest
      } = packet as unknown as Record<string, unknown>;
      // Left out, a reason code means 0 (MQTT 5 §3.4.2.1).
      return kind(name, "", {
        ...rest,
        reasonCode: rest.reasonCode || undefined,
        properties: set(properties as readonly Property[] | undefined),
      });
    }
  }
}

/** By name, in their order by number, for a server may choose any; none and an empty list are the same. */
function set(properties: readonly Property[] | undefined): string | undefined {
  if (!properties?.length) return undefined;
  const sorted = [...properties].sort((a, b) => a.identifier - b.identifier);
  return sorted
    .map(({ identifier, value }) => `${nameOf(Property, identifier) ?? identifier} ${textOf(value)}`)
    .join(", ");
}

const longestText = 40;
const dateAndTime = /^[A-Z][a-z]{2} \d\d-\d\d-\d{4} - \d\d:\d\d:\d\d$/;

/** A text; when it is a date and time, that; when it is longer than a person writes, or no text, how long it is. */
function payloadText(payload: Uint8Array): string {
  const text = new TextDecoder().decode(payload.subarray(0, 4 * longestText));
  if (dateAndTime.test(text)) return "(date and time)";
  const isText = payload.length <= longestText && !/[\p{Cc}\ufffd]/u.test(text);
  return isText ? `"${text}"` : `(${payload.length} octets)`;
}
