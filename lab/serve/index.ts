// `bun lab serve intranet -i IFACE`: the intranet's servers on a real interface, for a real board, until they are stopped.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { intranet, Unusable } from "../../pki/index.ts";
import { analyzers } from "../analyzers.ts";
import { failure } from "../dhcp/interface.ts";
import { exit, Failure } from "../failure.ts";
import { findingLine, findingObject } from "../findings.ts";
import { beforeEnd, ending } from "../network/index.ts";
import { SystemError } from "../network/linux/system.ts";
import { finishCapture } from "../runs/capture.ts";
import { makeFolder, saveRun } from "../runs/folder.ts";
import { elapsed, failureOf, writable } from "../runs/opening.ts";
import type { Language } from "../words.ts";
import { type Attended, attend } from "./attending.ts";
import { type Addresses, addressesIn, examine } from "./bench.ts";
import { layOut, refuseUnfit } from "./laying.ts";
import { Uart } from "./uart.ts";
import { Undoing } from "./undoing.ts";
import { words } from "./words.ts";

export interface ServeOptions {
  readonly interface: string;
  /** "192.168.1.0/24". */
  readonly subnet: string;
  /** The folder of the hierarchy; by default the lab's own. */
  readonly pki?: string;
  /** By default whichever the board speaks. */
  readonly tlsVersion?: "1.2" | "1.3";
  /** A serial device, or a file. */
  readonly uart?: string;
  readonly baud: number;
  readonly onDefaultRoute?: boolean;
  /** Where lines typed at the terminal are published. */
  readonly topic: string;
  readonly write?: string;
  readonly output?: string;
  /** With it, and only with it, the secrets of TLS sessions are kept: there, and in the capture. */
  readonly keylog?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly lang: Language;
}

/** Milliseconds that the last step of a long recording may take after Ctrl-C. */
const patience = 60_000;

/** Returns when it has ended and all is as it was. @throws Failure */
export async function serve(options: ServeOptions): Promise<number> {
  const addresses = addressesIn(options.subnet);
  if (options.write !== undefined) writable(options.write, "-w");
  if (options.keylog !== undefined) writable(options.keylog, "--keylog");
  const over = Promise.withResolvers<void>();
  const taken = beforeEnd(() => over.promise, patience);
  try {
    await onTheBench(options, addresses);
  } catch (error) {
    throw error instanceof SystemError ? failure(options.interface, error) : failureOf(error);
  } finally {
    taken();
    over.resolve();
  }
  return exit.done;
}

async function onTheBench(options: ServeOptions, addresses: Addresses): Promise<void> {
  const { interface: device, lang, quiet } = options;
  refuseUnfit(device);
  if (!quiet) console.error(`lab: ${words[lang].asking(device)}`);
  const examined = examine(device, addresses, options.onDefaultRoute === true);
  await Promise.race([examined, told(ending)]);
  if (ending.aborted) return void examined.catch(() => {});
  const authority = await intranet(options.pki).catch(error => {
    throw error instanceof Unusable ? new Failure(error.message) : error;
  });
  if (ending.aborted) return;

  const folder = makeFolder("serve-intranet", options.output);
  const file = resolve(options.write ?? join(folder, "capture.pcapng"));
  const attended = await undone(async undoing => {
    using uart =
      options.uart === undefined ? undefined : await Uart.open(options.uart, options.baud, undoing);
    await layOut(device, [addresses.router, addresses.pc], undoing);
    return await attend({ options, addresses, authority, file, uart });
  });
  if (existsSync(file)) await keep(options, addresses, { folder, file }, attended);
  if (attended.failure !== undefined && !ending.aborted) throw attended.failure;
}

const told = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Whatever the work does to this machine is taken back after it. */
async function undone<T>(work: (undoing: Undoing) => Promise<T>): Promise<T> {
  await using undoing = new Undoing();
  return await work(undoing);
}

/** The last step: comments and names into the capture, findings, and the folder of a run. */
async function keep(
  { keylog, lang, json, quiet, subnet, tlsVersion }: ServeOptions,
  addresses: Addresses,
  { folder, file }: { readonly folder: string; readonly file: string },
  { hosts, console: lines, happenings }: Attended,
): Promise<void> {
  const { packets, findings } = await finishCapture(file, {
    hosts: hosts.all,
    secrets: hosts.secrets,
    embedSecrets: keylog !== undefined,
    language: lang,
    happenings,
    analyzer: analyzers({ dhcpServers: [addresses.router.address] }),
  });
  const result = {
    scenario: "serve-intranet",
    ok: true,
    folder,
    capture: file,
    network: "machine",
    packets,
    milliseconds: elapsed(),
    servers: "embedded",
  };
  await saveRun(folder, {
    settings: { serve: { subnet, ...(tlsVersion && { tlsVersion }) } },
    log: hosts.log,
    console: lines,
    secrets: hosts.secrets,
    keylog,
    keepSecrets: keylog !== undefined,
    results: { run: result, findings: findings.map(findingObject) },
  });
  if (json) {
    for (const finding of findings)
      console.log(JSON.stringify({ kind: "finding", ...findingObject(finding) }));
    console.log(JSON.stringify({ kind: "result", ...result }));
    return;
  }
  if (quiet) return console.log(file);
  console.log("");
  for (const finding of findings) console.log(findingLine(finding, lang));
  if (findings.length === 0) console.log(words[lang].nothing);
  console.log(words[lang].ended(packets, file));
  console.log(`  bun lab inspect ${file}`);
}
