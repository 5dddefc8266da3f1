// A whole capture as data, for a page that carries it inside: each question that the page can ask, answered beforehand.
import type { Packet } from "../../protocols/packet/index.ts";
import type { FieldValue, Item } from "../../protocols/packet/wireshark.ts";
import type { Conversation, Node } from "../page/captured.ts";
import type { Kept, LeanNode, Whole } from "../page/embedded.ts";
import type { Language, Said } from "../words.ts";
import type { Capture } from "./capture.ts";
import { words } from "./selections.ts";

/** More packets make a file that no mail takes; a report is of a run, not of a day. */
export const mostEmbedded = 2000;
/** Of an octet string, for filters. */
const mostOctets = 256;

/** `answers`: what the panels ask, by `keyOf` (lab/page/answer.ts). */
export async function wholeOf(
  capture: Capture,
  language: Language,
  answers: Readonly<Record<string, unknown>> = {},
): Promise<Whole> {
  await capture.read;
  const rows = capture.window(0, mostEmbedded);
  const sentences = new Sentences();
  const packets: Whole["packets"][number][] = [];
  const follow: Record<string, Conversation> = {};
  for (const { number } of rows) {
    const shown = await capture.packet(number);
    packets.push({ ...shown, tree: shown.tree.map(node => sentences.lean(node)) });
    for (const { protocol, stream } of shown.follow)
      follow[`${protocol} ${stream}`] ??= await capture.follow(protocol, stream);
  }
  return {
    about: { name: capture.name, language, embedded: true },
    ...{ rows, packets, follow, answers },
    sentences: sentences.all,
    findings: capture.findings(),
    hosts: capture.state().hosts,
    fields: await fieldsOf(capture),
    types: Object.fromEntries([...words.names()].sort().map(name => [name, words.typeOf(name)!])),
  };
}

/** What explains fields, each sentence once. */
class Sentences {
  readonly all: Said[] = [];
  readonly #places = new Map<string, number>();

  lean({ says, inner, ...node }: Node): LeanNode {
    return {
      ...node,
      ...(says && { says: this.#place(says) }),
      ...(inner && { inner: inner.map(one => this.lean(one)) }),
    };
  }

  #place(says: Said): number {
    const known = this.#places.get(says.en);
    if (known !== undefined) return known;
    this.#places.set(says.en, this.all.length);
    return this.all.push(says) - 1;
  }
}

/** Of each packet, the values of its fields by Wireshark's names. */
async function fieldsOf(capture: Capture): Promise<Whole["fields"]> {
  const reading = words.reading(1);
  const fields: Record<string, Kept[]>[] = [];
  await capture.each((packet: Packet) => {
    const values: Record<string, Kept[]> = {};
    for (const item of reading.all(reading.observe(packet))) gather(item, values);
    fields.push(values);
    return fields.length < mostEmbedded;
  });
  return fields;
}

function gather({ name, value, items }: Item, into: Record<string, Kept[]>): void {
  if (name !== "") {
    into[name] ??= [];
    into[name].push(kept(value));
  }
  for (const item of items ?? []) gather(item, into);
}

const kept = (value: FieldValue | undefined): Kept =>
  value === undefined
    ? ""
    : value instanceof Uint8Array
      ? { octets: value.subarray(0, mostOctets).toHex() }
      : typeof value === "bigint"
        ? { big: String(value) }
        : value;
