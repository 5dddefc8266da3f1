// `bun lab tls`: TLS's client, server, decoder and analyzer standing alone.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Report } from "../../protocols/tls/index.ts";
import type { TlsLabOptions } from "../protocol-labs/tls.ts";
import { registerCompare } from "../tls/compare-command.ts";
import { seconds } from "./numbers.ts";
import { registerLab, registerProtocol } from "./protocol.ts";

export function register(program: Command): void {
  const command = registerProtocol<Report>(
    program,
    "tls",
    "handshakes seen from inside: the lab, client, server, captures",
    async () => {
      const [{ analyzer, kinds }, { tlsLines }, { decodeTls }] = await Promise.all([
        import("../../protocols/tls/index.ts"),
        import("../reports/tls.ts"),
        import("../tls/decode.ts"),
      ]);
      const protocol = { ...kinds.record, title: "TLS", reference: "", over: [], summary: () => "" };
      return { protocol, analyzer, lines: tlsLines, decode: decodeTls };
    },
  );
  registerLab<Report, TlsLabOptions>(
    program,
    command,
    async options => (await import("../protocol-labs/tls.ts")).tlsLab(options),
    [
      new Option("--tls <mode>", "who proves who it is: nobody, the server, or both")
        .choices(["off", "server", "mutual"])
        .default("mutual")
        .env("LAB_TLS"),
      new Option("--tls-version <version>", "the version")
        .choices(["1.2", "1.3"])
        .default("1.2")
        .env("LAB_TLS_VERSION"),
    ],
  );
  registerConnect(program, command);
  registerServe(command);
  registerCompare(command);
  command.addHelpText(
    "after",
    `
Examples:
  bun lab tls                                       a handshake message by message, and what an eavesdropper reads
  bun lab tls connect test.mosquitto.org:8883       who that is, and how one talks to it
  bun lab tls serve -p 8443                         the intranet's server, with a line about each handshake
  bun lab tls serve -p 8443 --broken expired        one that nobody should trust
  bun lab tls decode 15 03 03 00 02 02 28           what these octets say
  bun lab tls analyze capture.pcapng --keylog keys  sessions, what they are worth, what they cost`,
  );
}

function registerConnect(program: Command, command: Command): void {
  const connect = command
    .command("connect")
    .description("shake hands with a server; naming it permits speaking to it")
    .argument("<host:port>", "localhost:8883, [::1]:443")
    .option("--servername <name>", "whom the certificate must be for; the host by default")
    .option("--cafile <file>", "whom to trust (PEM or DER), instead of the intranet's root and Bun's list")
    .option("--capath <folder>", "trust every certificate in that folder");
  withCredentials(connect, "ours, with those above it");
  withChoices(connect)
    .addOption(crl())
    .option("--at <date>", "judge on that date: 2030-01-01, 2030-01-01T12:00:00Z, +30d, -2y")
    .option("--showcerts", "the certificates too, their fields and in PEM")
    .option("--reconnect", "connect once more, and take the session up again")
    .option("--session-out <file>", "write the session there; it is as secret as a key")
    .option("--session-in <file>", "take up the session in that file")
    .option("--insecure", "judge the chain, and go on whatever it is worth")
    .option("--json", "one JSON object");
  addEnds(connect)
    .addHelpText(
      "after",
      `
Examples:
  bun lab tls connect localhost:8883 --servername JORGE-PC
  bun lab tls connect 192.168.1.20:8884 --cafile root.pem --cert board.pem --key board.key
  bun lab tls connect localhost:8883 --servername JORGE-PC --at +3y
  bun lab tls connect localhost:8883 --tls-version 1.2 --ciphers ECDHE-RSA-AES128-GCM-SHA256 --reconnect

Where the server asks for a client certificate and we have one, it is asked once more without, to see whether it insists.
Exit codes: 0 done, 1 refused by either side, 2 a mistake in the flags, 9 nobody answered.`,
    )
    .action(async (word: string, options) => {
      const { connectTo } = await import("../tls/connect.ts");
      process.exitCode = await connectTo(word, { ...options, lang: program.opts().lang });
    });
}

function registerServe(command: Command): void {
  const serve = command
    .command("serve")
    .description("a server that says back what it hears, and a line about each handshake")
    .addOption(new Option("-p, --port <port>", "the port; 0 takes a free one").default(8443).argParser(port))
    .option("--bind <address>", "where it listens; 0.0.0.0 is everywhere", "127.0.0.1");
  withCredentials(serve, "the server's, with those above it; JORGE-PC's of the intranet by default");
  withChoices(serve)
    .option("--ca <file>", "clients must show a certificate of this authority (PEM or DER)")
    .option("--request", "with --ca: they are asked for one, and need not have it")
    .addOption(crl())
    .addOption(
      new Option("--broken <fault>", "a certificate of JORGE-PC that is wrong in one way").choices([
        ...["expired", "not-yet-valid", "wrong-name", "unknown-authority", "missing-intermediate"],
        ...["path-too-long", "revoked", "wrong-purpose"],
      ]),
    )
    .option("--crl-out <file>", "with --broken: where the revocation lists go (PEM)")
    .option("-v, --verbose", "with each failure, what mbedTLS and OpenSSL call it")
    .option("--json", "one JSON object a line");
  addEnds(serve)
    .addHelpText(
      "after",
      `
Examples:
  bun lab tls serve -p 8443                                   then: bun lab tls connect localhost:8443 --servername JORGE-PC
  bun lab tls serve -p 8443 --ca root.pem --crl list.pem      who has no certificate, or a revoked one, is refused
  bun lab tls serve -p 8443 --broken wrong-name               each client should refuse it, and say why
  bun lab tls serve -p 8443 --tls-version 1.3                 who speaks 1.2 alone is refused`,
    )
    .action(async options => {
      const { serveTls } = await import("../tls/serve.ts");
      await serveTls(options);
    });
}

const withCredentials = (command: Command, whose: string): Command =>
  command
    .option("--cert <file>", `a certificate (PEM or DER): ${whose}`)
    .option("--key <file>", "its private key; that in the same file by default")
    .addOption(
      new Option("--passphrase-file <file>", "opens an encrypted key: its first line").env(
        "LAB_PKI_PASSPHRASE_FILE",
      ),
    );

const withChoices = (command: Command): Command =>
  command
    .option("--tls-version <versions>", "1.2, 1.3, or both: 1.2,1.3 (both)")
    .option("--ciphers <suites>", "suites of TLS 1.2 in order, with commas: IANA's names or OpenSSL's")
    .option("--groups <groups>", "groups in order, with commas: X25519, P-256, P-384, P-521, X25519MLKEM768")
    .option("--alpn <protocols>", "protocols inside TLS in order, with commas: mqtt, h2, http/1.1");

const addEnds = (command: Command): Command =>
  command
    .addOption(
      new Option("--keylog <file>", "the secrets of the sessions are added there").env("SSLKEYLOGFILE"),
    )
    .addOption(
      new Option("--timeout <seconds>", "how long a handshake may take")
        .default(10)
        .argParser(seconds)
        .env("LAB_TIMEOUT"),
    )
    .helpOption("--help", "what it does, with examples");

const crl = () =>
  new Option("--crl <file>", "a revocation list, PEM or DER; may be repeated").argParser(
    (value: string, before: string[] = []) => [...before, value],
  );

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError("A port is 0 to 65535.");
  return number;
}
