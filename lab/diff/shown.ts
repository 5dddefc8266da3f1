// A comparison for people, and as an object for programs.
import { paint, printable, table } from "../terminal.ts";
import type { Language, Said } from "../words.ts";
import type { AlignedBoard, Comparison, Difference, How } from "./differences.ts";
import { type Explained, mannerOf } from "./explanations.ts";
import type { Board, Dialogue, Message } from "./messages.ts";
import type { Side } from "./side.ts";

export interface Compared {
  readonly a: Side;
  readonly b: Side;
  /** Whether B is a real board's: then what only A has is missing, and what only B has is extra. */
  readonly isReal: boolean;
  readonly comparison: Comparison;
  readonly explained: Explained;
  readonly hints: readonly Said[];
}

export function* lines(compared: Compared, all: boolean, language: Language): Generator<string> {
  const { a, b, isReal, comparison, explained, hints } = compared;
  const words = isReal ? { ...said[language], ...ofReal[language] } : said[language];
  yield sideLine("A", a, language);
  yield sideLine("B", b, language);
  yield* settingsLines(a, b, language);
  for (const board of comparison.boards) {
    yield "";
    yield* boardLines(board, all, words);
  }
  yield "";
  const { explanations, left } = explained;
  if (explanations.length === 0 && left.length === 0) yield words.same;
  for (const { says, reference, explained } of explanations) {
    yield `${says[language]} (${reference})`;
    yield* differenceLines(explained, words);
  }
  if (left.length > 0) {
    yield paint(explanations.length > 0 ? words.left : words.differ, "bold");
    yield* differenceLines(left, words);
  }
  for (const hint of hints) yield `${words.hint}: ${hint[language]}`;
}

function sideLine(letter: string, side: Side, language: Language): string {
  const words = said[language];
  const [board] = side.boards;
  const manner = board && mannerOf(board);
  const parts = [
    `${side.packets} ${words.packets}, ${side.octets} ${words.octets}`,
    ...(manner ? [manner.version ?? words.clear, `QoS ${manner.qos}`] : []),
    ...(side.servers === undefined ? [] : [side.servers === "embedded" ? words.own : side.servers]),
  ];
  return `${paint(letter, "bold")}  ${printable(side.path)}: ${parts.join(" · ")}`;
}

function* settingsLines(a: Side, b: Side, language: Language): Generator<string> {
  const settings = settingsOf(a, b);
  if (settings.length === 0) return;
  yield `${said[language].set}: ${printable(settings.map(one => `${one.name} ${one.a} | ${one.b}`).join("; "))}`;
}

/** Settings that differ, where both are runs. */
function settingsOf(a: Side, b: Side): { name: string; a: string; b: string }[] {
  if (!a.settings || !b.settings) return [];
  return [...new Set([...a.settings.keys(), ...b.settings.keys()])].flatMap(name => {
    const [one, other] = [a.settings!.get(name) ?? "–", b.settings!.get(name) ?? "–"];
    return one === other ? [] : [{ name, a: one, b: other }];
  });
}

function* boardLines({ name, a, b, dialogues }: AlignedBoard, all: boolean, words: Words): Generator<string> {
  yield paint(printable(a && b && a.name !== b.name ? `${a.name} | ${b.name}` : name), "bold");
  if (!a || !b) return yield `  ${a ? words.onlyA : words.onlyB}`;
  const rows = dialogues.map(({ dialogue, pairs }) => {
    const [one, other] = [a, b].map(board => measure(board, dialogue)) as [Measure, Measure];
    const equal = pairs.filter(pair => pair.a && pair.b).length;
    const figures = [`${one.messages} | ${other.messages}`, String(equal), `${one.octets} | ${other.octets}`];
    return [words.dialogues[dialogue] ?? dialogue, ...figures, `${ms(one.seconds)} | ${ms(other.seconds)}`];
  });
  yield* table([...words.heads], rows).split("\n");
  for (const { dialogue, moved } of dialogues)
    if (moved > 0) yield `  ${words.dialogues[dialogue] ?? dialogue}: ${words.moved(moved)}`;
  if (!all) return;
  yield "";
  const cells = (one: Message | undefined) =>
    one ? [String(one.packet), one.time.toFixed(6), String(one.octets)] : ["", "", ""];
  const each = dialogues.flatMap(({ pairs }) =>
    pairs.map(pair => {
      const one = (pair.a ?? pair.b)!;
      const isOther = pair.a && pair.b && JSON.stringify(pair.a.facts) !== JSON.stringify(pair.b.facts);
      const sign = !pair.b ? "-" : !pair.a ? "+" : isOther ? "~" : "=";
      const text = printable(`${one.isAsking ? "→" : "←"} ${one.name} ${one.about}`.trim());
      return [sign, ...cells(pair.a), ...cells(pair.b), text];
    }),
  );
  yield* table([...words.each], each).split("\n");
}

interface Measure {
  readonly messages: number;
  readonly octets: number;
  readonly seconds: number;
}

function measure(board: Board, dialogue: Dialogue): Measure {
  const own = board.messages.filter(one => one.dialogue === dialogue);
  return {
    messages: own.length,
    octets: own.reduce((sum, { octets, record = octets }) => sum + record, 0),
    seconds: own.length === 0 ? 0 : own.at(-1)!.time - own[0]!.time,
  };
}

