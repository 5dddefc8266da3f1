// A DNS message in the words of its summary, straight from its octets; what is unusual is left to the whole reading.
import { sayColonHex } from "../ipv6/line.ts";
import type { Line } from "../packet/line.ts";
import type { Conversation, Glance, Glimpse } from "../packet/protocol.ts";
import { peek } from "../wire/index.ts";
import { header, multicastFlag, opening } from "./format.ts";
import { kinds, refusalOf } from "./summary.ts";
import { Type, typeName } from "./types.ts";

const at = {
  id: peek(header, "id"),
  response: peek(header, "flags.response"),
  opcode: peek(header, "flags.opcode"),
  rcode: peek(header, "flags.rcode"),
  questions: peek(opening, "questionCount"),
  answers: peek(opening, "answerCount"),
  authorities: peek(opening, "authorityCount"),
  additionals: peek(opening, "additionalCount"),
};
const headerOctets = 12;
const lengthOctets = 2;
/** Of a question behind its name, and of a record behind its name: type, class, time to live, length of the data. */
const questionTail = 4;
const recordTail = 10;
const mostNameOctets = 255;
const mostPointers = 127;

/** Data of these types begin with the name that is said. */
const named: ReadonlySet<number> = new Set([Type.NS, Type.CNAME, Type.PTR, Type.SOA, Type.DNAME, Type.NSEC]);

/** `multicast`: with what multicast DNS has in the class. */
export const glance = (multicast: boolean): Glance<Conversation["transport"]> => ({
  memory: transport => transport,
  say(message, to, transport) {
    const before = to.size;
    const said = new Message(message, to, transport === "tcp" ? lengthOctets : 0, multicast).say();
    if (!said) to.size = before;
    return said;
  },
});

class Message {
  readonly view: DataView;
  readonly origin: number;
  readonly end: number;
  at: number;

  constructor(
    { source, start, end }: Glimpse,
    readonly to: Line,
    before: number,
    readonly multicast: boolean,
  ) {
    this.view = source.view;
    this.origin = start + before;
    this.end = end;
    this.at = this.origin + headerOctets;
  }

