// What well-known ports are for (IANA's registry of service names), as packet lists name what is not described here.

/** Services whose every message stands alone in a datagram or segment; Wireshark's protocol column has these names. */
const names: Readonly<Record<"udp" | "tcp", ReadonlyMap<number, string>>> = {
  udp: new Map([
    [69, "TFTP"],
    [88, "KRB5"],
    [137, "NBNS"],
    [138, "NBDS"],
    [161, "SNMP"],
    [162, "SNMP"],
    [389, "CLDAP"],
    [500, "ISAKMP"],
    [514, "Syslog"],
    [520, "RIP"],
    [1812, "RADIUS"],
    [1900, "SSDP"],
    [5060, "SIP"],
    [17_500, "DB-LSP-DISC/JSON"],
  ]),
  tcp: new Map([
    [21, "FTP"],
    [23, "TELNET"],
    [25, "SMTP"],
    [110, "POP"],
    [143, "IMAP"],
    [179, "BGP"],
    [389, "LDAP"],
    // Mail and directories over TLS: what is no record of it.
    [465, "SSL"],
    [587, "SMTP"],
    [636, "SSL"],
    [993, "SSL"],
    [995, "SSL"],
  ]),
};

/** "SMTP", or "TCP" where neither port is known; the lower one is likelier the service's. */
export const serviceOf = (transport: "udp" | "tcp", low: number, high: number): string =>
  names[transport].get(low) ?? names[transport].get(high) ?? transport.toUpperCase();
