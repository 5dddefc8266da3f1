// The router's DHCP and DNS by dnsmasq: its configuration from the plan of the lab's own servers (dnsmasq(8)).
import { dotted } from "../../../protocols/ipv4/address.ts";
import type { RouterPlan } from "../router.ts";
import { type Equipped, onlyKnown, udp } from "./plan.ts";

/** @throws Untold */
export function dnsmasq(program: string, plan: RouterPlan): Equipped {
  onlyKnown(plan, ["dhcp", "zone"], "");
  return {
    daemon: {
      name: "dnsmasq",
      // Debug mode: in the foreground, as the user that started it, and without a file that holds its number.
      command: [program, "--no-daemon", "--conf-file=dnsmasq.conf"],
      ports: [...(plan.dhcp ? [udp(67)] : []), ...(plan.zone ? [udp(53)] : [])],
      services: { "dnsmasq-dhcp: ": "dhcp", "dnsmasq: ": "dns", "": "dns" },
    },
    files: {
      "dnsmasq.conf": `# dnsmasq on the router: DHCP (67) and DNS (53) of the intranet.
interface=eth0
except-interface=lo
bind-interfaces
user=root

${addresses(plan.dhcp)}
${names(plan.zone)}`,
    },
  };
}

function addresses(plan: RouterPlan["dhcp"]): string {
  if (!plan) return "# No DHCP.\n";
  const known = ["pool", "prefix", "router", "dns", "ntp", "domain", "leaseSeconds", "authoritative"];
  onlyKnown(plan, known, "dhcp.");
  const { pool, prefix, leaseSeconds = 86_400, domain, authoritative } = plan;
  const netmask = dotted((0xffffffff << (32 - prefix)) >>> 0);
  const time = leaseSeconds === Number.POSITIVE_INFINITY ? "infinite" : leaseSeconds;
  const told = { router: plan.router, "dns-server": plan.dns?.join(), "ntp-server": plan.ntp?.join() };
  const lines = [
    "# DHCP: addresses in their order, offered without a ping before; leases are forgotten with the run.",
    `dhcp-range=${pool.first},${pool.last},${netmask},${time}`,
    ...Object.entries(told).flatMap(([name, value]) =>
      value ? [`dhcp-option=option:${name},${value}`] : [],
    ),
    ...(domain === undefined ? [] : [`domain=${domain}`]),
    ...(authoritative ? ["dhcp-authoritative"] : []),
    "dhcp-sequential-ip",
    "no-ping",
    "leasefile-ro",
    "dhcp-ignore-names",
  ];
  return `${lines.join("\n")}\n`;
}

function names(zone: RouterPlan["zone"]): string {
  if (!zone) return "# No DNS.\nport=0\n";
  onlyKnown(zone, ["origin", "ttl", "names"], "zone.");
  const lines = [
    "# DNS: these names and no others; nobody else is asked.",
    "no-resolv",
    "no-hosts",
    "log-queries",
    `local-ttl=${zone.ttl ?? 300}`,
    ...Object.entries(zone.names).flatMap(([name, entry]) => {
      onlyKnown(entry, ["A", "AAAA"], `zone.names.${name}.`);
      return [...(entry.A ?? []), ...(entry.AAAA ?? [])].map(address => `host-record=${name},${address}`);
    }),
    zone.origin === "." ? "address=/#/" : `local=/${zone.origin.replace(/\.$/, "")}/`,
  ];
  return `${lines.join("\n")}\n`;
}
