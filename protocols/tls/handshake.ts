// Handshake messages of TLS 1.0 to 1.3 (RFC 8446 §4, RFC 5246 §7.4).
import {
  cases,
  given,
  Malformed,
  prefixed,
  type Reader,
  rest,
  struct,
  u8,
  u16,
  u24,
  u32,
  type Value,
} from "../wire/index.ts";
import { certificate, certificateRequest } from "./certificates.ts";
import { clientKeyExchange, type Negotiated, serverKeyExchange, signature } from "./exchange.ts";
import { encryptedExtensions, ticketExtensions } from "./extensions.ts";
import { clientHello, helloRetryRequest, serverHello } from "./hello.ts";
import {
  CertificateCompressionAlgorithm,
  CertificateStatusType,
  HandshakeType,
  KeyUpdateRequest,
  Version,
} from "./numbers.ts";
import { opaque } from "./parts.ts";

const nothingMore = struct({});

/** RFC 5077 §3.3 */
const ticket = struct({ lifetimeHint: u32.with({ unit: "s" }), ticket: opaque(u16) });
/** RFC 8446 §4.6.1 */
const ticket13 = struct({
  lifetime: u32.with({ unit: "s" }),
  ageAdd: u32.with({ hex: true }),
  nonce: opaque(u8),
  ticket: opaque(u16),
  extensions: ticketExtensions,
});

/** Draft 20 of TLS 1.3, §4.5.1: no nonce. */
const ticketOfDraft20 = struct({
  lifetime: u32.with({ unit: "s" }),
  ageAdd: u32.with({ hex: true }),
  ticket: opaque(u16),
  extensions: ticketExtensions,
});

/** What each type of message holds. Others are octets. */
const bodies = {
  [HandshakeType.hello_request]: nothingMore,
  [HandshakeType.client_hello]: clientHello,
  [HandshakeType.server_hello]: serverHello,
  [HandshakeType.new_session_ticket]: given((state: Negotiated | undefined) =>
    state?.version !== Version["TLS 1.3"] ? ticket : (state.draft ?? 21) < 21 ? ticketOfDraft20 : ticket13,
  ),
  [HandshakeType.end_of_early_data]: nothingMore,
  [HandshakeType.hello_retry_request]: helloRetryRequest,
  [HandshakeType.encrypted_extensions]: struct({ extensions: encryptedExtensions }),
  [HandshakeType.certificate]: certificate,
  [HandshakeType.server_key_exchange]: serverKeyExchange,
  [HandshakeType.certificate_request]: certificateRequest,
  [HandshakeType.server_hello_done]: nothingMore,
  [HandshakeType.certificate_verify]: signature,
  [HandshakeType.client_key_exchange]: clientKeyExchange,
  [HandshakeType.finished]: struct({ verifyData: rest }),
  [HandshakeType.certificate_status]: struct({
    type: u8.with({ names: CertificateStatusType }),
    response: opaque(u24),
  }),
  [HandshakeType.key_update]: struct({ requestUpdate: u8.with({ names: KeyUpdateRequest }) }),
  [HandshakeType.compressed_certificate]: struct({
    algorithm: u16.with({ names: CertificateCompressionAlgorithm }),
    uncompressedLength: u24.with({ unit: "octets" }),
    compressed: opaque(u24),
  }),
} as const;
type Bodies = typeof bodies;

/**
 * A handshake message, RFC 8446 §4: type, length, body. The reader's state is what the hellos decided (`Negotiated`).
 * Canonical: anything goes, but certificates in it are DER.
 */
export const handshake = struct({
  type: u8.with({ names: HandshakeType }),
  body: prefixed(u24, cases("type", bodies, rest)),
});
export type Handshake = Value<typeof handshake>;

/** The standard would allow 16 MiB; the largest chains that are in use have a few ten thousand octets. */
const longestMessage = 2 ** 18;

/** How many octets the message takes, once its header is there. @throws Malformed if it is longer than any is */
export function handshakeSize(from: Reader): number | undefined {
  if (from.left < 4) return undefined;
  const at = from.take(1);
  const length = from.u24();
  if (length > longestMessage)
    throw new Malformed(at, `a message of ${length} octets: no certificates are so long`);
  return 4 + length;
}

/** The body, if the message is of that type. */
export const bodyOf = <const T extends keyof Bodies>(
  message: Handshake,
  type: T,
): Value<Bodies[T]> | undefined => (message.type === type ? (message.body as Value<Bodies[T]>) : undefined);
