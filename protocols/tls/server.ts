// Secures a stream as its server: handshake, and the client's certificate if one is wanted.
import { TLSSocket } from "node:tls";
import type { Clock, Stream } from "../endpoint/contract.ts";
import { Refused } from "../endpoint/errors.ts";
import { type Verdict, verify } from "../x509/verify.ts";
import type { Circumstances } from "./failures.ts";
import { type Choices, type Credentials, contextOf, handshake, pemOf, trusted } from "./handshaking.ts";
import { SecureStream } from "./secure-stream.ts";
import { objection } from "./verdicts.ts";

export interface Service extends Choices, Credentials {
  /** Who may vouch for clients, PEM or DER: with it, clients are asked for a certificate. */
  readonly clientRoots?: readonly (string | Uint8Array)[];
  /** Whether a client without a certificate is refused. */
  readonly require?: boolean;
  /** Whose time client certificates are valid at, on top of the machine's; without it the machine's alone. */
  readonly clock?: Pick<Clock, "now">;
}

/**
 * TLS 1.2 or 1.3 over a stream that nothing has been read from. The stream belongs to the result from now on; it is
 * closed if this fails. node:tls refuses clients by itself, on the machine's clock, for only so does a missing
 * certificate get its alert; for other faults it sends none, and the client sees the connection end.
 * @throws Refused with what the client is refused for, or says of us; Unanswered if the handshake hangs
 */
export async function accept(stream: Stream, service: Service): Promise<SecureStream> {
  const { clientRoots, require = false, clock } = service;
  const at: Circumstances = {
    role: "server",
    peer: `${stream.remote.address}:${stream.remote.port}`,
    version: service.version && `TLS ${service.version}`,
    certificate: true,
  };
  try {
    const roots = clientRoots && trusted(clientRoots);
    const socket = new TLSSocket(stream.duplex, {
      isServer: true,
      secureContext: contextOf(service, service, roots && pemOf(roots)),
      requestCert: roots !== undefined,
      rejectUnauthorized: require,
    });
    const shaken = await handshake(socket, "secure", service, at);

    const chain = roots ? judged(shaken.presented, roots, clock, at) : [];
    return new SecureStream(socket, stream, { ...shaken, chain }, at);
  } catch (error) {
    stream.duplex.destroy();
    throw error;
  }
}

/** Without a certificate, which the handshake has let pass, nobody is known, and nobody is refused. */
function judged(
  certificates: readonly Uint8Array[],
  roots: readonly Uint8Array[],
  clock: Service["clock"],
  { peer }: Circumstances,
): readonly Verdict[] {
  if (certificates.length === 0) return [];
  const now = clock?.now() ?? BigInt(Date.now()) * 1_000_000n;
  const verification = verify(certificates, { roots, at: now, purpose: "client" });
  if (!verification.trusted) throw new Refused(objection(peer, verification), verification.verdicts);
  return verification.verdicts;
}
