// `bun lab bench rdwr`: what TLS costs a message: written, read, on the wire; and a connection: made, and kept.
import { closeSync, openSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { type Authority, intranet, Unusable } from "../../pki/index.ts";
import { exit, Failure, usage } from "../failure.ts";
import type { HostPlan, Message, Network, NetworkKind } from "../network/index.ts";
import { finishCapture } from "../runs/capture.ts";
import { saveRun } from "../runs/folder.ts";
import { Hosts } from "../runs/hosts.ts";
import { elapsed, failureOf, openRun } from "../runs/opening.ts";
import { programOf } from "../runs/program.ts";
import type { Language } from "../words.ts";
import { agreementLines, agreementOf, isAgreed } from "./agreement.ts";
import type { BrokerPlan } from "./broker.ts";
import type { CipherPlan, CipherTimes, ComputedTimes } from "./cipher.ts";
import { csvOf } from "./csv.ts";
import type { BoardPlan } from "./link.ts";
import type { MemoryPlan, MemoryTaken } from "./memory.ts";
import { octetsIn } from "./octets.ts";
import { type Connection, connectionsIn, crowdIn, cyclesIn, nameOf, runsIn, sizesIn } from "./plan.ts";
import { progress, type Stage } from "./progress.ts";
import { type ConnectionResult, resultOf, type Told } from "./result.ts";
import { summaryOf } from "./summary.ts";
import { svgOf } from "./svg.ts";
import { linesOf } from "./table.ts";
import type { CycleTimes, ShakenTimes, TimesPlan } from "./times.ts";
import type { Marks, WirePlan } from "./wire.ts";

/** As written on the command line. */
export interface RdwrOptions {
  readonly sizes: string;
  readonly cycles: string;
  readonly modes: string;
  readonly tlsVersion: string;
  readonly connections: string;
  readonly runs: string;
  readonly network: NetworkKind;
  readonly seed: number;
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Where the plot goes besides. */
  readonly svg?: string;
  /** Where the run's folder goes. */
  readonly output?: string;
  readonly lang: Language;
}

/** What was measured, on what. */
export interface Rdwr {
  readonly network: string;
  readonly cycles: number;
  readonly warmUp: number;
  readonly handshakes: number;
  readonly crowd: number;
  readonly seed: number;
  readonly machine: { readonly processor: string; readonly cores: number; readonly bun: string };
  readonly capture: string;
  readonly packets: number;
  readonly seconds: number;
  readonly connections: readonly ConnectionResult[];
}

const broker = { name: "JORGE-PC", configuration: { address: "192.168.1.20", prefix: 24 } } as const;
/** The same address on the wire for each of its programs: others know it by that. */
const board = {
  name: "DISCO-F769NI",
  mac: "02:00:00:00:f7:69",
  configuration: { address: "192.168.1.101", prefix: 24 },
} as const;

/** Returns the exit code: that the answer is wrong, too, where several runs don't agree. @throws Failure */
export async function rdwr(options: RdwrOptions): Promise<number> {
  const choices = choicesIn(options);
  const runs = runsIn(options.runs);
  const { csv, json, quiet, lang } = options;
  if (csv && json) throw usage("--csv and --json are two forms of the same; ask for one.");
  if (csv && runs > 1) throw usage("--csv is of one run; --runs with --json has all of them.");
  if (options.svg !== undefined) writable(options.svg);

  const done: { readonly rdwr: Rdwr; readonly folder: string }[] = [];
  for (let run = 1; run <= runs; run++) {
    if (runs > 1 && !quiet && !json) console.error(`${run}/${runs}`);
    done.push(await once(choices, options, run === 1));
  }
  const agreement = runs > 1 ? agreementOf(done.map(({ rdwr }) => rdwr.connections)) : [];
  const { rdwr, folder } = done.at(-1)!;
  if (json) console.log(JSON.stringify(runs > 1 ? { runs: done.map(one => one.rdwr), agreement } : rdwr));
  else if (csv) await Bun.write(Bun.stdout, csvOf(rdwr.connections));
  else if (quiet) for (const one of done) console.log(one.folder);
  else {
    for (const line of linesOf(rdwr, folder, lang)) console.log(line);
    if (runs > 1) for (const line of ["", ...agreementLines(agreement, lang)]) console.log(line);
  }
  return isAgreed(agreement) ? exit.done : exit.failed;
}

interface Choices {
  readonly connections: readonly Connection[];
  readonly sizes: readonly number[];
  readonly cycles: number;
  readonly crowd: number;
}

/** @throws Failure (usage) */
const choicesIn = (options: RdwrOptions): Choices => ({
  connections: connectionsIn(options.modes, options.tlsVersion),
  sizes: sizesIn(options.sizes),
  cycles: cyclesIn(options.cycles),
  crowd: crowdIn(options.connections),
});

/** The whole bench, on a network of its own, into a folder of its own. */
async function once({ connections, sizes, cycles, crowd }: Choices, options: RdwrOptions, isFirst: boolean) {
  const { lang, seed } = options;
  const began = performance.now();
  const before = isFirst ? elapsed() : 0;
  const credentials = connections.some(({ version }) => version) ? await credentialsOf() : undefined;
  const isQuiet = !isFirst || options.quiet || options.csv || options.json;
  const run = await openRun("bench-rdwr", {
    network: options.network,
    output: options.output,
    quiet: isQuiet,
    lang,
  });
  // A capture is only recorded at the end: before that there is none to tell of.
  run.finished();
  const { network, folder, file } = run;
  await using _closed = network;
  const plan = {
    broker: { name: broker.name, address: broker.configuration.address },
    connections,
    ...(credentials && { root: credentials.root, ...credentials.board }),
  };
  const counts = {
    cycles,
    warmUp: Math.min(20, cycles),
    handshakes: Math.min(100, cycles),
    messages: Math.min(10, cycles),
    crowd: network.kind === "namespaces" ? crowd : 0,
  };
  const bench = new Bench(network, lang);
  const told = await bench
    .measure(plan, { ...counts, sizes, seed, credentials }, file)
    .catch(error => {
      throw failureOf(error);
    })
    .finally(() => bench.over());
  const { packets } = await finishCapture(file, {
    hosts: bench.hosts.all,
    secrets: bench.recordedSecrets,
    embedSecrets: true,
    language: lang,
  });
  const wire = await octetsIn(file, told.marks, counts.messages);
  const { warmUp, handshakes } = counts;
  const rdwr: Rdwr = {
    network: network.kind,
    ...{ cycles, warmUp, handshakes, crowd: counts.crowd, seed },
    machine: {
      processor: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      bun: Bun.version,
    },
    capture: file,
    packets,
    seconds: (before + performance.now() - began) / 1000,
    connections: resultOf(connections, { ...told, wire }),
  };
  await kept(folder, rdwr, told, options, bench.hosts.log);
  return { rdwr, folder };
}

interface Credentials {
  readonly root: string;
  readonly broker: { readonly certificate: string; readonly key: string };
  readonly board: { readonly certificate: string; readonly key: string };
}

/** @throws Failure where the authority's folder holds something broken */
async function credentialsOf(): Promise<Credentials> {
  try {
    const authority: Authority = await intranet();
    const of = (name: "JORGE-PC" | "DISCO-F769NI") => ({
      certificate: authority.chain(name).pem,
      key: authority.key(name).pem,
    });
    return { root: authority.root.pem, broker: of("JORGE-PC"), board: of("DISCO-F769NI") };
  } catch (error) {
    throw error instanceof Unusable ? new Failure(`${error.message}.`) : error;
  }
}

/** In which memory is measured. */
const processes = 3;

interface Amounts {
  readonly sizes: readonly number[];
  readonly cycles: number;
  readonly warmUp: number;
  readonly handshakes: number;
  readonly messages: number;
  readonly crowd: number;
  readonly seed: number;
  readonly credentials: Credentials | undefined;
}

/** The hosts of the bench, one program of the board after the other. */
class Bench {
  readonly hosts: Hosts;
  /** Of the sessions that were recorded, lines of an NSS key log. */
  readonly recordedSecrets: string[] = [];
  readonly #began = performance.now();

  constructor(
    readonly network: Network,
    readonly language: Language,
  ) {
    this.hosts = new Hosts(network, [board.name, broker.name], () => {});
  }

  /** @throws what a host failed by */
  async measure(
    plan: BoardPlan,
    amounts: Amounts,
    file: string,
  ): Promise<Omit<Told, "wire"> & { readonly marks: readonly Marks[] }> {
    const { sizes, cycles, warmUp, handshakes, messages, crowd, seed, credentials } = amounts;
    const tls = credentials && { ...credentials.broker, clientRoot: credentials.root };
    await this.hosts.plug({
      ...broker,
      program: programOf(import.meta.url, "broker.ts"),
      settings: { tls } satisfies BrokerPlan,
    });
    const timed = await this.#run("times", {
      program: programOf(import.meta.url, "times.ts"),
      settings: { ...plan, sizes, cycles, warmUp, handshakes, seed } satisfies TimesPlan,
    });
    const computed = credentials && (await this.#cipher(plan.connections, amounts, credentials));
    const memory = await this.#memory(plan, crowd);
    // Last: recording takes time of its own.
    const recording = await this.network.record(file);
    const marked = await this.#run("wire", {
      program: programOf(import.meta.url, "wire.ts"),
      settings: { ...plan, sizes, messages, seed } satisfies WirePlan,
    }).finally(() => recording.stop());
    this.recordedSecrets.push(
      ...of<{ kind: "secret"; line: string }>(marked, "secret").map(({ line }) => line),
    );
    return {
      shaken: of<ShakenTimes>(timed, "shaken"),
      cycles: of<CycleTimes>(timed, "cycles"),
      cipher: of<CipherTimes>(computed ?? [], "cipher"),
      computed: of<ComputedTimes>(computed ?? [], "computed"),
      memory,
      marks: of<Marks>(marked, "marks"),
    };
  }

  /** Of each connection: the median of several processes, in turn, for no two are laid out alike. */
  async #memory(plan: BoardPlan, crowd: number): Promise<Map<number, MemoryTaken>> {
    const taken = plan.connections.map((): MemoryTaken[] => []);
    for (let process = 0; crowd > 0 && process < processes; process++)
      for (const [i, connection] of plan.connections.entries()) {
        const told = await this.#run(nameOf(connection), {
          program: programOf(import.meta.url, "memory.ts"),
          settings: { ...plan, connections: [connection], crowd } satisfies MemoryPlan,
        });
        taken[i]!.push(...of<MemoryTaken>(told, "memory"));
      }
    const median = (all: readonly MemoryTaken[], part: "resident" | "heap"): number =>
      summaryOf(all.map(one => one[part])).median;
    return new Map(
      [...taken.entries()]
        .filter(([, all]) => all.length > 0)
        .map(([i, all]) => [
          i,
          { kind: "memory", resident: median(all, "resident"), heap: median(all, "heap") },
        ]),
    );
  }

  /** In a process of its own too, where hosts have one: the engine has compiled nothing else there. */
  #cipher(
    connections: readonly Connection[],
    { sizes, cycles, handshakes, seed }: Amounts,
    { root, broker: server, board: client }: Credentials,
  ): Promise<Message[]> {
    return this.#run("cipher", {
      program: programOf(import.meta.url, "cipher.ts"),
      settings: {
        ...{ sizes, handshakes, seed, serverName: broker.name, root, server, client },
        connections: connections.filter(({ version }) => version),
        rounds: Math.min(1000, cycles * 10),
      } satisfies CipherPlan,
    });
  }

  /** Plugs the board in with this program, and returns what it told when it is done. */
  async #run(stage: Stage, program: Pick<HostPlan, "program" | "settings">): Promise<Message[]> {
    const host = await this.network.host({ ...board, ...program });
    this.hosts.all.set(board.name, { name: board.name, mac: host.mac, address: board.configuration.address });
    const messages: Message[] = [];
    const began = performance.now();
    for await (const message of host.messages) {
      if (message.kind !== "progress") messages.push(message);
      else
        progress(
          stage,
          message.done as number,
          message.of as number,
          performance.now() - began,
          this.language,
        );
    }
    await host.done;
    return messages;
  }

  over(): void {
    progress(undefined, 0, 0, performance.now() - this.#began, this.language);
  }
}

