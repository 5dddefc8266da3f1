// `--real`: the board on this machine's own network, with the servers of the real internet; never without consent.
import { internet as authorityOf, Unusable } from "../../pki/index.ts";
import { isAddress } from "../../protocols/dns/client.ts";
import { dotted, maskOf, parseIpv4 } from "../../protocols/ipv4/address.ts";
import type { Settings } from "../board/settings.ts";
import { Failure, usage } from "../failure.ts";
import { defaultRoute } from "../network/linux/routes.ts";
import { programOf } from "../runs/program.ts";
import type { DeskPlan } from "../servers/desk.ts";
import { choose } from "./choices.ts";
import { askForReality } from "./consent.ts";
import { boardPlans } from "./credentials.ts";
import { broker as publicBroker } from "./internet-hosts.ts";
import type { ScenarioOptions } from "./options.ts";
import type { Cast } from "./scenario.ts";

const ports = { off: 1883, server: 8883, mutual: 8884 } as const;

/**
 * One board, in the lab's own process: it has this machine's address, asks no DHCP, and speaks to whom its settings name.
 * Nothing is published for it unless `--play` says what. @throws Failure: without consent, or for what can't be there
 */
export async function realCast(options: ScenarioOptions, place: readonly string[]): Promise<Cast> {
  refuseTheLabs(options);
  const route = await ownRoute();
  const own = [
    "dhcp.attempts=0",
    `dhcp.address=${route.address}`,
    `dhcp.netmask=${dotted(maskOf(route.prefix))}`,
    `dhcp.gateway=${route.gateway}`,
  ];
  const { boards, version, acts } = await choose(options, [...place, ...own]);
  const [board, another] = boards;
  if (!board || another) throw usage("--real: this machine has one address, and so there is one board.");
  refuseUnfit(board.settings, route.address);
  const contacts = contactsOf(board.settings);
  await askForReality(contacts, options);

  const authority = await authorityOf().catch(error => {
    throw error instanceof Unusable ? new Failure(error.message) : error;
  });
  const [plan] = await boardPlans(boards, authority, options.seed);
  const { dns, mqtt, tls } = board.settings;
  const desk: DeskPlan = {
    broker: mqtt.broker === "main" ? mqtt.main : mqtt.alternative,
    resolver: dns.server === "main" ? route.gateway : dns.alternative,
    version,
    ...(tls.mode !== "off" && { root: plan!.root }),
  };
  return {
    boards: [{ ...board, plan: plan! }],
    hosts: [{ name: "JORGE-PC", program: programOf(import.meta.url, "../servers/desk.ts"), settings: desk }],
    desk: "JORGE-PC",
    acts: typeof options.play === "string" ? acts : [],
    machine: { device: route.device, filter: filterFor(board.settings, desk.resolver) },
  };
}

async function ownRoute() {
  if (process.platform !== "linux")
    throw new Failure(
      `--real: recording this machine's way out is built for Linux; this is ${process.platform}.`,
    );
  const route = defaultRoute();
  if (!route) throw new Failure("--real: this machine has no default route, and so no way to the internet.");
  return route;
}

/** @throws Failure (usage) for what only a network of the lab's own has */
function refuseTheLabs({ fault = [], network, servers }: ScenarioOptions): void {
  if (fault.length > 0) throw usage("--real: faults are laid on the lab's own network; leave --fault out.");
  if (network !== "auto")
    throw usage(`--real: the network is this machine's; leave --network ${network} out.`);
  if (servers === "system") throw usage("--real: the servers are the internet's; leave --servers out.");
}

/** @throws Failure (usage) */
function refuseUnfit({ dhcp, tls }: Settings, address: string): void {
  if (dhcp.attempts !== 0 || dhcp.address !== address)
    throw usage(`--real: the board has this machine's address, ${address}; leave the settings of dhcp out.`);
  if (tls.mode === "off") return;
  const missing = [
    !tls.root && "tls.root (the broker's authority)",
    tls.mode === "mutual" && !(tls.certificate && tls.key) && "tls.certificate and tls.key (the board's own)",
  ].filter(one => one !== false);
  if (missing.length > 0)
    throw usage(
      `--real: the lab's certificates mean nothing to a real broker; --set ${missing.join(" and ")}, as test.mosquitto.org hands them out, or take --tls off.`,
    );
}

/** Whom the board would speak to, and what for. */
export function contactsOf({ dhcp, dns, ntp, mqtt, tls }: Settings): string[] {
  const resolver = dns.server === "main" ? dhcp.gateway : dns.alternative;
  const time = ntp.server === "main" ? ntp.main : ntp.alternative;
  const broker = mqtt.broker === "main" ? mqtt.main : mqtt.alternative;
  const found = (name: string): string => {
    if (isAddress(name)) return name;
    const known = name === publicBroker.name ? `${publicBroker.address}, or ` : "";
    return `${name} (${known}the address that ${resolver} gives for it)`;
  };
  return [
    ...(isAddress(time) && isAddress(broker) ? [] : [`${resolver}, UDP port 53 (DNS)`]),
    `${found(time)}, UDP port 123 (NTP)`,
    `${found(broker)}, TCP port ${ports[tls.mode]} (MQTT${tls.mode === "off" ? ", in the clear" : " over TLS"})`,
  ];
}

/** What else this machine says to others is nobody's business. */
function filterFor({ tls }: Settings, resolver: string): string {
  const broker = tls.mode === "off" ? [1883] : [ports[tls.mode], 8883];
  const tcp = [...new Set(broker)].map(port => `tcp port ${port}`);
  parseIpv4(resolver);
  return [`(host ${resolver} and udp port 53)`, "udp port 123", ...tcp].join(" or ");
}
