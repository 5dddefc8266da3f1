// The other sides of the table of failures: node:tls in this process, OpenSSL and Mosquitto as they are installed; all on loopback.
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer } from "node:net";
import { connect, createServer, type TlsOptions } from "node:tls";
import { peer } from "../../scripts/peers.ts";
import type { Shown, Stage } from "./failing-stage.ts";

/** How long any of them may take, in milliseconds. */
const patience = 15_000;

export type PeerName = "node:tls" | "OpenSSL" | "Mosquitto";
export type Version = "1.2" | "1.3";

function spawned(stage: Stage, command: readonly string[], environment: Record<string, string> = {}): void {
  const env = { ...process.env, ...environment };
  const run = Bun.spawn([...command], { stdin: "pipe", stdout: "ignore", stderr: "ignore", env });
  stage.beforeEnd(async () => {
    run.kill();
    await run.exited;
  });
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const listeners = Array.from({ length: count }, () => createTcpServer());
  const ports = await Promise.all(
    listeners.map(
      listener =>
        new Promise<number>(resolve =>
          listener.listen(0, "127.0.0.1", () => resolve((listener.address() as AddressInfo).port)),
        ),
    ),
  );
  await Promise.all(listeners.map(listener => new Promise(resolve => listener.close(resolve))));
  return ports;
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const socket = connectTcp(port, "127.0.0.1");
    const open = await new Promise<boolean>(resolve => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await Bun.sleep(10);
  }
  throw new Error(`nothing listens on port ${port}`);
}

/** What a server of another's is to be. */
export interface ServerWish {
  readonly shown: Shown;
  /** Clients must show a certificate that stands in no revocation list. */
  readonly mutual?: boolean;
  /** Other versions are refused. */
  readonly version?: Version | "1.1";
  /** OpenSSL's name of the only suite. */
  readonly suite?: string;
  /** node:tls's name of the only group. */
  readonly group?: string;
  /** No TLS at all. */
  readonly plain?: boolean;
}

/** Starts such servers; the port of each. Those of Mosquitto are listeners of one process, but for the newest version that they speak. */
export const servers: Readonly<
  Record<PeerName, (stage: Stage, wishes: readonly ServerWish[]) => Promise<number[]>>
> = {
  "node:tls": (stage, wishes) => Promise.all(wishes.map(wish => nodeServer(stage, wish))),
  async OpenSSL(stage, wishes) {
    const ports = await freePorts(wishes.length);
    for (const [i, wish] of wishes.entries()) spawned(stage, sServer(stage, wish, ports[i]!));
    await Promise.all(ports.map(listening));
    return ports;
  },
  async Mosquitto(stage, wishes) {
    const ports = await freePorts(wishes.length);
    // It gives up root otherwise, and then can't read our keys.
    const user = process.getuid?.() === 0 ? ["user root"] : [];
    for (const newest of ["1.1", "1.2", "1.3"] as const) {
      const listeners = wishes.flatMap((wish, i) =>
        (wish.version ?? "1.3") === newest ? listener(stage, wish, ports[i]!) : [],
      );
      const all = ["per_listener_settings true", ...user, ...listeners].join("\n");
      const file = stage.file(`mosquitto-${newest}.conf`, all);
      if (listeners.length > 0)
        spawned(stage, [peer("mosquitto")!, "-c", file], openssl(stage, newest, undefined));
    }
    await Promise.all(ports.map(listening));
    return ports;
  },
};

function nodeServer({ rootPem, lists, beforeEnd }: Stage, wish: ServerWish): Promise<number> {
  const options: TlsOptions = {
    cert: wish.shown.pem,
    key: wish.shown.key,
    ...(wish.mutual && {
      ...{ ca: rootPem, crl: lists.client.pems },
      ...{ requestCert: true, rejectUnauthorized: true },
    }),
    ...(wish.version && { minVersion: `TLSv${wish.version}`, maxVersion: `TLSv${wish.version}` }),
    ...(wish.suite ? { ciphers: wish.suite } : wish.version === "1.1" && { ciphers: "ALL" }),
    ...(wish.group && { ecdhCurve: wish.group }),
  };
  const server = wish.plain
    ? // As a broker does with what is no CONNECT.
      createTcpServer(socket => socket.once("data", () => socket.destroy()).on("error", () => {}))
    : createServer(options, socket =>
        socket.on("error", () => {}).on("data", octets => socket.write(octets)),
      );
  server.on("tlsClientError", () => {});
  beforeEnd(async () => void server.close());
  return new Promise(resolve =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)),
  );
}

function sServer(
  { lists: { client } }: Stage,
  { shown, mutual, version, suite }: ServerWish,
  port: number,
): string[] {
  const { leaf, above, key } = shown.files;
  const flag = version && { "1.1": "-tls1_1", "1.2": "-tls1_2", "1.3": "-tls1_3" }[version];
  const lists = ["-crl_check_all", "-CAfile", client.fileWithRoot];
  return [
    ...[peer("openssl")!, "s_server", "-accept", `127.0.0.1:${port}`, "-quiet", "-rev"],
    ...["-cert", leaf, "-key", key, ...(shown.ders.length > 1 ? ["-cert_chain", above] : [])],
    ...(mutual ? ["-Verify", "3", "-verify_return_error", ...lists] : []),
    ...(flag ? [flag] : []),
    ...(version === "1.1" ? ["-cipher", "ALL:@SECLEVEL=0"] : []),
    ...(suite ? [suite.startsWith("TLS_") ? "-ciphersuites" : "-cipher", suite] : []),
  ];
}

