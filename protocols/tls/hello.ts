// The hellos: what the client offers, and what the server chooses (RFC 8446 §4.1, RFC 5246 §7.4.1).
import { many, octets, optional, optionOf, prefixed, struct, u8, u16, type Value } from "../wire/index.ts";
import { clientHelloExtensions, opaque, serverHelloExtensions, version } from "./extensions.ts";
import { CompressionMethod, ExtensionType, named, Version } from "./numbers.ts";
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
  sessionId: opaque(u8).with({ label: "Session ID" }),
  cipherSuite,
  compressionMethod,
  extensions: optional(serverHelloExtensions),
});
export type ServerHello = Value<typeof serverHello>;

/** SHA-256 of "HelloRetryRequest". */
const retryRandom = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";

/** Whether the server asks for another ClientHello instead of answering this one. */
export const isRetry = ({ random }: ServerHello): boolean => random.toHex() === retryRandom;

/**
 * The version that the server chose: what `supported_versions` says, or, before TLS 1.3, the hello itself (§4.2.1).
 * Drafts of TLS 1.3 from the 22nd on have its layout, and count as it.
 */
export function chosenVersion({ version, extensions = [] }: ServerHello): number {
  const chosen = optionOf(extensions, ExtensionType.supported_versions) ?? version;
  return chosen >= firstDraft && chosen <= lastDraft ? Version["TLS 1.3"] : chosen;
}

const [firstDraft, lastDraft] = [0x7f16, 0x7f1c];

/** The host that the client asks for (RFC 6066 §3). */
export const serverName = ({ extensions = [] }: ClientHello): string | undefined =>
  optionOf(extensions, ExtensionType.server_name)?.find(({ type }) => type === 0)?.name;
