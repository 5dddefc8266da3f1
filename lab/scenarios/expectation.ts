// What is to come of a run, held against what came of it.
import type { Finding } from "../../protocols/packet/index.ts";
import type { Language, Said } from "../words.ts";
import type { Diagnosis, Layer } from "./diagnosis.ts";
import type { PlayedBoard } from "./played-board.ts";

export interface Expectation {
  /** For people: what should happen, and why. */
  readonly says: Said;
  /** The phase in which a board fails: "DHCP", "DNS", "NTP", "TCP", "TLS", "MQTT". None: all boards come to their end. */
  readonly fails?: string;
  /** The layer that is the first to fail, where that is known. */
  readonly layer?: Layer;
  /** The rules of its findings: these, and no others. */
  readonly findings: readonly string[];
  /** But for these, which chance may bring. */
  readonly may?: readonly string[];
}

/** What came of it. */
export interface Outcome {
  /** The first board that failed: in which phase, and why. */
  readonly failed?: { readonly board: string; readonly phase: string; readonly reason: string };
  /** Each rule once, in alphabetical order. */
  readonly findings: readonly string[];
  /** What failed first. */
  readonly first?: Diagnosis;
}

export function outcomeOf(
  boards: Iterable<PlayedBoard>,
  findings: readonly Finding[],
  diagnosis?: Diagnosis,
): Outcome {
  const failures = [...boards].flatMap(({ board, messages }) =>
    messages.flatMap(one => (one.event === "failed" ? [{ ...one, board: board.name }] : [])),
  );
  const [earliest] = failures.sort((a, b) => (BigInt(a.time) < BigInt(b.time) ? -1 : 1));
  const rules = [...new Set(findings.map(({ rule }) => rule.id))].sort();
  const found = { findings: rules, ...(diagnosis && { first: diagnosis }) };
  if (!earliest) return found;
  const { board, phase, reason } = earliest;
  return { failed: { board, phase, reason }, ...found };
}

/** A sentence for each difference; none where all is as expected. */
export function differences(expected: Expectation, seen: Outcome, language: Language): string[] {
  const words = phrases[language];
  const { failed } = seen;
  const found: string[] = [];
  if (failed && failed.phase !== expected.fails)
    found.push(words.failed(failed.board, failed.phase, failed.reason));
  if (!failed && expected.fails !== undefined) found.push(words.arrived(expected.fails));
  for (const rule of expected.findings) if (!seen.findings.includes(rule)) found.push(words.missing(rule));
  const allowed = [...expected.findings, ...(expected.may ?? [])];
  for (const rule of seen.findings) if (!allowed.includes(rule)) found.push(words.more(rule));
  if (expected.layer && seen.first?.layer !== expected.layer)
    found.push(words.layer(expected.layer, seen.first?.layer));
  return found;
}

const phrases = {
  en: {
    failed: (board: string, phase: string, reason: string) => `${board} failed in ${phase}: ${reason}`,
    arrived: (phase: string) => `no board failed, and one was to fail in ${phase}`,
    missing: (rule: string) => `the finding ${rule} was to come, and did not`,
    more: (rule: string) => `the finding ${rule} was not to come`,
    layer: (expected: Layer, seen = "none") => `${expected} was to fail first, and it was ${seen}`,
  },
  es: {
    failed: (board: string, phase: string, reason: string) => `${board} ha fallado en ${phase}: ${reason}`,
    arrived: (phase: string) => `no ha fallado ninguna placa, y una debía fallar en ${phase}`,
    missing: (rule: string) => `debía aparecer el hallazgo ${rule}, y no ha aparecido`,
    more: (rule: string) => `el hallazgo ${rule} no debía aparecer`,
    layer: (expected: Layer, seen = "ninguna") => `debía fallar primero ${expected}, y ha sido ${seen}`,
  },
} as const;
