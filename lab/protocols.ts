// The protocols that the lab knows: the one list. Decoders alone are loaded: analyzers and explanations are for those who ask.
import { arp } from "../protocols/arp/decoder.ts";
import { dhcp } from "../protocols/dhcp/decoder.ts";
import { dns, llmnr, mdns } from "../protocols/dns/decoder.ts";
import { ethernet, serviceVlan, vlan } from "../protocols/ethernet/decoder.ts";
import { icmp, icmpv6 } from "../protocols/icmp/decoder.ts";
import { ipv4 } from "../protocols/ipv4/decoder.ts";
import { ipv6 } from "../protocols/ipv6/decoder.ts";
import { linuxCooked, linuxCooked2, nullLoopback, raw } from "../protocols/link/decoder.ts";
import { mqtt } from "../protocols/mqtt/decoder.ts";
import { ntp } from "../protocols/ntp/decoder.ts";
import type { AnyProtocol } from "../protocols/packet/index.ts";
import { tcp } from "../protocols/tcp/decoder.ts";
import { teredo } from "../protocols/teredo/decoder.ts";
import type { Ciphers } from "../protocols/tls/ciphers.ts";
import { tls } from "../protocols/tls/decoder.ts";
import { KeyLog } from "../protocols/tls/keylog.ts";
import { udp } from "../protocols/udp/decoder.ts";

/** Loaded with the first record that can be opened: most captures bring no secrets, and cryptography takes its time to load. */
const native = (): Ciphers => (require("../protocols/tls/native.ts") as { native: Ciphers }).native;
const ciphers: Ciphers = {
  open: (...sealed) => native().open(...sealed),
  unchain: (...chained) => native().unchain(...chained),
  hmac: (...message) => native().hmac(...message),
  hash: (...message) => native().hash(...message),
};

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
  teredo,
  dhcp,
  dns,
  mdns,
  llmnr,
  ntp,
  ...tls({ keyLog, ciphers }),
  mqtt,
];
