// `--real`: whether a run may leave the machine, asked of a person who is told whom it would contact.
import { Failure, usage } from "../failure.ts";
import type { ScenarioOptions } from "./options.ts";

/** Names what would be contacted, and asks; `--yes` is an answer given beforehand. Nothing is sent by this. @throws Failure without consent */
export async function askForReality(
  contacts: readonly string[],
  { yes, lang }: Pick<ScenarioOptions, "yes" | "lang">,
): Promise<void> {
  const words = phrases[lang];
  console.error([words.would, ...contacts.map(one => `  ${one}`)].join("\n"));
  if (yes) return;
  if (!process.stdin.isTTY) throw usage(words.nobody);
  if (!isYes(await answer(words.question))) throw new Failure(words.refused);
}

const isYes = (text: string): boolean => /^\s*(y|yes|s|sí|si)\s*$/i.test(text);

/** One line from the terminal; its end is a no. */
async function answer(question: string): Promise<string> {
  process.stderr.write(`${question} `);
  for await (const line of console) return line;
  return "";
}

const phrases = {
  en: {
    would: "--real leaves this machine. It contacts:",
    nobody: "--real: nobody is at a terminal to be asked; --yes beside it says that these may be contacted.",
    question: "May they be contacted? [y/N]",
    refused: "--real: not agreed to, so nothing was sent; without --real the same runs inside the lab.",
  },
  es: {
    would: "--real sale de esta máquina. Contacta con:",
    nobody:
      "--real: no hay nadie en un terminal a quien preguntar; --yes a su lado dice que se puede contactar con ellos.",
    question: "¿Se puede contactar con ellos? [s/N]",
    refused:
      "--real: sin acuerdo, así que no se ha enviado nada; sin --real lo mismo ocurre dentro del laboratorio.",
  },
} as const;
