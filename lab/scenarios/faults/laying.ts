// Faults laid over a run: each as a scenario of the intranet, or several over any.
import { intranet as authorityOf, Unusable } from "../../../pki/index.ts";
import { Failure, usage } from "../../failure.ts";
import { probe } from "../../network/index.ts";
import type { Said } from "../../words.ts";
import type { Expectation } from "../expectation.ts";
import { intranet } from "../intranet.ts";
import type { ScenarioOptions } from "../options.ts";
import { type Cast, isTesting, type Scenario } from "../scenario.ts";
import { type Chosen, readFaults, usual } from "./choosing.ts";
import type { Fault, Need } from "./fault.ts";
import { faults } from "./index.ts";

/** Each fault as a scenario of the intranet, which says what is to come of it. */
export const faultScenarios: Readonly<Record<string, Scenario>> = Object.fromEntries(
  Object.entries(faults).map(([name, fault]) => [name, scenarioOf(usual(name, fault))]),
);

function scenarioOf(chosen: Chosen): Scenario {
  return {
    shows: chosen.fault.shows,
    async cast(options) {
      const cast = await lay(await intranet.cast(options), [chosen], options);
      return { ...cast, expects: expectationOf(chosen, cast, options) };
    },
  };
}

/** Its OpenSSL says by an alert why it ends a connection, where the lab's broker just ends it. */
const ofMosquitto = ["tls.fatal-alert"];

/** What is to come of a fault alone, besides what any run brings. */
function expectationOf({ fault, value }: Chosen, cast: Cast, { servers }: ScenarioOptions): Expectation {
  const { fails, findings, may = [], layer } = fault.outcome(cast);
  const isPlain = cast.boards.some(({ settings }) => settings.tls.mode === "off");
  const always = ["dns.in-the-clear", ...(isPlain ? ["mqtt.readable-secrets"] : [])];
  // A board that has failed publishes nothing more.
  const seen = always.filter(rule => fails === undefined || !rule.startsWith("mqtt"));
  return {
    says: saidOf(fault, value),
    ...{ fails, layer },
    findings: [...seen, ...findings],
    may: [...always, ...may, ...(servers === "system" ? ofMosquitto : [])],
  };
}

/**
 * The same cast with the faults that `--fault` names laid over it. What comes of one alone is judged as in the scenario of
 * its name; what comes of several together is told.
 * `scenario`: whose cast it is. @throws Failure (usage) for a name, a value or a combination that can't be
 */
export async function withFaults(cast: Cast, options: ScenarioOptions, scenario: string): Promise<Cast> {
  const own = faults[scenario];
  const chosen = readFaults(options.fault ?? [], own && [usual(scenario, own)]);
  if (chosen.length === 0) return cast;
  const { expects, ...laid } = await lay(cast, chosen, options);
  const [only, another] = chosen;
  if (only && !another && !own) return { ...laid, expects: expectationOf(only, laid, options) };
  const said = chosen.map(({ fault, value }) => saidOf(fault, value));
  return { ...laid, warns: [...(expects ? [expects.says] : []), ...said] };
}

const saidOf = ({ says }: Fault, value: string): Said => (typeof says === "function" ? says(value) : says);

async function lay(cast: Cast, chosen: readonly Chosen[], options: ScenarioOptions): Promise<Cast> {
  const authority = () =>
    authorityOf().catch(error => {
      throw error instanceof Unusable ? new Failure(error.message) : error;
    });
  let laid = cast;
  for (const { name, fault, value } of chosen) {
    for (const need of fault.needs ?? []) await demand(name, need, cast, options);
    laid = await fault.lay(laid, { value, options, authority });
    if (fault.onlyOurs) laid = { ...laid, needs: [...(laid.needs ?? []), fault.onlyOurs] };
  }
  return laid;
}

/** @throws Failure (usage) that says what is missing, and how to have it */
async function demand(
  name: string,
  need: Need,
  { boards, hosts }: Cast,
  options: ScenarioOptions,
): Promise<void> {
  const modes = boards.map(({ settings }) => settings.tls.mode);
  if (need === "JORGE-PC" && !hosts.some(host => host.name === need))
    throw usage(`${name} is about JORGE-PC, which is not in this run: play it in the intranet.`);
  if (need === "TLS" && modes.includes("off"))
    throw usage(`${name} is a fault of TLS, and a board speaks none: leave out --tls off.`);
  if (need === "mutual TLS" && modes.some(mode => mode !== "mutual"))
    throw usage(`${name} is about the board's certificate, which only --tls mutual asks for.`);
  if (need === "normal mode" && boards.some(isTesting))
    throw usage(`${name} is played in normal mode: take --board nucleo, or --no-hold.`);
  if (need === "frames" && (await isRelay(options)))
    throw usage(
      `${name} needs whole frames (ARP), and a relay carries datagrams and streams only: it takes --network namespaces.`,
    );
  if (need === "segments" && (await isRelay(options)))
    throw usage(
      `${name} is about the order of TCP's segments, and on a relay none is lost or overtaken: it takes --network namespaces.`,
    );
}

async function isRelay({ network }: ScenarioOptions): Promise<boolean> {
  return network === "relay" || (network === "auto" && !(await probe()).namespaces.ok);
}
