// The intranet: a board between a router (DHCP, DNS) and JORGE-PC (NTP, MQTT), on one switch, recorded.
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { intranet as authorityOf, Unusable } from "../../pki/index.ts";
import { readSettings, type Settings } from "../board/settings.ts";
import { Failure, usage } from "../failure.ts";
import { openNetwork } from "../network/index.ts";
import { finishCapture } from "../runs/capture.ts";
import { makeFolder, saveRun } from "../runs/folder.ts";
import { Lines, Told } from "../runs/reporter.ts";
import { boardPlan, brokerPlan } from "./credentials.ts";
import type { ScenarioOptions } from "./options.ts";
import { Run } from "./run.ts";

export async function intranet(options: ScenarioOptions): Promise<number> {
  const settings = await settingsOf(options);
  // An ordinary user's process may start over in here: nothing is printed or made before.
  const { network, why } = await openNetwork(options.network).catch(error => {
    throw new Failure((error as Error).message);
  });
  await using _closed = network;
  const reporter = options.json ? new Lines() : new Told(options.lang, options.quiet === true);
  reporter.network(network.kind, why, network.limits);
  const authority = await authorityOf().catch(error => {
    throw error instanceof Unusable ? new Failure(error.message) : error;
  });
  const plans = {
    board: await boardPlan(settings, authority),
    broker: brokerPlan(settings.tls.version, authority),
  };
  const folder = makeFolder("intranet", options.output);
  const file = resolve(options.write ?? join(folder, "capture.pcapng"));
  mkdirSync(dirname(file), { recursive: true });

  const run = new Run(network, settings, plans, reporter, options.lang);
  const failure = await run.play(file, options.story, options.timeout).then(
    () => undefined,
    (error: unknown) => error,
  );
  const { packets, rungs } = await finishCapture(file, {
    hosts: run.hosts.all,
    secrets: run.hosts.secrets,
    embedSecrets: options.secrets,
    language: options.lang,
  });
  await saveRun(folder, {
    settings,
    log: run.hosts.log,
    console: run.console,
    secrets: run.hosts.secrets,
    keylog: options.keylog,
  });
  reporter.ladder([...run.hosts.all.keys()], rungs);
  const decodeAs = settings.tls.mode === "mutual" ? " -d tls.port==8884,mqtt" : "";
  reporter.result({
    scenario: "intranet",
    ok: failure === undefined,
    folder,
    capture: file,
    network: network.kind,
    packets,
    milliseconds: performance.now(),
    waited: run.waited,
    tshark: `tshark -N n -r ${file}${decodeAs}`,
  });
  if (failure !== undefined)
    throw failure instanceof Failure ? failure : new Failure((failure as Error).message);
  return 0;
}

/** The file, then `--set`, then the flags that name a setting of their own. */
async function settingsOf(options: ScenarioOptions): Promise<Settings> {
  const set = [...options.set];
  if (options.tls) set.push(`tls.mode=${options.tls}`);
  if (options.tlsVersion) set.push(`tls.version="${options.tlsVersion}"`);
  if (options.settings === undefined) return readSettings(options.board, options.pace, undefined, set);
  const text = await Bun.file(options.settings)
    .text()
    .catch((error: NodeJS.ErrnoException) => {
      throw usage(
        `the settings file ${options.settings} can't be read (${error.code}); give the path of a TOML file.`,
      );
    });
  return readSettings(options.board, options.pace, { name: options.settings, text }, set);
}