function listener({ rootFile, lists }: Stage, wish: ServerWish, port: number): string[] {
  const { shown, mutual, version, suite, plain } = wish;
  const begun = [`listener ${port} 127.0.0.1`, "allow_anonymous true"];
  if (plain) return begun;
  return [
    ...begun,
    ...[`certfile ${shown.files.chain}`, `keyfile ${shown.files.key}`, `cafile ${rootFile}`],
    ...(mutual ? ["require_certificate true", `crlfile ${lists.client.file}`] : []),
    ...(version ? [`tls_version tlsv${version}`] : []),
    ...(suite ? [`${suite.startsWith("TLS_") ? "ciphers_tls1.3" : "ciphers"} ${suite}`] : []),
  ];
}

/** What a client of another's is to be. */
export interface ClientWish {
  readonly version: Version | "1.1";
  /** Its certificate. */
  readonly shown?: Shown;
  /** Whether it verifies the server, its name and revocation lists included. */
  readonly verifies?: boolean;
  /** "wrong name" is the only thing that Mosquitto's clients can be made to find with the names here. */
  readonly byName?: boolean;
  readonly suite?: string;
  readonly group?: string;
  readonly plain?: boolean;
}

/** Connects, and ends; what it said about that. */
export const clients: Readonly<
  Record<PeerName, (stage: Stage, port: number, wish: ClientWish) => Promise<string>>
> = {
  "node:tls": nodeClient,
  OpenSSL: ({ lists }, port, { version, shown, verifies, suite }) => {
    const flag = { "1.1": "-tls1_1", "1.2": "-tls1_2", "1.3": "-tls1_3" }[version];
    return said([
      ...[peer("openssl")!, "s_client", "-connect", `127.0.0.1:${port}`, flag, "-servername", "JORGE-PC"],
      ...(shown ? ["-cert", shown.files.leaf, "-key", shown.files.key] : []),
      ...(shown && shown.ders.length > 1 ? ["-cert_chain", shown.files.above] : []),
      ...(verifies ? ["-verify_return_error", "-verify_hostname", "JORGE-PC"] : []),
      ...(verifies ? ["-crl_check_all", "-CAfile", lists.server.fileWithRoot] : []),
      ...(version === "1.1" ? ["-cipher", "ALL:@SECLEVEL=0"] : []),
      ...(suite ? [suite.startsWith("TLS_") ? "-ciphersuites" : "-cipher", suite] : []),
    ]);
  },
  Mosquitto(stage, port, { version, shown, verifies, byName, suite, plain }) {
    const own = suite?.startsWith("TLS_") ? suite : undefined;
    const command = [
      ...[peer("mosquitto_pub")!, "-h", "127.0.0.1", "-p", `${port}`, "-t", "t", "-m", "m"],
      ...(plain ? [] : ["--cafile", stage.rootFile, "--tls-version", `tlsv${version}`]),
      ...(plain || (verifies && byName) ? [] : ["--insecure"]),
      ...(shown ? ["--cert", shown.files.chain, "--key", shown.files.key] : []),
      ...(suite && !own ? ["--ciphers", suite] : []),
    ];
    return said(command, openssl(stage, version, own));
  },
};

function nodeClient({ rootPem, lists }: Stage, port: number, wish: ClientWish): Promise<string> {
  const { version, shown, verifies, suite, group, plain } = wish;
  return new Promise(resolve => {
    const timer = setTimeout(() => over("nothing"), patience);
    const over = (how: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(how);
    };
    const socket = plain
      ? connectTcp(port, "127.0.0.1", () => socket.write(plainConnect))
      : connect({
          ...{ host: "127.0.0.1", port, servername: "JORGE-PC", rejectUnauthorized: verifies === true },
          ...{ minVersion: `TLSv${version}`, maxVersion: `TLSv${version}` },
          ...(verifies && { ca: rootPem, crl: lists.server.pems }),
          ...(shown && { cert: shown.pem, key: shown.key }),
          ...(suite ? { ciphers: suite } : version === "1.1" && { ciphers: "ALL" }),
          ...(group && { ecdhCurve: group }),
        });
    socket.on("error", (error: NodeJS.ErrnoException) => over(error.code ?? error.message));
    socket.on("close", () => over("closed"));
    socket.on("data", () => over("data"));
  });
}

/** A CONNECT of MQTT 3.1.1 without client identifier (OASIS MQTT 3.1.1 §3.1). */
const plainConnect = Uint8Array.fromHex("100c00044d5154540402003c0000");

/**
 * What Mosquitto's programs have no options for is set for OpenSSL as a whole: the newest version (theirs is the oldest
 * that they speak), and the suites of TLS 1.3.
 */
function openssl({ file }: Stage, newest: string, suite: string | undefined): { OPENSSL_CONF: string } {
  const lines = [
    ...["openssl_conf = all", "[all]", "ssl_conf = ssl", "[ssl]", "system_default = defaults", "[defaults]"],
    `MaxProtocol = TLSv${newest}`,
    ...(newest === "1.1" ? ["MinProtocol = TLSv1.1", "CipherString = ALL:@SECLEVEL=0"] : []),
    ...(suite ? [`Ciphersuites = ${suite}`] : []),
    "",
  ];
  return { OPENSSL_CONF: file(`openssl-${newest}${suite ? "-suite" : ""}.cnf`, lines.join("\n")) };
}

async function said(command: readonly string[], environment: Record<string, string> = {}): Promise<string> {
  const env = { ...process.env, ...environment };
  const run = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe", env });
  const timer = setTimeout(() => run.kill(), patience);
  const [out, err] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
  await run.exited;
  clearTimeout(timer);
  return out + err;
}
