// Wireshark's names for what the lab knows: the one list, beside that of the protocols.
import { wireshark as arp } from "../protocols/arp/wireshark.ts";
import { wireshark as dhcp } from "../protocols/dhcp/wireshark.ts";
import { wireshark as dns } from "../protocols/dns/wireshark.ts";
import { wireshark as ethernet, vlanWireshark } from "../protocols/ethernet/wireshark.ts";
import { wireshark as icmp, wireshark6 as icmpv6 } from "../protocols/icmp/wireshark.ts";
import { wireshark as ipv4 } from "../protocols/ipv4/wireshark.ts";
import { wireshark as ipv6 } from "../protocols/ipv6/wireshark.ts";
import { nullWireshark, rawWireshark, wireshark as sll } from "../protocols/link/wireshark.ts";
import { wireshark as mqtt } from "../protocols/mqtt/wireshark.ts";
import { wireshark as ntp } from "../protocols/ntp/wireshark.ts";
import type { Wireshark } from "../protocols/packet/wireshark.ts";
import { wireshark as tcp } from "../protocols/tcp/wireshark.ts";
import { wireshark as teredo } from "../protocols/teredo/wireshark.ts";
import { wireshark as tls } from "../protocols/tls/wireshark.ts";
import { wireshark as udp } from "../protocols/udp/wireshark.ts";
import { Vocabulary } from "../protocols/wireshark/index.ts";

export const described: readonly Wireshark[] = [
  ethernet,
  vlanWireshark,
  sll,
  nullWireshark,
  rawWireshark,
  arp,
  ipv4,
  ipv6,
  icmp,
  icmpv6,
  udp,
  tcp,
  teredo,
  ntp,
  tls,
  mqtt,
  dns,
  dhcp,
];

export const vocabulary = (): Vocabulary => new Vocabulary(described);
