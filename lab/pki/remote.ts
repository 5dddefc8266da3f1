// What a server presents: its certificates as they came, leaf first. Naming the server is the consent to ask it.
import { isIP } from "node:net";
import { connect } from "node:tls";
import { presented } from "../../protocols/tls/handshaking.ts";
import { exit, Failure, usage } from "../failure.ts";

export interface Remote {
  readonly host: string;
  readonly port: number;
}

/** "test.mosquitto.org:8883", "[::1]:8883"; nothing where the word is no host with a port. */
export function remoteOf(word: string): Remote | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:/\\]+)):(\d{1,5})$/.exec(word) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return;
  const port = Number(digits);
  if (port < 1 || port > 65_535) throw usage(`${word}: the port is ${digits}, where 1 to 65535 is expected.`);
  return { host, port };
}

/** The certificates of its handshake, DER, leaf first. Nothing is trusted, and nothing is sent after it. @throws Failure */
export function presentedBy({ host, port }: Remote, seconds = 10): Promise<Uint8Array[]> {
  if (!(seconds > 0 && seconds < 86_400))
    throw usage("--timeout takes seconds, more than 0 and less than a day.");
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array[]>();
  const fail = (why: string, code: number = exit.failed) => {
    socket.destroy();
    reject(new Failure(`${host}:${port} ${why}`, code));
  };
  const socket = connect({
    host,
    port,
    // An address is no server name (RFC 6066 §3).
    servername: isIP(host) ? "" : host,
    rejectUnauthorized: false,
  });
  const timer = setTimeout(
    () => fail(`has not shown a certificate in ${seconds} s; does it speak TLS on that port?`, exit.noReply),
    seconds * 1000,
  );
  /** What has been shown so far, which is all there is to see. */
  const shown = () => {
    const certificates = presented(socket);
    if (certificates.length > 0) resolve(certificates);
    return certificates.length > 0;
  };
  socket.once("secureConnect", () => {
    if (!shown()) fail("has shown no certificate.");
    socket.destroy();
  });
  socket.once("error", (error: NodeJS.ErrnoException) => {
    // A server that demands a certificate of ours has shown its own before it gives up.
    if (shown()) return;
    const { code = "", message } = error;
    fail(`can't be asked: ${reasons[code] ?? (code.includes("ALERT") ? refusal(code) : `${message}.`)}`);
  });
  socket.once("close", () =>
    fail("closed the connection before it showed a certificate; does it speak TLS on that port?"),
  );
  return promise.finally(() => clearTimeout(timer));
}

/** "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE" */
const refusal = (code: string): string =>
  `it refuses the handshake (${code
    .replace(/^.*ALERT_/, "")
    .replaceAll("_", " ")
    .toLowerCase()}) before it shows a certificate.`;

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; start the server, or give another port.",
  ENOTFOUND: "there is no host of that name; check the spelling, or the DNS server.",
  EAI_AGAIN: "no DNS server answers; check the network.",
  ECONNRESET: "it closed the connection; does it speak TLS on that port?",
  ENETUNREACH: "there is no way to it; check the network.",
  EHOSTUNREACH: "there is no way to it; check the network.",
  ERR_SSL_WRONG_VERSION_NUMBER: "what answers there is not TLS; check the port.",
  ETIMEDOUT: "it does not answer; check the host and the port.",
};
