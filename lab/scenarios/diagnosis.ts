// Which layer was the first to fail in a run, and why: told by the boards, or by what the analyzers found before that.

import type { Finding } from "../../protocols/packet/index.ts";
import type { BoardMessage } from "../board/events.ts";
import type { Language, Said } from "../words.ts";
import type { PlayedBoard } from "./played-board.ts";

export type Layer = "cable" | "ARP" | "DHCP" | "DNS" | "NTP" | "TCP" | "TLS" | "MQTT";

export interface Diagnosis {
  readonly layer: Layer;
  readonly why: Said;
  /** The packet that shows it, where one does. */
  readonly packet?: number;
}

/**
 * The first that failed; none where all went well. `times`: when each packet was recorded, by its number. `refusals`:
 * what the broker said of handshakes that failed.
 */
export function diagnose(
  boards: Iterable<PlayedBoard>,
  findings: readonly Finding[],
  times: ReadonlyMap<number, bigint>,
  [refusal]: readonly string[] = [],
): Diagnosis | undefined {
  const symptoms = [
    ...[...boards].flatMap(({ board, messages }) =>
      messages.flatMap(one => {
        const told = toldBy(board.name, one);
        return told ? [{ ...told, time: BigInt(one.time) }] : [];
      }),
    ),
    ...findings.flatMap(finding => {
      const found = foundBy(finding);
      const time = times.get(finding.packets[0] ?? 0);
      return found && time !== undefined ? [{ ...found, time }] : [];
    }),
  ];
  const [first] = symptoms.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  if (!first) return undefined;
  const { time: _, ...diagnosis } = first;
  // In TLS 1.3 the client has done its part when it is refused: to it MQTT is what fails.
  if (refusal !== undefined && diagnosis.layer === "MQTT")
    return { layer: "TLS", why: { en: refusal, es: refusal } };
  return diagnosis;
}

/** What a board itself calls a failure. */
function toldBy(board: string, message: BoardMessage): Diagnosis | undefined {
  if (message.event === "link" && !message.up) {
    const phase = message.phase ?? "start";
    const en = `${board} lost its link (it was at ${phase})`;
    return { layer: "cable", why: { en, es: `${board} perdió el enlace (estaba en ${phase})` } };
  }
  if (message.event === "configured" && message.by === "static after silence") {
    const en = `nobody gave ${board} an address in time, so it took ${message.address}`;
    const es = `nadie dio a ${board} una dirección a tiempo, así que tomó ${message.address}`;
    return { layer: "DHCP", why: { en, es } };
  }
  if (message.event !== "failed") return undefined;
  return { layer: layerOf(message.phase), why: { en: message.reason, es: message.reason } };
}

/** Rules that tell of openness, or of a choice, not of a failure. */
const harmless: ReadonlySet<string> = new Set(["mqtt.readable-secrets", "mqtt.readable-credentials"]);

function foundBy({ rule, packets, detail }: Finding): Diagnosis | undefined {
  if (rule.severity === "chat" || harmless.has(rule.id)) return undefined;
  const layer = rule.id === "dhcp.duplicate-address" ? "ARP" : protocols[rule.id.split(".")[0]!];
  if (!layer) return undefined;
  const [en, es] = [`${detail}. ${rule.says.en}`, `${detail}. ${rule.says.es}`];
  return { layer, why: { en, es }, packet: packets[0] };
}

const protocols: Readonly<Record<string, Layer>> = {
  dhcp: "DHCP",
  dns: "DNS",
  ntp: "NTP",
  tls: "TLS",
  mqtt: "MQTT",
};

const layerOf = (phase: string): Layer =>
  phase === "start" ? "cable" : phase === "the test" ? "MQTT" : (phase as Layer);

/** For people: what failed first, and what became of the boards. */
export function* diagnosisLines(
  diagnosis: Diagnosis | undefined,
  boards: Iterable<PlayedBoard>,
  language: Language,
): Generator<string> {
  const words = phrases[language];
  yield diagnosis ? words.first(diagnosis.layer, diagnosis.why[language], diagnosis.packet) : words.nothing;
  for (const { board, messages } of boards) {
    const last = messages.findLast(({ event }) => event === "failed" || event === "disconnected");
    if (last?.event === "failed") yield words.failed(board.name, last.phase, last.reason);
    else yield last ? words.done(board.name) : words.stopped(board.name);
  }
}

const phrases = {
  en: {
    first: (layer: Layer, why: string, packet?: number) =>
      `the first to fail was ${layer === "cable" ? "the cable" : layer}${packet === undefined ? "" : ` (packet ${packet})`}: ${why}`,
    nothing: "no layer failed",
    done: (board: string) => `${board} came to its end`,
    failed: (board: string, phase: string, reason: string) => `${board} failed in ${phase}: ${reason}`,
    stopped: (board: string) => `${board} did not come to its end`,
  },
  es: {
    first: (layer: Layer, why: string, packet?: number) =>
      `lo primero que falló fue ${layer === "cable" ? "el cable" : layer}${packet === undefined ? "" : ` (paquete ${packet})`}: ${why}`,
    nothing: "no falló ninguna capa",
    done: (board: string) => `${board} llegó a su fin`,
    failed: (board: string, phase: string, reason: string) => `${board} falló en ${phase}: ${reason}`,
    stopped: (board: string) => `${board} no llegó a su fin`,
  },
} as const;
