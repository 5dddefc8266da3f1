// The report as one HTML file: nothing is loaded from elsewhere, and what the capture says is text, never markup.
import type { ComponentChildren } from "preact";
import drawings from "../drawings/drawings.css" with { type: "text" };
import { markup } from "../drawings/markup.ts";
import walk from "../drawings/walk/walk.css" with { type: "text" };
import { plain } from "../inspect/json.ts";
import type { Language } from "../words.ts";
import { protocolLines, textOf } from "./lines.ts";
import style from "./report.css" with { type: "text" };
import {
  Certificates,
  Findings,
  Ladders,
  Logs,
  Packets,
  PlotsSection,
  type Section,
  Settings,
  Versions,
  Walks,
  WhatWasRun,
} from "./sections.tsx";
import type { Told } from "./told.ts";
import { words } from "./words.ts";

/** The page of `bun lab view` with all its answers, for a reader who has no lab. */
export interface Inside {
  readonly script: string;
  readonly style: string;
  readonly whole: unknown;
}

export function htmlOf(told: Told, language: Language, secrets: boolean, inside: Inside): string {
  const said = words[language];
  const title = said.title(told.run.name);
  const script = `\n${inside.script.trim()}\n`;
  const body = markup(<Report told={told} language={language} secrets={secrets} />);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${markup(<title>{title}</title>)}
<style>
${inside.style}
${drawings}
${walk}
${style}
</style>
</head>
<body>
${body}
<script type="application/gzip" id="capture">${packed(inside.whole)}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** Nothing is loaded or sent; what runs is the page's own program, by its hash. Display filters are compiled by it. */
const policyFor = (script: string): string =>
  [
    "default-src 'none'",
    `script-src 'sha256-${new Bun.CryptoHasher("sha256").update(script).digest("base64")}' 'unsafe-eval'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");

/** Compressed and in letters, so that nothing in it is anything to a reader of HTML. */
const packed = (value: unknown): string =>
  Bun.gzipSync(JSON.stringify(value, plain), { level: 9 }).toBase64();

interface Part {
  readonly id: string;
  readonly title: string;
  readonly body: ComponentChildren;
}

function Report({ told, language, secrets }: Section & { readonly secrets: boolean }) {
  const said = words[language];
  const { run } = told;
  const ok = run.result?.ok;
  const section = { told, language };
  const parts: readonly (Part | false)[] = [
    { id: "run", title: said.run, body: <WhatWasRun {...section} /> },
    { id: "ladder", title: said.ladder, body: <Ladders {...section} /> },
    { id: "findings", title: said.findings, body: <Findings {...section} /> },
    {
      id: "eavesdropper",
      title: said.eavesdropper,
      body: <pre>{textOf(told.eavesdropper.lines(language))}</pre>,
    },
    { id: "plots", title: said.plots, body: <PlotsSection {...section} /> },
    { id: "pki", title: said.pki, body: <Certificates {...section} /> },
    { id: "walk", title: said.walk, body: <Walks {...section} /> },
    {
      id: "protocols",
      title: said.protocols,
      body: protocolLines(told.reports, language).map(([name, text]) => (
        <details key={name} open>
          <summary>{name}</summary>
          <pre>{text}</pre>
        </details>
      )),
    },
    { id: "look", title: said.look, body: <div id="view" class="inside" /> },
    { id: "packets", title: said.packets, body: <Packets {...section} /> },
    Object.keys(run.settings).length > 0 && {
      id: "settings",
      title: said.settings,
      body: <Settings {...section} />,
    },
    (run.console !== "" || run.logs.length > 0) && {
      id: "logs",
      title: said.logs,
      body: <Logs {...section} />,
    },
    { id: "versions", title: said.versions, body: <Versions {...section} /> },
  ];
  const shown = parts.filter(one => one !== false);
  return (
    <>
      <header>
        <p class="hint">protocol-lab</p>
        <h1>{said.title(run.name)}</h1>
        {ok === undefined ? (
          <p class="verdict">{said.captureOnly}</p>
        ) : (
          <p class={ok ? "verdict good" : "verdict bad"}>{ok ? `✓ ${said.ok}` : `✗ ${said.failed}`}</p>
        )}
        <p class="hint">{secrets ? said.withSecrets : said.noSecrets}</p>
        <nav aria-label={said.contents}>
          <ol>
            {shown.map(({ id, title }) => (
              <li key={id}>
                <a href={`#${id}`}>{title}</a>
              </li>
            ))}
          </ol>
        </nav>
      </header>
      <main>
        {shown.map(({ id, title, body }) => (
          <section key={id} id={id} aria-labelledby={`${id}-title`}>
            <h2 id={`${id}-title`}>{title}</h2>
            {body}
          </section>
        ))}
      </main>
    </>
  );
}
