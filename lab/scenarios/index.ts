// The scenarios there are, and how one is run from the command line.
import { exit, usage } from "../failure.ts";
import { table } from "../terminal.ts";
import { meant } from "../words.ts";
import { faultScenarios } from "./faults/laying.ts";
import { internet } from "./internet.ts";
import { intranet } from "./intranet.ts";
import type { ScenarioOptions } from "./options.ts";
import { perform } from "./perform.ts";
import { repeat } from "./repeat.ts";
import type { Scenario } from "./scenario.ts";

const scenarios: Readonly<Record<string, Scenario>> = { intranet, internet, ...faultScenarios };

/** Runs a scenario, or lists them. Returns the exit code. */
export async function scenario(name: string | undefined, options: ScenarioOptions): Promise<number> {
  if (name === undefined) {
    const rows = Object.entries(scenarios).map(([known, { shows }]) => [known, shows[options.lang]]);
    console.log(table(["scenario", "shows"], rows));
    return 0;
  }
  const found = scenarios[name];
  if (!found) {
    const close = meant(name, Object.keys(scenarios));
    throw usage(
      `there is no scenario "${name}"; ${close ? `did you mean ${close}?` : "bun lab scenario lists them."}`,
    );
  }
  if (options.real && found !== internet)
    throw usage(`--real: ${name} needs nobody beyond the lab; it is for the scenario internet.`);
  if (options.view && options.repeat > 1)
    throw usage("--view shows one run, --repeat plays several; leave one of them out.");
  if (options.repeat > 1) return repeat(name, found, options);
  await perform(name, found, options.view ? seen(options) : options);
  return exit.done;
}

/**
 * Seen in the browser it is played there, unless a script is given. An ordinary user's namespaces have a loopback of their
 * own, which no browser reaches: a relay stands in.
 */
function seen(options: ScenarioOptions): ScenarioOptions {
  const isAlone = process.platform === "linux" && process.getuid?.() !== 0;
  if (isAlone && options.network === "namespaces")
    throw usage("--view: an ordinary user's namespaces are reached by no browser; --network relay is.");
  return {
    ...options,
    play: options.play ?? true,
    network: isAlone && options.network === "auto" ? "relay" : options.network,
  };
}