const of = <M extends { readonly kind: string }>(messages: readonly Message[], kind: M["kind"]): M[] =>
  messages.filter(message => message.kind === kind) as unknown as M[];

/** The run's folder: the capture, and the figures with every cycle that counts. */
async function kept(
  folder: string,
  rdwr: Rdwr,
  told: Pick<Told, "cycles" | "shaken"> & { readonly marks: readonly Marks[] },
  options: RdwrOptions,
  log: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const svg = svgOf(rdwr.connections, options.lang);
  await saveRun(folder, {
    settings: { sizes: options.sizes, cycles: rdwr.cycles, modes: options.modes, seed: rdwr.seed },
    log,
    console: [],
    secrets: [],
    keylog: undefined,
    results: { rdwr, samples: { handshakes: told.shaken, cycles: told.cycles, marks: told.marks } },
  });
  await Bun.write(join(folder, "rdwr.csv"), csvOf(rdwr.connections));
  await Bun.write(join(folder, "rdwr.svg"), svg);
  if (options.svg !== undefined) await Bun.write(options.svg, svg);
}

/** Told before anything is measured. @throws Failure */
function writable(file: string): void {
  try {
    closeSync(openSync(file, "a"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usage(`--svg ${file} can't be written (${code}); name another file.`);
  }
}
