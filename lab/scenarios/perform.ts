// A scenario from its cast to its folder: played, recorded, explained, judged and kept.
import type { Analyzer } from "../../protocols/packet/index.ts";
import { Eavesdropper } from "../analyze/eavesdropper.ts";
import { analyzers } from "../analyzers.ts";
import { Failure } from "../failure.ts";
import { findingObject } from "../findings.ts";
import type { Rung } from "../ladder.ts";
import { faultLines, faulty } from "../network/faulty.ts";
import { type BoardResult, boardResult } from "../runs/boards.ts";
import { finishCapture } from "../runs/capture.ts";
import { saveRun } from "../runs/folder.ts";
import { elapsed, failureOf, type OpenedRun, openRun } from "../runs/opening.ts";
import type { Result } from "../runs/reporter.ts";
import { diagnose, diagnosisLines } from "./diagnosis.ts";
import { differences, type Outcome, outcomeOf } from "./expectation.ts";
import { withFaults } from "./faults/laying.ts";
import { atTheTerminal, isPlayable } from "./keyboard.ts";
import type { ScenarioOptions } from "./options.ts";
import { scripted } from "./people.ts";
import { type Cast, isTesting, type Scenario } from "./scenario.ts";
import { checkServers, withRealServers } from "./servers.ts";
import { Stage } from "./stage.ts";
import { homeOf, viewsOf } from "./views.ts";

export interface Performed {
  readonly result: Result;
  readonly boards: readonly BoardResult[];
  readonly outcome: Outcome;
  readonly rungs: readonly Rung[];
}

/** Plays a scenario once. @throws Failure, when all that was recorded is kept */
export async function perform(
  name: string,
  scenario: Scenario,
  options: ScenarioOptions,
): Promise<Performed> {
  // Of runs that are repeated, the first one alone would count the start of the program.
  const before = options.repeat > 1 ? elapsed() : 0;
  const byHand = options.play === true && (options.view === true || isPlayable(options));
  const chosen = byHand ? options : { ...options, play: scriptIn(options) };
  const planned = await withFaults(await scenario.cast(chosen), chosen, name);
  await checkServers(planned, options);
  const { network, folder, file, finished, ...opened } = await openRun(
    name,
    options,
    planned.machine && (() => openMachine(planned.machine!)),
  );
  await using _closed = network;
  const live = options.view ? await openLive(name, { folder, file }, options) : undefined;
  const reporter = live?.overhear(opened.reporter) ?? opened.reporter;
  if (options.play === true && !byHand) console.error(noTerminal[options.lang]);

  const isReal = options.servers === "system";
  const { cast, versions = undefined } = isReal ? withRealServers(planned, folder) : { cast: planned };
  const { seed, lang: language } = options;
  const carried = cast.over?.(network) ?? network;
  const laid = cast.cables ? faulty(carried, { seed, hosts: cast.cables, language }) : carried;
  const stage = new Stage(laid, cast, reporter, language);
  live?.follow(stage);
  const played = byHand ? (live ? live.people : atTheTerminal) : scripted;
  const people = cast.people?.(played) ?? played;
  const seconds = options.timeout ?? (byHand ? undefined : patienceFor(cast));
  const failure = await stage.play(file, people, seconds).then(() => undefined, failureOf);

  const home = homeOf(cast, stage.hosts.segments);
  const listener = new Eavesdropper();
  const { packets, rungs, findings } = await finishCapture(file, {
    analyzer: overheard(analyzers({ dhcpServers: cast.dhcpServers }), listener),
    ...(home && { judges: packet => home.ports.has(packet.frame.interface) }),
    hosts: stage.hosts.all,
    // A LED that goes on after an enciphered message tells what was in it.
    happenings: options.secrets ? stage.happenings : [],
    secrets: stage.hosts.secrets,
    embedSecrets: options.secrets,
    language: options.lang,
  });
  finished();
  const boards = [...stage.boards.values()].map(({ board, messages }) => {
    const { mac } = stage.hosts.all.get(board.name)!;
    return boardResult(board.name, mac, board.settings.mqtt.clientId, messages);
  });
  const times = new Map(rungs.map(({ number, epoch = 0 }) => [number, BigInt(epoch)]));
  const refusals = (stage.hosts.log.get("mqtt") ?? []).filter(line => line.startsWith("TLS with "));
  const diagnosis = diagnose(stage.boards.values(), findings, times, refusals);
  const outcome = outcomeOf(stage.boards.values(), findings, diagnosis);
  const unexpected = cast.expects && differences(cast.expects, outcome, options.lang);
  // Where something is expected, a board's own failure is judged by that; any other failure stays one.
  const fails = outcome.failed && unexpected ? undefined : failure;
  const unequal = boards.flatMap(({ cycles }) => cycles).filter(({ equal }) => !equal).length;
  const result: Result = {
    scenario: name,
    ok: fails === undefined && unequal === 0 && !unexpected?.length,
    folder,
    capture: file,
    network: network.kind,
    packets,
    milliseconds: elapsed() - before,
    waited: stage.waited,
    memory: stage.memory,
    servers: versions ?? "embedded",
    tshark: tsharkFor(file, cast),
  };
  const names = [...stage.hosts.all.keys()];
  reporter.ladder(names, rungs, home && viewsOf(home, names, rungs));
  if (failure === undefined || findings.length > 0) reporter.analysis([], findings);
  reporter.boards(boards);
  const warnings = cast.expects ? [cast.expects.says] : (cast.warns ?? []);
  if (warnings.length > 0) {
    const seen = [
      ...diagnosisLines(diagnosis, stage.boards.values(), language),
      ...refusals.map(line => `${cast.desk}: ${line}`),
      // Of cables that only take their time there is nothing to tell.
      ...(cast.cables
        ? [...faultLines(await laid.faults(), language)].filter(line => line.includes(","))
        : []),
      ...strangers.flatMap(name => stage.hosts.log.get(name) ?? []),
      ...(cast.isOverheard ? [words[language].overheard, ...listener.lines(language)] : []),
    ];
    reporter.expectation(
      warnings.map(said => said[language]),
      seen,
      unexpected,
    );
  }
  await saveRun(folder, {
    settings: Object.fromEntries(cast.boards.map(board => [board.name, board.settings])),
    log: stage.hosts.log,
    console: stage.console,
    secrets: stage.hosts.secrets,
    keylog: options.keylog,
    keepSecrets: options.secrets,
    results: { run: result, timings: boards, outcome, findings: findings.map(findingObject) },
  });
  reporter.result(result);
  if (live) await live.over({ ok: result.ok, says: fails instanceof Error ? fails.message : "" });
  if (fails !== undefined) throw fails;
  if (unexpected?.length) throw new Failure(`not as expected: ${unexpected.join("; ")}.`);
  if (unequal > 0) throw new Failure(`${unequal} messages came back other than they were sent.`);
  return { result, boards, outcome, rungs };
}

