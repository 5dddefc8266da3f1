// Vectors: octets of one message as text, with a comment for each leaf of its tree.
import type { Codec } from "./codec.ts";
import { type Field, show } from "./field.ts";
import { Reader } from "./reader.ts";

/**
 * One vector file:
 *
 *     # A server of stratum 2 answers
 *     # source: RFC 5905 §7.3, figure 8
 *
 *     24  # flags.leap = no warning (0)
 *         # flags.version = 4
 *         # flags.mode = server (4)
 *     02  # stratum = 2
 *
 * First the title, then `# key: value` lines and remarks, then the octets of each leaf (16 a line) and, as
 * comment, `path = value as shown`. Parts of one octet follow without octets of their own.
 */
export interface Vector {
  /** The file's name without its ending. */
  readonly name: string;
  readonly title: string;
  /** What the header says by key. Every vector has its `source`; the others are told by `describeVectors`. */
  readonly about: Readonly<Record<string, string>>;
  readonly octets: Uint8Array;
  /** The header as it stands. */
  readonly header: readonly string[];
}

/** The codec, and the state of the conversation, that a vector is read by. */
export type CodecOf = (vector: Vector) => { readonly codec: Codec<any, any>; readonly state?: unknown };

/** Reads the text of the file `name`. @throws Error naming file, line and what is missing. */
export function parseVector(name: string, text: string): Vector {
  const lines = text.split("\n");
  const body = lines.findIndex(line => !line.startsWith("#"));
  const header = lines.slice(0, body < 0 ? lines.length : body);
  const title = header[0]?.replace(/^#\s*/, "");
  if (!title) throw new Error(`${name}, line 1: a vector begins with its title, "# …"`);
  const about: Record<string, string> = {};
  for (const line of header.slice(1)) {
    const [, key, value] = /^#\s*([a-z][a-z ]*):\s*(.*)$/.exec(line) ?? [];
    if (key) about[key] = value!;
  }
  if (!about.source) throw new Error(`${name}: it does not say where it is from; add "# source: …"`);
  const hex = lines.slice(header.length).map((line, i) => {
    const digits = line.replace(/#.*/, "").replace(/\s/g, "");
    if (!/^([0-9a-f]{2})*$/i.test(digits))
      throw new Error(`${name}, line ${header.length + i + 1}: not whole octets in hexadecimal: ${line}`);
    return digits;
  });
  return { name, title, about, octets: Uint8Array.fromHex(hex.join("")), header };
}

const octetsALine = 16;

/** The text of the file, its comments made from the tree. */
export function writeVector(vector: Vector, codecOf: CodecOf): string {
  const { codec, state } = codecOf(vector);
  const { octets } = vector;
  const tree = codec.dissect(Reader.over(octets, state), "");
  const lines = [...linesOf(tree, "", octets)];
  const longest = Math.max(0, ...lines.map(line => line.octets.length));
  const column = Math.min(longest, octetsALine) * 3;
  const body = lines.flatMap(line => {
    const rows = rowsOf(line.octets);
    return [`${rows[0]!.padEnd(column)} # ${line.comment}`, ...rows.slice(1)];
  });
  return `${[...vector.header, "", ...body].join("\n")}\n`;
}

interface Line {
  readonly octets: Uint8Array;
  readonly comment: string;
}

function* linesOf(field: Field, path: string, octets: Uint8Array): Generator<Line> {
  const why = field.malformed ? ` !! ${field.malformed.reason}` : "";
  if (!field.fields) {
    // Of the parts of an octet the first one takes it.
    const start = field.bits && field.bits.first > 0 ? field.end : field.start;
    const shown = printable(show(field));
    const comment = shown ? `${path} = ${shown}${why}` : `${path}${why}`;
    yield { octets: octets.subarray(start, field.end), comment };
    return;
  }
  for (const inner of field.fields) yield* linesOf(inner, path ? `${path}.${inner.key}` : inner.key, octets);
  if (why) yield { octets: octets.subarray(0, 0), comment: `${path}${why}` };
}

function rowsOf(octets: Uint8Array): string[] {
  const rows = [];
  for (let at = 0; at < octets.length || at === 0; at += octetsALine)
    rows.push([...octets.subarray(at, at + octetsALine)].map(octet => octet.toString(16).padStart(2, "0")));
  return rows.map(row => row.join(" "));
}

const printable = (text: string): string =>
  text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`);
