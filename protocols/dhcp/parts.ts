// Where the options of a message lie, and what joins those that are in parts. RFC 2131 §4.1, RFC 2132 §9.3, RFC 3396.
import { type Codec, Malformed, Reader, rest } from "../wire/index.ts";
import { byCode, type Option } from "./options.ts";

/** The first four octets of the options field: "99.130.83.99" (RFC 2132 §2). */
export const magic = 0x63825363;

/** Codes that shape the list and are no options themselves (RFC 2132 §3.1, §3.2, §9.3). */
export const layout = { pad: 0, overload: 52, end: 255 } as const;

/** In octets. The rooms and the cookie stand right before the options field. */
export const size = { sname: 64, file: 128, cookie: 4 } as const;

export const codecOf = (code: number): Codec<unknown> =>
  (byCode as unknown as Readonly<Record<number, Codec<unknown>>>)[code] ?? rest;

/** Reads all options of the message whose options field begins here, wherever they lie. @throws Malformed */
export function readOptions(from: Reader): Option[] {
  const { at: start, end: stop } = from;
  try {
    const all = readPlain(from);
    if (all) return all;
  } catch (error) {
    // What is malformed alone may be the first part of a long option.
    if (!(error instanceof Malformed)) throw error;
    from.end = stop;
  }
  return gather(from, start);
}

/** Reads one option after the other, as nearly every message has them; `undefined` if they lie otherwise. */
function readPlain(from: Reader): Option[] | undefined {
  const all: Option[] = [];
  for (let code = nextCode(from); code !== layout.end; code = nextCode(from)) {
    if (code === layout.pad) continue;
    if (code === layout.overload || all.some(other => other.code === code)) return undefined;
    const outer = from.confine(from.u8());
    all.push({ code, value: codecOf(code).read(from) } as Option);
    from.release(outer);
  }
  from.at = from.end;
  return all;
}

function gather(from: Reader, start: number): Option[] {
  const { view, end } = from;
  for (const area of areasOf(view, start, end)) refuseUnended(new Reader(view, area.start, area.end));
  const all: Option[] = [];
  for (const [code, places] of partsOf(view, start, end)) {
    const value = join(from, code, places);
    if (code !== layout.overload) all.push({ code, value } as Option);
  }
  from.at = end;
  return all;
}

export function nextCode(from: Reader): number {
  if (from.at >= from.end) throw new Malformed(from.at, "the end option (255) is missing");
  return from.u8();
}

function refuseUnended(from: Reader): void {
  for (let code = nextCode(from); code !== layout.end; code = nextCode(from))
    if (code !== layout.pad) from.take(from.u8());
}

/** Octets of the source. */
interface Place {
  readonly start: number;
  readonly end: number;
}
/** By option code, where its value lies: several places for an option in parts. */
export type Parts = ReadonlyMap<number, readonly Place[]>;

/** All options of the message whose options field lies from `start` to `stop`, as far as their lengths make sense. */
export function partsOf(view: DataView, start: number, stop: number): Parts {
  const all = new Map<number, Place[]>();
  for (const area of areasOf(view, start, stop)) {
    for (const { code, ...place } of scan(view, area)) {
      const known = all.get(code);
      if (known) known.push(place);
      else all.set(code, [place]);
    }
  }
  return all;
}

/** Which rooms hold options besides: 1 `file`, 2 `sname`, 3 both. */
export function overloadOf(view: DataView, start: number, stop: number): number {
  for (const part of scan(view, { start, end: stop }))
    if (part.code === layout.overload && part.end > part.start) return view.getUint8(part.start);
  return 0;
}

/** What holds options, in the order in which it is to be read (RFC 2131 §4.1). */
function areasOf(view: DataView, start: number, stop: number): Place[] {
  const overloaded = overloadOf(view, start, stop);
  const file = { start: start - size.cookie - size.file, end: start - size.cookie };
  const sname = { start: file.start - size.sname, end: file.start };
  return [{ start, end: stop }, ...(overloaded & 1 ? [file] : []), ...(overloaded & 2 ? [sname] : [])];
}

function* scan(view: DataView, area: Place): Generator<Place & { code: number }> {
  for (let at = area.start; at < area.end; ) {
    const code = view.getUint8(at++);
    if (code === layout.pad) continue;
    if (code === layout.end || at >= area.end) return;
    const place = { code, start: at + 1, end: at + 1 + view.getUint8(at) };
    if (place.end > area.end) return;
    yield place;
    at = place.end;
  }
}

/** The value of an option from all of its parts (RFC 3396 §7). @throws Malformed */
export function join(from: Reader, code: number, places: readonly Place[]): unknown {
  const [first] = places;
  const whole =
    places.length === 1
      ? new Reader(from.view, first!.start, first!.end, from.origin, from.state)
      : Reader.over(concatenated(from.view, places), from.state);
  try {
    const value = codecOf(code).read(whole);
    whole.refuseLeftover();
    return value;
  } catch (error) {
    if (!(error instanceof Malformed) || places.length === 1) throw error;
    throw new Malformed(first!.start, `in ${places.length} parts: ${error.reason}`);
  }
}

function concatenated(view: DataView, places: readonly Place[]): Uint8Array {
  const whole = new Uint8Array(places.reduce((sum, { start, end }) => sum + end - start, 0));
  let at = 0;
  for (const { start, end } of places) {
    whole.set(new Uint8Array(view.buffer, view.byteOffset + start, end - start), at);
    at += end - start;
  }
  return whole;
}

/** The options that can be read, whatever is wrong with the others. */
export function readableOf(from: Reader, parts: Parts): Option[] {
  const all: Option[] = [];
  for (const [code, places] of parts) {
    if (code === layout.overload) continue;
    try {
      all.push({ code, value: join(from, code, places) } as Option);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
  }
  return all;
}
