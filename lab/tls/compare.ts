// `bun lab tls compare`: the same handshake with several TLS servers, full and resumed: octets, flights, times and memory, in a table.
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Authority, intranet } from "../../pki/index.ts";
import { exit, usage } from "../failure.ts";
import { beforeEnd, ending } from "../network/cleanup.ts";
import { enter, hasEntered, UNSHARE_OPTIONS } from "../network/enter.ts";
import type { Language, Said } from "../words.ts";
import { type Case, type Certificate, casesOf, certificates, unknownToUs } from "./compare-cases.ts";
import { measured, type Outcome } from "./compare-measure.ts";
import { found, type ServerPlan, type StackName, stackNames, stacks, started } from "./compare-servers.ts";
import { compareLines, rowObject } from "./compare-table.ts";

export interface CompareOptions {
  /** "1.2,1.3" */
  readonly versions: string;
  /** IANA's names, with commas; by default the reference run's and its neighbours. */
  readonly suites?: string;
  /** Handshakes of each kind. */
  readonly runs: number;
  readonly json?: boolean;
  /** Where a capture of the first handshakes of each goes. */
  readonly write?: string;
  readonly lang: Language;
}

/** One case with one server: what came of it, or why it can't be had. */
export interface Row extends Case {
  readonly server: StackName;
  readonly outcome: Outcome | { readonly objection: Said };
}

export type Found = { readonly name: StackName } & ReturnType<typeof found>;

/** Prints the table; returns 1 where nothing could be measured. @throws Failure */
export async function compare(options: CompareOptions): Promise<number> {
  const cases = casesOf(options);
  if (options.write !== undefined) writable(options.write);
  const alone = onANetworkOfItsOwn();
  const servers = stackNames.map((name): Found => ({ name, ...found(name, alone) }));
  const folder = mkdtempSync(join(tmpdir(), "tls-compare-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const forget = beforeEnd(async () => remove());
  try {
    const credentials = await credentialsIn(folder, new Set(cases.map(one => one.certificate)));
    const rows: Row[] = [];
    for (const [i, one] of cases.entries()) {
      progress(i, cases.length, one);
      for (const server of servers) {
        if (ending.aborted || "lack" in server) continue;
        const outcome = await outcomeOf(server, one, credentials.get(one.certificate)!, options.runs);
        rows.push({ ...one, server: server.name, outcome });
      }
    }
    progress(cases.length, cases.length);
    if (options.write !== undefined) {
      const { writeTapes } = await import("./compare-capture.ts");
      await writeTapes(options.write, rows);
    }
    if (options.json) console.log(JSON.stringify({ servers, runs: options.runs, rows: rows.map(rowObject) }));
    else for (const line of compareLines(servers, rows, options)) console.log(line);
    return rows.some(({ outcome }) => !("objection" in outcome)) ? exit.done : exit.failed;
  } finally {
    remove();
    forget();
  }
}

/** Told before anything is measured. @throws Failure */
function writable(file: string): void {
  try {
    closeSync(openSync(file, "a"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw usage(`-w ${file} can't be written (${code}); name another file.`);
  }
}

/**
 * Has this process start over on a network that nobody else is on, where the machine permits that; there a server that
 * listens on every address is heard by nobody. Otherwise everything stays on 127.0.0.1.
 */
function onANetworkOfItsOwn(): boolean {
  if (process.platform !== "linux") return false;
  if (!hasEntered()) {
    const unshare = Bun.which("unshare");
    if (!unshare || Bun.which("ip") === null) return false;
    const trial = Bun.spawnSync([unshare, ...UNSHARE_OPTIONS, "--", "ip", "link", "set", "lo", "up"], {
      timeout: 5000,
    });
    if (trial.exitCode !== 0) return false;
    enter(unshare);
  }
  return Bun.spawnSync(["ip", "link", "set", "lo", "up"]).exitCode === 0;
}

/** `root`: whom the client trusts, PEM. */
type Credentials = Pick<ServerPlan, "certificate" | "above" | "chain" | "key"> & { readonly root: string };

/** The intranet's chain, made anew for this run with each kind of key. */
async function credentialsIn(
  folder: string,
  kinds: ReadonlySet<Certificate>,
): Promise<Map<Certificate, Credentials>> {
  chmodSync(folder, 0o700);
  const made = new Map<Certificate, Credentials>();
  for (const kind of kinds) {
    const keys = certificates[kind];
    const authority = await intranet(join(folder, keys), { keys, notice: () => {} });
    made.set(kind, credentialsOf(authority));
  }
  return made;
}

const credentialsOf = (authority: Authority): Credentials => ({
  certificate: authority.certificate("JORGE-PC").files.pem,
  above: authority.certificate("MQTT CA").files.pem,
  chain: authority.chain("JORGE-PC").file,
  key: authority.key("JORGE-PC").files.pem,
  root: authority.root.pem,
});

async function outcomeOf(
  server: Found,
  one: Case,
  { root, ...credentials }: Credentials,
  runs: number,
): Promise<Row["outcome"]> {
  if ("lack" in server) return { objection: server.lack };
  const plan = { ...credentials, version: one.version, suite: one.suite };
  const objection = unknownToUs(one) ?? stacks[server.name].objection?.(plan);
  if (objection) return { objection };
  try {
    await using running = await started(server.name, server.program, plan);
    return await measured(running, one, root, runs);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { objection: { en: error.message, es: error.message } };
  }
}

function progress(done: number, all: number, one?: Case): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(one ? `\r\x1b[K${done} of ${all}: ${one.suite}, ${one.certificate}` : "\r\x1b[K");
}
