// One connection of `bun lab tls connect`: the handshake looked on, and what the server makes of our certificate.
import { Refused, Unanswered } from "../../protocols/endpoint/index.ts";
import { type Security, secure } from "../../protocols/tls/client.ts";
import { HandshakeRefused } from "../../protocols/tls/failures.ts";
import type { SecureStream } from "../../protocols/tls/secure-stream.ts";
import type { Verdict } from "../../protocols/x509/verify.ts";
import { connect as dial } from "../network/native.ts";
import { type Seen, Witness } from "./witness.ts";

export interface Wish extends Omit<Security, "onCertificate" | "onSession" | "passed"> {
  readonly address: string;
  readonly port: number;
  /** How long TCP and TLS may take each, in milliseconds. */
  readonly patience: number;
  /** In TLS 1.3 it comes after the handshake: to have it takes waiting for it. */
  readonly wantsSession?: boolean;
}

/** What became of it. */
export interface Connection {
  /** None where the handshake failed. */
  readonly stream: SecureStream | undefined;
  /** Why it failed, during the handshake or right after it. */
  readonly failure: HandshakeRefused | Refused | Unanswered | undefined;
  /** The server's certificates from the root down, as far as they came. */
  readonly verdicts: readonly Verdict[];
  readonly seen: Seen;
  /** Milliseconds; of TLS from hello to both Finished, or until it failed. */
  readonly times: { readonly tcp: number; readonly tls: number };
  /** What takes the session up again, if the server gave it. */
  readonly session: Uint8Array | undefined;
  /** Whether the server has shown that it accepts us: in TLS 1.3 its handshake ends after ours. */
  readonly accepted: boolean;
}

/** How long a server of TLS 1.3 may take to accept us or not, in milliseconds: it has only to verify what we sent. */
const hesitation = 1000;

/** @throws Refused or Unanswered where there is no TCP connection */
export async function connection({ address, port, wantsSession, ...security }: Wish): Promise<Connection> {
  const begun = performance.now();
  const tcp = await dial({ address, port }, security.patience);
  const opened = performance.now();
  const witness = new Witness(0);
  const verdicts: Verdict[] = [];
  const ticket = Promise.withResolvers<void>();
  let session: Uint8Array | undefined;
  let stream: SecureStream | undefined;
  let failure: Connection["failure"];
  let accepted = false;
  let secured = Number.NaN;
  try {
    stream = await secure(witness.over(tcp), {
      ...security,
      passed: witness.passed,
      onCertificate: verdict => verdicts.push(verdict),
      onSecret: line => {
        witness.secret(line);
        security.onSecret?.(line);
      },
      onSession: given => {
        session = given;
        ticket.resolve();
      },
    });
    secured = performance.now();
    // Who was not asked who it is will not be refused for it.
    const waits = stream.version === "TLS 1.3" && (wantsSession || witness.passed().requested);
    accepted = !waits || (await accepts(stream, ticket.promise, security.patience));
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unanswered)) throw error;
    failure = error;
    secured = Number.isNaN(secured) ? performance.now() : secured;
  }
  const seen = witness.seen();
  const shaken = seen.session?.handshakeTime;
  const tls = shaken === undefined ? secured - opened : Number(shaken) / 1e6;
  return { stream, failure, verdicts, seen, times: { tcp: opened - begun, tls }, session, accepted };
}

/** A ticket, or a word, comes after the server has verified us. @throws HandshakeRefused if it refuses us */
async function accepts(stream: SecureStream, ticket: Promise<void>, patience: number): Promise<boolean> {
  const word = stream.read(Math.min(hesitation, patience)).then(octets => octets !== undefined);
  // Whichever comes later is of no interest.
  word.catch(() => {});
  return Promise.race([ticket.then(() => true), word]);
}

/** What a server wants of its clients, as far as a client can know. */
export type Wanted =
  | "not requested"
  | "required"
  | "requested"
  | "requested, perhaps required"
  | "not asked again"
  | "unknown";

/**
 * What a connection *without* a client certificate tells. The request is a message, in TLS 1.3 deciphered with our own
 * secrets; that it is a demand shows only when we come without. In TLS 1.2 the server's Finished lets us in; in 1.3 a
 * ticket or a word does, and without either it stays open. An application above may refuse us later all the same.
 */
export function wantedOf({ stream, failure, seen, accepted }: Connection): Wanted {
  if (seen.requested === undefined) {
    if (seen.session?.resumed) return "not asked again";
    return stream || finished(seen) ? "not requested" : "unknown";
  }
  if (failure instanceof HandshakeRefused && demands.has(failure.failing)) return "required";
  if (failure && !stream) return "unknown";
  return accepted ? "requested" : "requested, perhaps required";
}

/** Alerts of who missed a certificate: TLS 1.3's own, and those that stacks send before it (RFC 5246 §7.4.6). */
const demands = new Set([
  "alert certificate_required",
  "alert handshake_failure",
  "alert bad_certificate",
  "alert certificate_unknown",
  "closed",
]);

/** The server has said all that it had to say before the client's certificate. */
const finished = ({ session }: Seen): boolean =>
  session?.timeline.some(
    ({ way, message }) => way === 1 && (message === "server_hello_done" || message === "finished"),
  ) === true;
