// Certificates in messages of TLS, and what answers for them (RFC 8446 §4.4.2, RFC 6066 §8).
import { certificateItems, ocspResponse } from "../../x509/wireshark.ts";
import { signedTimestamps } from "./signatures.ts";
import { Telling } from "./telling.ts";

/** The timestamps of logs in extensions of certificates; what can't be told of them is left out. */
const timestampsOf = (view: DataView) => (start: number, end: number) => {
  const telling = new Telling(view, start, end);
  try {
    signedTimestamps(telling);
  } catch {
    // What was told so far is all there is.
  }
  return telling.items;
};

/** A certificate in DER, opened. */
export function certificate(telling: Telling, size: number): void {
  const { view, at } = telling;
  telling.octets("tls.handshake.certificate", size);
  const own = telling.items.pop()!;
  telling.items.push({
    ...own,
    items: certificateItems({ view, timestamps: timestampsOf(view) }, at, at + size),
  });
}

/** An authority's answer on whether a certificate is revoked. */
export function ocsp(telling: Telling): void {
  const { view } = telling;
  const size = telling.length("tls.handshake.ocsp_response_len", 3, 1);
  const from = { view, timestamps: timestampsOf(view) };
  telling.items.push(...ocspResponse(from, telling.at, telling.at + size));
  telling.at += size;
}
