// Packets as JSON in tshark's shape (`-T json`): objects within objects, with keys that repeat as fields do.
import type { Item } from "../../protocols/packet/wireshark.ts";
import type { Observed, Reading } from "../../protocols/wireshark/index.ts";
import { showOf } from "./pdml.ts";

/** One packet; with `wanted`, only those fields, each with all its values. */
export function jsonOf(observed: Observed, reading: Reading, wanted: readonly string[]): string {
  const items = reading.all(observed);
  const day = new Date(Number(observed.packet.time / 1_000_000n)).toISOString().slice(0, 10);
  const layers = wanted.length > 0 ? chosen(items, reading, wanted) : objectOf(items, reading, "        ");
  return `
  {
    "_index": "packets-${day}",
    "_type": "doc",
    "_score": null,
    "_source": {
      "layers": ${layers}
    }
  }`;
}

function objectOf(items: readonly Item[], reading: Reading, indent: string): string {
  if (items.length === 0) return "{}";
  let text = "{";
  let comma = "";
  for (const item of items) {
    const { name, items: inner } = item;
    const show = showOf(item, reading);
    const key = JSON.stringify(name === "" ? show : name);
    const line = `${comma}\n${indent}`;
    if (!inner?.length) text += `${line}${key}: ${JSON.stringify(name === "" ? "" : show)}`;
    else if (isHead(item, reading)) text += `${line}${key}: ${objectOf(inner, reading, `${indent}  `)}`;
    else {
      text += `${line}${key}: ${JSON.stringify(show)}`;
      text += `,\n${indent}${JSON.stringify(`${name}_tree`)}: ${objectOf(inner, reading, `${indent}  `)}`;
    }
    comma = ",";
  }
  return `${text}\n${indent.slice(2)}}`;
}

/** Whether the fields in it are all that it says. */
export function isHead({ name }: Item, { vocabulary }: Reading): boolean {
  const type = vocabulary.typeOf(name);
  return name === "" || type === "protocol" || type === "none";
}

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
