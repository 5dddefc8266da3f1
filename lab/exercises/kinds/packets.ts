// Packets by their numbers, a choice that names its packets, and a filter judged by what it selects.
import { Failure } from "../../failure.ts";
import type { Said } from "../../words.ts";
import { Draws } from "../draws.ts";
import { Illegible, type Kind, type Run } from "../exercise.ts";

const aPacket = { en: "a packet's number, such as 7", es: "el número de un paquete, por ejemplo 7" };
const somePackets = {
  en: "packet numbers, such as 3, 7, 9-11",
  es: "números de paquete, por ejemplo 3, 7, 9-11",
};
/** Longer lists are none that a person would type. */
const mostPackets = 10_000;

/** A packet's number. */
export const packet: Kind<number> = {
  name: "packet",
  expects: () => aPacket,
  read(typed) {
    const [number, ...others] = numbers(typed, aPacket);
    if (number === undefined || others.length > 0) throw new Illegible(aPacket);
    return number;
  },
  show: String,
  spelling: String,
};

/** Several, in any order. */
export const packets: Kind<readonly number[]> = {
  name: "packets",
  expects: () => somePackets,
  read: typed => numbers(typed, somePackets),
  show: value => sorted(value).join(", "),
  spelling: value => sorted(value).join(" "),
};

const sorted = (value: readonly number[]): number[] => [...new Set(value)].sort((a, b) => a - b);

/** "3, 7 and 9-11", "packet #7", "paquetes 3 y 7". */
function numbers(typed: string, expects: Said): number[] {
  const plain = typed
    .toLowerCase()
    .replace(/\b(packets?|paquetes?|frames?|tramas?|n[oº]\.?|and|y|e)\b|[#,;]/gu, " ")
    .replace(/\s*[-–]\s*/g, "-")
    .trim();
  const all: number[] = [];
  for (const word of plain.split(/\s+/)) {
    const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(word) ?? [];
    if (first === undefined || Number(last) - Number(first) > mostPackets) throw new Illegible(expects);
    for (let number = Number(first); number <= Number(last); number++) all.push(number);
  }
  return all;
}

/** "the packet number of the refusal", "the number of the packet with the hello": both languages. */
export const numberOf = ({ en, es }: Said): Said => ({
  en: /^the packet\b/.test(en) ? `the number of ${en}` : `the packet number of ${en}`,
  es: (/^el paquete\b/.test(es) ? `el número de ${es}` : `el número de paquete de ${es}`).replace(
    " de el ",
    " del ",
  ),
});

/** What was chosen, and the packets that show it. */
export interface Chosen {
  readonly option: string;
  readonly packets: readonly number[];
}

/** `chosen("first", 7)` */
export const chosen = (option: string, ...named: readonly number[]): Chosen => ({ option, packets: named });

/**
 * One of some options, by its letter; their order is the seed's. Where there are few, the answer also names the packets
 * that show it (`named`: what they are), so that a neighbour's answer is not right here. A listed wrong answer stands for
 * its option, whatever packets were named.
 */
export function choice(
  options: readonly { readonly id: string; readonly says: Said | ((run: Run<never>) => Said) }[],
  named?: Said,
): Kind<Chosen> {
  const lettered = (run: Run) =>
    new Draws(`${run.seed}|${options.map(({ id }) => id).join()}`).shuffled(options).map((option, i) => ({
      key: String.fromCharCode(97 + i),
      id: option.id,
      says: typeof option.says === "function" ? option.says(run as Run<never>) : option.says,
    }));
  const expects = (run: Run): Said => {
    const last = lettered(run).at(-1)!.key;
    return named
      ? {
          en: `a letter from a to ${last} and ${numberOf(named).en}, such as "a 7"`,
          es: `una letra de la a a la ${last} y ${numberOf(named).es}, por ejemplo "a 7"`,
        }
      : { en: `a letter from a to ${last}`, es: `una letra de la a a la ${last}` };
  };
  return {
    name: "choice",
    expects,
    read(typed, run) {
      const [, letter, rest = ""] = /^\s*\(?([a-z])\)?(?![a-z0-9])\s*[,;:.]?(.*)$/is.exec(typed) ?? [];
      const option = lettered(run).find(({ key }) => key === letter?.toLowerCase());
      if (!option || (named === undefined) !== (rest.trim() === "")) throw new Illegible(expects(run));
      return { option: option.id, packets: named ? numbers(rest, expects(run)) : [] };
    },
    show: ({ option, packets: shown }) => [option, ...sorted(shown)].join(" "),
    type: ({ option, packets: shown }, run) =>
      [lettered(run).find(({ id }) => id === option)!.key, ...sorted(shown)].join(" "),
    spelling: ({ option, packets: shown }) => [option, ...sorted(shown)].join(" "),
    isAlike: (typed, wrong) => typed.option === wrong.option,
    options: lettered,
  };
}

/** A display filter that selects exactly the packets that the expected one selects. */
export const filter: Kind<string> = {
  name: "filter",
  expects: () => ({
    en: "a display filter, such as dns && ip.dst == 10.0.0.1",
    es: "un filtro de visualización, por ejemplo dns && ip.dst == 10.0.0.1",
  }),
  read(typed, run) {
    const text = typed.trim();
    select(run, text);
    return text;
  },
  show: value => value,
  accepts: (typed, expected, run) => String(select(run, typed)) === String(select(run, expected)),
  remarks(typed, expected, run) {
    if (expected === undefined) return undefined;
    const [chosen, wanted] = [select(run, typed), select(run, expected)];
    const extra = chosen.find(number => !wanted.includes(number));
    const missing = wanted.find(number => !chosen.includes(number));
    const wrong = (number: number | undefined, en: string, es: string): Said =>
      number === undefined ? { en: "", es: "" } : { en: ` ${en} ${number}.`, es: ` ${es} ${number}.` };
    const [one, other] = [
      wrong(extra, "It should leave out packet", "Debería dejar fuera el paquete"),
      wrong(missing, "It should select packet", "Debería seleccionar el paquete"),
    ];
    return {
      en: `It selects ${chosen.length} of ${run.packets.length} packets.${one.en}${other.en}`,
      es: `Selecciona ${chosen.length} de ${run.packets.length} paquetes.${one.es}${other.es}`,
    };
  },
};

/** Longer filters are none that a person would type, and take long to read. */
const longestFilter = 2000;

/** Numbers of the packets that it selects. @throws Illegible, with the place where it is wrong */
function select(run: Run, text: string): number[] {
  const refuse = (reason: string): never => {
    throw new Illegible({ en: `a display filter: ${reason}`, es: `un filtro de visualización: ${reason}` });
  };
  // A regular expression may take for ever, and nothing asked here needs one.
  if (/\bmatches\b|~/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ""))) return refuse("without matches or ~");
  if (text === "" || text.length > longestFilter) return refuse(`1 to ${longestFilter} characters`);
  try {
    return run.select(text).map(({ number }) => number);
  } catch (error) {
    if (error instanceof Failure) return refuse(error.message);
    throw error;
  }
}
