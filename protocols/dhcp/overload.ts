// Options that are more than a message may be long: laid out again, into `sname` and `file` too. RFC 2131 §4.1, RFC 2132 §9.3, RFC 3396.
import { Unwritable, type Writer } from "../wire/index.ts";
import { layout, size } from "./parts.ts";

/** What a writer of messages may be told: how long the message may be, in octets. */
export interface Room {
  readonly mostOctets: number;
}

const longestPart = 255;
/** A part's code and length. */
const head = 2;
/** Option 52 itself. */
const overloadOption = 3;

interface Area {
  /** Where it begins in the writer. */
  readonly at: number;
  /** Of the value of option 52; 0 for the options field. */
  readonly bit: number;
  free: number;
  readonly octets: number[];
}

/**
 * Lays out again the options that were written from `start` on, so that the message keeps to its room. Each stands
 * whole in the first place that has room for it, and in parts where none has. `sname` and `file` take part where
 * they are empty. Ends where the options field ends, its end option included.
 * @throws Unwritable if they don't fit all the same
 */
export function overload(to: Writer, start: number, { mostOctets }: Room): void {
  const options = optionsIn(to.written(start));
  const file = start - size.cookie - size.file;
  const sname = file - size.sname;
  const areas: Area[] = [
    area(start, 0, mostOctets - (start - to.origin) - overloadOption),
    ...(isEmpty(to, file, size.file) ? [area(file, 1, size.file)] : []),
    ...(isEmpty(to, sname, size.sname) ? [area(sname, 2, size.sname)] : []),
  ];
  for (const [code, value] of options) place(areas, code, value, mostOctets);

  const [field, ...rooms] = areas;
  for (const { at, octets } of rooms) {
    if (octets.length === 0) continue;
    to.at = at;
    to.octets(Uint8Array.from([...octets, layout.end]));
  }
  const used = rooms.reduce((bits, { bit, octets }) => bits | (octets.length > 0 ? bit : 0), 0);
  to.at = start;
  to.octets(Uint8Array.from([...field!.octets, layout.overload, 1, used, layout.end]));
}

/** One octet is kept for the end option. */
const area = (at: number, bit: number, octets: number): Area => ({ at, bit, free: octets - 1, octets: [] });

function isEmpty(to: Writer, at: number, octets: number): boolean {
  return to
    .written(at)
    .subarray(0, octets)
    .every(octet => octet === 0);
}

/** Each option once, its parts joined. */
function optionsIn(octets: Uint8Array): Map<number, number[]> {
  const all = new Map<number, number[]>();
  for (let at = 0; at < octets.length && octets[at] !== layout.end; ) {
    const [code, length] = [octets[at]!, octets[at + 1]!];
    const value = all.get(code) ?? [];
    value.push(...octets.subarray(at + head, at + head + length));
    all.set(code, value);
    at += head + length;
  }
  return all;
}

function place(areas: readonly Area[], code: number, value: readonly number[], most: number): void {
  const parts = Math.max(1, Math.ceil(value.length / longestPart));
  const one = areas.find(({ free }) => free >= value.length + head * parts);
  let at = 0;
  do {
    const into = one ?? areas.find(({ free }) => free > head);
    if (!into) throw new Unwritable(`option ${code} does not fit a message of ${most} octets`);
    const part = value.slice(at, at + Math.min(longestPart, into.free - head));
    into.octets.push(code, part.length, ...part);
    into.free -= head + part.length;
    at += part.length;
  } while (at < value.length);
}
