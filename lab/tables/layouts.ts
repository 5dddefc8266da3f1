// The tables of the protocols that the lab is about.
import { type Message as DhcpMessage, MessageType } from "../../protocols/dhcp/index.ts";
import { type Message as DnsMessage, dataText, Opcode, Rcode, typeName } from "../../protocols/dns/index.ts";
import { colons } from "../../protocols/ethernet/index.ts";
import { dotted } from "../../protocols/ipv4/index.ts";
import { type Packet as ControlPacket, Type } from "../../protocols/mqtt/index.ts";
import { isTime, Mode, type Message as NtpMessage } from "../../protocols/ntp/index.ts";
import {
  type Alert,
  AlertDescription,
  bodyOf,
  CipherSuite,
  chosenVersion,
  type Handshake,
  HandshakeType,
  serverName,
  Version,
} from "../../protocols/tls/index.ts";
import { nameOf, optionOf } from "../../protocols/wire/index.ts";
import { boolean, type Cell, integer, type Layout, number, text } from "./table.ts";

const named = (names: Readonly<Record<string, number>>, value: number | undefined): string | null =>
  value === undefined ? null : (nameOf(names, value) ?? String(value));
const address = (value: number | undefined): string | null => (value ? dotted(value) : null);

const dhcp: Layout<DhcpMessage> = {
  name: "dhcp",
  layers: ["dhcp"],
  columns: [
    text("type", "Discover, Offer, Request, ACK …"),
    integer("xid", "the transaction"),
    text("client_mac", "chaddr"),
    text("your_address", "yiaddr"),
    text("client_address", "ciaddr"),
    text("relay", "giaddr"),
    text("server", "option 54"),
    text("requested", "option 50"),
    integer("lease_s", "option 51, in seconds"),
    text("host_name", "option 12"),
  ],
  rows:
    () =>
    ({ value: { xid, chaddr, yiaddr, ciaddr, giaddr, options } }) => [
      named(MessageType, optionOf(options, 53)),
      xid,
      colons(chaddr),
      address(yiaddr),
      address(ciaddr),
      address(giaddr),
      address(optionOf(options, 54)),
      address(optionOf(options, 50)),
      optionOf(options, 51) ?? null,
      optionOf(options, 12) ?? null,
    ],
};

/** Questions that nobody has answered are forgotten, oldest first, beyond so many. */
const mostOpen = 100_000;

const dns: Layout<DnsMessage> = {
  name: "dns",
  layers: ["dns", "mdns", "llmnr"],
  columns: [
    text("protocol", "dns, mdns or llmnr"),
    integer("id", "the transaction"),
    boolean("response", "an answer"),
    text("opcode", "Query, Notify, Update …"),
    text("name", "the question's name"),
    text("type", "and type"),
    text("code", "of an answer: NOERROR, NXDOMAIN …"),
    boolean("truncated", "cut short"),
    boolean("authoritative", "from the zone's own server"),
    integer("answers", "records in the answer section"),
    text("data", "what they say"),
    number("response_ms", "of an answer: milliseconds since its question"),
  ],
  rows: () => {
    const asked = new Map<string, bigint>();
    return ({ protocol, value }, packet) => {
      const { id, flags, questions, answers } = value;
      const key = `${packet.conversation?.transport} ${packet.conversation?.index} ${id}`;
      const since = flags.response ? asked.get(key) : undefined;
      if (flags.response) asked.delete(key);
      else {
        if (asked.size >= mostOpen) asked.delete(asked.keys().next().value!);
        asked.set(key, packet.time);
      }
      return [
        protocol.name,
        id,
        flags.response === 1,
        named(Opcode, flags.opcode),
        questions[0]?.name ?? null,
        questions[0] ? typeName(questions[0].type) : null,
        flags.response ? named(Rcode, flags.rcode) : null,
        flags.truncated === 1,
        flags.authoritative === 1,
        answers.length,
        answers.length > 0 ? answers.map(record => dataText(record)).join("; ") : null,
        since === undefined ? null : Number(packet.time - since) / 1e6,
      ];
    };
  },
};

const ntp: Layout<NtpMessage> = {
  name: "ntp",
  layers: ["ntp"],
  columns: [
    text("mode", "client, server, broadcast …"),
    integer("version", "3 or 4"),
    integer("stratum", "1: a reference clock; 0: a refusal"),
    integer("leap", "3: not synchronized"),
    integer("poll", "log2 of seconds"),
    integer("precision", "log2 of seconds"),
  ],
  rows:
    () =>
    ({ value }) => {
      const { mode, version, leap } = value.flags as { mode: number; version: number; leap?: number };
      const told = isTime(value)
        ? [value.stratum, leap ?? null, value.poll, value.precision]
        : [null, null, null, null];
      return [named(Mode, mode), version, ...told];
    },
};

const tls: Layout<Handshake | Alert> = {
  name: "tls",
  layers: ["tls.handshake", "tls.alert"],
  columns: [
    text("message", "client_hello, server_hello, certificate …, alert"),
    text("version", "of a hello: what it chose, or offers at most"),
    text("suite", "of a server hello: the cipher suite"),
    text("server_name", "of a client hello: the host it asks for"),
    text("alert", "of an alert: its description"),
  ],
  rows: () => layer =>
    layer.protocol.name === "tls.alert" ? alertRow(layer.value as Alert) : helloRow(layer.value as Handshake),
};

const alertRow = ({ description }: Alert): Cell[] => [
  "alert",
  null,
  null,
  null,
  named(AlertDescription, description),
];

function helloRow(message: Handshake): Cell[] {
  const client = bodyOf(message, HandshakeType.client_hello);
  const server = bodyOf(message, HandshakeType.server_hello);
  const version = server ? chosenVersion(server) : client?.version;
  return [
    named(HandshakeType, message.type),
    named(Version, version),
    named(CipherSuite, server?.cipherSuite),
    client ? (serverName(client) ?? null) : null,
    null,
  ];
}

const mqtt: Layout<ControlPacket> = {
  name: "mqtt",
  layers: ["mqtt"],
  columns: [
    text("type", "CONNECT, PUBLISH …"),
    text("client", "of CONNECT: the client identifier"),
    text("topic", "of PUBLISH, or the first of SUBSCRIBE"),
    integer("qos", "of PUBLISH"),
    boolean("retain", "of PUBLISH"),
    boolean("duplicate", "of PUBLISH: sent again"),
    integer("packet_identifier", "where there is one"),
    integer("reason", "reason or return code"),
    integer("payload_octets", "of PUBLISH"),
  ],
  rows:
    () =>
    ({ value }) => {
      const published = value.type === Type.PUBLISH ? value : undefined;
      return [
        named(Type, value.type),
        value.type === Type.CONNECT ? value.clientIdentifier : null,
        published?.topic ?? (value.type === Type.SUBSCRIBE ? (value.subscriptions[0]?.filter ?? null) : null),
        published?.qos ?? null,
        published ? published.retain === 1 : null,
        published ? published.dup === 1 : null,
        "packetIdentifier" in value ? (value.packetIdentifier ?? null) : null,
        "reasonCode" in value ? (value.reasonCode ?? null) : null,
        published?.payload.length ?? null,
      ];
    },
};

/** In the order one learns them. */
export const layouts: readonly Layout<never>[] = [dhcp, dns, ntp, tls, mqtt];
