// The intranet: a board between a router (DHCP, DNS) and JORGE-PC (NTP, MQTT), on one switch, recorded.
import { intranet as authorityOf, Unusable } from "../../pki/index.ts";
import { analyzers } from "../analyzers.ts";
import { readSettings, type Settings } from "../board/settings.ts";
import { exit, Failure, usage } from "../failure.ts";
import { finishCapture } from "../runs/capture.ts";
import { saveRun } from "../runs/folder.ts";
import { elapsed, failureOf, openRun } from "../runs/opening.ts";
import { boardPlan, brokerPlan } from "./credentials.ts";
import type { ScenarioOptions } from "./options.ts";
import { Run } from "./run.ts";

export async function intranet(options: ScenarioOptions): Promise<number> {
  const settings = await settingsOf(options);
  if (settings.test.enabled)
    throw usage(
      "test.enabled is true, and test mode is not played yet; --set test.enabled=false plays normal mode.",
    );
  const { network, reporter, folder, file, finished } = await openRun("intranet", options);
  await using _closed = network;
  const authority = await authorityOf().catch(error => {
    throw error instanceof Unusable ? new Failure(error.message) : error;
  });
  const plans = {
    board: await boardPlan(settings, authority),
    broker: brokerPlan(settings.tls.version, authority),
  };
  const run = new Run(network, settings, plans, reporter, options.lang);
  const failure = await run.play(file, options.story, options.timeout).then(() => undefined, failureOf);

  const { packets, rungs, findings } = await finishCapture(file, {
    analyzer: analyzers(),
    hosts: run.hosts.all,
    secrets: run.hosts.secrets,
    embedSecrets: options.secrets,
    language: options.lang,
  });
  finished();
  reporter.ladder([...run.hosts.all.keys()], rungs);
  if (failure === undefined || findings.length > 0) reporter.analysis([], findings);
  await saveRun(folder, {
    settings,
    log: run.hosts.log,
    console: run.console,
    secrets: run.hosts.secrets,
    keylog: options.keylog,
  });
  const decodeAs = settings.tls.mode === "mutual" ? " -d tls.port==8884,mqtt" : "";
  reporter.result({
    scenario: "intranet",
    ok: failure === undefined,
    folder,
    capture: file,
    network: network.kind,
    packets,
    milliseconds: elapsed(),
    waited: run.waited,
    tshark: `tshark -N n -r ${file}${decodeAs}`,
  });
  if (failure !== undefined) throw failure;
  return exit.done;
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
