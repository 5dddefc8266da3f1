// The options field, and the two rooms before it that it may overload. RFC 2131 §4.1, RFC 2132 §2, RFC 3396.
import {
  Codec,
  type Field,
  Malformed,
  type Reader,
  rest,
  textIn,
  Unwritable,
  u8,
  type Writer,
} from "../wire/index.ts";
import { type Option, type OptionDraft, OptionName } from "./options.ts";
import { type Room as MessageRoom, overload } from "./overload.ts";
import {
  codecOf,
  join,
  layout,
  magic,
  nextCode,
  overloadOf,
  type Parts,
  partsOf,
  readableOf,
  readOptions,
  size,
} from "./parts.ts";

/** Many relay agents drop what is shorter than a BOOTP message (RFC 951 §3, RFC 1542 §2.1). */
const shortestMessage = 300;
const longestPart = 255;

/**
 * The options up to the end option, which must be there, and padding. An option in several parts is one value.
 * Option 52 tells of layout only and is no value: what stands in `sname` and `file` is listed with the others.
 * Canonical: no padding between options, none overloaded, parts of 255 octets, zeros up to 300 octets of message.
 * A writer's state may be a `Room`: options that would be too many then stand in `sname` and `file` too, and may be
 * read in another order.
 */
class OptionsField extends Codec<Option[], OptionDraft[]> {
  readonly width = undefined;
  override readonly composite = true;

  read(from: Reader): Option[] {
    return readOptions(from);
  }

  write(to: Writer, draft: OptionDraft[]): void {
    const start = to.at;
    const codes = new Set<number>(Object.values(layout));
    for (let i = 0; i < draft.length; i++) {
      const { code, value } = draft[i]!;
      try {
        if (codes.has(code)) throw new Unwritable(`${code} stands there already, or is the writer's own`);
        codes.add(code);
        writeOption(to, code, value);
      } catch (error) {
        throw error instanceof Unwritable ? error.within(i) : error;
      }
    }
    to.u8(layout.end);
    const room = to.state as MessageRoom | undefined;
    if (room && to.at - to.origin > room.mostOctets) overload(to, start, room);
    to.put(Math.max(0, shortestMessage - (to.at - to.origin)));
  }

  override annotate(from: Reader, field: Field): Option[] {
    const parts = partsOf(from.view, from.at, from.end);
    const value = readableOf(from, parts);
    field.value = value;
    field.fields = [];
    annotateArea(from, field.fields, parts);
    return value;
  }
}

function writeOption(to: Writer, code: number, value: unknown): void {
  const head = to.put(2);
  const start = to.at;
  codecOf(code).write(to, value);
  const stop = to.at;
  if (stop - start <= longestPart) {
    to.at = head;
    to.u8(code);
    to.u8(stop - start);
    to.at = stop;
    return;
  }
  const whole = to.written(start).slice();
  to.at = head;
  for (let at = 0; at < whole.length; at += longestPart) {
    const part = whole.subarray(at, at + longestPart);
    to.u8(code);
    to.u8(part.length);
    to.octets(part);
  }
}

/** Text in a fixed room, or, where option 52 says so, more options: the text is then empty. */
class Room extends Codec<string> {
  readonly width: number;
  private readonly text: Codec<string>;

  constructor(
    private readonly octets: number,
    /** Of the value of option 52. */
    private readonly bit: number,
    /** Octets from the room's beginning to the options field. */
    private readonly toOptions: number,
  ) {
    super();
    this.width = octets * 8;
    this.text = textIn(octets);
  }

  override opens(from: Reader): boolean {
    const start = from.at + this.toOptions;
    return (
      start <= from.end &&
      from.view.getUint32(start - size.cookie) === magic &&
      (overloadOf(from.view, start, from.end) & this.bit) !== 0
    );
  }

  read(from: Reader): string {
    // Options begin with the room's first octet, so an empty room needs no look ahead.
    const empty = from.at < from.end && from.view.getUint8(from.at) === 0;
    if (empty || !this.opens(from)) return this.text.read(from);
    from.take(this.octets);
    return "";
  }

  write(to: Writer, draft: string): void {
    this.text.write(to, draft);
  }

  override annotate(from: Reader, field: Field): string {
    if (!this.opens(from)) return this.text.read(from);
    const parts = partsOf(from.view, from.at + this.toOptions, from.end);
    new OverloadedRoom(parts).contain(from, field, this.octets);
    return "";
  }
}

export const optionsField: Codec<Option[], OptionDraft[]> = new OptionsField();
export const snameRoom: Codec<string> = new Room(size.sname, 2, size.sname + size.file + size.cookie);
export const fileRoom: Codec<string> = new Room(size.file, 1, size.file + size.cookie);

/** A room that holds options, for the tree alone. */
class OverloadedRoom extends Codec<undefined> {
  readonly width = undefined;
  constructor(private readonly parts: Parts) {
    super();
  }
  read(): undefined {}
  write(): void {}
  override annotate(from: Reader, field: Field): undefined {
    field.fields = [];
    annotateArea(from, field.fields, this.parts);
  }
}

const codeLeaf = u8.with({ label: "Code", names: OptionName });
const lengthLeaf = u8.with({ label: "Length" });
const partLeaf = rest.with({ label: "Part of the value" });
const padLeaf = u8.with({ label: "Padding" });
const endLeaf = u8.with({ label: "End" });
const paddingLeaf = rest.with({ label: "Padding" });

/** Accounts for the octets of one area. A bad value spoils its own option only. */
function annotateArea(from: Reader, into: Field[], parts: Parts): void {
  for (;;) {
    const start = from.at;
    const code = nextCode(from);
    from.at = start;
    if (code === layout.pad) {
      padLeaf.note(from, "padding", into);
      continue;
    }
    if (code === layout.end) {
      endLeaf.note(from, "end", into);
      if (from.at < from.end) paddingLeaf.note(from, "padding", into);
      return;
    }
    annotateOption(from, into, code, parts.get(code)?.length === 1 ? undefined : parts);
  }
}

/** `parts`: where its parts are, if there are several. */
function annotateOption(from: Reader, into: Field[], code: number, parts: Parts | undefined): void {
  const codec = codecOf(code);
  const fields: Field[] = [];
  const option: Field = { key: String(code), codec, start: from.at, end: -1, fields };
  into.push(option);
  codeLeaf.note(from, "code", fields);
  const octets = lengthLeaf.note(from, "length", fields);
  if (parts) annotatePart(from, option, octets, code, parts);
  else if (codec.opens(from)) option.value = codec.contain(from, option, octets);
  else {
    const value: Field = { key: "value", codec, start: from.at, end: -1 };
    fields.push(value);
    option.value = codec.contain(from, value, octets);
    value.end = from.at;
  }
  option.end = from.at;
}

/** One part of several is octets, for only all of them make a value: the last one has it. */
function annotatePart(from: Reader, option: Field, octets: number, code: number, parts: Parts): void {
  const start = from.at;
  const outer = from.confine(octets);
  partLeaf.note(from, "part", option.fields!);
  from.end = outer;
  const places = parts.get(code) ?? [];
  if (places.at(-1)?.start !== start) return;
  try {
    option.value = join(from, code, places);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    option.malformed = error;
  }
}
