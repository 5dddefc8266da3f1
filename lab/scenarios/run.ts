// One run of the intranet: the hosts are plugged in, the story is played, the recording ends.
import type { BoardPlan } from "../board/board.ts";
import { say } from "../board/console.ts";
import type { BoardEvent, BoardMessage } from "../board/events.ts";
import type { Settings } from "../board/settings.ts";
import { ending, type Message, type Network, type RunningHost } from "../network/index.ts";
import { Hosts, within } from "../runs/hosts.ts";
import { programOf } from "../runs/program.ts";
import type { Reporter } from "../runs/reporter.ts";
import type { PcPlan } from "../servers/pc.ts";
import type { RouterPlan } from "../servers/router.ts";
import type { Language } from "../words.ts";

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

export interface Plans {
  readonly board: BoardPlan;
  readonly broker: PcPlan;
}

export class Run {
  readonly hosts: Hosts;
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
    readonly language: Language,
  ) {
    const names = [settings.general.platform, "router", "JORGE-PC"];
    this.hosts = new Hosts(network, names, (name, message) => this.#heard(name, message));
  }

  /** @throws what ended the run early; the recording is whole either way */
  async play(file: string, story: "visit" | "alone", seconds: number): Promise<void> {
    const { platform } = this.settings.general;
    const recording = await this.network.record(file);
    try {
      const [board, , desk] = await Promise.all([
        this.#plug({
          name: platform,
          // The other board gets one from its place on the switch.
          ...(platform === "NUCLEO-H723ZG" && { mac: boardMac }),
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
      const played = Promise.all([board.done, this.#person(board, desk, story)]);
      await within(seconds, Promise.race([played, this.hosts.failure]));
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

  #plug(plan: Parameters<Network["host"]>[0]): Promise<RunningHost> {
    return this.hosts.plug({ ...plan, program: programOf(import.meta.url, plan.program) });
  }

  #heard(name: string, message: Message): void {
    if (message.kind === "board") this.#board(name, message as BoardMessage);
    else if (message.kind === "log") this.reporter.log(message.service as string, message.line as string);
  }

  #board(name: string, message: BoardMessage): void {
    if (message.event === "configured") this.hosts.addressed(name, message.address);
    this.console.push(...say(message, "en"));
    // What fails after Ctrl-C fails because of it.
    if (this.settings.general.console && !ending.aborted)
      this.reporter.event(message, say(message, this.language));
    this.#events.push(message);
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  /** Waits for the next event of the board that `happened` is true of; none is passed over. */
  async #until(happened: (event: BoardEvent) => boolean): Promise<void> {
    for (;;) {
      while (this.#seen < this.#events.length) if (happened(this.#events[this.#seen++]!)) return;
      await this.#news.promise;
    }
  }
}
