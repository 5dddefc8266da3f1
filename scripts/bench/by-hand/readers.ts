// Readers written by hand, as one writes them with a DataView. They know what the bench's capture holds and check little
// more; each returns what the description returns.
import { readDhcp } from "./dhcp.ts";
import { readDns } from "./dns.ts";
import { readArp, readEthernet, readIpv4, readTcp, readUdp } from "./internet.ts";
import { readMqtt } from "./mqtt.ts";
import { readNtp } from "./ntp.ts";
import { readRecord } from "./tls.ts";

/** Reads the message from `at` to `end`. */
export type ByHand = (view: DataView, at: number, end: number) => unknown;

/** By the protocols' names. */
export const byHand: Readonly<Record<string, ByHand>> = {
  eth: readEthernet,
  arp: readArp,
  ip: readIpv4,
  udp: readUdp,
  tcp: readTcp,
  dhcp: readDhcp,
  dns: readDns,
  ntp: readNtp,
  tls: readRecord,
  mqtt: readMqtt,
};
