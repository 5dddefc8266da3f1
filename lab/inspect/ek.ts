// Packets for Elasticsearch's bulk interface, in tshark's shape (`-T ek`): two lines a packet.
import type { FieldValue, Item } from "../../protocols/packet/wireshark.ts";
import type { Observed, Reading } from "../../protocols/wireshark/index.ts";
import { showOf } from "./pdml.ts";

type Text = string | boolean | null;

/** One packet; with `wanted`, only those fields. */
export function ekOf(observed: Observed, reading: Reading, wanted: readonly string[]): string {
  const milliseconds = observed.packet.time / 1_000_000n;
  const day = new Date(Number(milliseconds)).toISOString().slice(0, 10);
  const layers: Record<string, unknown> = {};
  if (wanted.length > 0) Object.assign(layers, chosen(reading.all(observed), reading, new Set(wanted)));
  else
    for (const item of reading.all(observed)) {
      const fields = new Map<string, Text[]>();
      const whole = reading.vocabulary.typeOf(item.name) === "protocol";
      for (const inner of whole ? (item.items ?? []) : [item]) collect(inner, item.name, reading, fields);
      const object = Object.fromEntries([...fields].map(([name, texts]) => [name, one(texts)]));
      const before = layers[item.name];
      layers[item.name] = before === undefined ? object : [before, object].flat();
    }
  return `{"index":{"_index":"packets-${day}","_type":"doc"}}\n${JSON.stringify({ timestamp: String(milliseconds), layers })}`;
}

const one = (texts: readonly Text[]): Text | readonly Text[] => (texts.length === 1 ? texts[0]! : texts);

/** "ip_ip_src": the protocol's name, then the field's, with low lines for dots. */
function collect(item: Item, protocol: string, reading: Reading, into: Map<string, Text[]>): void {
  const name = item.name === "" ? "text" : `${protocol}_${item.name}`.replaceAll(".", "_");
  const texts = into.get(name) ?? [];
  texts.push(textOf(item, reading));
  into.set(name, texts);
  for (const inner of item.items ?? []) collect(inner, protocol, reading, into);
}

function textOf(item: Item, reading: Reading): Text {
  const type = reading.vocabulary.typeOf(item.name);
  if (type === "boolean" && item.show === undefined) return item.value === 1;
  if ((type === "none" || type === "protocol") && item.value === undefined && !item.show) return null;
  if (type === "absolute time" && typeof item.value === "bigint" && item.show === undefined)
    return isoTime(item.value);
  return showOf(item, reading);
}

/** "2020-02-07T22:05:20.474299000Z" */
function isoTime(time: FieldValue & bigint): string {
  const second = 1_000_000_000n;
  const fraction = ((time % second) + second) % second;
  const whole = new Date(Number((time - fraction) / 1_000_000n)).toISOString().slice(0, 19);
  return `${whole}.${String(fraction).padStart(9, "0")}Z`;
}

function chosen(items: readonly Item[], reading: Reading, wanted: ReadonlySet<string>) {
  const values = new Map<string, Text[]>();
  const take = (item: Item): void => {
    if (wanted.has(item.name)) {
      const key = item.name.replaceAll(".", "_");
      const texts = values.get(key) ?? [];
      texts.push(textOf(item, reading));
      values.set(key, texts);
    }
    for (const inner of item.items ?? []) take(inner);
  };
  for (const item of items) take(item);
  return Object.fromEntries(values);
}
