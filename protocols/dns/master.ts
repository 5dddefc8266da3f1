// Master files: zones as administrators write them (RFC 1035 §5, RFC 2308 §4), read into records and written.
import { dotted } from "../ipv4/address.ts";
import { Malformed, Unwritable } from "../wire/index.ts";
import { BadEntry, type Entry, entriesOf, type Word } from "./entries.ts";
import { folded } from "./name.ts";
import { dataIn, dataText } from "./presentation.ts";
import type { ResourceRecord, ResourceRecordDraft } from "./record.ts";
import { Type, typeName, typeOf } from "./types.ts";
import { dottedName, secondsIn, wholeName } from "./wording.ts";

/** A zone as its records. */
export interface MasterFile {
  /** Whose SOA record it has. */
  readonly origin: string;
  /** In the file's order, names whole. */
  readonly records: readonly ResourceRecordDraft[];
  /** The line that each of them begins at. */
  readonly lines: ReadonlyMap<ResourceRecordDraft, number>;
  /** For errors: the path it was read from. */
  readonly file: string;
}

/** What one entry leaves for the next. */
interface Context {
  origin: string | undefined;
  owner: string | undefined;
  defaultTtl: number | undefined;
  lastTtl: number | undefined;
}

/**
 * Reads a master file. `origin`: what relative names are completed with until the file says `$ORIGIN`. `file`: its
 * path, for errors. @throws BadEntry with the line, and what was expected there
 */
export function readMaster(
  text: string,
  { origin, file = "" }: { origin?: string; file?: string } = {},
): MasterFile {
  const lines = linesOf(text, origin, file);
  const records = [...lines.keys()];
  const [soa, second] = records.filter(({ type }) => type === Type.SOA);
  if (!soa) throw new BadEntry(1, "there is no SOA record, with which every zone begins", file);
  if (second) throw new BadEntry(lines.get(second)!, "a second SOA record; a zone has one", file);
  return { origin: soa.name, records, lines, file };
}

/** Root hints: the names of the root's servers, and their IPv4 addresses (RFC 9609). @throws BadEntry */
export function readHints(text: string, file = ""): { name: string; address: string }[] {
  const addresses = [...linesOf(text, ".", file).keys()].filter(({ type }) => type === Type.A);
  if (addresses.length === 0)
    throw new BadEntry(1, "there is no A record, the address of a root server", file);
  return addresses.map(({ name, data }) => ({ name, address: dotted(data as number) }));
}

/** The records of a file with the line that each begins at. */
function linesOf(text: string, origin: string | undefined, file: string): Map<ResourceRecordDraft, number> {
  const lines = new Map<ResourceRecordDraft, number>();
  const context: Context = {
    origin: origin === undefined ? undefined : wholeName(origin, "."),
    owner: undefined,
    defaultTtl: undefined,
    lastTtl: undefined,
  };
  for (const entry of located(entriesOf(text), file)) {
    try {
      const record = entry.words[0]!.text.startsWith("$") ? direct(entry, context) : recordIn(entry, context);
      if (record) lines.set(record, entry.line);
    } catch (error) {
      throw explained(error, entry.line, file);
    }
  }
  return lines;
}

/** The same records as a file, one a line. */
export const masterText = (records: Iterable<ResourceRecord | ResourceRecordDraft>): string =>
  [...records]
    .map(
      record => `${dottedName(record.name)} ${record.ttl} IN ${typeName(record.type)} ${dataText(record)}\n`,
    )
    .join("");

/** Errors of the tokens come with their line, and get their file. */
function* located(entries: Iterable<Entry>, file: string): Generator<Entry> {
  try {
    yield* entries;
  } catch (error) {
    throw error instanceof BadEntry ? new BadEntry(error.line, error.reason, file) : error;
  }
}

function explained(error: unknown, line: number, file: string): unknown {
  if (error instanceof BadEntry) return error;
  if (!(error instanceof RangeError || error instanceof Unwritable || error instanceof Malformed))
    return error;
  return new BadEntry(line, error.message, file);
}

function direct({ words }: Entry, context: Context): undefined {
  const [directive, value, ...more] = words.map(({ text }) => text);
  if (more.length > 0) throw new RangeError(`"${more[0]}" after ${directive} is one word too many`);
  const given = (what: string): string => {
    if (value === undefined) throw new RangeError(`${directive} is to be followed by ${what}`);
    return value;
  };
  switch (directive!.toUpperCase()) {
    case "$ORIGIN":
      context.origin = wholeName(given("a domain name"), originOf(context, given("a domain name")));
      return;
    case "$TTL":
      context.defaultTtl = secondsIn(given("a time in seconds"));
      return;
    default:
      throw new RangeError(`${directive} is not known here; $ORIGIN and $TTL are`);
  }
}

/** Only a relative name needs one. */
function originOf({ origin }: Context, name: string): string {
  if (origin !== undefined) return origin;
  if (name.endsWith(".")) return ".";
  throw new RangeError(`"${name}" is relative, and nothing says to what: begin with $ORIGIN`);
}

function recordIn({ words, ownerless }: Entry, context: Context): ResourceRecordDraft {
  const left = [...words];
  if (!ownerless) {
    const { text } = left.shift()!;
    context.owner = wholeName(text, originOf(context, text));
  }
  if (context.owner === undefined) throw new RangeError("the first record has to say whose it is");
  const said = leading(left);
  const type = typeIn(left.shift());
  // What is relative in the data, and only that, needs an origin.
  const data = dataIn(type, left, context.origin ?? ".");
  // RFC 1035 §5.1: that of the record before. Without $TTL and before any, the SOA record's own (as BIND has it).
  const ttl =
    said ??
    context.defaultTtl ??
    context.lastTtl ??
    (type === Type.SOA ? (data as { minimum: number }).minimum : undefined);
  if (ttl === undefined)
    throw new RangeError("this record has no TTL, and no $TTL or record before it says one");
  context.lastTtl = ttl;
  return { name: context.owner, type, ttl, data } as ResourceRecordDraft;
}

/** TTL and class, either of them first, both may be missing. */
function leading(words: Word[]): number | undefined {
  let ttl: number | undefined;
  for (let i = 0; i < 2; i++) {
    const text = words[0]?.text ?? "";
    const name = folded(text);
    if (name === "in") words.shift();
    else if (name === "ch" || name === "hs" || name === "cs")
      throw new RangeError(`class ${text}: only zones of class IN are served`);
    else if (ttl === undefined && /^\d/.test(text)) {
      ttl = secondsIn(text);
      words.shift();
    } else break;
  }
  return ttl;
}

function typeIn(word: Word | undefined): number {
  if (!word) throw new RangeError("the type of the record is missing");
  const type = typeOf(word.text);
  if (type === undefined)
    throw new RangeError(`"${word.text}" is no type of record; TYPE65280 is how to name others`);
  if (type === Type.OPT || (type >= firstMeta && type <= lastMeta))
    throw new RangeError(`${typeName(type)} is no type that a zone can hold`);
  return type;
}

/** RFC 6895 §3.1: types that are asked for, or said for one message, and never held. */
const [firstMeta, lastMeta] = [128, 255];
