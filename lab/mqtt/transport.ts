// How `mqtt pub` and `mqtt sub` reach the broker: plain, by TLS, or over WebSocket.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { connect as secureConnect } from "node:tls";
import { Refused, type Stream } from "../../protocols/endpoint/index.ts";
import { dialWebSocket } from "../../protocols/mqtt/client/websocket.ts";
import type { Line } from "../../protocols/mqtt/client.ts";
import { type Choices, opensslName } from "../../protocols/tls/handshaking.ts";
import { Failure, usage } from "../failure.ts";
import { hostClock } from "../network/clock.ts";
import { connect } from "../network/native.ts";
import { DuplexStream } from "../network/stream.ts";
import { dial } from "../servers/mqtt-sockets.ts";
import type { BrokerOptions, Plan } from "./opening.ts";

const clock = hostClock();

/** The connection that the flags ask for: TCP, TLS over it, or WebSocket. @throws Failure, Refused, Unanswered */
export async function lineTo(plan: Plan, given: BrokerOptions): Promise<Line> {
  const { host, port, secured } = plan;
  const credentials = secured ? credentialsOf(given) : undefined;
  if (given.websocket !== undefined) {
    const path = given.websocket === true ? "/mqtt" : given.websocket;
    const url = `${secured ? "wss" : "ws"}://${isIP(host) === 6 ? `[${host}]` : host}:${port}${path}`;
    return dialWebSocket(url, credentials);
  }
  if (!secured && given.bind === undefined) return dial({ address: host, port });
  const open = () => connect({ address: host, port }, undefined, given.bind);
  if (!credentials) return open();
  const { roots, certificate, key } = credentials;
  const { tlsVersion, ciphers, tlsAlpn: alpn, keylog } = given;
  const choices = (await import("../tls/choices.ts")).choicesOf({ tlsVersion, ciphers, alpn });
  const plain = await open();
  const own = certificate && key ? { certificate, key } : undefined;
  if (given.insecure) return unnamed(plain, host, roots, own, choices);
  const [{ secure }, { appendFileSync }] = await Promise.all([
    import("../../protocols/tls/client.ts"),
    import("node:fs"),
  ]);
  return secure(plain, {
    serverName: host,
    roots,
    clock,
    ...choices,
    ...own,
    ...(keylog && { onSecret: line => appendFileSync(keylog, `${line}\n`, { mode: 0o600 }) }),
  });
}

interface Credentials {
  readonly roots: readonly string[];
  readonly certificate?: string;
  readonly key?: string;
}

/** @throws Failure */
function credentialsOf({ cafile, capath, cert, key }: BrokerOptions): Credentials {
  return {
    roots: [
      ...(cafile === undefined ? [] : [readable(cafile, "--cafile")]),
      ...(capath === undefined ? [] : rootsIn(capath)),
    ],
    ...(cert !== undefined && { certificate: readable(cert, "--cert") }),
    ...(key !== undefined && { key: readable(key, "--key") }),
  };
}

function readable(path: string, flag: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Failure(
      `${flag} ${path} can't be read (${(error as NodeJS.ErrnoException).code}); check the path.`,
    );
  }
}

/** Every certificate of a folder, whatever its files are called: OpenSSL looks for them by hash, nobody else need do so. */
function rootsIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw new Failure(
      `--capath ${folder} can't be read (${(error as NodeJS.ErrnoException).code}); check the path.`,
    );
  }
  const roots = names
    .filter(name => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile())
    .map(name => readable(join(folder, name), "--capath"))
    .filter(text => text.includes("-----BEGIN CERTIFICATE-----"));
  if (roots.length === 0)
    throw new Failure(`--capath ${folder}: no file there holds a certificate (PEM); check the path.`);
  return roots;
}

/** `--insecure`: the chain is verified, the name in it is not. */
function unnamed(
  plain: Stream,
  host: string,
  ca: readonly string[],
  own: { certificate: string; key: string } | undefined,
  choices: Choices,
): Promise<Stream> {
  console.error(
    "lab: --insecure: the name in the broker's certificate is not checked; whoever has one of the same authority may stand between.",
  );
  return new Promise((resolve, reject) => {
    const { version, suites, protocols } = choices;
    const socket = secureConnect({
      socket: plain.duplex,
      ca: [...ca],
      ...(own && { cert: own.certificate, key: own.key }),
      ...(!isIP(host) && { servername: host }),
      ...(version && { minVersion: `TLSv${version}`, maxVersion: `TLSv${version}` }),
      ...(suites && { ciphers: suites.map(opensslName).join(":") }),
      ...(protocols && { ALPNProtocols: [...protocols] }),
      checkServerIdentity: () => undefined,
    });
    const failed = (error: Error) => reject(new Refused(`TLS with ${host}: ${error.message}`));
    socket.once("error", failed);
    socket.once("secureConnect", () => {
      socket.off("error", failed);
      resolve(new DuplexStream(socket, plain.local, plain.remote));
    });
  });
}

/** Bun's WebSocket has a handshake of its own, which nobody can look into. @throws Failure (usage) */
export function refuseOverWebSocket({
  bind,
  ciphers,
  tlsAlpn,
  insecure,
  tlsVersion,
  keylog,
}: BrokerOptions): void {
  if ((bind ?? ciphers ?? tlsAlpn ?? insecure ?? tlsVersion ?? keylog) !== undefined)
    throw usage(
      "-A, --ciphers, --tls-alpn, --insecure, --tls-version and --keylog do not go with --websocket: leave either out.",
    );
}
