// Findings for people and for programs.
import type { Finding, Severity } from "../protocols/packet/index.ts";
import { type Colour, paint, printable } from "./terminal.ts";
import type { Language } from "./words.ts";

const colours: Readonly<Record<Severity, Colour>> = {
  chat: "dim",
  note: "cyan",
  warning: "yellow",
  error: "red",
};

/** "warning  packets 3, 5: what was seen (the rule; RFC and section)". */
export function findingLine({ rule, packets, detail }: Finding, language: Language): string {
  const [one, many] = language === "es" ? ["paquete", "paquetes"] : ["packet", "packets"];
  const where = `${packets.length === 1 ? one : many} ${packets.join(", ")}`;
  const head = paint(rule.severity.padEnd(8), colours[rule.severity]);
  return `${head} ${where}: ${printable(detail)} — ${rule.says[language]} (${rule.reference})`;
}

/** A finding for JSON. */
export const findingObject = ({ rule, packets, field, detail }: Finding) => ({
  rule: rule.id,
  severity: rule.severity,
  reference: rule.reference,
  packets,
  field,
  detail,
});
