// Certificates as TLS carries them, and how they are asked for (RFC 8446 §4.3.2, §4.4.2, RFC 5246 §7.4.2, §7.4.4).
import { given, many, prefixed, struct, u8, u24 } from "../wire/index.ts";
import { contained } from "../x509/der.ts";
import { certificate as x509 } from "../x509/format.ts";
import type { Negotiated } from "./exchange.ts";
import {
  certificateAuthorities,
  certificateExtensions,
  certificateRequestExtensions,
  signatureSchemes,
} from "./extensions.ts";
import { ClientCertificateType, Version } from "./numbers.ts";
import { opaque } from "./parts.ts";

/** A bad one spoils nothing else in the tree. */
const one = prefixed(u24, contained(x509));

/** The sender's own first, then those that vouch for it. */
const certificates = struct({ certificates: prefixed(u24, many(one)) });
const certificatesWithExtensions = struct({
  context: opaque(u8),
  certificates: prefixed(u24, many(struct({ certificate: one, extensions: certificateExtensions }))),
});

export const certificate = given((state: Negotiated | undefined) =>
  state?.version === Version["TLS 1.3"] ? certificatesWithExtensions : certificates,
);

const types = prefixed(u8, many(u8.with({ names: ClientCertificateType })));
const request = struct({ types, signatureAlgorithms: signatureSchemes, authorities: certificateAuthorities });
const requestTheOldWay = struct({ types, authorities: certificateAuthorities });
const requestWithExtensions = struct({ context: opaque(u8), extensions: certificateRequestExtensions });

export const certificateRequest = given((state: Negotiated | undefined) => {
  const version = state?.version ?? Version["TLS 1.2"];
  if (version === Version["TLS 1.3"]) return requestWithExtensions;
  return version < Version["TLS 1.2"] ? requestTheOldWay : request;
});
