// IPv6 for the dissector.
import { EtherType } from "../ethernet/types.ts";
import { IpProtocol } from "../ipv4/protocols.ts";
import type { Protocol } from "../packet/index.ts";
import { nameOf } from "../wire/index.ts";
import { colonHex } from "./address.ts";
import { isFragment, isPart, sizeOf } from "./extensions.ts";
import { format, type Header } from "./format.ts";

export const ipv6: Protocol<Header> = {
  name: "ipv6",
  title: "IPv6",
  reference: "RFC 8200",
  format,
  over: [
    { table: "ethertype", key: EtherType.IPv6 },
    // LINKTYPE_IPV6: no link layer at all.
    { table: "link", key: 229 },
    { table: "ip.proto", key: IpProtocol.IPv6 },
  ],
  summary: header => {
    const { source, destination } = header;
    const carries = nameOf(IpProtocol, carriedBy(header)) ?? `protocol ${carriedBy(header)}`;
    const part = header.extensions.some(extension => isFragment(extension) && isPart(extension));
    return `${colonHex(source)} → ${colonHex(destination)} ${carries}${part ? " fragment" : ""}`;
  },
  ends: ({ source, destination }) => [colonHex(source), colonHex(destination)],
  payload: header => ({
    bindings: [{ table: "ip.proto", key: carriedBy(header) }],
    // Zero: a jumbogram, or a packet recorded before the network card cut it.
    size:
      header.payloadLength === 0
        ? undefined
        : Math.max(0, header.payloadLength - header.extensions.reduce((sum, one) => sum + sizeOf(one), 0)),
  }),
  fragment: ({ extensions, source, destination }) => {
    const last = extensions.at(-1);
    if (!last || !isFragment(last) || !isPart(last)) return undefined;
    return {
      of: `${colonHex(source)} ${colonHex(destination)} ${last.identification}`,
      at: last.fragment.offset * 8,
      more: last.fragment.moreFragments === 1,
    };
  },
};

/** What the last header names. */
const carriedBy = ({ nextHeader, extensions }: Header): number => extensions.at(-1)?.next ?? nextHeader;
