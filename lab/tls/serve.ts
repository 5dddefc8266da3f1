// `bun lab tls serve`: our TLS server standing alone; it says back what it hears, and a line about each handshake.
import type { BrokenFault } from "../../pki/broken.ts";
import { Refused, type Stream, Unanswered } from "../../protocols/endpoint/index.ts";
import { HandshakeRefused, leftAtOnce } from "../../protocols/tls/failures.ts";
import type { Credentials } from "../../protocols/tls/handshaking.ts";
import { otherStacks, otherStacksText } from "../../protocols/tls/other-stacks.ts";
import type { SecureStream } from "../../protocols/tls/secure-stream.ts";
import { accept, contextFor, type Service } from "../../protocols/tls/server.ts";
import { encodePem } from "../../protocols/x509/pem.ts";
import { Failure, usage } from "../failure.ts";
import { beforeEnd } from "../network/index.ts";
import { listen } from "../network/native.ts";
import { paint, printable } from "../terminal.ts";
import { type ChoiceOptions, choicesOf } from "./choices.ts";
import { certificatesIn, credentialsIn, keyLogTo, listsIn, reading, writeText } from "./files.ts";
import { Witness } from "./witness.ts";

export interface ServeOptions extends ChoiceOptions {
  readonly bind: string;
  readonly port: number;
  readonly cert?: string;
  readonly key?: string;
  readonly passphraseFile?: string;
  /** Who may vouch for clients, which then must show a certificate. */
  readonly ca?: string;
  /** They are asked for one, and need not have it. */
  readonly request?: boolean;
  readonly crl?: readonly string[];
  /** What is to be wrong with our certificate: "not-yet-valid". */
  readonly broken?: string;
  /** Where the revocation lists of such a certificate go. */
  readonly crlOut?: string;
  readonly keylog?: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
  /** Seconds. */
  readonly timeout: number;
}

/** As many clients at a time; who comes after them is turned away. */
const mostClients = 200;
/** How long a client may say nothing, in milliseconds. */
const idle = 60_000;

/** Serves until the process is told to end. @throws Failure */
export async function serveTls(options: ServeOptions): Promise<never> {
  const service = await serviceOf(options);
  const { port, close } = await serving(service, options, line => console.log(line));
  beforeEnd(close);
  const whom = service.clientRoots
    ? service.require
      ? "clients must show a certificate"
      : "clients are asked for a certificate"
    : "clients are not asked who they are";
  console.error(`lab: TLS server on ${options.bind}:${port}: ${whom}. Ctrl-C ends it.`);
  return new Promise(() => {});
}

export interface Serving {
  readonly port: number;
  close(): Promise<void>;
}

/** Takes connections; `say` gets a line about each handshake. @throws Failure where the port can't be had, or a certificate can't be used */
export async function serving(
  service: Service,
  { bind, port, verbose, json }: Pick<ServeOptions, "bind" | "port" | "verbose" | "json">,
  say: (line: string) => void,
): Promise<Serving> {
  const shared = { ...service, context: usable(service) };
  const clients = new Set<Stream>();
  const served = async (stream: Stream) => {
    if (clients.size >= mostClients) return void stream.duplex.destroy();
    clients.add(stream);
    const tell = (event: Event) => say(json ? JSON.stringify(event) : lineOf(event, verbose));
    await attend(stream, shared, tell);
    clients.delete(stream);
  };
  try {
    const listener = await listen(port, stream => void served(stream), bind);
    return {
      port: listener.local.port,
      async close() {
        for (const { duplex } of clients) duplex.destroy();
        await listener.close();
      },
    };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Failure(`${error.message}; another port is taken with -p PORT.`);
  }
}

function usable(service: Service): Service["context"] {
  try {
    return contextFor(service);
  } catch (error) {
    throw error instanceof Refused ? new Failure(`${error.message}.`) : error;
  }
}

/** One client, from its hello to its end. Whatever it does, it ends nothing but itself. */
async function attend(tcp: Stream, service: Service, tell: (event: Event) => void): Promise<void> {
  const witness = new Witness(1);
  const { address, port } = tcp.remote;
  const peer = `${address}:${port}`;
  try {
    const stream = await accept(witness.over(tcp), {
      ...service,
      passed: witness.passed,
      onSecret: line => {
        witness.secret(line);
        service.onSecret?.(line);
      },
    });
    tell(handshakeOf(peer, stream, witness));
    // It brings the client the ticket of TLS 1.3, which BoringSSL holds back until there is something to say.
    await stream.write(new TextEncoder().encode(greeting(stream)));
    if (!(await echo(stream))) tell({ peer, done: true, left: true, says: leftAtOnce({ peer }) });
    await stream.close();
  } catch (error) {
    tcp.duplex.destroy();
    tell(failureOf(peer, error as Error));
  }
}

