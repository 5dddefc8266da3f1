// Symmetric keys: the file they stand in, and the authenticators made with them (RFC 5905 §7.3, RFC 8573).
import { cmac } from "@noble/ciphers/aes.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { message, type Time, type TimeDraft } from "./format.ts";

/** What a digest is made by. MD5 and SHA-1 are broken as hashes and only spoken with the old; RFC 8573 wants AES-CMAC. */
export type Algorithm = "MD5" | "SHA1" | "AES-CMAC";

/** What both sides hold. It is secret: nothing prints it. */
export interface Key {
  /** 1 to 65535: what stands in the message. */
  readonly id: number;
  readonly algorithm: Algorithm;
  /** For AES-CMAC 16 octets (AES-128), 24 or 32. */
  readonly secret: Uint8Array;
}

/** MD5 and SHA-1 are of the key and then the message, and no HMAC (RFC 5905 appendix A.2). */
const digests: Readonly<Record<Algorithm, (secret: Uint8Array, octets: Uint8Array) => Uint8Array>> = {
  MD5: (secret, octets) => md5(joined(secret, octets)),
  SHA1: (secret, octets) => sha1(joined(secret, octets)),
  "AES-CMAC": (secret, octets) => cmac(octets, secret),
};

const digestSizes: Readonly<Record<Algorithm, number>> = { MD5: 16, SHA1: 20, "AES-CMAC": 16 };

/** The octets of a message with its authenticator; the digest is of all that stands before it. */
export function sealed(draft: TimeDraft, { id, algorithm, secret }: Key): Uint8Array {
  const size = digestSizes[algorithm];
  const octets = message.encode({
    ...draft,
    authenticator: { keyId: id, digest: new Uint8Array(size) },
  });
  octets.set(digests[algorithm](secret, octets.subarray(0, octets.length - size - 4)), octets.length - size);
  return octets;
}

/** Whether the message that these octets are was made with one of the keys; which one it was. */
export function sealedBy(
  octets: Uint8Array,
  { authenticator }: Pick<Time, "authenticator">,
  keys: readonly Key[],
): Key | undefined {
  if (!authenticator) return undefined;
  const { keyId, digest } = authenticator;
  const key = keys.find(({ id }) => id === keyId);
  if (!key || digest.length !== digestSizes[key.algorithm]) return undefined;
  const content = octets.subarray(0, octets.length - digest.length - 4);
  return same(digests[key.algorithm](key.secret, content), digest) ? key : undefined;
}

/** What a server says to an authenticator that it can't verify: key 0 and no digest (RFC 5905 §9.2). */
export const cryptoNak = { keyId: 0, digest: new Uint8Array(0) } as const;

export const isCryptoNak = ({ authenticator }: Pick<Time, "authenticator">): boolean =>
  authenticator?.keyId === 0 && authenticator.digest.length === 0;

/**
 * The keys of a file: a line each of number, type and key, `#` begins a comment. As ntpd reads it: up to 20 characters
 * are the key itself, more are hexadecimal; as chronyd does: `HEX:` or `ASCII:` say which.
 * @throws RangeError that names the line, and never shows the key
 */
export function parseKeys(text: string): Key[] {
  const keys: Key[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    const words = line.replace(/#.*/, "").trim().split(/\s+/);
    if (words[0] === "") continue;
    const key = keyIn(words, `line ${i + 1} of the keys`);
    if (keys.some(({ id }) => id === key.id))
      throw new RangeError(`line ${i + 1} of the keys: there is a key ${key.id} already`);
    keys.push(key);
  }
  return keys;
}

function keyIn(words: readonly string[], where: string): Key {
  const [number, type, written] = words;
  if (!number || !type || !written)
    throw new RangeError(`${where}: number, type and key are expected, such as "1 AES128 HEX:…"`);
  const id = Number(number);
  if (!Number.isInteger(id) || id < 1 || id > 65535)
    throw new RangeError(`${where}: "${number}" is no key number; they are from 1 to 65535`);
  const [, algorithm, size] = types.find(([name]) => name.test(type)) ?? [];
  if (!algorithm)
    throw new RangeError(
      `${where}: "${type}" is no type that is known; there are MD5, SHA1, AES128 and AES256`,
    );
  const secret = secretIn(written, where);
  if (size !== undefined && secret.length !== size)
    throw new RangeError(
      `${where}: a key of ${type} has ${size} octets, this one ${secret.length}; write ${size * 2} hexadecimal digits`,
    );
  return { id, algorithm, secret };
}

/** As ntpd, ntpsec and chronyd call them, and how many octets their keys have. */
const types: readonly (readonly [RegExp, Algorithm, number?])[] = [
  [/^(m|md5)$/i, "MD5"],
  [/^sha-?1$/i, "SHA1"],
  [/^aes(-?128)?(-?cmac)?$/i, "AES-CMAC", 16],
  [/^aes-?192(-?cmac)?$/i, "AES-CMAC", 24],
  [/^aes-?256(-?cmac)?$/i, "AES-CMAC", 32],
];

/** ntpd's longest key in plain characters. */
const longestPlain = 20;

function secretIn(written: string, where: string): Uint8Array {
  const [, prefix, rest] = /^(?:(HEX|ASCII):)?(.*)$/i.exec(written)!;
  const hex = prefix ? prefix.toUpperCase() === "HEX" : written.length > longestPlain;
  if (!hex) return new TextEncoder().encode(rest);
  if (!/^([0-9a-f]{2})+$/i.test(rest!))
    throw new RangeError(`${where}: the key is no hexadecimal of whole octets`);
  return Uint8Array.fromHex(rest!);
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** In the same time wherever they differ: who tries digests must not learn from it how far they were right. */
function same(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (const [i, octet] of one.entries()) difference |= octet ^ (other[i] ?? 0);
  return difference === 0;
}
