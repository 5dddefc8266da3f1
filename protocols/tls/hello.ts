// The hellos: what the client offers, and what the server chooses (RFC 8446 §4.1, RFC 5246 §7.4.1).
import {
  many,
  octets,
  optional,
  optionOf,
  prefixed,
  struct,
  u8,
  u16,
  type Value,
  when,
} from "../wire/index.ts";
import { clientHelloExtensions, serverHelloExtensions } from "./extensions.ts";
import { CompressionMethod, ExtensionType, named, Version } from "./numbers.ts";
import { opaque, version } from "./parts.ts";
import { CipherSuite } from "./suites.ts";

const cipherSuite = named(CipherSuite);
const compressionMethod = u8.with({ names: CompressionMethod });

/** RFC 8446 §4.1.2. Clients from before extensions end after the compression methods. */
export const clientHello = struct({
  version,
  random: octets(32),
  sessionId: opaque(u8).with({ label: "Session ID" }),
  cipherSuites: prefixed(u16, many(cipherSuite)),
  compressionMethods: prefixed(u8, many(compressionMethod)),
  extensions: optional(clientHelloExtensions),
});
export type ClientHello = Value<typeof clientHello>;

/** RFC 8446 §4.1.3; with `retryRandom` as its random it is a HelloRetryRequest. */
export const serverHello = struct({
  version,
  random: octets(32),
  sessionId: when("version", looksOld, opaque(u8).with({ label: "Session ID" })),
  cipherSuite,
  compressionMethod: when("version", looksOld, compressionMethod),
  extensions: optional(serverHelloExtensions),
});
export type ServerHello = Value<typeof serverHello>;

/** The message of its own that it was up to draft 21 (§4.1.4 there); before the 19th without a suite. */
export const helloRetryRequest = struct({
  version,
  cipherSuite: when("version", (chosen: number) => chosen >= 0x7f13, cipherSuite),
  extensions: serverHelloExtensions,
});

/** From draft 22 of TLS 1.3 on its hello looks as that of TLS 1.2, so that old devices in between let it pass. */
function looksOld(chosen: number): boolean {
  return (draftOf(chosen) ?? 22) >= 22;
}

/** SHA-256 of "HelloRetryRequest". */
export const retryRandom = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";

/** Whether the server asks for another ClientHello instead of answering this one. */
export const isRetry = ({ random }: ServerHello): boolean => random.toHex() === retryRandom;

/**
 * The version that the server chose: what `supported_versions` says, or, before TLS 1.3, the hello itself (§4.2.1).
 * Drafts of TLS 1.3 count as it.
 */
export function chosenVersion(hello: ServerHello): number {
  const chosen = chosenNumber(hello);
  return draftOf(chosen) === undefined ? chosen : Version["TLS 1.3"];
}

/** The draft of TLS 1.3 that the server chose, if it is one. */
export const chosenDraft = (hello: ServerHello): number | undefined => draftOf(chosenNumber(hello));

const chosenNumber = ({ version, extensions = [] }: ServerHello): number =>
  optionOf(extensions, ExtensionType.supported_versions) ?? version;

/** Which draft of TLS 1.3 the number of a version means: 0x7f1c is the 28th and last; those before the 18th are not read. */
export const draftOf = (number: number): number | undefined =>
  number >= 0x7f12 && number <= 0x7f1c ? number & 0xff : undefined;

/** The host that the client asks for (RFC 6066 §3). */
export const serverName = ({ extensions = [] }: ClientHello): string | undefined =>
  optionOf(extensions, ExtensionType.server_name)?.find(({ type }) => type === 0)?.name;