  say(): boolean {
    const { view, origin, to } = this;
    if (this.at > this.end) return false;
    const response = at.response(view, origin) === 1;
    const rcode = at.rcode(view, origin);
    const additionals = at.additionals(view, origin);
    const kind = kinds[at.opcode(view, origin)];
    if (kind === undefined) return false;
    // EDNS may make another code of it.
    const extended = response && additionals > 0 ? this.#extendedRcode() : 0;
    if (extended < 0) return false;
    const refusal = response ? refusalOf((extended << 4) | rcode) : "";
    to.text(kind);
    to.text(response ? " response 0x" : " 0x");
    to.hex(at.id(view, origin), 4);
    if (refusal !== "") {
      to.text(" ");
      to.text(refusal);
    }
    for (let left = at.questions(view, origin); left > 0; left--) if (!this.#question()) return false;
    const records = at.answers(view, origin) + at.authorities(view, origin) + additionals;
    for (let left = records; left > 0; left--) if (!this.#record()) return false;
    return true;
  }

  /** The type stands behind the name, and is said before it. */
  #question(): boolean {
    const { view, to } = this;
    const name = this.at;
    if (!this.#passName() || this.at + questionTail > this.end) return false;
    to.text(typed(view.getUint16(this.at)));
    to.octet(0x20);
    if (!this.#name(name)) return false;
    if (this.multicast)
      to.text(view.getUint16(this.at + 2) & multicastFlag ? ', "QU" question' : ', "QM" question');
    this.at += questionTail;
    return true;
  }

  #record(): boolean {
    const { view, to } = this;
    if (!this.#passName() || this.at + recordTail > this.end) return false;
    const type = view.getUint16(this.at);
    const flags = view.getUint16(this.at + 2);
    const size = view.getUint16(this.at + 8);
    const data = this.at + recordTail;
    this.at = data + size;
    if (this.at > this.end) return false;
    to.text(typed(type));
    if (this.multicast && flags & multicastFlag && type !== Type.OPT) to.text(", cache flush");
    return size === 0 || this.#data(type, data, size);
  }

  /** Of the types that people look for; of others nothing is said but the type. */
  #data(type: number, data: number, size: number): boolean {
    const { view, to } = this;
    if (type === Type.A) {
      if (size !== 4) return false;
      to.octet(0x20);
      to.dotted(view.getUint32(data));
      return true;
    }
    if (type === Type.AAAA) {
      if (size !== 16) return false;
      to.octet(0x20);
      sayColonHex(to, view, data);
      return true;
    }
    const numbers = type === Type.MX ? 1 : type === Type.SRV ? 3 : 0;
    if (numbers === 0 && !named.has(type)) return type !== Type.NAPTR;
    if (size < 2 * numbers) return false;
    for (let i = 0; i < numbers; i++) {
      to.octet(0x20);
      to.number(view.getUint16(data + 2 * i));
    }
    to.octet(0x20);
    return this.#name(data + 2 * numbers);
  }

  /** What the OPT record adds to the response code, 0 without one; -1: the records can't be read. */
  #extendedRcode(): number {
    const { view, origin } = this;
    const first = this.at;
    let found = 0;
    let left = at.questions(view, origin);
    for (; left > 0; left--) {
      if (!this.#passName()) return -1;
      this.at += questionTail;
    }
    left = at.answers(view, origin) + at.authorities(view, origin) + at.additionals(view, origin);
    for (; left > 0; left--) {
      if (!this.#passName() || this.at + recordTail > this.end) return -1;
      if (view.getUint16(this.at) === Type.OPT) found = view.getUint8(this.at + 4);
      this.at += recordTail + view.getUint16(this.at + 8);
    }
    this.at = first;
    return found;
  }

  /** Steps over a name. */
  #passName(): boolean {
    const { view, end } = this;
    for (let at = this.at; at < end; ) {
      const length = view.getUint8(at);
      if (length === 0 || length >= 0xc0) {
        this.at = at + (length === 0 ? 1 : 2);
        return this.at <= end;
      }
      if (length > 63) return false;
      at += 1 + length;
    }
    return false;
  }

  /** Says the name at `start`; false for one with characters that are not shown as they are, or that is none. */
  #name(start: number): boolean {
    const { view, end, to, origin } = this;
    // What is no character takes four: a backslash and three digits.
    to.reserve(4 * mostNameOctets);
    const before = to.size;
    let at = start;
    let part = start;
    let pointers = 0;
    let size = 1;
    for (;;) {
      if (at >= end) return false;
      const length = view.getUint8(at++);
      if (length === 0) break;
      if (length <= 63) {
        size += 1 + length;
        if (at + length > end || size > mostNameOctets) return false;
        if (to.size > before) to.octet(0x2e);
        for (const stop = at + length; at < stop; at++) sayCharacter(to, view.getUint8(at));
        continue;
      }
      if (length < 0xc0 || at >= end || ++pointers > mostPointers) return false;
      const lead = origin + (((length & 0x3f) << 8) | view.getUint8(at));
      if (lead >= part) return false;
      at = part = lead;
    }
    if (to.size === before) to.octet(0x2e);
    return true;
  }
}

/** As RFC 1035 §5.1 writes it. */
function sayCharacter(to: Line, octet: number): void {
  const isPlain = octet > 0x20 && octet < 0x7f;
  if (!isPlain || octet === 0x2e || octet === 0x5c) to.octet(0x5c);
  if (isPlain) to.octet(octet);
  else to.digits(octet, 3);
}

const typeTexts = new Map<number, string>();
/** " AAAA" */
function typed(type: number): string {
  let text = typeTexts.get(type);
  if (text === undefined) {
    text = ` ${typeName(type)}`;
    typeTexts.set(type, text);
  }
  return text;
}
