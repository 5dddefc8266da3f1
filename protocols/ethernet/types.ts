// EtherTypes: what a frame carries (IEEE 802 Numbers, IANA).

export const EtherType = {
  IPv4: 0x0800,
  ARP: 0x0806,
  "Wake-on-LAN": 0x0842,
  VLAN: 0x8100,
  IPv6: 0x86dd,
  "Slow protocols": 0x8809,
  MPLS: 0x8847,
  "PPPoE discovery": 0x8863,
  "PPPoE session": 0x8864,
  EAPOL: 0x888e,
  PROFINET: 0x8892,
  QinQ: 0x88a8,
  LLDP: 0x88cc,
  MACsec: 0x88e5,
  PTP: 0x88f7,
  Loopback: 0x9000,
} as const;

/** Values up to this one are no type but the length of what follows (IEEE 802.3 §3.2.6). */
export const longestLength = 1500;
