// The lab's own internet of names: a root, org and com below it, and two zones below those, each served by a host of its own.
import type { RootServer } from "../../protocols/dns/client.ts";
import type { NameServerPlan } from "../servers/dns.ts";

/** One switch stands in for the internet between them, so all are in one network. */
export const prefix = 8;

const start = (origin: string, primary: string, contact: string): string =>
  `$ORIGIN ${origin}\n$TTL 172800\n@ SOA ${primary} ${contact} 2021100801 1800 900 604800 300\n  NS ${primary}\n`;

const rootZone = `${start(".", "a.root-servers.lab.", "hostmaster.root-servers.lab.")}
a.root-servers.lab. A 10.0.0.1
org.                NS a.org-servers.org.
a.org-servers.org.  A 10.0.1.1
com.                NS a.com-servers.com.
a.com-servers.com.  A 10.0.2.1
`;

const orgZone = `${start("org.", "a.org-servers", "hostmaster.org-servers")}
a.org-servers  A 10.0.1.1
mosquitto      NS ns1.mosquitto
ns1.mosquitto  A 10.0.3.1
`;

const comZone = `${start("com.", "a.com-servers", "hostmaster.com-servers")}
a.com-servers  A 10.0.2.1
jorge          NS ns1.jorge
ns1.jorge      A 10.0.4.1
`;

const mosquittoZone = `${start("mosquitto.org.", "ns1", "hostmaster")}
$TTL 300
ns1   A 10.0.3.1
test  A 5.196.95.208
      TXT "public broker for tests"
_mqtt._tcp.test SRV 0 5 1883 test
*.pages CNAME test
`;

const jorgeZone = `${start("jorge.com.", "ns1", "hostmaster")}
$TTL 60
ns1     A 10.0.4.1
broker  CNAME test.mosquitto.org.
`;

export interface NameServer {
  readonly host: string;
  readonly address: string;
  readonly plan: NameServerPlan;
  /** The origin of the zone that it serves. */
  readonly zone: string;
  /** The zones below it that it sends others to. */
  readonly below: readonly string[];
}

export const nameServers: readonly NameServer[] = [
  { host: "root", zone: ".", below: ["org", "com"], address: "10.0.0.1", plan: { zones: [rootZone] } },
  { host: "org", zone: "org", below: ["mosquitto.org"], address: "10.0.1.1", plan: { zones: [orgZone] } },
  { host: "com", zone: "com", below: ["jorge.com"], address: "10.0.2.1", plan: { zones: [comZone] } },
  {
    host: "mosquitto.org",
    zone: "mosquitto.org",
    below: [],
    address: "10.0.3.1",
    plan: { zones: [mosquittoZone] },
  },
  { host: "jorge.com", zone: "jorge.com", below: [], address: "10.0.4.1", plan: { zones: [jorgeZone] } },
];

/** What every resolver is told before it begins. */
export const roots: readonly RootServer[] = [{ name: "a.root-servers.lab", address: "10.0.0.1" }];
