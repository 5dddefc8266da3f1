// How a secret is agreed on before TLS 1.3: the server's half, and the client's (RFC 5246 §7.4.3, §7.4.7, RFC 8422 §5).
import { constant, given, optional, rest, struct, u8, u16 } from "../wire/index.ts";
import { ECCurveType, Version } from "./numbers.ts";
import { group, opaque, signatureScheme } from "./parts.ts";
import { suiteOf } from "./suite.ts";

/** What the hellos decided, as far as it is known; messages are laid out accordingly. An unknown version counts as TLS 1.2. */
export interface Negotiated {
  readonly version?: number;
  readonly suite?: number;
  /** The draft of TLS 1.3 that counts as it here, from 18 to 28. */
  readonly draft?: number;
}

const signed = struct({ algorithm: signatureScheme, signature: opaque(u16) });
const signedTheOldWay = struct({ signature: opaque(u16) });

/** TLS 1.2 names the algorithm; before, the kind of key decided it (RFC 5246 §4.7). */
export const signature = given((state: Negotiated | undefined) =>
  (state?.version ?? Version["TLS 1.2"]) < Version["TLS 1.2"] ? signedTheOldWay : signed,
);

/** Curves are named, which is all that RFC 8422 §5.4 left; anonymous servers do not sign. */
const ecdheServer = struct({
  curveType: constant(u8.with({ names: ECCurveType }), ECCurveType.named_curve),
  group,
  publicKey: opaque(u8),
  signature: optional(signature),
});
/** RFC 5246 §7.4.3 */
const dheServer = struct({
  p: opaque(u16).with({ label: "Prime p" }),
  g: opaque(u16).with({ label: "Generator g" }),
  publicKey: opaque(u16),
  signature: optional(signature),
});
const ecdheClient = struct({ publicKey: opaque(u8) });
const dheClient = struct({ publicKey: opaque(u16) });
/** The client thinks up the secret, and the server's RSA key opens it: no forward secrecy (RFC 5246 §7.4.7.1). */
const rsaClient = struct({ encryptedPremasterSecret: opaque(u16) });
/** SSL 3.0 has no length before it. */
const rsaClientBeforeTls = struct({ encryptedPremasterSecret: rest });
/** Keys that both sides have from before: the server may say which it means, the client names one (RFC 4279 §2). */
const identityHint = opaque(u16).with({ label: "PSK identity hint" });
const identity = opaque(u16).with({ label: "PSK identity" });
const servers = {
  ECDHE: ecdheServer,
  DHE: dheServer,
  PSK: struct({ identityHint }),
  RSA_PSK: struct({ identityHint }),
  /** RFC 5489 §2 */
  ECDHE_PSK: struct({
    identityHint,
    curveType: constant(u8.with({ names: ECCurveType }), ECCurveType.named_curve),
    group,
    publicKey: opaque(u8),
  }),
  DHE_PSK: struct({
    identityHint,
    p: opaque(u16).with({ label: "Prime p" }),
    g: opaque(u16).with({ label: "Generator g" }),
    publicKey: opaque(u16),
  }),
} as const;
const clients = {
  ECDHE: ecdheClient,
  DHE: dheClient,
  RSA: rsaClient,
  PSK: struct({ identity }),
  RSA_PSK: struct({ identity, encryptedPremasterSecret: opaque(u16) }),
  ECDHE_PSK: struct({ identity, publicKey: opaque(u8) }),
  DHE_PSK: struct({ identity, publicKey: opaque(u16) }),
} as const;
/** Of a suite that is not known, or not described. */
const undescribed = struct({ octets: rest });

/** RFC 8422 §5.4, RFC 5246 §7.4.3 */
export const serverKeyExchange = given(
  (state: Negotiated | undefined) =>
    servers[suiteOf(state?.suite)?.keyExchange as keyof typeof servers] ?? undescribed,
);

/** RFC 8422 §5.7, RFC 5246 §7.4.7, RFC 6101 §5.6.7 */
export const clientKeyExchange = given((state: Negotiated | undefined) => {
  const exchange = suiteOf(state?.suite)?.keyExchange as keyof typeof clients;
  if (exchange === "RSA" && state?.version === Version["SSL 3.0"]) return rsaClientBeforeTls;
  return clients[exchange] ?? undescribed;
});
