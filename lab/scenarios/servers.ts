// `--servers system`: a cast whose router and JORGE-PC run dnsmasq, chronyd and Mosquitto instead of the lab's own servers.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lack, type PeerName, peer, peerVersion } from "../../scripts/peers.ts";
import { Failure, usage } from "../failure.ts";
import { type HostPlan, probe } from "../network/index.ts";
import { programOf } from "../runs/program.ts";
import type { PcPlan } from "../servers/pc.ts";
import type { RouterPlan } from "../servers/router.ts";
import { chronyd } from "../servers/system/chronyd.ts";
import { dnsmasq } from "../servers/system/dnsmasq.ts";
import { mosquitto } from "../servers/system/mosquitto.ts";
import { type Equipped, type SystemPlan, Untold } from "../servers/system/plan.ts";
import type { ScenarioOptions } from "./options.ts";
import type { Cast } from "./scenario.ts";

/** What each host's program is done by, and what of its plan can't be. */
interface Replacement {
  readonly program: string;
  readonly by: readonly PeerName[];
  /** @throws Untold */
  readonly equip: (settings: never) => readonly Equipped[];
}

const replacements: readonly Replacement[] = [
  {
    program: programOf(import.meta.url, "../servers/router.ts"),
    by: ["dnsmasq"],
    equip: (plan: RouterPlan) => [dnsmasq(peer("dnsmasq")!, plan)],
  },
  {
    program: programOf(import.meta.url, "../servers/pc.ts"),
    by: ["chronyd", "mosquitto"],
    equip({ time, broker, ...plan }: PcPlan) {
      if (time !== undefined) throw new Untold("time");
      if (broker !== undefined && broker !== "down") throw new Untold("broker");
      const clock = chronyd(peer("chronyd")!);
      return broker === "down" ? [clock] : [clock, mosquitto(peer("mosquitto")!, plan)];
    },
  },
];

const systemHost = programOf(import.meta.url, "../servers/system/host.ts");

/** Versions of the servers that a run is played with, by name. */
export type Servers = Readonly<Record<string, string>>;

/**
 * Whether the cast can be played with real servers at all; to be asked before anything is made.
 * @throws Failure that says what stands in the way: the network, a program that is missing, what only the lab's servers do
 */
export async function checkServers(
  cast: Cast,
  { servers, network, lang }: Pick<ScenarioOptions, "servers" | "network" | "lang">,
  found: (name: PeerName) => string | undefined = peer,
): Promise<void> {
  if (servers !== "system") return;
  const refused = (why: string): Failure => usage(`--servers system: ${why}`);
  if (network === "relay")
    throw refused("real servers run in namespaces, and the relay has none; leave --network relay out.");
  const needs = [...new Set(cast.needs?.map(said => said[lang]))];
  if (needs.length > 0)
    throw refused(`this run needs the lab's own servers, for ${needs.join("; ")}; leave --servers out.`);
  const replaced = cast.hosts.flatMap(plan => replacementOf(plan) ?? []);
  if (replaced.length === 0)
    throw refused("none of this scenario's servers is one that a real one stands in for; leave it out.");
  const missing = [...new Set<PeerName>([...replaced.flatMap(({ by }) => by), "setpriv"])].filter(
    name => !found(name),
  );
  if (missing.length > 0) throw new Failure(`--servers system: ${missing.map(lack).join("; ")}.`);
  for (const plan of cast.hosts) equipped(plan);
  const { namespaces } = await probe();
  if (!namespaces.ok)
    throw new Failure(
      `--servers system: real servers run in namespaces, and there are none here: ${namespaces.reason}${namespaces.hint && `; ${namespaces.hint}`}.`,
    );
}

/** The cast with real servers: the files that they read are written into `servers/` of the run's folder. */
export function withRealServers(
  cast: Cast,
  folder: string,
): { readonly cast: Cast; readonly versions: Servers } {
  const home = join(folder, "servers");
  mkdirSync(home);
  const names = new Set<PeerName>();
  const hosts = cast.hosts.map((plan): HostPlan => {
    const servers = equipped(plan);
    if (!servers) return plan;
    for (const name of replacementOf(plan)!.by) names.add(name);
    for (const [name, text] of servers.flatMap(({ files }) => Object.entries(files)))
      writeFileSync(join(home, name), text);
    const daemons = servers.map(({ daemon }) => daemon);
    const settings: SystemPlan = {
      setpriv: peer("setpriv")!,
      folder: home,
      daemons,
      isDesk: plan.name === cast.desk,
    };
    return { ...plan, program: systemHost, settings };
  });
  const versions = [...names].map(name => [name, peerVersion(name) ?? "?"]);
  return { cast: { ...cast, hosts }, versions: Object.fromEntries(versions) };
}

/** @throws Failure where the plan says what no real server can be told */
function equipped(plan: HostPlan): readonly Equipped[] | undefined {
  const replacement = replacementOf(plan);
  if (!replacement) return undefined;
  try {
    return replacement.equip(plan.settings as never);
  } catch (error) {
    if (!(error instanceof Untold)) throw error;
    throw usage(
      `--servers system: ${plan.name} is to have ${error.setting} of its own, and ${replacement.by.join(" and ")} can't be told that; leave --servers out.`,
    );
  }
}

const replacementOf = ({ program }: HostPlan): Replacement | undefined =>
  replacements.find(one => one.program === pathOf(program));

const pathOf = (program: string): string => (program.startsWith("file:") ? fileURLToPath(program) : program);
