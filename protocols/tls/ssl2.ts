// The ClientHello of SSL 2.0, in which old clients offered newer versions as well (RFC 5246 §E.2); nothing else of SSL 2.0.
import {
  Codec,
  type Field,
  lengthOf,
  Malformed,
  many,
  mapped,
  type Reader,
  rest,
  sized,
  struct,
  Unwritable,
  u8,
  u16,
  u24,
  type Value,
  type Writer,
} from "../wire/index.ts";
import { version } from "./parts.ts";
import { CipherSuite } from "./suites.ts";

/** Stands for the content type that these records do not have: the bit with which they begin. */
export const ssl2 = 0x80;

/** Suites of SSL 2.0; those of later versions have a zero before them. */
const CipherSpec = {
  SSL_CK_RC4_128_WITH_MD5: 0x010080,
  SSL_CK_RC4_128_EXPORT40_WITH_MD5: 0x020080,
  SSL_CK_RC2_128_CBC_WITH_MD5: 0x030080,
  SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5: 0x040080,
  SSL_CK_IDEA_128_CBC_WITH_MD5: 0x050080,
  SSL_CK_DES_64_CBC_WITH_MD5: 0x060040,
  SSL_CK_DES_192_EDE3_CBC_WITH_MD5: 0x0700c0,
  ...CipherSuite,
} as const;

const cipherSpecs = many(u24.with({ names: CipherSpec, hex: true }));
const whole = (length: number): number => length;

/** RFC 5246 §E.2: the challenge is what became the random. */
export const ssl2ClientHello = struct({
  type: u8.with({ names: { client_hello: 1 } }),
  version,
  cipherSpecsLength: lengthOf("cipherSpecs", cipherSpecs, u16.with({ unit: "octets" })),
  sessionIdLength: lengthOf("sessionId", rest, u16.with({ unit: "octets" })),
  challengeLength: lengthOf("challenge", rest, u16.with({ unit: "octets" })),
  cipherSpecs: sized("cipherSpecsLength", whole, cipherSpecs),
  sessionId: sized("sessionIdLength", whole, rest).with({ label: "Session ID" }),
  challenge: sized("challengeLength", whole, rest),
});
export type Ssl2ClientHello = Value<typeof ssl2ClientHello>;

/** As a ClientHello of TLS has it: zeros before what the challenge lacks of 32 octets (RFC 5246 §E.2). */
export function randomOf({ challenge }: Ssl2ClientHello): Uint8Array {
  const random = new Uint8Array(32);
  const known = challenge.subarray(-32);
  random.set(known, 32 - known.length);
  return random;
}

interface Header {
  contentType: number;
  version: number;
  length: number;
}

const length = mapped(
  u16,
  header => header & 0x7fff,
  size => size | 0x8000,
).with({ label: "Length", unit: "octets" });

/** Two octets: a bit, and the length. */
class Ssl2Header extends Codec<Header> {
  readonly width = undefined;
  override readonly composite = true;
  read(from: Reader): Header {
    return { contentType: ssl2, version: 0x0002, length: length.read(from) };
  }
  write(to: Writer, draft: Header): void {
    if (draft.version !== 0x0002 || draft.length > 0x7fff)
      throw new Unwritable("the header of SSL 2.0 has that version, and at most 32767 octets behind it");
    length.write(to, draft.length);
  }
  override annotate(from: Reader, field: Field): Header {
    field.fields ??= [];
    return { contentType: ssl2, version: 0x0002, length: length.note(from, "length", field.fields) };
  }
}
export const ssl2Header: Codec<Header> = new Ssl2Header();

/** How many octets the hello takes, with its header. @throws Malformed if something else begins so */
export function ssl2Size(from: Reader): number | undefined {
  if (from.left < 3) return undefined;
  const at = from.at;
  const size = from.u16() & 0x7fff;
  const type = from.u8();
  if (type === 1 && size >= 9) return 2 + size;
  const other = type <= 8 ? ", nor the hello of a client of SSL 2.0, of which nothing else is described" : "";
  throw new Malformed(at, `no TLS record: the content type is ${from.view.getUint8(at)}${other}`);
}

/** Whether these octets are the hello of a client in SSL 2.0: all of its lengths have to agree. */
export function ssl2Recognized(view: DataView, at: number, end: number): boolean {
  if (end - at < 11 || view.getUint8(at) < ssl2 || view.getUint8(at + 2) !== 1) return false;
  const [version, ciphers, session, challenge] = [3, 5, 7, 9].map(offset => view.getUint16(at + offset));
  if (version !== 0x0002 && (version! < 0x0300 || version! > 0x0304)) return false;
  if (ciphers === 0 || ciphers! % 3 !== 0 || (session !== 0 && session !== 16)) return false;
  if (challenge! < 16 || challenge! > 32) return false;
  return (view.getUint16(at) & 0x7fff) === 9 + ciphers! + session! + challenge!;
}
