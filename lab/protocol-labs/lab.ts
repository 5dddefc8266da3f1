// One protocol's lab: its servers and clients on an isolated network, recorded, told as a ladder, annotated and judged.
import type { Analyzer } from "../../protocols/packet/index.ts";
import { exit } from "../failure.ts";
import type { HostPlan, Message, Network, RunningHost } from "../network/index.ts";
import { type FinishedCapture, finishCapture } from "../runs/capture.ts";
import { saveRun } from "../runs/folder.ts";
import { Hosts, within } from "../runs/hosts.ts";
import { elapsed, failureOf, openRun, type RunOptions } from "../runs/opening.ts";
import { type Reporter, Told } from "../runs/reporter.ts";
import type { Language } from "../words.ts";
import { type Lesson, Notebook } from "./notebook.ts";

/** A protocol's lab, as its file in this folder describes it. */
export interface ProtocolLab<Report> {
  /** "dhcp". */
  readonly protocol: string;
  /** In the ladder's order. Servers are plugged in first; the lab is over when every client's program has returned. */
  readonly hosts: readonly (HostPlan & { readonly role: "server" | "client" })[];
  readonly analyzer: () => Analyzer<Report>;
  /** The analyzer's report in words, a line each. */
  readonly lines: (report: Report, language: Language) => Iterable<string>;
  /** What each message teaches whom. A new one for each run. */
  readonly lesson: () => Lesson;
  /** The line, or lines, for what a host tells; by default nothing is said of it. */
  readonly say?: (host: string, message: Message, language: Language) => readonly string[];
  /** What people do at the hosts, by name, once the servers run and the clients are plugged in. */
  readonly play?: (hosts: ReadonlyMap<string, RunningHost>) => Promise<void>;
}

export { programOf } from "../runs/program.ts";

/** Runs a protocol's lab; returns the exit code. @throws Failure, when the capture is whole and shown as far as it goes */
export async function runLab<Report>(lab: ProtocolLab<Report>, options: RunOptions): Promise<number> {
  const run = await openRun(lab.protocol, options);
  const { network, reporter, folder, file } = run;
  await using _closed = network;
  const names = lab.hosts.map(({ name }) => name);
  const hosts = new Hosts(network, names, (host, message) =>
    heard(lab, reporter, host, message, options.lang),
  );
  const failure = await play(lab, network, hosts, file, options.timeout).then(() => undefined, failureOf);

  const analyzer = lab.analyzer();
  const notebook = new Notebook(lab.lesson(), options.lang);
  const chapters = new Map<number, string>();
  reporter.knowledge("before", notebook.pages);
  const finished = await finishCapture(file, {
    hosts: hosts.all,
    secrets: hosts.secrets,
    embedSecrets: true,
    language: options.lang,
    analyzer,
    learn(packet, parties) {
      const chapter = notebook.chapter(packet, parties);
      if (chapter !== undefined) chapters.set(packet.number, chapter);
      return notebook.turn(packet, parties);
    },
  });
  run.finished();
  const { log, secrets } = hosts;
  const console = reporter instanceof Told ? reporter.console : [];
  await saveRun(folder, {
    settings: { protocol: lab.protocol, hosts: lab.hosts.map(shown) },
    log,
    console,
    secrets,
    keylog: options.keylog,
  });
  reporter.ladder(
    names,
    finished.rungs.map(rung => ({ ...rung, chapter: chapters.get(rung.number) })),
  );
  reporter.knowledge("after", notebook.pages);
  reporter.analysis(lab.lines(analyzer.report(), options.lang), finished.findings);
  conclude(lab.protocol, reporter, { folder, file, network, finished, ok: failure === undefined });
  if (failure !== undefined) throw failure;
  return exit.done;
}

/** What is kept of a host's plan: its program's settings may hold keys. */
const shown = ({ name, role, mac, configuration }: ProtocolLab<unknown>["hosts"][number]) => ({
  name,
  role,
  mac,
  configuration,
});

/** @throws what ended the lab early; the recording is whole either way */
async function play<Report>(
  lab: ProtocolLab<Report>,
  network: Network,
  hosts: Hosts,
  file: string,
  seconds: number,
): Promise<void> {
  const recording = await network.record(file);
  const running = new Map<string, RunningHost>();
  const plug = async (role: "server" | "client") => {
    const plans = lab.hosts.filter(plan => plan.role === role);
    const plugged = await Promise.all(plans.map(plan => hosts.plug(plan)));
    for (const host of plugged) running.set(host.name, host);
    return plugged;
  };
  const whole = async () => {
    await plug("server");
    const clients = await plug("client");
    await Promise.all([...clients.map(({ done }) => done), lab.play?.(running)]);
  };
  try {
    await within(seconds, whole());
  } finally {
    await recording.stop();
  }
}

function heard<Report>(
  { say }: ProtocolLab<Report>,
  reporter: Reporter,
  host: string,
  message: Message,
  language: Language,
): void {
  if (message.kind === "log") reporter.log(message.service as string, message.line as string);
  else reporter.event({ host, ...message }, say?.(host, message, language) ?? []);
}

function conclude(
  protocol: string,
  reporter: Reporter,
  run: {
    readonly folder: string;
    readonly file: string;
    readonly network: Network;
    readonly finished: FinishedCapture;
    readonly ok: boolean;
  },
): void {
  const { folder, file, network, finished, ok } = run;
  reporter.result({
    scenario: protocol,
    ok,
    folder,
    capture: file,
    network: network.kind,
    packets: finished.packets,
    milliseconds: elapsed(),
    tshark: `tshark -N n -r ${file}`,
  });
}
