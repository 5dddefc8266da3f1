// Draws, from the code, the maps of the README and the figures of the protocols' headers into their READMEs:
// what stands between `<!-- drawn: WHAT -->` and `<!-- /drawn -->`. With --check it only says what differs.
//   modules       the modules, each with what it is for
//   dependencies  what imports what
//   exercises SUBJECT LANGUAGE   those of the course's unit
//   findings      the rules of the protocol's rules.ts, as a table
//   figure NAME   the boxes of that export of the protocol's format.ts; without a name, of its Protocol's format.
//                 Outside the protocol's folder that is named first: "figure protocols/ntp NAME"
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { exercises } from "../lab/exercises/index.ts";
import { levelNames } from "../lab/exercises/words.ts";
import type { Language } from "../lab/words.ts";
import type { Rule } from "../protocols/packet/index.ts";
import { type Codec, figure } from "../protocols/wire/index.ts";
import { floorOf, root } from "./imports.ts";
import { drawDependencies, drawModules } from "./map.ts";
import { blocksIn, documents, fenced, withBlock } from "./markers.ts";

const check = process.argv.includes("--check");
const files = documents(root);
const wrong: string[] = [];

for (const file of files) {
  if (!existsSync(join(root, file))) continue;
  const before = await Bun.file(join(root, file)).text();
  let after = before;
  const differ: string[] = [];
  for (const { what, text } of blocksIn(before, "drawn")) {
    const drawn = await draw(what, file);
    if (drawn === text) continue;
    after = withBlock(after, "drawn", what, drawn);
    differ.push(what);
  }
  if (differ.length === 0) continue;
  const named = `${file}: ${differ.join(", ")}`;
  if (check) wrong.push(`${named}: not as the code says; \`bun scripts/figures.ts\` draws it anew`);
  else {
    await Bun.write(join(root, file), after);
    console.log(`drawn ${named}`);
  }
}
for (const readme of await withoutFigure())
  wrong.push(
    `${readme} shows no header; put "<!-- drawn: figure -->" and "<!-- /drawn -->" where it belongs`,
  );
for (const one of wrong) console.error(one);
process.exit(wrong.length > 0 ? 1 : 0);

async function draw(what: string, file: string): Promise<string> {
  const [kind, ...words] = what.split(" ");
  const elsewhere = words[0]?.includes("/") ? words.shift() : undefined;
  const [name] = words;
  if (kind === "modules") return fenced(await drawModules());
  if (kind === "dependencies") return fenced(await drawDependencies());
  if (kind === "figure") return fenced(figure(await formatOf(elsewhere ?? dirname(file), name)));
  if (kind === "exercises") return exercisesOf(words[0]!, words[1] as Language);
  if (kind === "findings") return findingsOf(dirname(file));
  throw new Error(
    `${file}: nothing is drawn that is called "${what}"; there are modules, dependencies, exercises, findings and figure NAME`,
  );
}

/** A row for each rule: what is objected to, how bad it is, and where the standard says so. */
async function findingsOf(folder: string): Promise<string> {
  const { rules } = (await import(join(root, folder, "rules.ts"))) as {
    rules: Readonly<Record<string, Rule>>;
  };
  const rows = Object.values(rules).map(
    ({ id, severity, says, reference }) => `| \`${id}\` | ${severity} | ${says.en} | ${reference} |`,
  );
  return ["| rule | severity | what it says | standard |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** What a unit of the course has to do, and how it is begun. */
function exercisesOf(unit: string, language: Language): string {
  const subject = unit === "whole" ? "across" : unit;
  const rows = exercises
    .filter(one => one.subject === subject)
    .map(
      ({ id, level, title }) =>
        `| ${title[language]} | ${levelNames[language][level]} | \`bun lab exercise start ${id}\` |`,
    );
  const [head, type] = language === "es" ? ["ejercicio", "se empieza con"] : ["exercise", "begun with"];
  return [`| ${head} | | ${type} |`, "| --- | --- | --- |", ...rows].join("\n");
}

async function formatOf(folder: string, name: string | undefined): Promise<Codec<unknown>> {
  if (name === undefined) return (await protocolOf(folder))!.format;
  const formats = (await import(join(root, folder, "format.ts"))) as Record<string, Codec<unknown>>;
  const format = formats[name];
  if (!format)
    throw new Error(`${folder}/format.ts exports no "${name}", which ${folder}/README.md wants drawn`);
  return format;
}

interface Drawable {
  readonly name: string;
  readonly format: Codec<unknown>;
}

/** What the folder's decoder.ts exports under the folder's name, or first. */
async function protocolOf(folder: string): Promise<Drawable | undefined> {
  const exported = Object.values(
    (await import(join(root, folder, "decoder.ts"))) as Record<string, Drawable>,
  );
  const protocols = exported.filter(one => one?.format && one.name);
  return protocols.find(({ name }) => name === folder.split("/").at(-1)) ?? protocols[0];
}

/** The READMEs of application protocols that draw nothing. */
async function withoutFigure(): Promise<string[]> {
  const folders = [...new Bun.Glob("protocols/*/decoder.ts").scanSync(root)].map(dirname);
  const readmes = folders.filter(folder => floorOf(folder) === 2).map(folder => join(folder, "README.md"));
  const empty = [];
  for (const readme of readmes.sort()) {
    const text = existsSync(join(root, readme)) ? await Bun.file(join(root, readme)).text() : "";
    if (!blocksIn(text, "drawn").some(({ what }) => what.startsWith("figure"))) empty.push(readme);
  }
  return empty;
}
