// Protocol numbers: what an IPv4 packet carries, and what stands in the chain of IPv6 headers (IANA).

export const IpProtocol = {
  "hop-by-hop options": 0,
  ICMP: 1,
  IGMP: 2,
  "IPv4 in IP": 4,
  TCP: 6,
  UDP: 17,
  IPv6: 41,
  "routing header": 43,
  "fragment header": 44,
  GRE: 47,
  ESP: 50,
  AH: 51,
  ICMPv6: 58,
  "no next header": 59,
  "destination options": 60,
  OSPF: 89,
  PIM: 103,
  VRRP: 112,
  SCTP: 132,
  "UDP-Lite": 136,
} as const;
