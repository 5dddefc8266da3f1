// The protocols that the lab knows: the one list.
import { arp } from "../protocols/arp/index.ts";
import { dhcp } from "../protocols/dhcp/index.ts";
import { dns, llmnr, mdns } from "../protocols/dns/index.ts";
import { ethernet, serviceVlan, vlan } from "../protocols/ethernet/index.ts";
import { icmp, icmpv6 } from "../protocols/icmp/index.ts";
import { ipv4 } from "../protocols/ipv4/index.ts";
import { ipv6 } from "../protocols/ipv6/index.ts";
import { linuxCooked, linuxCooked2, nullLoopback, raw } from "../protocols/link/index.ts";
import { mqtt } from "../protocols/mqtt/index.ts";
import { ntp } from "../protocols/ntp/index.ts";
import type { AnyProtocol } from "../protocols/packet/index.ts";
import { tcp } from "../protocols/tcp/index.ts";
import { KeyLog, tls } from "../protocols/tls/index.ts";
import { native } from "../protocols/tls/native.ts";
import { udp } from "../protocols/udp/index.ts";

/** `keyLog`: where the secrets of TLS sessions are found, as far as they are known. */
export const protocols = (keyLog: KeyLog = new KeyLog()): AnyProtocol[] => [
  ethernet,
  vlan,
  serviceVlan,
  linuxCooked,
  linuxCooked2,
  nullLoopback,
  raw,
  arp,
  ipv4,
  ipv6,
  icmp,
  icmpv6,
  udp,
  tcp,
  dhcp,
  dns,
  mdns,
  llmnr,
  ntp,
  ...tls({ keyLog, ciphers: native }),
  mqtt,
];
