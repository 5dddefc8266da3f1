// A cast on a network: its hosts are plugged in, what they tell is heard, and the recording ends with them.
import { say } from "../board/console.ts";
import type { BoardMessage } from "../board/events.ts";
import { ending, type Message, type Network, type RunningHost } from "../network/index.ts";
import { settled } from "../network/patience.ts";
import type { Happening } from "../runs/happenings.ts";
import { Hosts, sidesOf, within } from "../runs/hosts.ts";
import { memoryInUse } from "../runs/memory.ts";
import type { Reporter } from "../runs/reporter.ts";
import { tellBoard } from "../story/board.ts";
import type { Language } from "../words.ts";
import { PlayedBoard } from "./played-board.ts";
import type { Cast } from "./scenario.ts";

/** A crowd's consoles are read in the run's folder. */
const mostConsoles = 6;

/** What people do, until the boards are done or switched off. */
export type People = (stage: Stage) => Promise<void>;

export class Stage {
  readonly hosts: Hosts;
  readonly boards: ReadonlyMap<string, PlayedBoard>;
  /** Every line of the boards' consoles, with its seconds since the first, in the run's language. */
  readonly console: string[] = [];
  /** What the boards did by themselves, for the capture's comments. */
  readonly happenings: Happening[] = [];
  /** Milliseconds that the story waited on purpose. */
  waited = 0;
  /** Octets in use by all processes of the run when all boards were at work, where that is known. */
  memory: number | undefined;
  readonly #over = Promise.withResolvers<undefined>();
  #desk: RunningHost | undefined;
  #began: bigint | undefined;

  constructor(
    readonly network: Network,
    readonly cast: Cast,
    readonly reporter: Reporter,
    readonly language: Language,
  ) {
    this.boards = new Map(cast.boards.map(board => [board.name, new PlayedBoard(board)]));
    const names = [...this.boards.keys(), ...[...cast.hosts, ...(cast.guests ?? [])].flatMap(sidesOf)];
    this.hosts = new Hosts(network, names, (name, message) => this.#heard(name, message));
  }

  /** @throws what ended the run early; the recording is whole either way */
  async play(file: string, people: People, seconds: number | undefined): Promise<void> {
    const recording = await this.network.record(file);
    try {
      await within(seconds, Promise.race([this.#whole(people), this.hosts.failure]));
    } finally {
      this.#over.resolve(undefined);
      await recording.stop();
    }
  }

  /** Resolves when the play has ended, well or badly. */
  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  /** A person at the desk publishes to the secret topic of every board that listens, once to each. */
  publish(text: string): void {
    const topics = new Map<string, 0 | 1 | 2>();
    for (const { board, listens } of this.boards.values())
      if (listens) topics.set(board.settings.mqtt.secretTopic, board.settings.mqtt.qos);
    for (const [topic, qos] of topics) {
      this.reporter.person(`(${this.cast.desk}) ${topic} <- ${text}`);
      this.#desk?.tell({ kind: "publish", topic, text, qos });
    }
  }

  /** Pulls the cable of a board, or puts it back; the board notices at once. */
  async plug(played: PlayedBoard, plugged: boolean): Promise<void> {
    const { name } = played.board;
    this.reporter.person(`(${name}) ${cable[this.language][plugged ? "in" : "out"]}`);
    played.isLinked = plugged;
    await this.network.plug(name, plugged);
    if (plugged) await Bun.sleep(negotiation);
    played.host?.tell({ kind: "link", up: plugged });
  }

  measureMemory(): void {
    if (this.boards.size > 1) this.memory ??= memoryInUse();
  }

  async #whole(people: People): Promise<void> {
    const boards = Promise.all([...this.boards.values()].map(played => this.#plugBoard(played)));
    const others = await Promise.all(this.cast.hosts.map(plan => this.hosts.plug(plan)));
    await Promise.all((this.cast.guests ?? []).map(plan => this.hosts.plug(plan)));
    await boards;
    this.#desk = others.find(({ name }) => name === this.cast.desk);
    await this.#powerOn();
    const done = [...this.boards.values()].map(({ host }) => host!.done);
    await Promise.all([...done, people(this)]);
  }

  /** The first board alone at first, so that the first lease is its own; then all others at once. */
  async #powerOn(): Promise<void> {
    const [first, ...others] = this.boards.values();
    first!.host!.tell({ kind: "power" });
    if (others.length === 0) return;
    await settled(first!.configured, headStart);
    for (const { host } of others) host!.tell({ kind: "power" });
  }

  async #plugBoard(played: PlayedBoard): Promise<void> {
    const { name, mac, segment, plan, held } = played.board;
    const host = await this.hosts.plug({ name, mac, segment, program: boardProgram, settings: plan });
    played.host = host;
    const ended = (): void => played.ended();
    host.done.then(ended, ended);
    if (held) host.tell({ kind: "hold" });
  }

  #heard(name: string, message: Message): void {
    const played = this.boards.get(name);
    if (message.kind === "board" && played) this.#board(played, message as BoardMessage);
    else if (message.kind === "log") this.reporter.log(message.service as string, message.line as string);
  }

  #board(played: PlayedBoard, message: BoardMessage): void {
    const { name, settings } = played.board;
    if (message.event === "configured") this.hosts.addressed(name, message.address);
    if (this.cast.machine && message.event === "resolving") this.hosts.known(message.server, message.server);
    if (this.cast.machine && message.event === "resolved") this.hosts.known(message.name, message.address);
    for (const step of tellBoard(name, message)) {
      this.happenings.push({ host: name, time: BigInt(message.time), step });
    }
    const lines = say(message, this.language);
    const who = this.boards.size > 1 ? name : undefined;
    this.#keep(message, lines, who);
    const isShown = settings.general.console && this.boards.size <= mostConsoles;
    // What fails after Ctrl-C fails because of it.
    if (!ending.aborted) this.reporter.event(message, lines, { who, isShown });
    played.heard(message);
  }

  #keep({ time }: BoardMessage, lines: readonly string[], who: string | undefined): void {
    this.#began ??= BigInt(time);
    const seconds = (Number(BigInt(time) - this.#began) / 1e9).toFixed(3).padStart(7);
    for (const line of lines) this.console.push(`${seconds} ${who === undefined ? "" : `${who}  `}${line}`);
  }
}

/** Milliseconds until a link that is put back carries frames: Ethernet's autonegotiation takes longer still. */
const negotiation = 50;

/** Milliseconds: more than DHCP takes, where a server answers. */
const headStart = 200;

const cable = {
  en: { in: "the LAN cable is put back", out: "the LAN cable is pulled" },
  es: { in: "se vuelve a conectar el cable de red", out: "se desconecta el cable de red" },
} as const;

const boardProgram = new URL("../board/board.ts", import.meta.url).href;
