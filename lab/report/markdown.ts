// The report as Markdown: the same sections, the ladder as the terminal draws it.
import { timeText } from "../../protocols/x509/primitives.ts";
import { everybody, type Message } from "../drawings/ladder/ladder.ts";
import { ladderOf, type Rung } from "../ladder.ts";
import { stepText } from "../story/telling.ts";
import { printable } from "../terminal.ts";
import type { Language } from "../words.ts";
import { type Holder, treeOf } from "./certificates.ts";
import { protocolLines, textOf } from "./lines.ts";
import type { Told } from "./told.ts";
import { words } from "./words.ts";

export const markdownOf = (told: Told, language: Language): string =>
  `${[...linesOf(told, language)].join("\n")}\n`;

function* linesOf(told: Told, language: Language): Generator<string> {
  const said = words[language];
  const { run, ladder, findings, reports } = told;
  yield `# ${escaped(said.title(run.name))}`;
  yield "";
  if (run.result?.ok !== undefined) yield `**${run.result.ok ? said.ok : said.failed}**\n`;

  yield `## ${said.run}\n`;
  if (run.result?.scenario) yield `- ${said.scenario}: ${escaped(run.result.scenario)}`;
  if (run.result?.network) yield `- ${said.network}: ${escaped(run.result.network)}`;
  if (told.began > 0n) yield `- ${said.began}: ${timeText(Number(told.began / 1_000_000_000n))}`;
  yield `- ${said.took}: ${(Number(told.ended - told.began) / 1e9).toFixed(3)} s`;
  yield `- ${said.captured}: ${said.capturedText(told.count, told.octets)}`;
  for (const { version, suite } of reports.tls.conversations)
    if (version) yield `- ${said.sessions}: ${escaped(`${version}, ${suite}`)}`;
  yield "";
  yield* table(
    [said.host, said.address],
    ladder.hosts.map(({ name, address }) => [name, address ?? "–"]),
  );

  for (const [segment, name] of ladder.segments.entries()) {
    yield `## ${said.ladder}${name === "" ? "" : `: ${escaped(name)}`}\n`;
    const messages = ladder.messages.filter(message => message.segment === segment);
    const heard = new Set(messages.flatMap(({ from, to }) => [from, to]));
    const hosts = ladder.hosts.map(host => host.name).filter(host => heard.has(host));
    yield* fenced(
      ladderOf(
        hosts,
        messages.map(one => rungOf(one, language)),
        110,
      ),
    );
  }

  yield `## ${said.findings}\n`;
  if (findings.length === 0) yield `${said.noFindings}\n`;
  for (const { rule, packets, detail } of findings)
    yield `- **${said.severity[rule.severity]}** ${escaped(`${rule.says[language]} ${detail}`)} (${rule.id}, ${rule.reference}; ${packets.length === 1 ? said.packet : said.inPackets} ${packets.slice(0, 8).join(", ")})`;
  if (told.findingsLeft > 0) yield `\n${said.findingsLeft(told.findingsLeft)}`;
  yield "";

  yield `## ${said.eavesdropper}\n`;
  yield* fenced(told.eavesdropper.lines(language));

  yield `## ${said.pki}\n`;
  const roots = treeOf(reports.tls);
  if (roots.length === 0) yield said.noCertificates;
  yield* holderLines(roots, language, "");
  yield "";

  yield `## ${said.protocols}\n`;
  for (const [name, text] of protocolLines(reports, language)) {
    yield `### ${name}\n`;
    yield* fenced([text]);
  }

  if (Object.keys(run.settings).length > 0) yield `## ${said.settings}\n`;
  for (const [board, groups] of Object.entries(run.settings)) {
    yield `### ${escaped(board)}\n`;
    const rows = Object.entries(groups ?? {}).flatMap(([group, values]) =>
      Object.entries(typeof values === "object" && values !== null ? values : { "": values }).map(
        ([key, value]) => [
          key === "" ? group : `${group}.${key}`,
          typeof value === "object" ? JSON.stringify(value) : String(value),
        ],
      ),
    );
    yield* table([said.setting, said.value], rows);
  }

  if (run.console !== "") {
    yield `## ${said.logs}\n`;
    yield* fenced([run.console.trimEnd()]);
  }
  yield `## ${said.versions}\n`;
  yield* table(
    ["", ""],
    told.versions.map(one => [...one]),
  );
}

const rungOf = ({ number, time, from, to, open, own, notes }: Message, language: Language): Rung => ({
  number,
  time,
  from,
  to: to === everybody ? words[language].everybody : to,
  protocol: open.protocol,
  label: open.label,
  says: [open.says[language], ...notes].filter(Boolean).join(" "),
  steps: [...open.steps, ...own].map(step => stepText(step, language)),
});

function* holderLines(holders: readonly Holder[], language: Language, indent: string): Generator<string> {
  const said = words[language];
  for (const { name, certificate, by, issued } of holders) {
    const about = certificate
      ? `${certificate.key.filter(Boolean).join(" ")}, ${said.until} ${timeText(certificate.notBefore)} – ${timeText(certificate.notAfter)}, ${said.shownBy} ${by.map(side => said.sides[side]).join(", ")}`
      : said.notShown;
    yield `${indent}- **${escaped(name)}** ${escaped(about)}`;
    yield* holderLines(issued, language, `${indent}  `);
  }
}

function* table(heads: readonly string[], rows: readonly (readonly string[])[]): Generator<string> {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell => escaped(cell)).join(" | ")} |`;
  yield line(heads);
  yield `| ${heads.map(() => "---").join(" | ")} |`;
  for (const row of rows) yield line(row);
  yield "";
}

/** As it is: a fence longer than any in it. */
function* fenced(lines: Iterable<string>): Generator<string> {
  const text = textOf(lines);
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([one]) => one.length));
  const fence = "`".repeat(longest + 1);
  yield `${fence}text`;
  yield text;
  yield fence;
  yield "";
}

/** What a capture says is text: no markup, no link, no line of its own. */
const escaped = (text: string): string => printable(text).replace(/[\\`*_{}[\]<>#|!&~]/g, one => `\\${one}`);
