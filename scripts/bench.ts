// Benches: `bun scripts/bench.ts NAME [--json]`; without a name, or with "list", what there is.
import type { Bench } from "./bench/bench.ts";
import { broker } from "./bench/broker.ts";
import { dhcp } from "./bench/dhcp.ts";
import { dissect } from "./bench/dissect.ts";
import { dns } from "./bench/dns.ts";
import { inspect } from "./bench/inspect.ts";
import { machine } from "./bench/measure.ts";
import { mqtt } from "./bench/mqtt.ts";
import { ntp } from "./bench/ntp.ts";
import { view } from "./bench/view.ts";

const benches: Readonly<Record<string, Bench>> = { broker, dissect, dhcp, dns, inspect, mqtt, ntp, view };

const words = process.argv.slice(2);
const json = words.includes("--json");
const [name = "list", ...more] = words.filter(word => word !== "--json");
const bench = benches[name];

if (name === "list" && more.length === 0) {
  if (json) console.log(JSON.stringify(Object.entries(benches).map(([name, { says }]) => ({ name, says }))));
  else for (const [name, { says }] of Object.entries(benches)) console.log(`${name.padEnd(10)} ${says}`);
} else if (!bench || more.length > 0) {
  const wrong = bench ? `"${more.join(" ")}" after it means nothing` : `there is no bench "${name}"`;
  console.error(
    `bench: ${wrong}; usage: bun scripts/bench.ts NAME [--json], with NAME of ${Object.keys(benches).join(", ")}.`,
  );
  process.exitCode = 2;
} else {
  const { figures, text } = await bench.run();
  const on = machine();
  if (json) console.log(JSON.stringify({ bench: name, machine: on, ...figures }));
  else {
    console.log(text);
    console.log(
      `\n${on.processor}, ${on.cores} cores (load ${on.load}), ${on.system}, Bun ${on.bun}, tshark ${on.tshark ?? "missing"}`,
    );
    console.log(
      "Medians of rounds taken in turn. Where the machine is shared, times are noisy: read ratios.",
    );
  }
}
