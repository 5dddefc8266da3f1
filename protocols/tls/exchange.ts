// How a secret is agreed on before TLS 1.3: the server's half, and the client's (RFC 5246 §7.4.3, §7.4.7, RFC 8422 §5).
import { constant, given, optional, rest, struct, u8, u16 } from "../wire/index.ts";
import { group, opaque, signatureScheme } from "./extensions.ts";
import { ECCurveType, Version } from "./numbers.ts";
import { suiteOf } from "./suite.ts";

/** What the hellos decided, as far as it is known; messages are laid out accordingly. An unknown version counts as TLS 1.2. */
export interface Negotiated {
  readonly version?: number;
  readonly suite?: number;
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
/** Of a suite that is not known, or not described. */
const undescribed = struct({ octets: rest });

/** RFC 8422 §5.4, RFC 5246 §7.4.3 */
export const serverKeyExchange = given((state: Negotiated | undefined) => {
  const agreed = suiteOf(state?.suite)?.keyExchange;
  return agreed === "ECDHE" ? ecdheServer : agreed === "DHE" ? dheServer : undescribed;
});

/** RFC 8422 §5.7, RFC 5246 §7.4.7 */
export const clientKeyExchange = given((state: Negotiated | undefined) => {
  const agreed = suiteOf(state?.suite)?.keyExchange;
  if (agreed === "ECDHE") return ecdheClient;
  return agreed === "DHE" ? dheClient : agreed === "RSA" ? rsaClient : undescribed;
});
