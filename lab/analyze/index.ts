// `bun lab analyze`: all analyzers over captures in one pass, their findings, and what an eavesdropper learned.
import type { Finding } from "../../protocols/packet/index.ts";
import { analyzers } from "../analyzers.ts";
import { findingLine, findingObject } from "../findings.ts";
import { plain } from "../inspect/json.ts";
import { type Reading, readPackets } from "../inspect/reading.ts";
import { dhcpLines } from "../reports/dhcp.ts";
import { dnsLines } from "../reports/dns.ts";
import { mqttLines } from "../reports/mqtt.ts";
import { ntpLines } from "../reports/ntp.ts";
import { tlsLines } from "../reports/tls.ts";
import { paint } from "../terminal.ts";
import type { Language } from "../words.ts";
import { Eavesdropper } from "./eavesdropper.ts";
import { Forwarded } from "./forwarded.ts";

export interface AnalyzeAllOptions extends Reading {
  readonly json: boolean;
  readonly lang: Language;
}

/** Findings of one capture that are kept; the rest is counted. */
const mostFindings = 100_000;
/** For people, of each rule. */
const shownOfRule = 20;

export async function analyzeAll(files: readonly string[], options: AnalyzeAllOptions): Promise<number> {
  let code = 0;
  for (const file of files) code = Math.max(code, await analyzeOne(file, files.length > 1, options));
  return code;
}

async function analyzeOne(file: string, named: boolean, options: AnalyzeAllOptions): Promise<number> {
  const { json, lang } = options;
  const all = analyzers();
  const listener = new Eavesdropper();
  const copies = new Forwarded();
  const findings: Finding[] = [];
  let left = 0;
  const keep = (found: Iterable<Finding>): void => {
    for (const finding of found)
      if (findings.length < mostFindings) findings.push(finding);
      else left++;
  };
  let packets = 0;
  const code = await readPackets(file, options, packet => {
    packets++;
    if (!copies.isCopy(packet)) keep(all.observe(packet));
    listener.observe(packet);
  });
  keep(all.conclude());
  const report = all.report();
  if (json) {
    const eavesdropper = listener.learned();
    console.log(
      JSON.stringify(
        {
          ...{ file, packets, forwarded: copies.count, findings: findings.map(findingObject) },
          ...{ findingsLeftOut: left, report, eavesdropper },
        },
        plain,
      ),
    );
    return code;
  }
  const es = lang === "es";
  if (named) console.log(paint(file, "bold"));
  for (const [protocol, lines] of reportLines(report, lang)) {
    console.log(paint(protocol.toUpperCase(), "bold"));
    for (const line of lines) console.log(line);
    console.log("");
  }
  if (copies.count > 0)
    console.log(
      es
        ? `${copies.count} de ${packets} paquetes son copias que reenvió un router: cuentan una vez.\n`
        : `${copies.count} of ${packets} packets are copies that a router forwarded: they count once.\n`,
    );
  console.log(paint(es ? "Hallazgos" : "Findings", "bold"));
  const times = new Map<string, number>();
  for (const finding of findings) {
    const count = (times.get(finding.rule.id) ?? 0) + 1;
    times.set(finding.rule.id, count);
    if (count <= shownOfRule) console.log(findingLine(finding, lang));
  }
  for (const [rule, count] of times)
    if (count > shownOfRule)
      console.log(
        es ? `… y ${count - shownOfRule} más de ${rule}` : `… and ${count - shownOfRule} more of ${rule}`,
      );
  if (left > 0) console.log(es ? `… y ${left} más` : `… and ${left} more`);
  if (findings.length === 0) console.log(es ? "Sin hallazgos." : "No findings.");
  console.log("");
  console.log(paint(es ? "Lo que aprende quien sólo escucha" : "What an eavesdropper learns", "bold"));
  for (const line of listener.lines(lang)) console.log(line);
  return code;
}

const inWords = { dhcp: dhcpLines, dns: dnsLines, ntp: ntpLines, tls: tlsLines, mqtt: mqttLines } as const;

/** What the analyzers report, in lines for people, by protocol. */
function* reportLines(
  report: Readonly<Record<string, unknown>>,
  language: Language,
): Generator<readonly [protocol: string, lines: Iterable<string>]> {
  for (const [name, lines] of Object.entries(inWords)) yield [name, lines(report[name] as never, language)];
}
