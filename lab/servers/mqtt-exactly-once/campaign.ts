// Exactly once, shown on a network with faults: publishers and a subscriber, a broker that dies and comes back, and
// connections that are cut right behind each packet of the exchange.
import type { Daemon, Message, Network, RunningHost } from "../../network/contract.ts";
import { type CableFaults, faulty } from "../../network/faulty.ts";
import { programOf } from "../../runs/program.ts";
import type { Arrived } from "./subscriber.ts";

export interface Campaign {
  readonly seed: number;
  readonly version?: 4 | 5;
  readonly publishers: number;
  /** Of each publisher, by QoS. */
  readonly messages: readonly [number, number, number];
  /** A cut each so many packets; 0: none. */
  readonly every: number;
  /** Of each kind, between two kills of the broker; by default without a limit. */
  readonly mostCuts?: number;
  /** How often the broker is killed and started again. */
  readonly kills: number;
  /** Of the broker's cable. */
  readonly faults: Pick<CableFaults, "up" | "down">;
  /** Where the broker keeps its file. */
  readonly folder: string;
  /** Another broker than ours: a foreign program, and the signal that ends it. */
  readonly foreign?: { readonly command: string[]; readonly signal: "SIGKILL" | "SIGTERM" };
  /** Without progress for so long it is given up, in milliseconds. */
  readonly patience?: number;
}

export interface Outcome {
  /** Cuts by what they were behind: "PUBREC from the server". */
  readonly cuts: Readonly<Record<string, number>>;
  readonly kills: number;
  /** By QoS, over all publishers. */
  readonly qos: readonly [Delivered, Delivered, Delivered];
  /** Messages of QoS 2 that the broker has acknowledged to the end: what of them does not arrive, it has lost. */
  readonly taken: number;
  /** Messages of QoS 2 whose fate a client could not know, because the broker had lost its session. */
  readonly uncertain: number;
  /** How often a client was there again, and how often of these its session was gone. */
  readonly connections: number;
  readonly sessionsLost: number;
  /** What the network did, a line each. */
  readonly seconds: number;
  readonly frames: number;
  readonly framesLost: number;
  readonly framesHeldBack: number;
}

export interface Delivered {
  readonly published: number;
  readonly arrived: number;
  /** Messages that came once at least. */
  readonly different: number;
  readonly missing: number;
  readonly twice: number;
  /** Messages, each counted when it came first, that came behind a later one of the same publisher. */
  readonly outOfOrder: number;
}

const address = "192.168.1.20";
const mac = "02:00:00:00:05:01";

export async function exactlyOnce(network: Network, campaign: Campaign): Promise<Outcome> {
  const { seed, publishers, messages, every, faults, patience = 30_000 } = campaign;
  const begun = performance.now();
  const cuts = every > 0 && {
    cuts: { program: programOf(import.meta.url, "cutter.ts"), settings: { every, most: campaign.mostCuts } },
  };
  await using lab = faulty(network, { seed, hosts: { broker: { ...faults, ...cuts } } });
  const version = campaign.version ?? 5;
  const limit = version === 5 && !campaign.foreign ? 6 : undefined;
  const meeting = { broker: address, version, ...(limit !== undefined && { receiveMaximum: limit }) };
  let broker = await startBroker(lab, campaign);
  const subscriber = await plug(lab, "subscriber", 100, "subscriber.ts", meeting);
  const senders: Heard[] = [];
  await subscriber.heard("ready");
  for (let i = 0; i < publishers; i++)
    senders.push(await plug(lab, `publisher${i}`, 101 + i, "publisher.ts", { ...meeting, messages }));
  await Promise.all(senders.map(sender => sender.heard("ready")));
  for (const { host } of senders) host.tell({ kind: "go" });

  const wanted = publishers * messages[2];
  let kills = 0;
  /** A broker that loses messages takes them all the same: the kills follow those, or the last would never come. */
  const taken = () => senders.reduce((sum, sender) => sum + sender.progress, 0);
  const isOver = () => senders.every(sender => sender.last("published")) && subscriber.progress >= wanted;
  for (let moved = performance.now(), before = -1; !isOver(); ) {
    await Bun.sleep(5);
    if (subscriber.progress + taken() !== before) {
      before = subscriber.progress + taken();
      moved = performance.now();
    }
    if (performance.now() - moved > patience) break;
    if (kills < campaign.kills && taken() > (wanted * (kills + 1)) / (campaign.kills + 1.5)) {
      kills++;
      await broker.end();
      broker = await startBroker(lab, campaign);
    }
  }
  subscriber.host.tell({ kind: "report" });
  const arrived = (await subscriber.heard("arrived"))?.arrived as Arrived;
  const report = await lab.faults();
  const everybody = [subscriber, ...senders];
  const count = (kind: string, of: (message: Message) => number) =>
    everybody.flatMap(each => each.messages).reduce((sum, one) => sum + (one.kind === kind ? of(one) : 0), 0);
  const frames = (what: "frames" | "lost" | "held back") =>
    report.cables.reduce((sum, { up, down }) => sum + up[what] + down[what], 0);
  const cutNames = report.faults.flatMap(({ kind, name }) => (kind === "cut" && name ? [name] : []));
  return {
    cuts: Object.fromEntries(
      [...Map.groupBy(cutNames, name => name)].map(([name, all]) => [name, all.length]),
    ),
    kills,
    qos: [0, 1, 2].map(qos =>
      delivered(arrived, qos, messages[qos]!, publishers),
    ) as unknown as Outcome["qos"],
    taken: taken(),
    uncertain: count("uncertain", one => one.messages as number),
    connections: count("connected", () => 1),
    sessionsLost: count("connected", one => (one.isKept ? 0 : 1)) - everybody.length,
    seconds: (performance.now() - begun) / 1000,
    frames: frames("frames"),
    framesLost: frames("lost"),
    framesHeldBack: frames("held back"),
  };
}

