// Whether a datagram on a port of nobody's is a DNS message: tunnels and resolvers of one's own take any port.
import { peek, type Reader } from "../wire/index.ts";
import { header, opening } from "./format.ts";

const at = {
  response: peek(header, "flags.response"),
  opcode: peek(header, "flags.opcode"),
  reserved: peek(header, "flags.reserved"),
  questions: peek(opening, "questionCount"),
  answers: peek(opening, "answerCount"),
  authorities: peek(opening, "authorityCount"),
  additionals: peek(opening, "additionalCount"),
};
const headerOctets = 12;
/** Name, type, class, time to live and length: no record takes less. */
const leastOctetsOfRecord = 11;
const mostLabelOctets = 63;
const mostNameOctets = 255;

/** Classes that are asked for: IN, CH, HS, ANY (RFC 1035 §3.2.4). */
const classes: ReadonlySet<number> = new Set([1, 3, 4, 255]);

/**
 * A header that asks or answers one question, whose name, type and class stand behind it, and no more records than the
 * octets could hold: what other protocols hardly ever look like.
 */
export function recognizesDatagram({ view, at: start, end }: Reader): boolean {
  if (end - start < headerOctets + 5) return false;
  if (at.opcode(view, start) !== 0 || at.reserved(view, start) !== 0 || at.questions(view, start) !== 1)
    return false;
  const records = at.answers(view, start) + at.authorities(view, start);
  if (records > 0 && at.response(view, start) === 0) return false;
  const least = (records + at.additionals(view, start)) * leastOctetsOfRecord;
  const name = start + headerOctets;
  let place = name;
  for (;;) {
    if (place >= end || place - name > mostNameOctets) return false;
    const length = view.getUint8(place++);
    if (length === 0) break;
    if (length > mostLabelOctets) return false;
    for (const stop = place + length; place < stop; place++)
      if (place >= end || view.getUint8(place) <= 0x20 || view.getUint8(place) >= 0x7f) return false;
  }
  if (place + 4 + least > end || isNetBios(view, name)) return false;
  return view.getUint16(place) !== 0 && classes.has(view.getUint16(place + 2));
}

/** The name service of NetBIOS has DNS's messages, and writes each half octet of a name as a letter (RFC 1001 §14.1). */
function isNetBios(view: DataView, name: number): boolean {
  const size = 32;
  if (view.getUint8(name) !== size) return false;
  for (let i = 1; i <= size; i++) {
    const letter = view.getUint8(name + i);
    if (letter < 0x41 || letter > 0x50) return false;
  }
  return true;
}
