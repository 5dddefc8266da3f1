// How each protocol is marked: a colour that white text can be read on, and a short name.

/** By Wireshark's name. Colours are told apart by the colour-blind as far as there are names beside them. */
const known: Readonly<Record<string, { readonly name: string; readonly colour: string }>> = {
  eth: { name: "Eth", colour: "#6b7480" },
  arp: { name: "ARP", colour: "#8a5a0b" },
  ip: { name: "IP", colour: "#3f6296" },
  ipv6: { name: "IPv6", colour: "#3f6296" },
  icmp: { name: "ICMP", colour: "#5f6b2a" },
  icmpv6: { name: "ICMPv6", colour: "#5f6b2a" },
  udp: { name: "UDP", colour: "#2c7283" },
  tcp: { name: "TCP", colour: "#4354b8" },
  dhcp: { name: "DHCP", colour: "#2a7a37" },
  dns: { name: "DNS", colour: "#00697a" },
  mdns: { name: "mDNS", colour: "#00697a" },
  ntp: { name: "NTP", colour: "#83389b" },
  tls: { name: "TLS", colour: "#b3214f" },
  mqtt: { name: "MQTT", colour: "#b5440c" },
};

export const colourOf = (layer: string): string => known[layer]?.colour ?? "#6b7480";
export const shortNameOf = (layer: string): string => known[layer]?.name ?? layer.toUpperCase();
