// The servers that are compared: node:tls in a Bun of its own, OpenSSL's and GnuTLS's; each is started for one case and ended by its number.
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { opensslName } from "../../protocols/tls/handshaking.ts";
import { beforeEnd } from "../network/cleanup.ts";
import type { Said } from "../words.ts";

/** What a server is to speak. */
export interface ServerPlan {
  readonly port: number;
  readonly version: "1.2" | "1.3";
  /** IANA's name. */
  readonly suite: string;
  /** PEM files: the certificate, the certificates above it without the root, both in one, and the key. */
  readonly certificate: string;
  readonly above: string;
  readonly chain: string;
  readonly key: string;
}

export const stackNames = ["node:tls", "openssl s_server", "gnutls-serv"] as const;
export type StackName = (typeof stackNames)[number];

interface Stack {
  /** None: it is this project's own runtime. */
  readonly program?: string;
  readonly package?: string;
  readonly versionWords?: readonly string[];
  /** It can only be made to listen on every address, so that it is started on a network of its own, or not at all. */
  readonly everywhere?: boolean;
  /** Why it can't be made to speak that, if so. */
  readonly objection?: (plan: Omit<ServerPlan, "port">) => Said | undefined;
  readonly words: (program: string, plan: ServerPlan) => readonly string[];
}

export const stacks: Readonly<Record<StackName, Stack>> = {
  "node:tls": {
    objection: ({ version, suite }) =>
      version === "1.3" && suite !== "TLS_AES_128_GCM_SHA256"
        ? {
            en: "nobody can choose the suite of TLS 1.3 in Bun's node:tls",
            es: "en el node:tls de Bun nadie puede elegir el conjunto de TLS 1.3",
          }
        : undefined,
    words: (_, plan) => [
      process.execPath,
      fileURLToPath(new URL("compare-node.ts", import.meta.url)),
      JSON.stringify(plan),
    ],
  },
  "openssl s_server": {
    program: "openssl",
    package: "openssl",
    versionWords: ["version"],
    words: (program, { port, version, suite, certificate, above, key }) => [
      ...[program, "s_server", "-accept", `127.0.0.1:${port}`, "-quiet", "-rev"],
      ...["-cert", certificate, "-cert_chain", above, "-key", key],
      ...(version === "1.3"
        ? ["-tls1_3", "-ciphersuites", suite]
        : ["-tls1_2", "-cipher", opensslName(suite)]),
    ],
  },
  "gnutls-serv": {
    program: "gnutls-serv",
    package: "gnutls-bin",
    versionWords: ["--version"],
    everywhere: true,
    objection: ({ suite }) =>
      priorityOf(suite) === undefined
        ? {
            en: "GnuTLS has no name for that suite here",
            es: "aquí GnuTLS no tiene nombre para ese conjunto",
          }
        : undefined,
    words: (program, { port, version, suite, chain, key }) => [
      ...[program, "--echo", "--quiet", "--disable-client-cert", "-p", `${port}`],
      ...["--x509certfile", chain, "--x509keyfile", key],
      ...["--priority", `NONE:+VERS-TLS${version}:${priorityOf(suite)}:+SIGN-ALL:+GROUP-ALL:+CTYPE-X509`],
    ],
  },
};

/** "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" in GnuTLS's words: "+ECDHE-RSA:+AES-256-GCM:+AEAD". */
export function priorityOf(suite: string): string | undefined {
  const parts = /^TLS_(?:(RSA|DHE_RSA|ECDHE_RSA|ECDHE_ECDSA)_WITH_)?(\w+?)_(SHA|SHA256|SHA384)$/.exec(suite);
  if (!parts || parts[2]!.includes("WITH")) return undefined;
  const [, exchange, cipher, hash] = parts;
  const sealed = /GCM|CCM|POLY1305/.test(cipher!);
  const words = [
    exchange?.replace("_", "-"),
    cipher!.replaceAll("_", "-"),
    sealed ? "AEAD" : hash === "SHA" ? "SHA1" : hash,
  ];
  return words.flatMap(word => (word === undefined ? [] : `+${word}`)).join(":");
}

