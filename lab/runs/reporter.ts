// What a person, or a program, sees of a run as it happens.
import type { Finding } from "../../protocols/packet/index.ts";
import { findingLine, findingObject } from "../findings.ts";
import { ladderOf, type Rung } from "../ladder.ts";
import { machineTime } from "../network/clock.ts";
import type { Message } from "../network/index.ts";
import { paint, printable, width } from "../terminal.ts";
import type { Language } from "../words.ts";
import { type BoardResult, boardTable } from "./boards.ts";

export interface Result {
  /** The scenario, or the protocol whose lab it was. */
  readonly scenario: string;
  readonly ok: boolean;
  readonly folder: string;
  readonly capture: string;
  readonly network: string;
  readonly packets: number;
  /** Wall time of the whole run, and how much of it the story waited on purpose, if it did. */
  readonly milliseconds: number;
  readonly waited?: number;
  /** Octets that all processes had in use while the boards were at work. */
  readonly memory?: number;
  /** The lab's own servers, or the versions of the real ones by name. */
  readonly servers?: "embedded" | Readonly<Record<string, string>>;
  /** How tshark sees what it does not decipher by itself. */
  readonly tshark: string;
}

/** What a host knows, a line each. */
export interface Page {
  readonly host: string;
  readonly facts: readonly string[];
}

/** A ladder of a part of the capture. */
export interface View {
  readonly title: string;
  readonly hosts: readonly string[];
  readonly rungs: readonly Rung[];
}

/** Whose lines they are, where several speak, and whether they are shown now: they are kept either way. */
export interface Shown {
  readonly who?: string;
  readonly isShown?: boolean;
}

export interface Reporter {
  network(kind: string, why: string, limits: readonly string[]): void;
  /** What a host told, and the lines that say it; none where it is no news. */
  event(message: Message, lines: readonly string[], how?: Shown): void;
  /** A line of a server's log. */
  log(service: string, line: string): void;
  person(does: string): void;
  /** The last line of the terminal: what a person sees all the time, and can do. None: there is no such line any more. */
  status(line: string | undefined): void;
  boards(boards: readonly BoardResult[]): void;
  /** `views`: what a person sees instead of the whole. */
  ladder(hosts: readonly string[], rungs: readonly Rung[], views?: readonly View[]): void;
  /** What the hosts know before the first packet, or after the last. */
  knowledge(when: "before" | "after", pages: readonly Page[]): void;
  /** What an analyzer made of the capture: its report in lines, and its findings. */
  analysis(report: Iterable<string>, findings: readonly Finding[]): void;
  /** What was to come of the run, what was seen, and in what it came otherwise; no differences: it is not judged. */
  expectation(says: readonly string[], seen: readonly string[], differences?: readonly string[]): void;
  result(result: Result): void;
}

/** For people: the console as it happens, then the ladder. Notices go to stderr. */
export class Told implements Reporter {
  /** What was printed of the console: it is kept with the run. */
  readonly console: string[] = [];
  readonly #began = machineTime();
  /** The last line of the terminal, while a person plays. */
  #status: string | undefined;

  constructor(
    readonly language: Language,
    readonly quiet: boolean,
  ) {}

  network(_kind: string, why: string, limits: readonly string[]): void {
    if (this.quiet) return;
    console.error(paint(why, "dim"));
    for (const limit of limits) console.error(paint(`  ${limit}`, "dim"));
  }

  event(message: Message, lines: readonly string[], { who, isShown = true }: Shown = {}): void {
    const time = typeof message.time === "string" ? BigInt(message.time) : undefined;
    const name = who === undefined ? "" : `${who}  `;
    for (const line of lines) this.#line("board", name + line, { time, isShown });
  }

  log(service: string, line: string): void {
    this.console.push(`${service}: ${line}`);
  }

  person(does: string): void {
    this.#line("person", does);
  }

