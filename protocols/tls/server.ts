// Secures a stream as its server: handshake, and the client's certificate if one is wanted.
import { type SecureContext, TLSSocket } from "node:tls";
import type { Clock, Stream } from "../endpoint/contract.ts";
import { encodePem } from "../x509/pem.ts";
import { type Verdict, verify } from "../x509/verify.ts";
import { type Circumstances, HandshakeRefused } from "./failures.ts";
import { type Choices, type Credentials, contextOf, handshake, pemOf, trusted } from "./handshaking.ts";
import { SecureStream } from "./secure-stream.ts";
import { isFault, objection } from "./verdicts.ts";

export interface Service extends Choices, Credentials {
  /** Who may vouch for clients, PEM or DER: with it, clients are asked for a certificate. */
  readonly clientRoots?: readonly (string | Uint8Array)[];
  /** Whether a client without a certificate is refused. */
  readonly require?: boolean;
  /** Revocation lists, DER. Given, each certificate below the root must stand well in its issuer's. */
  readonly crls?: readonly Uint8Array[];
  /** Whose time client certificates are valid at, on top of the machine's; without it the machine's alone. */
  readonly clock?: Pick<Clock, "now">;
  /** Of `contextFor`: connections that share it let clients take their sessions up again. */
  readonly context?: SecureContext;
}

/** Certificate, key and whom to trust, read once for many connections. @throws Refused if they are unusable */
export const contextFor = (service: Service): SecureContext =>
  contextOf(service, service, service.clientRoots && trustOf(trusted(service.clientRoots), service.crls));

/**
 * TLS 1.2 or 1.3 over a stream that nothing has been read from. The stream belongs to the result from now on; it is
 * closed if this fails. node:tls refuses clients by itself, on the machine's clock, for only so does a missing
 * certificate get its alert; for other faults it sends none, and the client sees the connection end.
 * @throws Refused with what the client is refused for, or says of us; Unanswered if the handshake hangs
 */
export async function accept(stream: Stream, service: Service): Promise<SecureStream> {
  const { clientRoots, require = false, protocols } = service;
  const at: Circumstances = {
    role: "server",
    peer: `${stream.remote.address}:${stream.remote.port}`,
    version: service.version && `TLS ${service.version}`,
    certificate: true,
    passed: service.passed,
  };
  let roots: readonly Uint8Array[] | undefined;
  try {
    roots = clientRoots && trusted(clientRoots);
    const socket = new TLSSocket(stream.duplex, {
      isServer: true,
      secureContext: service.context ?? contextFor(service),
      requestCert: roots !== undefined,
      rejectUnauthorized: require,
      ...(protocols && { ALPNProtocols: [...protocols] }),
    });
    const shaken = await handshake(socket, stream.duplex, "secure", service, at);

    const chain = roots ? judged(shaken.presented, roots, service, at) : [];
    return new SecureStream(socket, stream, { ...shaken, chain }, at);
  } catch (error) {
    stream.duplex.destroy();
    // node:tls says what is wrong, and not with which certificate.
    if (roots && error instanceof HandshakeRefused && isFault(error.failing))
      judged(service.passed?.().presented ?? [], roots, service, at);
    throw error;
  }
}

/** What node:tls verifies clients against. Of a text with several lists it takes the first. */
const trustOf = (roots: readonly Uint8Array[], crls: readonly Uint8Array[] = []) => ({
  ca: pemOf(roots),
  ...(crls.length > 0 && { crl: crls.map(der => encodePem(der, "X509 CRL")) }),
});

/** Without a certificate, which the handshake has let pass, nobody is known, and nobody is refused. */
function judged(
  certificates: readonly Uint8Array[],
  roots: readonly Uint8Array[],
  { clock, crls }: Service,
  { peer }: Circumstances,
): readonly Verdict[] {
  if (certificates.length === 0) return [];
  const now = clock?.now() ?? BigInt(Date.now()) * 1_000_000n;
  const verification = verify(certificates, { roots, at: now, purpose: "client", crls });
  if (!verification.trusted) throw objection(peer, verification);
  return verification.verdicts;
}
