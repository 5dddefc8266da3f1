// PDML: Wireshark's details of packets as XML, in tshark's shape (`-T pdml`).
import type { Packet } from "../../protocols/packet/index.ts";
import type { Item } from "../../protocols/packet/wireshark.ts";
import { durationShown, type Observed, type Reading, shown } from "../../protocols/wireshark/index.ts";
import { type Text, writeShown } from "./text.ts";

export const pdmlHead = `<?xml version="1.0" encoding="utf-8"?>
<pdml version="0" creator="bun lab inspect">`;
export const pdmlFoot = "</pdml>";

/** Writes one packet. */
export function writePdml(observed: Observed, reading: Reading, to: Text): void {
  const { packet } = observed;
  const writer = new Writer(reading, packet, to);
  to.text("<packet>\n");
  writer.general();
  for (const item of reading.all(observed)) writer.protocol(item, "  ");
  to.text("</packet>");
}

class Writer {
  constructor(
    readonly reading: Reading,
    readonly packet: Packet,
    readonly to: Text,
  ) {}

  /** Wireshark's pseudo-protocol "geninfo". */
  general(): void {
    const { frame, number, time } = this.packet;
    const captured = frame.end - frame.start;
    const row = (name: string, show: string | number, value: string): void =>
      this.to.text(
        `    <field name="${name}" pos="0" show="${show}" value="${value}" size="${captured}"/>\n`,
      );
    this.to.text(`  <proto name="geninfo" pos="0" showname="General information" size="${captured}">\n`);
    row("num", number, number.toString(16));
    row("len", frame.originalLength, frame.originalLength.toString(16));
    row("caplen", captured, captured.toString(16));
    row("timestamp", shown({ type: "absolute time" }, time), durationShown(time));
    this.to.text("  </proto>\n");
  }

  protocol(item: Item, indent: string): void {
    const { to } = this;
    if (this.isField(item)) {
      to.text(`${indent}<proto name="fake-field-wrapper">\n`);
      this.item(item, `${indent}  `, item.source);
    } else {
      to.text(`${indent}<proto name="${item.name}"`);
      this.#place(item, item.source);
      to.text(">\n");
      for (const inner of item.items ?? []) this.item(inner, `${indent}  `, item.source);
    }
    to.text(`${indent}</proto>\n`);
  }

  item(item: Item, indent: string, source: Item["source"]): void {
    const { to } = this;
    const own = item.source ?? source;
    to.text(indent);
    to.text('<field name="');
    to.text(item.name);
    to.text(item.hidden ? '" hide="yes"' : '"');
    this.#place(item, own);
    to.text(' show="');
    this.#show(item);
    if (!item.items) return to.text('"/>\n');
    to.text('">\n');
    for (const inner of item.items) this.item(inner, `${indent}  `, own);
    to.text(indent);
    to.text("</field>\n");
  }

  isField({ name }: Item): boolean {
    return name === "data" || this.reading.vocabulary.typeOf(name) !== "protocol";
  }

  #show({ name, value, show }: Item): void {
    const { to, reading } = this;
    const text = show ?? writeShown(to, reading.vocabulary.definition(name), value);
    if (text !== undefined && !to.plain(text, isPlain)) to.text(escaped(text));
  }

  #place({ start, size = 0 }: Item, source: Item["source"]): void {
    const { to, packet } = this;
    const base = !source || source.view === packet.frame.view ? packet.frame.start : 0;
    const pos = start === undefined ? 0 : start - base;
    to.text(` size="${size}" pos="${pos}"`);
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

/** Characters that stand for themselves. */
const isPlain = new Uint8Array(0x80).fill(1, 0x20, 0x7f);
for (const one of Object.keys(entities)) isPlain[one.charCodeAt(0)] = 0;

const escaped = (text: string): string =>
  printed(/[&<>"']/.test(text) ? text.replace(/[&<>"']/g, one => entities[one]!) : text);

/** What can't be printed by its number: "\\x0a". */
export const printed = (text: string): string =>
  /\p{Cc}/u.test(text) ? text.replace(/\p{Cc}/gu, one => `\\x${one.charCodeAt(0).toString(16)}`) : text;
