// Records and hellos in SSL 2.0 by Wireshark's names (RFC 5246 §E.2, and the draft of old: draft-hickman-netscape-ssl-00).
import type { Item } from "../../packet/wireshark.ts";
import { certificate } from "./certificates.ts";
import { Telling, TooShort } from "./telling.ts";

/** Whether one record of SSL 2.0 is all that there is. */
export const isSsl2 = (view: DataView, start: number, end: number): boolean =>
  end - start > 2 && (view.getUint16(start) & 0x7fff) === end - start - 2;

export function recordOfSsl2(view: DataView, start: number, end: number): Item {
  const items: Item[] = [{ name: "tls.record.version", value: 0x0002, start, size: 0 }];
  const tell = messages[view.getUint8(start + 2)];
  if (tell) {
    items.push({ name: "tls.record.length", value: view.getUint16(start) & 0x7fff, start, size: 2 });
    const telling = new Telling(view, start + 2, end, items);
    try {
      telling.number("tls.handshake.type", 1);
      tell(telling);
    } catch (error) {
      if (!(error instanceof TooShort)) throw error;
    }
  }
  return { name: "tls.record", start, size: end - start, items };
}

/** By type; others are enciphered. */
const messages: Readonly<Record<number, (telling: Telling) => void>> = {
  1: clientHello,
  2: masterKey,
  4: serverHello,
};

function clientHello(telling: Telling): void {
  telling.number("tls.handshake.version", 2);
  const suites = telling.number("tls.handshake.cipher_spec_len", 2);
  const session = telling.number("tls.handshake.session_id_length", 2);
  const challenge = telling.number("tls.handshake.challenge_length", 2);
  cipherSpecs(telling, suites);
  if (session > 0) telling.octets("tls.handshake.session_id", session);
  telling.group("tls.handshake.challenge", challenge);
}

function masterKey(telling: Telling): void {
  telling.number("tls.handshake.cipherspec", 3);
  const clear = telling.number("tls.handshake.clear_key_length", 2);
  const enciphered = telling.number("tls.handshake.encrypted_key_length", 2);
  const argument = telling.number("tls.handshake.key_arg_length", 2);
  if (clear > 0) telling.group("tls.handshake.clear_key_data", clear);
  if (enciphered > 0) telling.group("tls.handshake.encrypted_key", enciphered);
  if (argument > 0) telling.group("tls.handshake.key_arg", argument);
}

function serverHello(telling: Telling): void {
  telling.number("tls.handshake.session_id_hit", 1);
  telling.number("tls.handshake.cert_type", 1);
  telling.number("tls.handshake.version", 2);
  const size = telling.number("tls.handshake.certificate_length", 2);
  const suites = telling.number("tls.handshake.cipher_spec_len", 2);
  const connection = telling.number("tls.handshake.connection_id_length", 2);
  if (size > 0) certificate(telling, size);
  cipherSpecs(telling, suites);
  if (connection > 0) telling.group("tls.handshake.connection_id", connection);
}

function cipherSpecs(telling: Telling, size: number): void {
  telling.group("tls.handshake.ciphersuites", size, all => all.numbers("tls.handshake.cipherspec", 3));
}
