// ARP for the dissector.
import { colons } from "../ethernet/address.ts";
import { EtherType } from "../ethernet/types.ts";
import { dotted } from "../ipv4/address.ts";
import type { Protocol } from "../packet/index.ts";
import { format, type Message, Operation } from "./format.ts";

export const arp: Protocol<Message> = {
  name: "arp",
  title: "Address Resolution Protocol",
  reference: "RFC 826",
  format,
  over: [{ table: "ethertype", key: EtherType.ARP }],
  summary,
  payload: () => ({ bindings: [], size: 0 }),
};

/** "Who has 192.168.1.1? Tell 192.168.1.101" */
function summary({
  operation,
  senderHardware,
  senderProtocol,
  targetHardware,
  targetProtocol,
}: Message): string {
  const [sender, target] = [shown(senderProtocol), shown(targetProtocol)];
  switch (operation) {
    case Operation.request:
      if (senderProtocol === targetProtocol) return `ARP Announcement for ${target}`;
      return senderProtocol === 0 ? `Who has ${target}? (ARP Probe)` : `Who has ${target}? Tell ${sender}`;
    case Operation.reply:
      return `${sender} is at ${colons(senderHardware)}`;
    case Operation["RARP request"]:
      return `Who is ${colons(targetHardware)}? Tell ${colons(senderHardware)}`;
    case Operation["RARP reply"]:
      return `${colons(targetHardware)} is at ${target}`;
    default:
      return `ARP operation ${operation}`;
  }
}

const shown = (address: number | Uint8Array): string =>
  typeof address === "number" ? dotted(address) : address.toHex();