type Words = Readonly<Omit<(typeof said)[Language], "onlyA" | "onlyB">> & {
  readonly onlyA: string;
  readonly onlyB: string;
};

const ms = (seconds: number): string => (seconds * 1000).toFixed(1);
const signs: Readonly<Record<How, string>> = { gone: "-", more: "+", other: "~" };
const mostPackets = 6;

/** One line for all that are of one kind. */
function* differenceLines(differences: readonly Difference[], words: Words): Generator<string> {
  const groups = Map.groupBy(
    differences,
    one => `${one.how} ${one.id} ${one.said?.join(" | ") ?? ""} ${one.board ?? ""}`,
  );
  for (const same of groups.values()) {
    const [{ id, how, said, a, b, board }] = same as [Difference];
    const about = new Set(same.map(one => (one.a ?? one.b)?.about ?? ""));
    const times = same.length > 1 ? ` ×${same.length}` : "";
    const text = said
      ? `: ${said.join(" | ")}`
      : about.size === 1 && !id.includes(".")
        ? ` ${[...about][0]}`
        : "";
    const side = how === "gone" ? words.onlyA : how === "more" ? words.onlyB : "";
    const where =
      a || b
        ? ` (${packets(
            same.map(one => one.a?.packet),
            same.map(one => one.b?.packet),
          )})`
        : "";
    const who = id === "board" ? ` ${board}` : "";
    yield printable(`  ${signs[how]} ${id}${who}${text.trimEnd()}${times}${side && `  ${side}`}${where}`);
  }
}

function packets(...sides: readonly (readonly (number | undefined)[])[]): string {
  const numbers = sides.map(side => [...new Set(side.filter(one => one !== undefined))]);
  const shown = numbers.flatMap((one, i) => {
    if (one.length === 0) return [];
    const more = one.length > mostPackets ? ", …" : "";
    return [`${"AB"[i]} ${one.slice(0, mostPackets).join(", ")}${more}`];
  });
  return shown.join(" | ");
}

/** For `--json`. */
export function object({ a, b, comparison, explained, hints }: Compared, all: boolean, language: Language) {
  const side = ({ path, capture, packets, octets, servers, findings, failed }: Side) => ({
    ...{ path, capture, packets, octets, servers, findings, failed },
  });
  const short = (one: Message | undefined) =>
    one && { packet: one.packet, time: one.time, octets: one.octets, record: one.record };
  const difference = ({ id, how, board, a, b, said }: Difference) => ({
    ...{ id, how, board, about: (a ?? b)?.about || undefined },
    ...{ a: short(a), b: short(b), said },
  });
  const { explanations, left } = explained;
  return {
    same: explanations.length === 0 && left.length === 0,
    a: side(a),
    b: side(b),
    settings: settingsOf(a, b),
    boards: comparison.boards.map(({ name, a, b, dialogues }) => ({
      name,
      a: a && mannerOf(a),
      b: b && mannerOf(b),
      dialogues: dialogues.map(({ dialogue, pairs, moved }) => ({
        ...{ dialogue, moved, equal: pairs.filter(pair => pair.a && pair.b).length },
        a: a && measure(a, dialogue),
        b: b && measure(b, dialogue),
        ...(all && {
          messages: pairs.map(pair => {
            const { name, about, isAsking } = (pair.a ?? pair.b)!;
            return { name, about, isAsking, a: short(pair.a), b: short(pair.b) };
          }),
        }),
      })),
    })),
    explanations: explanations.map(({ says, reference, explained }) => ({
      ...{ says: says[language], reference },
      differences: explained.map(difference),
    })),
    differences: left.map(difference),
    hints: hints.map(one => one[language]),
  };
}

const said = {
  en: {
    packets: "packets",
    octets: "octets",
    clear: "in the clear",
    own: "the lab's own servers",
    set: "Set otherwise",
    same: "The same: every message has its counterpart, and says the same.",
    differ: "They differ:",
    left: "And besides, with no reason known:",
    hint: "Hint",
    onlyA: "only in A",
    onlyB: "only in B",
    heads: ["dialogue", "messages A | B", "in both", "octets A | B", "ms A | B"],
    each: ["", "A", "s", "octets", "B", "s", "octets", "message"],
    moved: (count: number) =>
      `${count} ${count === 1 ? "message stands" : "messages stand"} in another place: order alone is no difference.`,
    dialogues: {} as Partial<Record<Dialogue, string>>,
  },
  es: {
    packets: "paquetes",
    octets: "octetos",
    clear: "en claro",
    own: "los servidores del laboratorio",
    set: "Ajustes distintos",
    same: "Iguales: cada mensaje tiene su pareja y dice lo mismo.",
    differ: "Se diferencian:",
    left: "Y además, sin motivo conocido:",
    hint: "Pista",
    onlyA: "solo en A",
    onlyB: "solo en B",
    heads: ["diálogo", "mensajes A | B", "en ambos", "octetos A | B", "ms A | B"],
    each: ["", "A", "s", "octetos", "B", "s", "octetos", "mensaje"],
    moved: (count: number) =>
      `${count} ${count === 1 ? "mensaje está" : "mensajes están"} en otro lugar: el orden por sí solo no es una diferencia.`,
    dialogues: { other: "otros" } as Partial<Record<Dialogue, string>>,
  },
} as const;

const ofReal = {
  en: { onlyA: "missing", onlyB: "extra" },
  es: { onlyA: "falta", onlyB: "sobra" },
} as const;
