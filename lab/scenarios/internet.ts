// The internet: boards behind a NAT router (192.168.1.1); beyond it name servers, time servers and a public broker.
import { internet as authorityOf, Unusable } from "../../pki/index.ts";
import { Failure, usage } from "../failure.ts";
import type { HostPlan } from "../network/index.ts";
import { programOf } from "../runs/program.ts";
import type { DeskPlan } from "../servers/desk.ts";
import type { PcPlan } from "../servers/pc.ts";
import type { RouterPlan } from "../servers/router.ts";
import { choose } from "./choices.ts";
import { boardPlans } from "./credentials.ts";
import { broker, cables, lan, onTheInternet, services, wan } from "./internet-hosts.ts";
import type { ScenarioOptions } from "./options.ts";
import { realCast } from "./reality.ts";
import type { Cast, Scenario } from "./scenario.ts";

export const internet: Scenario = {
  shows: {
    en: "boards behind a NAT router reach DNS, NTP and a public broker, each at its distance; all of it inside the lab",
    es: "las placas, tras un router con NAT, llegan a DNS, NTP y un broker público, cada uno a su distancia; todo dentro del laboratorio",
  },
  cast,
};

const router = { address: "192.168.1.1", prefix: 24 } as const;
/** The router's side that everybody sees; the address belongs to nobody (RFC 5737). */
const outside = {
  segment: wan,
  mac: "02:00:00:00:ff:01",
  configuration: { address: "203.0.113.10", prefix: 0 },
};
const pc = { address: "192.168.1.20", prefix: 24, gateway: router.address } as const;
const resolver = "8.8.8.8";

/** The alternative servers of the boards' settings. */
const alternatives = ["dns.server=alternative", "ntp.server=alternative", "mqtt.broker=alternative"];
/** In test mode a message must be back before it is read: milliseconds for the way there and back, and some more. */
const waits = "test.wait=60";

async function cast(options: ScenarioOptions): Promise<Cast> {
  if (options.real) return realCast(options, alternatives);
  if (options.network === "relay") throw usage(`--network relay: ${noRelay}`);
  refuseFaults(options.fault);
  const isFast = (options.pace ?? (options.play === true ? "real" : "fast")) === "fast";
  const { boards, version, acts } = await choose(options, [...alternatives, ...(isFast ? [waits] : [])]);
  if (boards.some(({ settings }) => settings.dns.server === "main"))
    throw usage(
      `dns.server=main: the router of this scenario answers no questions; the boards ask ${resolver}, or what dns.alternative names.`,
    );
  const authority = await authorityOf().catch(error => {
    throw error instanceof Unusable ? new Failure(error.message) : error;
  });
  const plans = await boardPlans(boards, authority, options.seed);
  const isSecured = boards.some(({ settings }) => settings.tls.mode !== "off");
  const desk: DeskPlan = {
    ...{ broker: broker.name, resolver, version },
    ...(isSecured && { root: authority.root.pem }),
  };
  const brokerPlan: PcPlan = {
    certificate: authority.chain(broker.name).pem,
    key: authority.key(broker.name).pem,
    clientRoot: authority.root.pem,
    version,
    time: "silent",
  };
  const hosts = [
    routerPlan(boards.length),
    inside("JORGE-PC", "../servers/desk.ts", desk),
    ...services(),
    onTheInternet(broker.name, broker.address, programOf(import.meta.url, "../servers/pc.ts"), brokerPlan),
  ];
  const taken = boards.find(board => hosts.some(({ name }) => name === board.name));
  if (taken)
    throw usage(
      `general.platform=${taken.name}: that is another host's name; give the board one of its own.`,
    );
  return {
    boards: boards.map((board, i) => ({ ...board, segment: lan, plan: plans[i]! })),
    hosts,
    desk: "JORGE-PC",
    acts,
    cables,
    over(network) {
      if (network.kind === "relay") throw new Failure(`the scenario needs namespaces: ${noRelay}`);
      return network;
    },
    needs: [{ en: "name servers from the root down", es: "servidores de nombres desde la raíz" }],
  };
}

/** Faults of servers are faults of those that the intranet has. */
const fittingFault =
  /^(no-dhcp|loss|delay|reorder|duplicate|mtu|cable-pulled-.*|short-keep-alive|eavesdropper)$/;

/** @throws Failure (usage) for a fault that this scenario's servers can't have */
function refuseFaults(faults: readonly string[] = []): void {
  const names = faults.flatMap(word => word.split(",")).map(word => word.split("=")[0]!.trim());
  const strange = names.find(name => !fittingFault.test(name));
  if (strange !== undefined)
    throw usage(
      `--fault ${strange}: the internet can have no-dhcp, loss, delay, reorder, duplicate, mtu, cable-pulled-…, short-keep-alive and eavesdropper; what else there is happens to the servers of the intranet.`,
    );
}

const noRelay =
  "a relay writes the frames of each connection once, from end to end, where a router's NAT would rewrite them; bun lab doctor says what namespaces need.";

function routerPlan(boards: number): HostPlan {
  const settings: RouterPlan = {
    dhcp: {
      // As far as .199, and further for a crowd.
      pool: { first: "192.168.1.101", last: boards > 99 ? "192.168.1.254" : "192.168.1.199" },
      prefix: router.prefix,
      router: router.address,
      dns: [resolver],
      leaseSeconds: 86_400,
    },
  };
  const program = programOf(import.meta.url, "../servers/router.ts");
  return { name: "router", segment: lan, configuration: router, uplink: outside, program, settings };
}

const inside = (name: string, program: string, settings: unknown): HostPlan => ({
  ...{ name, segment: lan, configuration: pc, settings },
  program: programOf(import.meta.url, program),
});
