// Wireshark's names for ARP.
import {
  boolean,
  bytes,
  ether,
  hex16,
  ipv4,
  type Place,
  uint8,
  uint16,
  type Wireshark,
} from "../packet/wireshark.ts";
import { type Message, Operation } from "./format.ts";

/** A hardware address, as what it is. */
const hardware = (side: "src" | "dst") => [
  { name: `arp.${side}.hw_mac`, when: (value: Uint8Array) => value.length === 6 },
  { name: `arp.${side}.hw`, when: (value: Uint8Array) => value.length !== 6 && value.length > 0 },
];
const protocol = (side: "src" | "dst") => [
  { name: `arp.${side}.proto_ipv4`, when: (value: unknown) => typeof value === "number" },
  {
    name: `arp.${side}.proto`,
    when: (value: unknown) => value instanceof Uint8Array && value.length > 0,
  },
];

export const wireshark: Wireshark = {
  protocols: ["arp"],
  fields: {
    "arp.hw.type": uint16,
    "arp.proto.type": hex16,
    "arp.hw.size": uint8,
    "arp.proto.size": uint8,
    "arp.opcode": uint16,
    "arp.isprobe": boolean,
    "arp.isgratuitous": boolean,
    "arp.isannouncement": boolean,
    "arp.src.hw": bytes,
    "arp.src.hw_mac": ether,
    "arp.src.proto": bytes,
    "arp.src.proto_ipv4": ipv4,
    "arp.dst.hw": bytes,
    "arp.dst.hw_mac": ether,
    "arp.dst.proto": bytes,
    "arp.dst.proto_ipv4": ipv4,
  },
  paths: {
    hardwareType: "arp.hw.type",
    protocolType: "arp.proto.type",
    hardwareLength: "arp.hw.size",
    protocolLength: "arp.proto.size",
    operation: { name: "arp.opcode", after: place => said(place) },
    senderHardware: hardware("src"),
    senderProtocol: protocol("src"),
    targetHardware: hardware("dst"),
    targetProtocol: protocol("dst"),
  },
};

/** What a message is for, beyond its operation (RFC 5227 §1.1, §2.3). */
function* said({ layer }: Place) {
  const message = layer.value as Message | undefined;
  if (!message) return;
  const at = { start: layer.start, size: 0, generated: true, value: 1 };
  const { operation, senderProtocol, targetProtocol } = message;
  if (typeof senderProtocol !== "number" || typeof targetProtocol !== "number") return;
  if (operation === Operation.request && senderProtocol === 0 && targetProtocol !== 0)
    yield { ...at, name: "arp.isprobe" };
  else if (senderProtocol === targetProtocol && operation <= Operation.reply) {
    yield { ...at, name: "arp.isgratuitous" };
    if (operation === Operation.request) yield { ...at, name: "arp.isannouncement" };
  }
}
