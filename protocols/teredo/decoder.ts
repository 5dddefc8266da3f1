// Teredo for the dissector.
import { EtherType } from "../ethernet/types.ts";
import { dotted } from "../ipv4/address.ts";
import type { Protocol } from "../packet/index.ts";
import { format, type Header } from "./format.ts";

export const teredo: Protocol<Header> = {
  name: "teredo",
  title: "Teredo IPv6 over UDP tunneling",
  reference: "RFC 4380",
  format,
  over: [{ table: "udp.port", key: 3544 }],
  summary: ({ authentication, origin }) =>
    [
      "IPv6 in UDP",
      authentication && "with authentication",
      origin && `from ${dotted(origin.address)}:${origin.port}`,
    ]
      .filter(Boolean)
      .join(", "),
  payload: () => ({ bindings: [{ table: "ethertype", key: EtherType.IPv6 }] }),
};