/** Its page is loaded by nobody else. */
async function openLive(
  name: string,
  { folder, file }: Pick<OpenedRun, "folder" | "file">,
  { lang, secrets }: ScenarioOptions,
) {
  const { Live } = await import("../view/live.ts");
  return Live.open({ name, folder, file, language: lang, secrets });
}

/** Whose network it is, is said; its module is loaded by nobody else. */
async function openMachine(way: NonNullable<Cast["machine"]>) {
  const { Machine } = await import("../network/machine.ts");
  const why = `this machine's own network, by ${way.device}: agreed to`;
  return { network: new Machine({ ...way, isBound: false }), why };
}

/** Seconds: two minutes, and what tests wait on purpose. A person at the terminal has all the time in the world. */
function patienceFor({ boards }: Cast): number {
  const waits = boards.filter(isTesting).map(({ settings: { test } }) => test.cycles * 2 * test.wait);
  return Math.min(120 + Math.max(0, ...waits) / 1000, mostSeconds);
}

/** What a timer can hold, and `--timeout` takes: eleven days. */
const mostSeconds = 1_000_000;

/** The same analyzer, with somebody who listens to what passes. */
const overheard = <Report>(analyzer: Analyzer<Report>, listener: Eavesdropper): Analyzer<Report> => ({
  ...analyzer,
  observe(packet) {
    listener.observe(packet);
    return analyzer.observe(packet);
  },
});

/** Hosts that do what nobody asked them for, and tell of it. */
const strangers = ["forger", "intruder"] as const;

const words = {
  en: { overheard: "who listened learned:" },
  es: { overheard: "quien escuchaba aprendió:" },
} as const;

/** Where there is no terminal, nobody can press keys: the story is what it always is. */
const scriptIn = ({ play }: ScenarioOptions): string | undefined => (play === true ? undefined : play);

const noTerminal = {
  en: "Nobody can press keys here (no terminal): the usual story is played.",
  es: "Aquí nadie puede pulsar teclas (no hay terminal): se representa la historia de siempre.",
} as const;

const tsharkFor = (file: string, { boards }: Cast): string =>
  `tshark -N n -r ${file}${boards.some(({ settings }) => settings.tls.mode === "mutual") ? " -d tls.port==8884,mqtt" : ""}`;
