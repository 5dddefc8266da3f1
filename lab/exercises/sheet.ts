// A task on paper: one HTML file that a browser prints, with room for answers; or with the answers, for the teacher.
import { escaped } from "../drawings/markup.ts";
import type { Language } from "../words.ts";
import { type Exercise, type Run, say } from "./exercise.ts";
import { words } from "./words.ts";

export interface SheetTask {
  readonly exercise: Exercise;
  readonly run: Run;
  /** By question; without them there is room to write. */
  readonly answers?: Readonly<Record<string, string>>;
}

/** Self-contained: no script, nothing from elsewhere. */
export function sheet(student: string, tasks: readonly SheetTask[], language: Language): string {
  const said = words[language];
  const isKey = tasks.some(({ answers }) => answers);
  const title = `${student}${isKey ? ` · ${said.key}` : ""}`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
${tasks.map(task => section(student, task, language)).join("\n")}
</body>
</html>
`;
}

function section(student: string, { exercise, run, answers }: SheetTask, language: Language): string {
  const said = words[language];
  const date = answers ? said.key : `${said.date}: <span class="short"></span>`;
  const items = exercise.questions.map(({ id, asks, kind }) => {
    const options = (kind.options?.(run) ?? []).map(
      ({ key, says }) => `<li>${escaped(key)}) ${escaped(says[language])}</li>`,
    );
    const answer = answers ? `<p class="key">${escaped(answers[id] ?? "")}</p>` : '<p class="line"></p>';
    return `<li><p>${escaped(say(asks, run, language))}</p>${
      options.length > 0 ? `<ul>${options.join("")}</ul>` : ""
    }<p class="expected">${said.expected}: ${escaped(kind.expects(run)[language])}.</p>${answer}</li>`;
  });
  const story = say(exercise.story, run, language)
    .split(/\n\s*\n/)
    .map(paragraph =>
      paragraph.startsWith("    ")
        ? `<pre>${escaped(paragraph.replace(/^ {4}/gm, ""))}</pre>`
        : `<p>${escaped(paragraph)}</p>`,
    );
  return `<section>
<header><span>${said.student}: ${escaped(student)}</span><span>${date}</span><span>${escaped(exercise.id)}</span></header>
<h1>${escaped(exercise.title[language])}</h1>
${story.join("\n")}
<ol>
${items.join("\n")}
</ol>
</section>`;
}

const style = `
body { font: 11pt/1.45 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; color: #111 }
section { break-after: page } section:last-child { break-after: auto }
header { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px solid #888; font-size: 10pt }
h1 { font-size: 16pt } ul { list-style: none; padding-left: 1rem } li { break-inside: avoid }
.expected { color: #444; font-size: 9.5pt; margin: 0.2rem 0 } pre { overflow-wrap: anywhere; white-space: pre-wrap } .short { display: inline-block; width: 6rem }
.line { border-bottom: 1px solid #888; height: 1.6rem } .key { font-family: ui-monospace, monospace; font-weight: bold; overflow-wrap: anywhere }
@page { margin: 18mm }`;
