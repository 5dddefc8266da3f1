// Fields of packets as rows that two dissectors can be compared by.

/** One field of one packet. */
export interface Row {
  readonly name: string;
  /** As it is written; a long text is cut, and told by its digest. */
  readonly show: string;
  readonly pos: number;
  readonly size: number;
  readonly hidden: boolean;
}

/** The fields of each protocol of each packet. */
export type Rows = Map<number, Map<string, Row[]>>;

/** The protocols that are compared. */
export const judged: ReadonlySet<string> = new Set(
  "eth vlan ieee8021ad arp ip ipv6 icmp icmpv6 udp tcp dhcp dns mdns llmnr ntp tls mqtt sll null raw data".split(
    " ",
  ),
);

const most = 200;

/** A text short enough to be kept. */
export const cut = (show: string): string =>
  show.length <= most ? show : `${show.slice(0, 60)}… ${show.length} ${Bun.hash(show).toString(36)}`;

/** The protocol that a wrapped field is judged with: "tcp" of "tcp.segments". */
export const wrappedIn = (field: string): string => field.split(".")[0]!;

/** The rows of a packet's protocol, made where there are none. */
export function rowsOf(rows: Rows, packet: number, protocol: string): Row[] {
  const protocols = rows.get(packet) ?? new Map<string, Row[]>();
  const own = protocols.get(protocol) ?? [];
  protocols.set(protocol, own);
  rows.set(packet, protocols);
  return own;
}
