// `bun lab PROTOCOL analyze`: what an analyzer finds in captures, and its report.
import { type Analyzer, dissector, type Finding } from "../../protocols/packet/index.ts";
import { type Damage, Unreadable } from "../../protocols/pcapng/capture.ts";
import { openCapture } from "../../protocols/pcapng/file.ts";
import { KeyLog } from "../../protocols/tls/index.ts";
import { exit, Failure } from "../failure.ts";
import { findingLine, findingObject } from "../findings.ts";
import { protocols } from "../protocols.ts";
import { paint } from "../terminal.ts";
import type { Language } from "../words.ts";
import { plain } from "./json.ts";

export interface AnalyzeOptions {
  readonly json?: boolean;
  readonly lang: Language;
}

/**
 * Reads each file through an analyzer of its own. `lines` words a report for people. Returns 1 if a file could not be
 * read to its end; findings are results, not failures.
 */
export async function analyzeCaptures<Report>(
  files: readonly string[],
  make: () => Analyzer<Report>,
  lines: (report: Report, language: Language) => Iterable<string>,
  { json, lang }: AnalyzeOptions,
): Promise<number> {
  let code: number = exit.done;
  for (const file of files) {
    const analyzer = make();
    const { findings, damages } = await observe(file, analyzer);
    const report = analyzer.report();
    if (json) console.log(JSON.stringify({ file, findings: findings.map(findingObject), report }, plain));
    else {
      if (files.length > 1) console.log(paint(file, "bold"));
      for (const line of lines(report, lang)) console.log(line);
      for (const finding of findings) console.log(findingLine(finding, lang));
      if (findings.length === 0) console.log(lang === "es" ? "Sin hallazgos." : "No findings.");
    }
    for (const damage of damages) console.error(`lab: ${file}: ${damage}`);
    if (damages.length > 0) code = exit.failed;
  }
  return code;
}

/** All findings of one file, in the order they were made. */
async function observe(
  file: string,
  analyzer: Analyzer<unknown>,
): Promise<{ findings: Finding[]; damages: Damage[] }> {
  const keyLog = new KeyLog();
  const { packet: dissect } = dissector(protocols(keyLog));
  const damages: Damage[] = [];
  const findings: Finding[] = [];
  try {
    const frames = openCapture(file, met => {
      if (met.kind === "secrets" && met.keylog !== undefined) keyLog.add(met.keylog);
      if (met.kind === "damage") damages.push(met);
    });
    for await (const frame of frames) findings.push(...analyzer.observe(dissect(frame)));
    findings.push(...analyzer.conclude());
  } catch (error) {
    throw error instanceof Unreadable ? new Failure(error.message) : error;
  }
  return { findings, damages };
}
