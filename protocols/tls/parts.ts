// Small parts that many messages of TLS are made of.
import { type Codec, prefixed, rest } from "../wire/index.ts";
import { NamedGroup, named, SignatureScheme, Version } from "./numbers.ts";

export const version = named(Version);
export const group = named(NamedGroup);
export const signatureScheme = named(SignatureScheme);
/** Octets that say nothing to whoever does not hold the keys, behind their length. */
export const opaque = (length: Codec<number>): Codec<Uint8Array> => prefixed(length, rest);
