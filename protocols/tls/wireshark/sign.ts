// What shows in a segment that a handshake may be in it, before anything is dissected (RFC 8446 §5.1, §4).
import { lettersIn, type Sign, type Sought } from "../../packet/wireshark.ts";
import { ContentType } from "../numbers.ts";
import { recordHeader } from "../records.ts";
import { ssl2Recognized } from "../ssl2.ts";

const headerOctets = recordHeader.width! / 8;
const longestRecord = headerOctets + 0xffff;
/** As the decoder takes them; longer ones are no messages. */
const longestMessage = 2 ** 18;
/** Of a message: its type, and its length in three octets. */
const beginning = 4;

export function signOf(name: string, { fits, text = "" }: Sought): Sign | undefined {
  if (!/^(?:tls\.handshake|x509)/.test(name)) return undefined;
  const letters = name === "tls.handshake.extensions_server_name" ? lettersIn(text) : undefined;
  if (letters) return { octets: letters, reach: () => longestMessage };
  const isSought = name === "tls.handshake.type" && fits ? fits : () => true;
  return {
    // Content type, and the first octet of every version.
    octets: Uint8Array.of(ContentType.handshake, 3),
    begins: (view, start, end) => ssl2Recognized(view, start, end),
    reach: (view, at, end) => reachOf(view, at, end, isSought),
  };
}

/** Of a record that may hold a message of a type that is sought: how far that reaches. */
function reachOf(view: DataView, at: number, end: number, isSought: (type: number) => boolean): number {
  if (at + headerOctets > end || view.getUint8(at) !== ContentType.handshake) return longestRecord;
  const record = at + headerOctets + view.getUint16(at + headerOctets - 2);
  for (let next = at + headerOctets; next < record; ) {
    // What stands in another segment may be what is sought.
    if (next + beginning > end) return record - at;
    const type = view.getUint8(next);
    const length = view.getUint32(next) & 0xff_ffff;
    if (isSought(type)) return Math.max(record, next + beginning + Math.min(length, longestMessage)) - at;
    // Enciphered: no message at all.
    if (length > longestMessage) return 0;
    next += beginning + length;
    // It goes on in the next record, and others may begin there.
    if (next > record) return next - at + longestRecord;
  }
  return 0;
}
