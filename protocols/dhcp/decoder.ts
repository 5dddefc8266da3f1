// What the dissector knows of DHCP: its ports and its line in the packet list.
import { colons } from "../ethernet/address.ts";
import type { Protocol } from "../packet/index.ts";
import { nameOf, optionOf } from "../wire/index.ts";
import { type Message, MessageType, message } from "./format.ts";
import { glance } from "./glance.ts";

/** RFC 2131 §4.1. */
export const port = { server: 67, client: 68 } as const;

export const dhcp: Protocol<Message> = {
  name: "dhcp",
  title: "Dynamic Host Configuration Protocol",
  reference: "RFC 2131",
  format: message,
  over: [
    { table: "udp.port", key: port.server },
    { table: "udp.port", key: port.client },
  ],
  summary({ op, xid, chaddr, options }) {
    const type = optionOf(options, 53);
    if (type === undefined)
      return `Boot ${op === 1 ? "Request" : "Reply"} ${op === 1 ? "from" : "to"} ${colons(chaddr)}`;
    const name = nameOf(MessageType, type) ?? `message type ${type}`;
    return `DHCP ${name} - Transaction ID 0x${xid.toString(16)}`;
  },
  glance,
  column: value => (value && optionOf(value.options, 53) !== undefined ? "DHCP" : "BOOTP"),
};
