// `--real`: whether a run may leave the machine, asked of a person who is told whom it would contact.
import { exit, Failure, usage } from "../failure.ts";
import { contacts } from "./internet-hosts.ts";
import type { ScenarioOptions } from "./options.ts";

/**
 * Names what would be contacted, and asks; `--yes` is an answer given beforehand. Nothing is sent by this.
 * @throws Failure always: without consent, and with it because a run cannot leave the lab's network yet
 */
export async function askForReality({ yes, lang }: Pick<ScenarioOptions, "yes" | "lang">): Promise<never> {
  const words = phrases[lang];
  console.error([words.would, ...contacts.map(one => `  ${one}`)].join("\n"));
  if (!yes) {
    if (!process.stdin.isTTY) throw usage(words.nobody);
    if (!isYes(await answer(words.question))) throw new Failure(words.refused);
  }
  throw new Failure(words.missing, exit.failed);
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
    would: "--real would leave this machine. It would contact:",
    nobody: "--real: nobody is at a terminal to be asked; --yes beside it says that these may be contacted.",
    question: "May they be contacted? [y/N]",
    refused: "--real: not agreed to, so nothing was sent; without --real the same runs inside the lab.",
    missing:
      "--real: agreed to, but a run on the real network is not built yet: nothing was sent. Without --real the same runs inside the lab.",
  },
  es: {
    would: "--real saldría de esta máquina. Contactaría con:",
    nobody:
      "--real: no hay nadie en un terminal a quien preguntar; --yes a su lado dice que se puede contactar con ellos.",
    question: "¿Se puede contactar con ellos? [s/N]",
    refused:
      "--real: sin acuerdo, así que no se ha enviado nada; sin --real lo mismo ocurre dentro del laboratorio.",
    missing:
      "--real: de acuerdo, pero una ejecución en la red real aún no está construida: no se ha enviado nada. Sin --real lo mismo ocurre dentro del laboratorio.",
  },
} as const;
