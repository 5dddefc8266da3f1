// What passes on the bench, told while it happens: a line a packet, with what it is in the story.
import { dissector, type Frame, infoOf, type Packet, protocolOf } from "../../protocols/packet/index.ts";
import type { KeyLog } from "../../protocols/tls/index.ts";
import { machineTime } from "../network/clock.ts";
import type { Recorded } from "../network/machine.ts";
import { protocols } from "../protocols.ts";
import { everybody, type Host, Story, stepText } from "../story/index.ts";
import { paint, printable } from "../terminal.ts";
import type { Language } from "../words.ts";
import { Guests } from "./guests.ts";

export interface LiveOptions {
  /** Of the lab, by name; whoever comes joins them. */
  readonly hosts: Map<string, Host>;
  readonly keyLog: KeyLog;
  readonly language: Language;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Prints what happens in the order of time, a moment later, and keeps the lines. */
export class Live implements Disposable {
  readonly lines: string[] = [];
  readonly guests: Guests;
  readonly #dissect: (frame: Frame) => Packet;
  readonly #story: Story;
  readonly #began = machineTime();
  /** What waits for what may still come before it. */
  #waiting: { readonly time: bigint; readonly object: Record<string, unknown>; readonly text: string }[] = [];
  readonly #timer = setInterval(() => this.#tell(machineTime() - lateness), refreshMilliseconds);

  constructor(readonly options: LiveOptions) {
    this.#dissect = dissector(protocols(options.keyLog)).packet;
    this.#story = new Story(options.hosts.values());
    this.guests = new Guests(options.hosts);
  }

  /** A host of the lab that is there now. */
  meets(host: Host): void {
    this.#story.meets(host);
  }

  frame({ number, time, originalLength, octets: borrowed, linkType }: Recorded): void {
    // The dissector keeps what it puts together; the library's octets are gone with the next frame.
    const octets = borrowed.slice();
    const packet = this.#dissect({
      ...{ number, time, originalLength, linkType, interface: 0, comments: [] },
      view: new DataView(octets.buffer),
      start: 0,
      end: octets.length,
    });
    const guest = this.guests.meet(packet);
    if (guest) this.#story.meets(guest);
    const told = this.#story.tell(packet);
    const { from, to } = this.#story.parties(packet);
    const { language } = this.options;
    const says = told.flatMap(one => one.says[language] || []).join(" ");
    const steps = told.flatMap(one => one.steps).map(step => stepText(step, language));
    const names = { from, to: to === everybody ? everyone[language] : to };
    const protocol = protocolOf(packet);
    this.#print(
      time,
      { kind: "packet", number, ...names, protocol, info: infoOf(packet), says, steps },
      `${paint(`${names.from} → ${names.to}`, "bold")}  ${protocol}  ${printable(says || infoOf(packet))}${steps.length > 0 ? paint(`  [${printable(steps.join("; "))}]`, "cyan") : ""}`,
    );
  }

  /** A line of a server's log, or of the board's console. */
  line(kind: "log" | "uart" | "person", who: string, text: string, time: bigint): void {
    const colour = kind === "log" ? "dim" : kind === "uart" ? "green" : "magenta";
    const shown = printable(text.replaceAll("\t", "  "));
    this.#print(time, { kind, who, line: text }, paint(`${who}: ${shown}`, colour));
  }

  #print(time: bigint, object: Record<string, unknown>, text: string): void {
    this.#waiting.push({ time, object, text });
  }

  /** Tells what happened until that moment, in order. */
  #tell(until?: bigint): void {
    // A board's log may say that it is from tomorrow: that is not waited for.
    const isAll = until === undefined || this.#waiting.length > mostWaiting;
    const isDue = ({ time }: { readonly time: bigint }) => isAll || time <= until;
    const due = this.#waiting.filter(isDue).sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    this.#waiting = this.#waiting.filter(one => !isDue(one));
    const { json, quiet } = this.options;
    for (const { time, object, text } of due) {
      const seconds = (Number(time - this.#began) / 1e9).toFixed(3).padStart(9);
      if (this.lines.length < mostLines) this.lines.push(`${seconds} ${Bun.stripANSI(text)}`);
      if (json) console.log(JSON.stringify({ time: String(time), ...object }));
      else if (!quiet) console.log(`${paint(seconds, "dim")} ${text}`);
    }
  }

  /** All that is left is told. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#tell();
  }
}

/** Nanoseconds: the kernel hands frames over a tenth of a second late, and so they take their place among the others. */
const lateness = 200_000_000n;
const refreshMilliseconds = 50;
const mostWaiting = 20_000;
/** Of the console that is kept; the capture has all of it. */
const mostLines = 200_000;

const everyone: Readonly<Record<Language, string>> = { en: "everybody", es: "todos" };
