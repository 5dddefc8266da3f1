// DNS read by hand: the header, questions, and records of the types that the bench's capture has.
import { need, octetsAt } from "./octets.ts";

interface Cursor {
  at: number;
}

export function readDns(view: DataView, start: number, end: number) {
  need(start, 12, end);
  const flags = view.getUint16(start + 2);
  const counts = [4, 6, 8, 10].map(at => view.getUint16(start + at)) as [number, number, number, number];
  const cursor = { at: start + 12 };
  const questions = [];
  for (let i = 0; i < counts[0]; i++) {
    const name = readName(view, start, cursor, end);
    need(cursor.at, 4, end);
    questions.push({ name, type: view.getUint16(cursor.at), class: view.getUint16(cursor.at + 2) });
    cursor.at += 4;
  }
  return {
    id: view.getUint16(start),
    flags: {
      response: flags >> 15,
      opcode: (flags >> 11) & 15,
      authoritative: (flags >> 10) & 1,
      truncated: (flags >> 9) & 1,
      recursionDesired: (flags >> 8) & 1,
      recursionAvailable: (flags >> 7) & 1,
      reserved: (flags >> 6) & 1,
      authenticData: (flags >> 5) & 1,
      checkingDisabled: (flags >> 4) & 1,
      rcode: flags & 15,
    },
    questionCount: counts[0],
    answerCount: counts[1],
    authorityCount: counts[2],
    additionalCount: counts[3],
    questions,
    answers: readRecords(counts[1], view, start, cursor, end),
    authorities: readRecords(counts[2], view, start, cursor, end),
    additionals: readRecords(counts[3], view, start, cursor, end),
  };
}

function readRecords(count: number, view: DataView, start: number, cursor: Cursor, end: number) {
  const records = [];
  for (let i = 0; i < count; i++) {
    const name = readName(view, start, cursor, end);
    const { at } = cursor;
    need(at, 10, end);
    const type = view.getUint16(at);
    const size = view.getUint16(at + 8);
    need(at + 10, size, end);
    cursor.at = at + 10;
    records.push({
      name,
      type,
      class: view.getUint16(at + 2),
      ttl: type === 41 ? extendedFlags(view.getUint32(at + 4)) : view.getUint32(at + 4),
      data: readData(type, size, view, start, cursor),
    });
    cursor.at = at + 10 + size;
  }
  return records;
}

const extendedFlags = (all: number) => ({
  extendedRcode: all >>> 24,
  version: (all >>> 16) & 255,
  dnssecOk: (all >>> 15) & 1,
  reserved: all & 0x7fff,
});

function readData(type: number, size: number, view: DataView, start: number, cursor: Cursor): unknown {
  const { at } = cursor;
  const end = at + size;
  switch (type) {
    case 1:
      return view.getUint32(at);
    case 5:
      return readName(view, start, cursor, end);
    case 15: {
      const preference = view.getUint16(at);
      cursor.at += 2;
      return { preference, exchange: readName(view, start, cursor, end) };
    }
    case 16: {
      const texts = [];
      for (let from = at; from < end; from += 1 + view.getUint8(from))
        texts.push(latin1.decode(octetsAt(view, from + 1, view.getUint8(from))));
      return texts;
    }
    case 41:
      return [];
    default:
      return octetsAt(view, at, size);
  }
}

const latin1 = new TextDecoder("latin1");

function readName(view: DataView, start: number, cursor: Cursor, end: number): string {
  let text = "";
  let { at } = cursor;
  let jumps = 0;
  for (;;) {
    need(at, 1, end);
    const length = view.getUint8(at++);
    if (length === 0) break;
    if (length >= 0xc0) {
      need(at, 1, end);
      const to = start + (((length & 0x3f) << 8) | view.getUint8(at++));
      if (jumps++ === 0) cursor.at = at;
      if (jumps > 127) throw new RangeError("too many pointers");
      at = to;
      continue;
    }
    need(at, length, end);
    if (text !== "") text += ".";
    for (const stop = at + length; at < stop; at++) text += String.fromCharCode(view.getUint8(at));
  }
  if (jumps === 0) cursor.at = at;
  return text || ".";
}
