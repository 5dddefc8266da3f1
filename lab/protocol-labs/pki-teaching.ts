// `bun lab pki` alone: the walk from the key to the revocation, then the hierarchies that there are.

import { keyKindOf, type PkiOptions } from "../pki/options.ts";
import { show } from "../pki/tree.ts";
import { paint, printable } from "../terminal.ts";
import { type Step, walk } from "./pki.ts";

/** Prints each step as it is made. @throws Failure, Unusable */
export async function teach(options: PkiOptions): Promise<number> {
  const { lang, output, json } = options;
  const steps: Step[] = [];
  for await (const step of walk({ lang, output, keys: keyKindOf(options) })) {
    steps.push(step);
    if (!json) for (const line of stepLines(step, steps.length)) console.log(line);
  }
  if (!json) console.log(`${output === undefined ? gone[lang] : `${kept[lang]}: ${output}`}\n`);
  return show(options, steps);
}

function* stepLines({ title, says, shows, verdicts, command }: Step, number: number): Generator<string> {
  yield paint(`${number}. ${title}`, "bold");
  yield says;
  for (const line of shows) yield `  ${line}`;
  for (const { about, trusted, says } of verdicts) {
    const mark = trusted ? paint("✓", "green") : paint("✗", "red");
    if (about) yield `  ${about}`;
    yield `  ${about ? "  " : ""}${mark} ${printable(says)}`;
  }
  yield `  ${paint(`> ${command}`, "dim")}`;
  yield "";
}

const gone = {
  en: "What the walk made is gone again; -o FOLDER keeps it.",
  es: "Lo que hizo el paseo ya no está; -o CARPETA lo conserva.",
} as const;
const kept = { en: "What the walk made lies in", es: "Lo que hizo el paseo está en" } as const;