const greeting = ({ version, suite, commonName }: SecureStream): string =>
  `${version}, ${suite}${commonName === undefined ? "" : `; you are ${printable(commonName)}`}\n`;

/** Says back what it hears until the client ends; false where it has said nothing and is gone. */
async function echo(stream: SecureStream): Promise<boolean> {
  for (let heard = false; ; heard = true) {
    const octets = await stream.read(idle);
    if (!octets) return heard || !stream.ended;
    await stream.write(octets);
  }
}

interface Event {
  readonly peer: string;
  readonly done: boolean;
  readonly says: string;
  readonly [more: string]: unknown;
}

function handshakeOf(peer: string, stream: SecureStream, witness: Witness): Event {
  const { version, suite, resumed, protocol = null, commonName } = stream;
  const { group = null, octets, session } = witness.seen();
  const client = commonName === undefined ? null : printable(commonName);
  const took = session?.handshakeTime === undefined ? null : Number(session.handshakeTime) / 1e6;
  const parts = [
    version,
    suite,
    group,
    protocol,
    resumed && "a session taken up again",
    client === null ? "the client has not said who it is" : `the client is ${client}`,
    took !== null && `${took.toFixed(1)} ms`,
  ];
  return {
    ...{ peer, done: true, says: parts.filter(Boolean).join(", ") },
    ...{ version, suite, group, protocol, resumed, client },
    octets: { received: octets[0], sent: octets[1] },
    milliseconds: took,
  };
}

function failureOf(peer: string, error: Error): Event {
  // Whatever else goes wrong with one client is told, and is no end to the others.
  const failing = error instanceof HandshakeRefused ? error.failing : null;
  const others = failing === null ? undefined : otherStacks(failing);
  const says = error instanceof Unanswered ? `${error.message}; it may not speak TLS at all` : error.message;
  return { peer, done: false, says: printable(says), failing, others: others ?? null };
}

function lineOf({ peer, done, left, says, others }: Event, verbose = false): string {
  const mark = left ? "·" : done ? paint("✓", "green") : paint("✗", "red");
  const more =
    verbose && others ? ` [${otherStacksText(others as Parameters<typeof otherStacksText>[0])}]` : "";
  return `${mark} ${says.includes(peer) ? "" : `${peer} `}${says}${more}`;
}

/** @throws Failure */
export async function serviceOf(options: ServeOptions): Promise<Service> {
  const { ca, request = false, crl = [], timeout } = options;
  if (ca === undefined && (request || crl.length > 0))
    throw usage(
      "--request and --crl are about clients' certificates: name who vouches for them with --ca FILE.",
    );
  const own = await credentialsOf(options);
  return {
    ...choicesOf(options),
    ...own,
    ...(ca !== undefined && { clientRoots: reading(() => certificatesIn(ca)), require: !request }),
    ...(crl.length > 0 && { crls: reading(() => listsIn(crl)) }),
    onSecret: keyLogTo(options.keylog),
    patience: timeout * 1000,
  };
}

/** Those in the files, or the intranet's of JORGE-PC, or such as are wrong on purpose. */
async function credentialsOf(options: ServeOptions): Promise<Credentials> {
  const { cert, key, passphraseFile, broken: fault, crlOut } = options;
  const given = reading(() => credentialsIn(cert, key, passphraseFile));
  if (given && fault !== undefined)
    throw usage("--broken makes a certificate of its own: leave --cert and --key out.");
  if (given) return given;
  const { intranet } = await import("../../pki/index.ts");
  const authority = await intranet();
  if (fault === undefined)
    return { certificate: authority.chain("JORGE-PC").pem, key: authority.key("JORGE-PC").pem };
  if (fault === "revoked" && crlOut === undefined)
    throw usage("that it is revoked stands in a list, which the client needs: --crl-out FILE writes it.");
  const { broken } = await import("../../pki/broken.ts");
  const { ders, keyDer, crls, says } = await broken(authority, fault.replaceAll("-", " ") as BrokenFault);
  if (crlOut !== undefined)
    writeText("--crl-out", crlOut, crls.map(der => encodePem(der, "X509 CRL")).join(""));
  console.error(`lab: a certificate of JORGE-PC that is ${fault}: ${says.en}`);
  return { certificate: ders, key: keyDer };
}
