// PDML: Wireshark's details of packets as XML, in tshark's shape (`-T pdml`).
import type { Packet } from "../../protocols/packet/index.ts";
import type { Item } from "../../protocols/packet/wireshark.ts";
import { durationShown, type Observed, type Reading, shown } from "../../protocols/wireshark/index.ts";

export const pdmlHead = `<?xml version="1.0" encoding="utf-8"?>
<pdml version="0" creator="bun lab inspect">`;
export const pdmlFoot = "</pdml>";

/** One packet. */
export function pdmlOf(observed: Observed, reading: Reading): string {
  const { packet } = observed;
  const writer = new Writer(reading, packet);
  writer.general();
  for (const item of reading.all(observed)) writer.protocol(item, "  ");
  return `<packet>\n${writer.text}</packet>`;
}

class Writer {
  text = "";
  constructor(
    readonly reading: Reading,
    readonly packet: Packet,
  ) {}

  /** Wireshark's pseudo-protocol "geninfo". */
  general(): void {
    const { frame, number, time } = this.packet;
    const captured = frame.end - frame.start;
    const row = (name: string, show: string | number, value: string): string =>
      `    <field name="${name}" pos="0" show="${show}" value="${value}" size="${captured}"/>\n`;
    this.text += `  <proto name="geninfo" pos="0" showname="General information" size="${captured}">\n`;
    this.text += row("num", number, number.toString(16));
    this.text += row("len", frame.originalLength, frame.originalLength.toString(16));
    this.text += row("caplen", captured, captured.toString(16));
    this.text += row("timestamp", shown({ type: "absolute time" }, time), durationShown(time));
    this.text += "  </proto>\n";
  }

  protocol(item: Item, indent: string): void {
    const wrapped = this.isField(item);
    if (wrapped) {
      this.text += `${indent}<proto name="fake-field-wrapper">\n`;
      this.item(item, `${indent}  `, item.source);
    } else {
      this.text += `${indent}<proto name="${item.name}"${this.#place(item, item.source)}>\n`;
      for (const inner of item.items ?? []) this.item(inner, `${indent}  `, item.source);
    }
    this.text += `${indent}</proto>\n`;
  }

  item(item: Item, indent: string, source: Item["source"]): void {
    const own = item.source ?? source;
    const hide = item.hidden ? ' hide="yes"' : "";
    const show = escaped(showOf(item, this.reading));
    const head = `${indent}<field name="${item.name}"${hide}${this.#place(item, own)} show="${show}"`;
    if (!item.items) {
      this.text += `${head}/>\n`;
      return;
    }
    this.text += `${head}>\n`;
    for (const inner of item.items) this.item(inner, `${indent}  `, own);
    this.text += `${indent}</field>\n`;
  }

  isField({ name }: Item): boolean {
    return name === "data" || this.reading.vocabulary.typeOf(name) !== "protocol";
  }

  #place({ start, size = 0 }: Item, source: Item["source"]): string {
    const { frame } = this.packet;
    const base = !source || source.view === frame.view ? frame.start : 0;
    return ` size="${size}" pos="${start === undefined ? 0 : start - base}"`;
  }
}

/** An item's text, as it is written. */
export function showOf({ name, value, show }: Item, { vocabulary }: Reading): string {
  if (show !== undefined) return show;
  const definition = vocabulary.definition(name);
  return definition ? shown(definition, value) : "";
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
};

const escaped = (text: string): string =>
  printed(/[&<>"']/.test(text) ? text.replace(/[&<>"']/g, one => entities[one]!) : text);

/** What can't be printed by its number: "\\x0a". */
export const printed = (text: string): string =>
  /\p{Cc}/u.test(text) ? text.replace(/\p{Cc}/gu, one => `\\x${one.charCodeAt(0).toString(16)}`) : text;
