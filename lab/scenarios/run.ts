// One run of the intranet: the hosts are plugged in, the story is played, the recording ends.
import { fileURLToPath } from "node:url";
import type { BoardPlan } from "../board/board.ts";
import { say } from "../board/console.ts";
import type { BoardEvent, BoardMessage } from "../board/events.ts";
import type { Settings } from "../board/settings.ts";
import { exit, Failure } from "../failure.ts";
import type { Message, Network, RunningHost } from "../network/index.ts";
import type { PcPlan } from "../servers/pc.ts";
import type { RouterPlan } from "../servers/router.ts";
import type { Host } from "../story/index.ts";
import type { Reporter } from "./reporter.ts";

const router = { address: "192.168.1.1", prefix: 24 } as const;
const pc = { address: "192.168.1.20", prefix: 24, gateway: router.address } as const;
const boardMac = "00:c0:df:24:ba:6b";

const routerPlan: RouterPlan = {
  dhcp: {
    pool: { first: "192.168.1.101", last: "192.168.1.199" },
    prefix: router.prefix,
    router: router.address,
    dns: [router.address],
    ntp: [pc.address],
    leaseSeconds: 86_400,
  },
  zone: { origin: ".", names: { "JORGE-PC": { A: [pc.address] } } },
};

const programOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export interface Plans {
  readonly board: BoardPlan;
  readonly broker: PcPlan;
}

export class Run {
  /** By name, in the ladder's order. Addresses as they become known. */
  readonly hosts = new Map<string, Host>();
  /** Lines of an NSS key log. */
  readonly secrets: string[] = [];
  /** Each service's log lines. */
  readonly log = new Map<string, string[]>();
  readonly console: string[] = [];
  /** Milliseconds that the story waited on purpose. */
  waited = 0;
  /** What the board did, and how far the person has looked. */
  readonly #events: BoardEvent[] = [];
  #seen = 0;
  #news = Promise.withResolvers<void>();

  constructor(
    readonly network: Network,
    readonly settings: Settings,
    readonly plans: Plans,
    readonly reporter: Reporter,
  ) {}

  /** @throws what ended the run early; the recording is whole either way */
  async play(file: string, story: "visit" | "alone", seconds: number): Promise<void> {
    const { platform } = this.settings.general;
    for (const name of [platform, "router", "JORGE-PC"])
      this.hosts.set(name, { name, mac: new Uint8Array(6), address: undefined });
    const recording = await this.network.record(file);
    try {
      const [board, , desk] = await Promise.all([
        this.#plug({
          name: platform,
          mac: boardMac,
          program: "../board/board.ts",
          settings: this.plans.board,
        }),
        this.#plug({
          name: "router",
          configuration: router,
          program: "../servers/router.ts",
          settings: routerPlan,
        }),
        this.#plug({
          name: "JORGE-PC",
          configuration: pc,
          program: "../servers/pc.ts",
          settings: this.plans.broker,
        }),
      ]);
      board.tell({ kind: "power" });
      await within(seconds, Promise.all([board.done, this.#person(board, desk, story)]));
    } finally {
      await recording.stop();
    }
  }

  /** What a person does: publishes to the secret topic, if it is that story, and presses the button. */
  async #person(board: RunningHost, desk: RunningHost, story: "visit" | "alone"): Promise<void> {
    const { secretTopic, readTimeout } = this.settings.mqtt;
    await this.#until(event => event.event === "pong");
    this.waited += readTimeout;
    await this.#until(event => event.event === "published");
    for (const text of story === "visit" ? ["Hola XD", "LD2OFF"] : []) {
      this.reporter.person(`(${desk.name}) ${secretTopic} <- ${text}`);
      desk.tell({ kind: "publish", topic: secretTopic, text });
      await this.#until(event => event.event === "published");
    }
    board.tell({ kind: "button" });
  }

  async #plug(plan: Parameters<Network["host"]>[0]): Promise<RunningHost> {
    const host = await this.network.host({ ...plan, program: programOf(plan.program) });
    this.hosts.set(plan.name, { name: plan.name, mac: host.mac, address: plan.configuration?.address });
    const ready = Promise.withResolvers<void>();
    void this.#listen(host, ready.resolve);
    await Promise.race([ready.promise, host.done]);
    return host;
  }

  async #listen(host: RunningHost, ready: () => void): Promise<void> {
    for await (const message of host.messages) {
      if (message.kind === "ready") ready();
      else if (message.kind === "board") this.#board(host.name, message as BoardMessage);
      else if (message.kind === "secret") this.secrets.push(message.line as string);
      else if (message.kind === "log") this.#logged(message);
    }
  }

  #board(name: string, message: BoardMessage): void {
    if (message.event === "configured")
      this.hosts.set(name, { ...this.hosts.get(name)!, address: message.address });
    this.console.push(...say(message, "en"));
    if (this.settings.general.console) this.reporter.board(message);
    this.#events.push(message);
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #logged(message: Message): void {
    const { service, line } = message as unknown as { service: string; line: string };
    const lines = this.log.get(service) ?? [];
    lines.push(line);
    this.log.set(service, lines);
    this.reporter.log(service, line);
  }

  /** Waits for the next event of the board that `happened` is true of; none is passed over. */
  async #until(happened: (event: BoardEvent) => boolean): Promise<void> {
    for (;;) {
      while (this.#seen < this.#events.length) if (happened(this.#events[this.#seen++]!)) return;
      await this.#news.promise;
    }
  }
}

async function within(seconds: number, work: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Failure(`the run was not over after ${seconds} s; --timeout gives it longer.`, exit.timedOut),
        ),
      seconds * 1000,
    );
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
