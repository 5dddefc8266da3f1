// The lab's own internet: its hosts with the names and addresses of the real ones, and how far away each is. Where
// nothing says an address, it is one that belongs to nobody (RFC 5737).

import type { CableFaults } from "../network/faulty.ts";
import type { HostPlan } from "../network/index.ts";
import { programOf } from "../runs/program.ts";
import type { NameServerPlan } from "../servers/dns.ts";
import type { TimeServerPlan } from "../servers/ntp.ts";

/** The segments of the scenario: what is at home, and all that is beyond the router. */
export const lan = "LAN";
export const wan = "WAN";

/** The broker and what the boards ask for, by name and address. */
export const broker = { name: "test.mosquitto.org", address: "5.196.95.208" } as const;
export const resolvers = ["8.8.8.8", "1.1.1.1"] as const;
const timeServers = { "es.pool.ntp.org": "198.51.100.123", "time.windows.com": "192.0.2.123" } as const;

const start = (origin: string, primary: string, contact: string): string =>
  `$ORIGIN ${origin}\n$TTL 172800\n@ SOA ${primary} ${contact} 2021100801 1800 900 604800 300\n  NS ${primary}\n`;

/** Each name server with its address and its zone, from the root down. */
const nameServers = {
  root: {
    address: "198.41.0.4",
    zone: `${start(".", "a.root-servers.net.", "nstld.verisign-grs.com.")}
a.root-servers.net.      A  198.41.0.4
com.                     NS a.gtld-servers.net.
a.gtld-servers.net.      A  192.5.6.30
org.                     NS a0.org.afilias-nst.info.
a0.org.afilias-nst.info. A  199.19.56.1
`,
  },
  com: {
    address: "192.5.6.30",
    zone: `${start("com.", "a.gtld-servers.net.", "nstld.verisign-grs.com.")}
windows     NS ns1.windows
ns1.windows A  192.0.2.53
`,
  },
  org: {
    address: "199.19.56.1",
    zone: `${start("org.", "a0.org.afilias-nst.info.", "hostmaster.donuts.email.")}
mosquitto     NS ns1.mosquitto
ns1.mosquitto A  203.0.113.53
ntp           NS ns1.ntp
ns1.ntp       A  198.51.100.53
`,
  },
  "windows.com": {
    address: "192.0.2.53",
    zone: `${start("windows.com.", "ns1", "hostmaster")}
ns1  A 192.0.2.53
time 3600 A ${timeServers["time.windows.com"]}
`,
  },
  "ntp.org": {
    address: "198.51.100.53",
    zone: `${start("ntp.org.", "ns1", "hostmaster")}
ns1     A 198.51.100.53
es.pool 150 A ${timeServers["es.pool.ntp.org"]}
`,
  },
  "mosquitto.org": {
    address: "203.0.113.53",
    zone: `${start("mosquitto.org.", "ns1", "hostmaster")}
ns1  A 203.0.113.53
test 300 A ${broker.address}
`,
  },
} as const;

/** What every resolver is told before it begins. */
const roots = [{ name: "a.root-servers.net", address: nameServers.root.address }];

/** Milliseconds from the cable of the host to the middle of the internet, and as many back. */
const distance: Readonly<Record<string, number>> = {
  "8.8.8.8": 4,
  "1.1.1.1": 4,
  root: 6,
  com: 9,
  org: 12,
  "windows.com": 18,
  "ntp.org": 22,
  "mosquitto.org": 16,
  "time.windows.com": 20,
  "es.pool.ntp.org": 5,
  [broker.name]: 15,
};

/** Each host's cable is so long; a tenth of it comes and goes. */
export const cables: Readonly<Record<string, Omit<CableFaults, "seed">>> = Object.fromEntries(
  Object.entries(distance).map(([host, delay]) => {
    const way = { delay, jitter: delay / 10 };
    return [host, { up: way, down: way }];
  }),
);

/** A host of the internet: all of it is one link, in which everybody is a neighbour. */
export const onTheInternet = (
  name: string,
  address: string,
  program: string,
  settings: unknown,
): HostPlan => ({ name, segment: wan, configuration: { address, prefix: 0 }, program, settings });

const dnsProgram = programOf(import.meta.url, "../servers/dns.ts");
const ntpProgram = programOf(import.meta.url, "../servers/ntp.ts");

/** All of the internet but the broker: resolvers, name servers from the root down, time servers. */
export const services = (): HostPlan[] => [
  ...resolvers.map(address =>
    onTheInternet(address, address, dnsProgram, { roots } satisfies NameServerPlan),
  ),
  ...Object.entries(nameServers).map(([name, { address, zone }]) =>
    onTheInternet(name, address, dnsProgram, { zones: [zone] } satisfies NameServerPlan),
  ),
  ...Object.entries(timeServers).map(([name, address]) =>
    onTheInternet(name, address, ntpProgram, {} satisfies TimeServerPlan),
  ),
];
