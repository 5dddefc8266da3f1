// IPv4 for the dissector.
import { EtherType } from "../ethernet/types.ts";
import { internetChecksum, viewOf } from "../packet/checksum.ts";
import type { Protocol } from "../packet/index.ts";
import { nameOf } from "../wire/index.ts";
import { dotted } from "./address.ts";
import { format, type Header } from "./format.ts";
import { IpProtocol } from "./protocols.ts";

export const ipv4: Protocol<Header> = {
  name: "ip",
  title: "IPv4",
  reference: "RFC 791",
  format,
  over: [
    { table: "ethertype", key: EtherType.IPv4 },
    // LINKTYPE_IPV4: no link layer at all.
    { table: "link", key: 228 },
    { table: "ip.proto", key: IpProtocol["IPv4 in IP"] },
  ],
  summary,
  ends: ({ source, destination }) => [dotted(source), dotted(destination)],
  numbers: ({ source, destination }) => [source, destination],
  payload: ({ protocol, totalLength, start }) => ({
    bindings: [{ table: "ip.proto", key: protocol }],
    // Zero: the network card cut the packet later than it was recorded (segmentation offload).
    size: totalLength === 0 ? undefined : Math.max(0, totalLength - start.headerLength * 4),
  }),
  fragment: ({ fragment, identification, protocol, source, destination }) =>
    fragment.moreFragments === 0 && fragment.offset === 0
      ? undefined
      : {
          of: `${dotted(source)} ${dotted(destination)} ${protocol} ${identification}`,
          at: fragment.offset * 8,
          more: fragment.moreFragments === 1,
        },
  checksum: ({ start }, whole) => internetChecksum(viewOf(whole), 0, start.headerLength * 4) === 0,
};

/** "192.168.1.101 → 192.168.1.1 UDP", and of a fragment where it belongs. */
function summary({ source, destination, protocol, fragment, identification }: Header): string {
  const carries = nameOf(IpProtocol, protocol) ?? `protocol ${protocol}`;
  const said = `${dotted(source)} → ${dotted(destination)} ${carries}`;
  if (fragment.moreFragments === 0 && fragment.offset === 0) return said;
  const id = identification.toString(16).padStart(4, "0");
  return `${said} fragment at ${fragment.offset * 8}, ID=${id}${fragment.moreFragments ? "" : ", the last"}`;
}
