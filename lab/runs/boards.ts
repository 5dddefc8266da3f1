// What became of each board of a run: its lease, its session, what it published and heard, and how long each phase took.
import type { BoardMessage } from "../board/events.ts";
import { table } from "../terminal.ts";
import type { Language } from "../words.ts";

export interface BoardResult {
  readonly board: string;
  readonly mac: string;
  readonly address: string | undefined;
  readonly clientId: string;
  /** How many messages it published to the public topic, and took from the secret one. */
  readonly published: number;
  readonly received: number;
  readonly ok: boolean;
  /** Milliseconds, by phase, of each time that it started; as far as it came. */
  readonly starts: readonly Phases[];
  /** Test mode: microseconds of each cycle. */
  readonly cycles: readonly Cycle[];
}

/** In the order in which a board comes through them. */
export const phases = ["dhcp", "dns", "ntp", "tcp", "tls", "mqtt", "work", "total"] as const;
export type Phases = Partial<Record<(typeof phases)[number], number>>;

export interface Cycle {
  readonly cycle: number;
  readonly write: number;
  readonly read: number;
  readonly equal: boolean;
}

export function boardResult(
  board: string,
  mac: Uint8Array,
  clientId: string,
  messages: readonly BoardMessage[],
): BoardResult {
  const of = <E extends BoardMessage["event"]>(event: E) =>
    messages.filter((one): one is Extract<BoardMessage, { event: E }> => one.event === event);
  const cycles = of("cycle").map(({ cycle, write, read, equal }) => ({ cycle, write, read, equal }));
  return {
    board,
    mac: Array.from(mac, octet => octet.toString(16).padStart(2, "0")).join(":"),
    address: of("configured").at(-1)?.address,
    clientId,
    published: of("published").length,
    received: of("message").length + cycles.length,
    ok: of("failed").length === 0 && cycles.every(({ equal }) => equal),
    starts: startsOf(messages),
    cycles,
  };
}

/** Which phase an event ends; the others belong to the phase that they are in. */
const ends: Partial<Record<BoardMessage["event"], (typeof phases)[number]>> = {
  configured: "dhcp",
  resolved: "dns",
  "clock-set": "ntp",
  connected: "tcp",
  secured: "tls",
  subscribed: "mqtt",
  disconnected: "work",
};

function startsOf(messages: readonly BoardMessage[]): Phases[] {
  const starts: Phases[] = [];
  let [began, last] = [0n, 0n];
  for (const { event, time } of messages) {
    const now = BigInt(time);
    if (event === "started") {
      starts.push({});
      began = last = now;
    }
    const current = starts.at(-1);
    const phase = ends[event];
    if (!current || !phase) continue;
    current[phase] = (current[phase] ?? 0) + Number(now - last) / 1e6;
    current.total = Number(now - began) / 1e6;
    last = now;
  }
  return starts;
}

export function boardTable(boards: readonly BoardResult[], language: Language): string {
  const heads =
    language === "es"
      ? ["placa", "MAC", "dirección", "cliente", "publicados", "recibidos", "ms"]
      : ["board", "MAC", "address", "client", "published", "received", "ms"];
  const rows = boards.map(one => [
    one.board,
    one.mac,
    one.address ?? "–",
    one.clientId,
    String(one.published),
    String(one.received),
    (one.starts.at(-1)?.total ?? 0).toFixed(0),
  ]);
  return table(heads, rows);
}