function delivered(arrived: Arrived, qos: number, messages: number, publishers: number): Delivered {
  let [count, different, outOfOrder] = [0, 0, 0];
  for (let i = 0; i < publishers; i++) {
    const numbers = arrived[`${qos} publisher${i}`] ?? [];
    const met = new Set<number>();
    let highest = -1;
    for (const number of numbers) {
      if (!met.has(number) && number < highest) outOfOrder++;
      met.add(number);
      highest = Math.max(highest, number);
    }
    count += numbers.length;
    different += met.size;
  }
  const published = messages * publishers;
  return {
    published,
    arrived: count,
    different,
    missing: published - different,
    twice: count - different,
    outOfOrder,
  };
}

/** A host, and what it has told so far. */
class Heard {
  readonly messages: Message[] = [];
  #waiting: (() => void)[] = [];
  #isOver = false;
  progress = 0;

  constructor(readonly host: RunningHost) {
    void (async () => {
      for await (const message of host.messages) {
        if (message.kind === "progress") this.progress = message.exactly as number;
        else this.messages.push(message);
        for (const wake of this.#waiting.splice(0)) wake();
      }
      this.#isOver = true;
      for (const wake of this.#waiting.splice(0)) wake();
    })();
  }

  last(kind: string): Message | undefined {
    return this.messages.findLast(message => message.kind === kind);
  }

  /** @throws the host's error, if it ends without one */
  async heard(kind: string): Promise<Message | undefined> {
    while (!this.last(kind) && !this.#isOver) await new Promise<void>(resolve => this.#waiting.push(resolve));
    if (!this.last(kind)) await this.host.done;
    return this.last(kind);
  }
}

async function plug(
  network: Network,
  name: string,
  number: number,
  program: string,
  settings: object,
): Promise<Heard> {
  const configuration = { address: `192.168.1.${number}`, prefix: 24 };
  const plan = {
    name,
    configuration,
    program: programOf(import.meta.url, program),
    settings: { ...settings, name },
  };
  return new Heard(await network.host(plan));
}

/** The broker at its address, with the MAC address that the others know. `end`: without a word. */
async function startBroker(
  network: Network,
  { folder, foreign }: Campaign,
): Promise<{ end(): Promise<void> }> {
  const configuration = { address, prefix: 24 };
  if (foreign) {
    const daemon: Daemon = await network.daemon({
      name: "broker",
      mac,
      configuration,
      command: foreign.command,
    });
    for await (const line of daemon.lines) if (line.includes("running")) break;
    return {
      async end() {
        process.kill(daemon.pid, foreign.signal);
        await daemon.exited;
      },
    };
  }
  const host = await network.host({
    name: "broker",
    mac,
    configuration,
    program: programOf(import.meta.url, "broker.ts"),
    settings: { database: `${folder}/broker.db` },
  });
  for await (const { kind } of host.messages) if (kind === "ready") break;
  return {
    async end() {
      const { pid } = host as { pid?: number };
      if (pid === undefined) host.tell({ kind: "die" });
      else process.kill(pid, "SIGKILL");
      await host.done.catch(() => {});
    },
  };
}
