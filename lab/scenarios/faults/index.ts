// The faults there are, in the order in which a board meets them.
import { brokerDown, brokerFull, sessionTaken, shortKeepAlive } from "./broker.ts";
import { delay, duplicate, loss, mtu, reorder } from "./cables.ts";
import {
  expiredCertificate,
  noClientCertificate,
  oldTls,
  revokedCertificate,
  unknownAuthority,
  wrongName,
} from "./certificates.ts";
import { addressConflict, noDhcp, poolExhausted, rogueDhcp } from "./dhcp.ts";
import { dnsDown, forgedDns, nxdomain } from "./dns.ts";
import type { Fault } from "./fault.ts";
import { eavesdropper, manInTheMiddle } from "./listening.ts";
import { kissOfDeath, ntpSilent, wrongClock } from "./ntp.ts";
import { pulled } from "./pulled.ts";

export const faults: Readonly<Record<string, Fault>> = {
  "no-dhcp": noDhcp,
  "rogue-dhcp": rogueDhcp,
  "address-conflict": addressConflict,
  "pool-exhausted": poolExhausted,
  "dns-down": dnsDown,
  nxdomain,
  "forged-dns": forgedDns,
  "ntp-silent": ntpSilent,
  "wrong-clock": wrongClock,
  "kiss-of-death": kissOfDeath,
  "expired-certificate": expiredCertificate,
  "wrong-name": wrongName,
  "unknown-authority": unknownAuthority,
  "revoked-certificate": revokedCertificate,
  "no-client-certificate": noClientCertificate,
  "old-tls": oldTls,
  "broker-down": brokerDown,
  "broker-full": brokerFull,
  "session-taken": sessionTaken,
  "short-keep-alive": shortKeepAlive,
  loss,
  delay,
  reorder,
  duplicate,
  mtu,
  ...pulled,
  eavesdropper,
  "man-in-the-middle": manInTheMiddle,
};
