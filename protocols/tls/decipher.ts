// Records opened: what a nonce, the additional data and the octets inside are, in TLS 1.2 and 1.3.
import { type Ciphers, tagSize } from "./ciphers.ts";
import type { RecordValue } from "./records.ts";
import { join, type Keys } from "./schedule.ts";

/** What an enciphered record turned out to hold. */
export interface Opened {
  readonly contentType: number;
  readonly octets: Uint8Array;
}

/** Opens the enciphered record number `sequence` since these keys are in use; `undefined` if it does not fit them. */
export type Opener = (sequence: number, record: RecordValue) => Opened | undefined;

/** TLS 1.2: RFC 5246 §6.2.3.3, RFC 5288 §3, RFC 7905 §2. */
export function openerBefore13(ciphers: Ciphers, { aead, key, iv }: Keys): Opener {
  return (sequence, { contentType, version, fragment }) => {
    if (!fragment || fragment.enciphered.length < tagSize) return undefined;
    const { explicitNonce, enciphered } = fragment;
    const nonce = explicitNonce ? join(iv, explicitNonce) : xored(iv, sequence);
    const additional = new Uint8Array(13);
    const view = new DataView(additional.buffer);
    view.setBigUint64(0, BigInt(sequence));
    view.setUint8(8, contentType);
    view.setUint16(9, version);
    view.setUint16(11, enciphered.length - tagSize);
    const octets = ciphers.open(aead, key, nonce, enciphered, additional);
    return octets && { contentType, octets };
  };
}

/** TLS 1.3, RFC 8446 §5.2: the octets end with their type and any number of zeros. */
export function opener13(ciphers: Ciphers, { aead, key, iv }: Keys): Opener {
  return (sequence, { contentType, version, length, fragment }) => {
    if (!fragment || fragment.enciphered.length < tagSize) return undefined;
    const additional = Uint8Array.of(contentType, version >> 8, version & 0xff, length >> 8, length & 0xff);
    const inner = ciphers.open(aead, key, xored(iv, sequence), fragment.enciphered, additional);
    const end = inner?.findLastIndex(octet => octet !== 0) ?? -1;
    return end < 0 ? undefined : { contentType: inner![end]!, octets: inner!.subarray(0, end) };
  };
}

/** RFC 8446 §5.3 */
function xored(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = iv.slice();
  const view = new DataView(nonce.buffer);
  view.setBigUint64(4, view.getBigUint64(4) ^ BigInt(sequence));
  return nonce;
}
