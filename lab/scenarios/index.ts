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
  if (options.repeat > 1) return repeat(name, found, options);
  await perform(name, found, options);
  return exit.done;
}
