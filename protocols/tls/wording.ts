// Records, messages and versions in the words of packet lists, which are Wireshark's.
import { nameOf } from "../wire/index.ts";
import { AlertDescription, AlertLevel, ContentType, HandshakeType, Version } from "./numbers.ts";

/** "client_hello" as lists have it: "Client Hello". */
const titled = (name: string): string =>
  name.replaceAll("_", " ").replace(/(^| )[a-z]/g, initial => initial.toUpperCase());

/** Made once for each number; of numbers there are few. */
function kept(make: (number: number) => string): (number: number) => string {
  const texts = new Map<number, string>();
  return number => {
    let text = texts.get(number);
    if (text === undefined) {
      text = make(number);
      texts.set(number, text);
    }
    return text;
  };
}

/** "Server Hello Done" */
export const handshakeName = kept(type => titled(nameOf(HandshakeType, type) ?? `handshake message ${type}`));

const contentName = kept(type => titled(nameOf(ContentType, type) ?? `content type ${type}`));
const encipheredName = kept(type =>
  type === ContentType.handshake ? "Encrypted Handshake Message" : `Encrypted ${contentName(type)}`,
);
/** Of an enciphered record nobody knows more than what it says. */
export const contentText = (contentType: number, enciphered: boolean): string =>
  enciphered ? encipheredName(contentType) : contentName(contentType);

const alertName = kept(both => {
  const [level, description] = [both >> 8, both & 0xff];
  const [severity, reason] = [nameOf(AlertLevel, level), nameOf(AlertDescription, description)];
  return `Alert (${titled(severity ?? `level ${level}`)}: ${titled(reason ?? `description ${description}`)})`;
});
/** "Alert (Fatal: Handshake Failure)" */
export const alertText = (level: number, description: number): string =>
  alertName((level << 8) | description);

const versions = new Map<number, string>([
  [0x0002, "SSLv2"],
  [Version["SSL 3.0"], "SSLv3"],
  [Version["TLS 1.0"], "TLSv1"],
  [Version["TLS 1.1"], "TLSv1.1"],
  [Version["TLS 1.2"], "TLSv1.2"],
  [Version["TLS 1.3"], "TLSv1.3"],
]);
/** "TLSv1.2", and "SSL" of what is no version. */
export const shortVersion = (version: number | undefined): string =>
  (version !== undefined && versions.get(version)) || "SSL";

/** A name comes from a stranger, and goes to a terminal. */
export const printable = (name: string): string => name.replace(/[^\x20-\x7e]/g, "?");
