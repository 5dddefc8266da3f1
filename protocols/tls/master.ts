// Where the master secret of a session comes from, until TLS 1.2: the key log, what the client sent, or an earlier session.
import type { Ciphers } from "./ciphers.ts";
import type { KeyLog } from "./keylog.ts";
import { Version } from "./numbers.ts";
import { join, masterSecret, prfHash, type Randoms } from "./schedule.ts";
import { suiteOf } from "./suite.ts";

/** What is known of the session. */
export interface Session {
  readonly version?: number;
  readonly suite?: number;
  readonly clientRandom?: Uint8Array;
  readonly serverRandom?: Uint8Array;
  /** What the server calls the session. */
  readonly sessionId?: Uint8Array;
  /** What the client brought to take a session up again. */
  readonly ticket?: Uint8Array;
  /** Both sides want the master secret bound to the handshake (RFC 7627). */
  readonly extendedMasterSecret?: boolean;
  /** The messages of the handshake so far, where the master secret must be worked out. */
  readonly transcript?: readonly Uint8Array[];
}

export const randomsOf = ({ clientRandom, serverRandom }: Session): Randoms | undefined =>
  clientRandom && serverRandom && { client: clientRandom, server: serverRandom };

/** Works the master secret out of what the client sent, after its ClientKeyExchange; the key log has it from then on. */
export function learnMaster(
  keyLog: KeyLog,
  ciphers: Ciphers,
  session: Session,
  encrypted: Uint8Array | undefined,
): void {
  const [randoms, suite] = [randomsOf(session), suiteOf(session.suite)];
  if (!randoms || !suite || keyLog.secret("CLIENT_RANDOM", randoms.client)) return;
  const premaster = keyLog.premaster(randoms.client, encrypted);
  if (!premaster) return;
  const transcript = session.extendedMasterSecret ? join(...(session.transcript ?? [])) : undefined;
  const hash = prfHash(session.version ?? Version["TLS 1.2"], suite);
  keyLog.learn(randoms.client, masterSecret(ciphers, hash, premaster, randoms, transcript));
}

/** The master secret of the session, if the key log has it, or that of the session that it takes up again. */
export function masterOf(
  keyLog: KeyLog,
  { clientRandom, sessionId, ticket }: Session,
): Uint8Array | undefined {
  if (!clientRandom) return undefined;
  const known = keyLog.secret("CLIENT_RANDOM", clientRandom);
  if (known) return known;
  const earlier = keyLog.resumed(ticket) ?? keyLog.resumed(sessionId);
  if (earlier) keyLog.learn(clientRandom, earlier);
  return earlier;
}
