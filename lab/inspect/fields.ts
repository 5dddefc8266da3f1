// Chosen fields, one line a packet, in tshark's shape (`-T fields -e ip.src -e ip.dst -E header=y`).
import type { Item } from "../../protocols/packet/wireshark.ts";
import type { Reading } from "../../protocols/wireshark/index.ts";
import { usage } from "../failure.ts";
import type { FormOptions, FormWriter } from "./forms.ts";
import { showOf } from "./pdml.ts";

interface Settings {
  readonly header: boolean;
  readonly separator: string;
  /** f: the first value, l: the last, a: all. */
  readonly occurrence: string;
  /** Between the values of one field. */
  readonly aggregator: string;
  readonly quote: string;
}

const special: Readonly<Record<string, string>> = { "/t": "\t", "/s": " " };
const quotes: Readonly<Record<string, string>> = { d: '"', s: "'", n: "" };

/** @throws usage without fields, and for settings that are not known */
export function fieldsWriter(reading: Reading, { fields, settings }: FormOptions): FormWriter {
  if (fields.length === 0) throw usage("-T fields asks for fields: -e ip.src -e ip.dst");
  const how = settingsOf(settings);
  const quoted = (text: string): string => `${how.quote}${text}${how.quote}`;
  return {
    head: how.header ? fields.join(how.separator) : undefined,
    packet(observed, to) {
      const values = new Map(fields.map(name => [name, [] as string[]]));
      const take = (item: Item): void => {
        values.get(item.name)?.push(textOf(item, reading));
        for (const inner of item.items ?? []) take(inner);
      };
      for (const item of reading.all(observed)) take(item);
      const columns = fields.map(name => {
        const all = values.get(name)!;
        if (all.length === 0) return "";
        const some = how.occurrence === "f" ? all.slice(0, 1) : how.occurrence === "l" ? all.slice(-1) : all;
        return quoted(some.join(how.aggregator));
      });
      to.text(columns.join(how.separator));
    },
  };
}

/** As PDML shows it, but octets unparted, and of what is only there that it is. */
function textOf(item: Item, reading: Reading): string {
  const definition = reading.vocabulary.definition(item.name);
  if (definition?.type === "bytes" && item.value instanceof Uint8Array && !item.show)
    return item.value.toHex();
  if (definition?.type === "none" && item.value === undefined) return "1";
  if (definition?.type === "protocol" && item.value === undefined) return item.name;
  return showOf(item, reading);
}

function settingsOf(words: readonly string[]): Settings {
  const settings = { header: false, separator: "\t", occurrence: "a", aggregator: ",", quote: "" };
  for (const word of words) {
    const at = word.indexOf("=");
    const [name, value] = [word.slice(0, at), word.slice(at + 1)];
    if (name === "header" && /^[yn]$/.test(value)) settings.header = value === "y";
    else if (name === "separator" && value !== "") settings.separator = special[value] ?? value;
    else if (name === "occurrence" && /^[fla]$/.test(value)) settings.occurrence = value;
    else if (name === "aggregator" && value !== "") settings.aggregator = special[value] ?? value;
    else if (name === "quote" && /^[dsn]$/.test(value)) settings.quote = quotes[value]!;
    else
      throw usage(
        `-E ${word}: header=y|n, separator=/t|/s|CHARACTER, occurrence=f|l|a, aggregator=,|/s|CHARACTER, or quote=d|s|n is expected.`,
      );
  }
  return settings;
}
