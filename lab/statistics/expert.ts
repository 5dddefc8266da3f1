// `expert`: what is wrong or worth knowing, all analyzers together, counted by rule.
import type { Finding, Packet, Severity } from "../../protocols/packet/index.ts";
import { analyzers } from "../analyzers.ts";
import { printable, table } from "../terminal.ts";
import type { Language } from "../words.ts";
import type { Selects, Statistic } from "./statistic.ts";

const severities: readonly Severity[] = ["error", "warning", "note", "chat"];
const titles: Readonly<Record<Severity, string>> = {
  error: "Errors",
  warning: "Warnings",
  note: "Notes",
  chat: "Chats",
};

interface Met {
  readonly severity: Severity;
  readonly group: string;
  readonly says: string;
  readonly reference: string;
  count: number;
  readonly packets: number[];
}

/** So many packets are named of each. */
const mostPackets = 8;

export class Expert implements Statistic {
  readonly #analyzers = analyzers();
  readonly #met = new Map<string, Met>();
  #concluded = false;
  constructor(
    readonly selects: Selects,
    readonly language: Language,
  ) {}

  observe(packet: Packet): void {
    const findings = [...this.#analyzers.observe(packet)];
    if (!this.selects(packet)) return;
    for (const finding of findings) this.#finding(finding);
    for (const note of packet.notes) this.#add("note", "packet", note, "", [packet.number]);
    for (const { malformed, protocol } of packet.layers)
      if (malformed)
        this.#add("error", protocol.name, `malformed: ${malformed.reason}`, protocol.reference, [
          packet.number,
        ]);
  }

  #finding({ rule, packets }: Finding): void {
    this.#add(rule.severity, rule.id, rule.says[this.language], rule.reference, packets);
  }

  #add(severity: Severity, group: string, says: string, reference: string, packets: readonly number[]): void {
    const key = `${group} ${says}`;
    let met = this.#met.get(key);
    if (!met) {
      met = { severity, group, says, reference, count: 0, packets: [] };
      this.#met.set(key, met);
    }
    met.count++;
    met.packets.push(...packets.slice(0, mostPackets - met.packets.length));
  }

  #all(): Met[] {
    if (!this.#concluded) for (const finding of this.#analyzers.conclude()) this.#finding(finding);
    this.#concluded = true;
    return [...this.#met.values()].sort((a, b) => b.count - a.count);
  }

  *lines(): Generator<string> {
    const all = this.#all();
    for (const severity of severities) {
      const met = all.filter(one => one.severity === severity);
      if (met.length === 0) continue;
      yield `${titles[severity]} (${met.reduce((sum, { count }) => sum + count, 0)})`;
      const rows = met.map(({ count, group, says, packets }) => [
        String(count),
        group,
        printable(says),
        `${packets.join(", ")}${count > packets.length ? ", …" : ""}`,
      ]);
      yield* table(["count", "rule", "what", "packets"], rows).split("\n");
      yield "";
    }
    if (all.length === 0) yield "Nothing to tell.";
  }

  values(): unknown {
    return this.#all();
  }
}
