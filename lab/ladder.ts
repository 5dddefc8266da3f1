// The ladder: hosts as columns, time down, an arrow for each packet, and what it does told below.
import { paint, printable } from "./terminal.ts";

export interface Rung {
  readonly number: number;
  /** Seconds since the first packet. */
  readonly time: number;
  /** When it was recorded: nanoseconds since the Unix epoch, as text. */
  readonly epoch?: string;
  /** The switch port where it came in: the capture's interface, counted from 0. */
  readonly port?: number;
  readonly from: string;
  /** A host, or everybody. */
  readonly to: string;
  readonly protocol: string;
  readonly label: string;
  readonly says: string;
  readonly steps: readonly string[];
  /** The title of what begins with it: a ladder of its own. */
  readonly chapter?: string;
  /** What hosts know before and after it, as far as that differs. */
  readonly knows?: readonly Knowing[];
}

/** What a message changes in what a host knows. */
export interface Knowing {
  readonly host: string;
  readonly fact: string;
  /** None: it knew nothing of it before, or knows nothing of it after. */
  readonly before?: string;
  readonly after?: string;
}

/** Columns before the first host: the packet's number and time. */
const margin = " ".repeat(18);

/** The lines of the ladder. Hosts stand in the order given, as far apart as `columns` allow. */
export function* ladderOf(hosts: readonly string[], rungs: Iterable<Rung>, columns = 120): Generator<string> {
  const room = (columns - margin.length - 14) / Math.max(1, hosts.length - 1);
  const gap = Math.min(48, Math.max(24, Math.floor(room)));
  const heads = hosts.map(host => host.slice(0, gap - 2).padEnd(gap)).join("");
  yield margin + paint(heads.trimEnd(), "bold");
  for (const rung of rungs) {
    if (rung.chapter !== undefined) {
      yield "";
      yield paint(rung.chapter, "bold");
      yield margin + paint(heads.trimEnd(), "bold");
    }
    const head = `${String(rung.number).padStart(5)} ${rung.time.toFixed(6).padStart(10)}  `;
    yield `${paint(head, "dim")}${arrow(hosts, rung, gap)}`;
    const steps = rung.steps.length > 0 ? paint(`  [${rung.steps.join("; ")}]`, "dim") : "";
    yield `${margin}${printable(rung.says)}${steps}`;
    for (const { host, fact, before = "–", after = "–" } of rung.knows ?? [])
      yield `${margin}  ${printable(`${host}, ${fact}:`)} ${paint(printable(before), "dim")} → ${paint(printable(after), "bold")}`;
  }
}

/** The line from one host to another with the message on it; to everybody it goes out both ways, dotted. */
function arrow(hosts: readonly string[], { from, to, protocol, label }: Rung, gap: number): string {
  const cells = Array.from({ length: (hosts.length - 1) * gap + 1 }, () => " ");
  for (let i = 0; i < hosts.length; i++) cells[i * gap] = "│";
  const own = Math.max(0, hosts.indexOf(from));
  const receiver = hosts.indexOf(to);
  const everybody = receiver < 0;
  const [first, last] = everybody
    ? [0, hosts.length - 1]
    : [Math.min(own, receiver), Math.max(own, receiver)];
  const [start, end] = [first * gap, last * gap];
  for (let i = start + 1; i < end; i++) cells[i] = everybody ? "┄" : "─";
  if (last > own) cells[end - 1] = "►";
  if (first < own) cells[start + 1] = "◄";
  if (everybody) cells[own * gap] = "┼";

  const text = printable(label.startsWith(protocol) ? label : `${protocol} ${label}`);
  const room = Math.max(0, end - start - 6);
  const fitting = text.length > room ? `${text.slice(0, Math.max(0, room - 1))}…` : text;
  const at = start + 2 + Math.max(0, (room - fitting.length) >> 1);
  for (const [i, character] of [...` ${fitting} `].entries()) cells[at + i] = character;
  return cells.join("").trimEnd();
}