  status(line: string | undefined): void {
    if (this.quiet || line === this.#status) return;
    process.stdout.write(erased + (line ?? ""));
    this.#status = line;
  }

  boards(boards: readonly BoardResult[]): void {
    if (this.quiet || boards.length < 2) return;
    console.log("");
    console.log(boardTable(boards, this.language));
  }

  ladder(hosts: readonly string[], rungs: readonly Rung[], views?: readonly View[]): void {
    if (this.quiet) return;
    for (const { title, ...view } of views ?? [{ title: undefined, hosts, rungs }]) {
      console.log("");
      if (title !== undefined) console.log(paint(title, "bold"));
      if (view.hosts.length > mostColumns) console.log(tooMany[this.language]);
      else for (const line of ladderOf(view.hosts, view.rungs, width())) console.log(line);
    }
  }

  knowledge(when: "before" | "after", pages: readonly Page[]): void {
    if (this.quiet) return;
    console.log("");
    console.log(paint(moments[when][this.language], "bold"));
    for (const { host, facts } of pages) console.log(`  ${printable(`${host}  ${facts.join(" · ")}`)}`);
  }

  analysis(report: Iterable<string>, findings: readonly Finding[]): void {
    if (this.quiet) return;
    console.log("");
    for (const line of report) console.log(printable(line));
    for (const finding of findings) console.log(findingLine(finding, this.language));
    if (findings.length === 0) console.log(this.language === "es" ? "Sin hallazgos." : "No findings.");
  }

  expectation(says: readonly string[], saw: readonly string[], differences?: readonly string[]): void {
    if (this.quiet) return;
    const { expected, seen, so, otherwise } = outcomes[this.language];
    console.log("");
    for (const line of says) console.log(`${paint(expected, "bold")}: ${printable(line)}`);
    for (const line of saw) console.log(`${paint(seen, "bold")}: ${printable(line)}`);
    if (differences?.length === 0) console.log(so);
    for (const line of differences ?? []) console.log(`${paint(otherwise, "red")}: ${printable(line)}`);
  }

  result(result: Result): void {
    if (this.quiet) return console.log(result.capture);
    const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
    const es = this.language === "es";
    console.log("");
    console.log(
      `${es ? "Captura" : "Capture"}: ${paint(result.capture, "bold")} (${result.packets} ${es ? "paquetes" : "packets"})`,
    );
    const { waited, memory } = result;
    const said = es ? "de los cuales la historia esperó" : "of which the story waited";
    console.log(
      `  ${seconds(result.milliseconds)} s${waited === undefined ? "" : `, ${said} ${seconds(waited)} s`}${memory === undefined ? "" : ` · ${Math.round(memory / 2 ** 20)} MiB`}`,
    );
    if (typeof result.servers === "object") {
      const versions = Object.entries(result.servers).map(one => one.join(" "));
      console.log(`  ${es ? "servidores" : "servers"}: ${versions.join(", ")}`);
    }
    console.log(`  Wireshark, tshark: ${result.tshark}`);
    console.log(`  bun lab inspect ${result.capture}`);
  }

  /** `time`: when it happened, in nanoseconds since the Unix epoch; by default now. */
  #line(
    who: "board" | "person",
    text: string,
    { time = machineTime(), isShown = true }: { time?: bigint; isShown?: boolean } = {},
  ): void {
    const seconds = (Number(time - this.#began) / 1e9).toFixed(3).padStart(7);
    this.console.push(`${seconds} ${text}`);
    if (this.quiet || !isShown) return;
    if (this.#status) process.stdout.write(erased);
    console.log(
      `${paint(seconds, "dim")} ${who === "person" ? paint(printable(text), "magenta") : printable(text)}`,
    );
    if (this.#status) process.stdout.write(this.#status);
  }
}

/** Back to the first column, and the line empty. */
const erased = "\r\x1b[K";

/** A ladder of more hosts is wider than any screen. */
const mostColumns = 8;
const tooMany = {
  en: "(The ladder of so many hosts is too wide; bun lab inspect shows the packets.)",
  es: "(El diagrama de tantos equipos es demasiado ancho; bun lab inspect muestra los paquetes.)",
} as const;

const outcomes = {
  en: { expected: "Expected", seen: "Seen", so: "All as expected.", otherwise: "Not as expected" },
  es: {
    expected: "Se esperaba",
    seen: "Se ha visto",
    so: "Todo como se esperaba.",
    otherwise: "No se esperaba",
  },
} as const;

const moments = {
  before: { en: "What each knows before:", es: "Lo que cada uno sabe antes:" },
  after: { en: "What each knows after:", es: "Lo que cada uno sabe después:" },
} as const;

/** For programs: one JSON object a line. */
export class Lines implements Reporter {
  network(kind: string, why: string, limits: readonly string[]): void {
    print({ kind: "network", network: kind, why, limits });
  }
  event(message: Message): void {
    print(message);
  }
  log(service: string, line: string): void {
    print({ kind: "log", service, line });
  }
  person(does: string): void {
    print({ kind: "person", does });
  }
  status(): void {}
  boards(boards: readonly BoardResult[]): void {
    print({ kind: "boards", boards });
  }
  ladder(hosts: readonly string[], rungs: readonly Rung[]): void {
    for (const rung of rungs) print({ kind: "packet", ...rung });
    print({ kind: "hosts", hosts });
  }
  knowledge(when: "before" | "after", pages: readonly Page[]): void {
    print({ kind: "knowledge", when, pages });
  }
  analysis(_report: Iterable<string>, findings: readonly Finding[]): void {
    for (const finding of findings) print({ kind: "finding", ...findingObject(finding) });
  }
  expectation(says: readonly string[], seen: readonly string[], differences?: readonly string[]): void {
    print({ kind: "expectation", says, seen, differences });
  }
  result(result: Result): void {
    print({ kind: "result", ...result });
  }
}

const print = (value: unknown): void => console.log(JSON.stringify(value));
