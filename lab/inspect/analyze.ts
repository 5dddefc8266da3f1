// `bun lab PROTOCOL analyze`: what an analyzer finds in captures, and its report.
import type { Analyzer, Finding } from "../../protocols/packet/index.ts";
import { exit } from "../failure.ts";
import { findingLine, findingObject } from "../findings.ts";
import { paint } from "../terminal.ts";
import type { Language } from "../words.ts";
import { plain } from "./json.ts";
import { type Reading, readPackets } from "./reading.ts";

export interface AnalyzeOptions extends Reading {
  readonly json?: boolean;
  readonly lang: Language;
}

/**
 * Reads each file through an analyzer of its own. `lines` words a report for people. Returns 1 if a file could not be
 * read to its end; findings are results, not failures. @throws Failure for what is no capture
 */
export async function analyzeCaptures<Report>(
  files: readonly string[],
  make: () => Analyzer<Report>,
  lines: (report: Report, language: Language) => Iterable<string>,
  { json, lang, ...reading }: AnalyzeOptions,
): Promise<number> {
  let code: number = exit.done;
  for (const file of files) {
    const analyzer = make();
    const findings: Finding[] = [];
    const read = await readPackets(file, reading, packet => {
      findings.push(...analyzer.observe(packet));
    });
    findings.push(...analyzer.conclude());
    code = Math.max(code, read);
    const report = analyzer.report();
    if (json) console.log(JSON.stringify({ file, findings: findings.map(findingObject), report }, plain));
    else {
      if (files.length > 1) console.log(paint(file, "bold"));
      for (const line of lines(report, lang)) console.log(line);
      for (const finding of findings) console.log(findingLine(finding, lang));
      if (findings.length === 0) console.log(lang === "es" ? "Sin hallazgos." : "No findings.");
    }
  }
  return code;
}
