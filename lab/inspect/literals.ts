// Display filters for what is seen: of a field of the tree, Wireshark's name with the value as a filter writes it.
import type { Layer, Packet } from "../../protocols/packet/index.ts";
import type { Item } from "../../protocols/packet/wireshark.ts";
import type { Field } from "../../protocols/wire/index.ts";
import { shown } from "../../protocols/wireshark/index.ts";
import { vocabulary } from "../wireshark.ts";

/** Longer octets or texts are no filter that a person would read. */
const longest = 64;

let words: ReturnType<typeof vocabulary> | undefined;

export function literals(packet: Packet) {
  words ??= vocabulary();
  const known = words;
  const reading = known.reading(1);
  let items: Map<string, Item[]> | undefined;
  return {
    knows: (protocol: string): boolean => known.typeOf(protocol) === "protocol",
    /** "ip.ttl == 64"; the name alone where it has no value that a filter could write. */
    of(name: string, { source }: Layer, { start }: Field): string {
      items ??= byName(reading.items(reading.observe(packet)));
      const found = items.get(name)?.find(item => item.start === start && (item.source ?? source) === source);
      const definition = known.definition(name);
      const { value } = found ?? {};
      if (value === undefined || !definition || definition.type === "none" || definition.type === "protocol")
        return name;
      const text = shown(definition, value);
      if (text === "" || text.length > longest) return name;
      return `${name} == ${typeof value === "string" || /\s/.test(text) ? JSON.stringify(text) : text}`;
    },
  };
}

function byName(items: readonly Item[], into = new Map<string, Item[]>()): Map<string, Item[]> {
  for (const item of items) {
    if (item.name !== "") into.set(item.name, [...(into.get(item.name) ?? []), item]);
    if (item.items) byName(item.items, into);
  }
  return into;
}
