// `bun lab tls connect`: a handshake with a server that a person names, and everything about it.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { Refused, Unanswered } from "../../protocols/endpoint/index.ts";
import { HandshakeRefused } from "../../protocols/tls/failures.ts";
import { otherStacks, otherStacksText } from "../../protocols/tls/other-stacks.ts";
import { exit, Failure, usage } from "../failure.ts";
import { dateOf } from "../pki/options.ts";
import { remoteOf } from "../pki/remote.ts";
import type { Language } from "../words.ts";
import { type ChoiceOptions, choicesOf } from "./choices.ts";
import { type Told, toldLines, toldObject } from "./connect-lines.ts";
import { type Connection, connection, type Wanted, type Wish, wantedOf } from "./connection.ts";
import {
  certificatesIn,
  certificatesUnder,
  credentialsIn,
  keyLogTo,
  listsIn,
  reading,
  sessionIn,
  usualRoots,
  writeSession,
} from "./files.ts";

export interface ConnectOptions extends ChoiceOptions {
  readonly servername?: string;
  readonly cafile?: string;
  readonly capath?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly passphraseFile?: string;
  readonly crl?: readonly string[];
  readonly at?: string;
  readonly showcerts?: boolean;
  readonly sessionIn?: string;
  readonly sessionOut?: string;
  readonly reconnect?: boolean;
  readonly keylog?: string;
  readonly insecure?: boolean;
  readonly json?: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly lang: Language;
}

/** Prints; returns the exit code. Naming the server is the consent to speak to it. @throws Failure */
export async function connectTo(word: string, options: ConnectOptions): Promise<number> {
  const remote = remoteOf(word);
  if (!remote)
    throw usage(
      `"${word}" is no HOST:PORT, such as localhost:8883, 192.168.1.20:8884 or [::1]:443; name the server with its port.`,
    );
  const wish = reading(() => wishOf(options, remote.host));
  const at = { address: await addressOf(remote.host), port: remote.port };
  if (options.insecure) warn();
  const told = await tell({ ...wish, ...at }, options);
  if (options.json) console.log(JSON.stringify(toldObject(word, told)));
  else for (const line of toldLines(word, told, options)) console.log(line);
  const { failure, stream, session } = told.connection;
  if (options.sessionOut !== undefined && session) writeSession(options.sessionOut, session);
  await stream?.close();
  if (failure) throw failed(failure, options.timeout);
  if (options.sessionOut !== undefined && !session)
    throw new Failure(`${word} gave no session to take up again, so ${options.sessionOut} is not written.`);
  return exit.done;
}

function warn(): void {
  console.error(
    "lab: --insecure: whoever answers is believed; anybody on the way can read and change everything.",
  );
}

function wishOf(options: ConnectOptions, host: string): Omit<Wish, "address" | "port"> {
  const { cafile, capath, crl = [], insecure, sessionIn: sessionFile } = options;
  const roots = [
    ...(cafile === undefined ? [] : certificatesIn(cafile)),
    ...(capath === undefined ? [] : certificatesUnder(capath)),
  ];
  const date = dateOf(options.at, "--at");
  const ahead = date ? BigInt(date.getTime() - Date.now()) * 1_000_000n : 0n;
  return {
    ...choicesOf(options),
    ...credentialsIn(options.cert, options.key, options.passphraseFile),
    serverName: options.servername ?? host,
    roots: cafile === undefined && capath === undefined ? usualRoots() : roots,
    clock: { now: () => BigInt(Date.now()) * 1_000_000n + ahead },
    insecure,
    ...(crl.length > 0 && { crls: listsIn(crl) }),
    ...(sessionFile !== undefined && { session: sessionIn(sessionFile) }),
    onSecret: keyLogTo(options.keylog),
    wantsSession: options.reconnect === true || options.sessionOut !== undefined,
    patience: options.timeout * 1000,
  };
}

async function addressOf(host: string): Promise<string> {
  if (isIP(host)) return host;
  try {
    // As `localhost` is served by those who listen on 127.0.0.1 alone.
    return (await lookup(host, { verbatim: false })).address;
  } catch {
    throw new Failure(
      `this machine does not know the address of ${host}; check the spelling, or give the address and --servername ${host}.`,
      exit.noReply,
    );
  }
}

/** The connection, one without our certificate if it takes that to know whether it is required, and one more to resume it. */
async function tell(wish: Wish, { reconnect, timeout }: ConnectOptions): Promise<Told> {
  const first = await opened(wish, timeout);
  const shown = wish.certificate !== undefined;
  let wanted: Wanted = wantedOf(first);
  if (shown && wanted.startsWith("requested") && first.stream && !first.failure) {
    const bare = await opened(
      { ...wish, certificate: undefined, key: undefined, session: undefined },
      timeout,
    );
    wanted = wantedOf(bare);
    bare.stream?.duplex.destroy();
  } else if (shown && first.seen.requested) wanted = "requested, perhaps required";
  const again =
    reconnect && first.session && !first.failure
      ? await opened({ ...wish, session: first.session }, timeout)
      : undefined;
  again?.stream?.duplex.destroy();
  return { connection: first, wanted, shown, again, wish };
}

async function opened(wish: Wish, seconds: number): Promise<Connection> {
  try {
    return await connection(wish);
  } catch (error) {
    throw error instanceof Refused || error instanceof Unanswered ? failed(error, seconds) : error;
  }
}

/** One sentence, and what other stacks call it. */
function failed(error: Error, seconds: number): Failure {
  if (error instanceof Unanswered)
    return new Failure(
      `${error.message}; does a server listen there, and does it speak TLS? --timeout waits longer than ${seconds} s.`,
      exit.noReply,
    );
  if (!(error instanceof HandshakeRefused))
    return new Failure(`${error.message}.`, /^TCP /.test(error.message) ? exit.noReply : exit.failed);
  const others = otherStacks(error.failing);
  return new Failure(`${error.message}.${others ? `\n     ${otherStacksText(others)}` : ""}`);
}