/** Its path and version, or why it can't be had and how to get it. `alone`: on a network that nobody else is on. */
export function found(
  name: StackName,
  alone: boolean,
): { readonly program: string; readonly version: string } | { readonly lack: Said } {
  const { program, package: from, versionWords, everywhere } = stacks[name];
  if (!program) return { program: process.execPath, version: `Bun ${Bun.version}` };
  const path = Bun.which(program);
  if (!path)
    return {
      lack: {
        en: `${program} is missing; on Debian: apt-get install ${from}`,
        es: `falta ${program}; en Debian: apt-get install ${from}`,
      },
    };
  if (everywhere && !alone)
    return {
      lack: {
        en: `${program} listens on every address: it needs a network of its own, which this machine does not permit (bun lab doctor says why)`,
        es: `${program} escucha en todas las direcciones: necesita una red propia, que esta máquina no permite (bun lab doctor dice por qué)`,
      },
    };
  const { stdout } = Bun.spawnSync([path, ...versionWords!], { stdin: "ignore", timeout: 5000 });
  return { program: path, version: /\d+\.\d+(?:\.\d+)*/.exec(stdout.toString())?.[0] ?? "" };
}

export interface RunningServer extends AsyncDisposable {
  readonly port: number;
  /** Octets of memory that it holds, and the most that it ever held; `undefined` but on Linux. */
  memory(): { readonly now: number; readonly peak: number } | undefined;
}

/** How long a server may take to listen, in milliseconds. */
const patience = 5000;

/** @throws Error with what it printed, if it does not come to listen */
export async function started(
  name: StackName,
  program: string,
  plan: Omit<ServerPlan, "port">,
): Promise<RunningServer> {
  const port = await freePort();
  const words = stacks[name].words(program, { ...plan, port });
  // Whoever kills this process outright leaves no server behind.
  const guard = Bun.which("setpriv");
  const command = guard ? [guard, "--pdeathsig", "KILL", "--", ...words] : [...words];
  const server = Bun.spawn(command, { stdin: "pipe", stdout: "ignore", stderr: "pipe" });
  // Read to its end: a server whose pipe is full would stand still.
  const printed = beginningOf(server.stderr);
  const stop = async () => {
    server.kill("SIGKILL");
    await server.exited;
  };
  const ended = beforeEnd(stop);
  const running: RunningServer = {
    port,
    memory: () => memoryOf(server.pid),
    async [Symbol.asyncDispose]() {
      await stop();
      ended();
    },
  };
  const deadline = performance.now() + patience;
  while (!(await listens(port))) {
    if (server.exitCode === null && performance.now() < deadline) {
      await Bun.sleep(10);
      continue;
    }
    await running[Symbol.asyncDispose]();
    const [complaint = ""] = (await printed).trim().split("\n");
    throw new Error(`${name} did not come to listen${complaint && `: ${complaint.slice(0, 200)}`}`);
  }
  return running;
}

/** The first few thousand characters, once it has ended. */
async function beginningOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const octets of stream) if (text.length < 4000) text += new TextDecoder().decode(octets);
  return text;
}

/** /proc has it in kilobytes of 1024 octets: VmRSS and VmHWM (proc(5)). */
function memoryOf(pid: number): { readonly now: number; readonly peak: number } | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const [now, peak] = ["VmRSS", "VmHWM"].map(name =>
      Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]),
    );
    return now && peak ? { now: now * 1024, peak: peak * 1024 } : undefined;
  } catch {
    return undefined;
  }
}

function freePort(): Promise<number> {
  const listener = createServer();
  return new Promise((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", () => {
      const { port } = listener.address() as { port: number };
      listener.close(() => resolve(port));
    });
  });
}

const listens = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, "127.0.0.1");
    const settle = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", () => settle(true)).once("error", () => settle(false));
  });
