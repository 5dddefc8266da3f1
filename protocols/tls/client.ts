// Secures a stream as its client: handshake, then the server's chain verified on our clock, before any data.
import { isIP } from "node:net";
import { connect } from "node:tls";
import type { Clock, Stream } from "../endpoint/contract.ts";
import { Refused } from "../endpoint/errors.ts";
import { type Verdict, verify } from "../x509/verify.ts";
import type { Circumstances } from "./failures.ts";
import { Gate } from "./gate.ts";
import { type Choices, type Credentials, contextOf, handshake, trusted } from "./handshaking.ts";
import { SecureStream } from "./secure-stream.ts";
import { objection } from "./verdicts.ts";

export interface Security extends Choices, Partial<Credentials> {
  /** The host name or IP address that the server's certificate must be for. */
  readonly serverName: string;
  /** Trusted certificates, PEM or DER. */
  readonly roots: readonly (string | Uint8Array)[];
  /** Whose time certificates are valid at. */
  readonly clock: Pick<Clock, "now">;
  /** Revocation lists, DER. Given, each certificate below the root must stand well in its issuer's. */
  readonly crls?: readonly Uint8Array[];
  /** The chain is judged and told, and whatever it is worth, accepted: nobody knows then who the server is. */
  readonly insecure?: boolean;
  /** A session to take up again, as `onSession` got it. */
  readonly session?: Uint8Array;
  /** Takes what takes the session up again. Who has it can pretend to be us: it is kept like a private key. */
  readonly onSession?: (session: Uint8Array) => void;
  /** Takes each of the server's certificates with its verdict, from the root down, also when the chain is refused. */
  readonly onCertificate?: (verdict: Verdict) => void;
}

/**
 * TLS 1.2 or 1.3 over a stream that nothing has been read from (RFC 5246, RFC 8446). The stream belongs to the result
 * from now on; it is closed if this fails.
 * @throws Refused with what the server, its certificates or ours are refused for; Unanswered if the handshake hangs
 */
export async function secure(stream: Stream, security: Security): Promise<SecureStream> {
  const { serverName, certificate, key, clock, crls, insecure = false, session, protocols } = security;
  const own = certificate !== undefined && key !== undefined ? { certificate, key } : undefined;
  if (!own && (certificate ?? key) !== undefined)
    throw new Refused("a client certificate and its private key belong together; give both");
  const at: Circumstances = {
    role: "client",
    peer: `${stream.remote.address}:${stream.remote.port}`,
    version: security.version && `TLS ${security.version}`,
    certificate: own !== undefined,
    passed: security.passed,
  };
  // So that the secrets are told also of a session that is refused.
  const gate = security.onSecret && security.version !== "1.2" ? new Gate(stream.duplex) : undefined;
  const below = gate ?? stream.duplex;
  try {
    const roots = insecure && security.roots.length === 0 ? [] : trusted(security.roots);
    const socket = connect({
      socket: below,
      secureContext: contextOf(security, own),
      // An address is no server name (RFC 6066 §3).
      servername: isIP(serverName) ? "" : serverName,
      // node:tls only knows the machine's clock: the chain is verified here instead.
      rejectUnauthorized: false,
      ...(session && { session: Buffer.from(session) }),
      ...(protocols && { ALPNProtocols: [...protocols] }),
    });
    const { onSession } = security;
    if (onSession) socket.on("session", ticket => onSession(new Uint8Array(ticket)));
    const shaken = await handshake(socket, below, "secureConnect", security, at);

    const verification = verify(shaken.presented, {
      roots,
      at: clock.now(),
      purpose: "server",
      name: serverName,
      crls,
    });
    for (const verdict of verification.verdicts) security.onCertificate?.(verdict);
    if (!verification.trusted && !insecure) throw objection(at.peer, verification);
    gate?.open();
    const chain = verification.verdicts;
    return new SecureStream(socket, stream, { ...shaken, chain }, at);
  } catch (error) {
    stream.duplex.destroy();
    throw error;
  }
}
