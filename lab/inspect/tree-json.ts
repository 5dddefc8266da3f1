// Packets as JSON in tshark's shape (`-T json`): objects within objects, with keys that repeat as fields do.
import type { Definition, Item } from "../../protocols/packet/wireshark.ts";
import type { Observed, Reading } from "../../protocols/wireshark/index.ts";
import { showOf } from "./pdml.ts";
import { Phrase, type Text, writeShown } from "./text.ts";

/** What is written of every item of a name, ready. */
interface Kind {
  readonly definition: Definition | undefined;
  /** Whether the fields in it are all that it says. */
  readonly isHead: boolean;
  /** `"ip.src"`, `"ip.src_tree"` */
  readonly key: string;
  readonly tree: string;
  /** The same with the line break and the indent before them, by depth. */
  readonly keys: Phrase[];
  readonly trees: Phrase[];
}

/** Writes packets; with `wanted`, only those fields, each with all its values. */
export class JsonWriter {
  readonly #kinds = new Map<string, Kind>();

  constructor(
    readonly reading: Reading,
    readonly wanted: readonly string[],
  ) {}

  packet(observed: Observed, to: Text): void {
    const { reading, wanted } = this;
    const items = reading.all(observed);
    const day = new Date(Number(observed.packet.time / 1_000_000n)).toISOString().slice(0, 10);
    to.text(`\n  {\n    "_index": "packets-${day}",\n`);
    to.phrase(opening);
    if (wanted.length > 0) to.text(chosen(items, reading, wanted));
    else this.#object(items, firstDepth, to);
    to.phrase(closing);
  }

  #object(items: readonly Item[], depth: number, to: Text): void {
    if (items.length === 0) return to.text("{}");
    let before = OPEN;
    for (const item of items) {
      to.character(before);
      before = COMMA;
      const inner = item.items;
      if (item.name === "") {
        to.phrase(lineOf(depth));
        writeString(to, item.show ?? "");
        to.phrase(colon);
        if (inner?.length) this.#object(inner, depth + 1, to);
        else to.text('""');
        continue;
      }
      const kind = this.#kindOf(item.name);
      to.phrase(kind.keys[depth] ?? keyed(kind.keys, kind.key, depth));
      if (!inner?.length) writeValue(to, item, kind);
      else if (kind.isHead) this.#object(inner, depth + 1, to);
      else {
        writeValue(to, item, kind);
        to.character(COMMA);
        to.phrase(kind.trees[depth] ?? keyed(kind.trees, kind.tree, depth));
        this.#object(inner, depth + 1, to);
      }
    }
    to.phrase(lineOf(depth - 1));
    to.character(CLOSE);
  }

  #kindOf(name: string): Kind {
    let kind = this.#kinds.get(name);
    if (!kind) {
      const definition = this.reading.vocabulary.definition(name);
      kind = {
        definition,
        isHead: definition?.type === "protocol" || definition?.type === "none",
        key: JSON.stringify(name),
        tree: JSON.stringify(`${name}_tree`),
        keys: [],
        trees: [],
      };
      this.#kinds.set(name, kind);
    }
    return kind;
  }
}

const opening = new Phrase('    "_type": "doc",\n    "_score": null,\n    "_source": {\n      "layers": ');
const closing = new Phrase("\n    }\n  }");
const colon = new Phrase(": ");
const [OPEN, CLOSE, COMMA, QUOTE] = [0x7b, 0x7d, 0x2c, 0x22];
const firstDepth = 4;

/** By depth. */
const lines: Phrase[] = [];
function lineOf(depth: number): Phrase {
  lines[depth] ??= new Phrase(`\n${"  ".repeat(depth)}`);
  return lines[depth];
}

function keyed(all: Phrase[], key: string, depth: number): Phrase {
  all[depth] = new Phrase(`\n${"  ".repeat(depth)}${key}: `);
  return all[depth];
}

function writeValue(to: Text, { value, show }: Item, { definition }: Kind): void {
  if (show !== undefined) return writeString(to, show);
  to.character(QUOTE);
  const text = writeShown(to, definition, value);
  if (text !== undefined && !to.plain(text, isPlain)) to.text(JSON.stringify(text).slice(1, -1));
  to.character(QUOTE);
}

function writeString(to: Text, text: string): void {
  to.character(QUOTE);
  if (!to.plain(text, isPlain)) to.text(JSON.stringify(text).slice(1, -1));
  to.character(QUOTE);
}

/** Characters that stand for themselves. */
const isPlain = new Uint8Array(0x80).fill(1, 0x20);
isPlain[0x22] = 0;
isPlain[0x5c] = 0;

function chosen(items: readonly Item[], reading: Reading, wanted: readonly string[]): string {
  const values = new Map(wanted.map(name => [name, [] as string[]]));
  const take = (item: Item): void => {
    values.get(item.name)?.push(showOf(item, reading));
    for (const inner of item.items ?? []) take(inner);
  };
  for (const item of items) take(item);
  const found = [...values].filter(([, texts]) => texts.length > 0);
  return JSON.stringify(Object.fromEntries(found), null, 2).replaceAll("\n", "\n      ");
}
