// The scenarios there are, and how one is run from the command line.
import { usage } from "../failure.ts";
import { table } from "../terminal.ts";
import { meant, type Said } from "../words.ts";
import type { ScenarioOptions } from "./options.ts";

interface Scenario {
  readonly shows: Said;
  readonly run: (options: ScenarioOptions) => Promise<number>;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  intranet: {
    shows: {
      en: "a board comes to its address, its time, a TLS session and an MQTT session on a LAN",
      es: "una placa consigue dirección, hora, sesión TLS y sesión MQTT en una red local",
    },
    run: async options => (await import("./intranet.ts")).intranet(options),
  },
};

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
  return found.run(options);
}
