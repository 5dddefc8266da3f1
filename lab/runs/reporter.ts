// What a person, or a program, sees of a run as it happens.
import type { Finding } from "../../protocols/packet/index.ts";
import { findingLine, findingObject } from "../findings.ts";
import { ladderOf, type Rung } from "../ladder.ts";
import { machineTime } from "../network/clock.ts";
import type { Message } from "../network/index.ts";
import { paint, printable, width } from "../terminal.ts";
import type { Language } from "../words.ts";

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
  /** How tshark sees what it does not decipher by itself. */
  readonly tshark: string;
}

/** What a host knows, a line each. */
export interface Page {
  readonly host: string;
  readonly facts: readonly string[];
}

export interface Reporter {
  network(kind: string, why: string, limits: readonly string[]): void;
  /** What a host told, and the lines that say it; none where it is no news. */
  event(message: Message, lines: readonly string[]): void;
  /** A line of a server's log. */
  log(service: string, line: string): void;
  person(does: string): void;
  ladder(hosts: readonly string[], rungs: readonly Rung[]): void;
  /** What the hosts know before the first packet, or after the last. */
  knowledge(when: "before" | "after", pages: readonly Page[]): void;
  /** What an analyzer made of the capture: its report in lines, and its findings. */
  analysis(report: Iterable<string>, findings: readonly Finding[]): void;
  result(result: Result): void;
}

/** For people: the console as it happens, then the ladder. Notices go to stderr. */
export class Told implements Reporter {
  /** What was printed of the console: it is kept with the run. */
  readonly console: string[] = [];
  readonly #began = machineTime();

  constructor(
    readonly language: Language,
    readonly quiet: boolean,
  ) {}

  network(_kind: string, why: string, limits: readonly string[]): void {
    if (this.quiet) return;
    console.error(paint(why, "dim"));
    for (const limit of limits) console.error(paint(`  ${limit}`, "dim"));
  }

  event(message: Message, lines: readonly string[]): void {
    const time = typeof message.time === "string" ? BigInt(message.time) : undefined;
    for (const line of lines) this.#line("board", line, time);
  }

  log(service: string, line: string): void {
    this.console.push(`${service}: ${line}`);
  }

  person(does: string): void {
    this.#line("person", does);
  }

  ladder(hosts: readonly string[], rungs: readonly Rung[]): void {
    if (this.quiet) return;
    console.log("");
    for (const line of ladderOf(hosts, rungs, width())) console.log(line);
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

  result(result: Result): void {
    if (this.quiet) return console.log(result.capture);
    const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
    const es = this.language === "es";
    console.log("");
    console.log(
      `${es ? "Captura" : "Capture"}: ${paint(result.capture, "bold")} (${result.packets} ${es ? "paquetes" : "packets"})`,
    );
    const { waited } = result;
    const said = es ? "de los cuales la historia esperó" : "of which the story waited";
    console.log(
      `  ${seconds(result.milliseconds)} s${waited === undefined ? "" : `, ${said} ${seconds(waited)} s`}`,
    );
    console.log(`  Wireshark, tshark: ${result.tshark}`);
    console.log(`  bun lab inspect ${result.capture}`);
  }

  /** `time`: when it happened, in nanoseconds since the Unix epoch; by default now. */
  #line(who: "board" | "person", text: string, time = machineTime()): void {
    const seconds = (Number(time - this.#began) / 1e9).toFixed(3).padStart(7);
    this.console.push(`${seconds} ${text}`);
    if (!this.quiet)
      console.log(
        `${paint(seconds, "dim")} ${who === "person" ? paint(printable(text), "magenta") : printable(text)}`,
      );
  }
}

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
  result(result: Result): void {
    print({ kind: "result", ...result });
  }
}

const print = (value: unknown): void => console.log(JSON.stringify(value));
