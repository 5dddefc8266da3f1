// How the tests start BIND and Unbound: in the foreground, with a folder of their own, and nothing of the machine's.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import type { Configuration, Daemon, Network } from "../network/index.ts";

/** A folder of files that is gone with what needs it. */
export class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "dns-peer-"));

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.path, name), text);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface Place {
  readonly name: string;
  readonly configuration: Configuration;
}

/** `options` and `zones` in named.conf's words. */
export async function bind(
  network: Network,
  { path }: Folder,
  place: Place,
  { options = "recursion no;", zones }: { options?: string; zones: string },
): Promise<Daemon> {
  writeFileSync(
    join(path, "named.conf"),
    `options {
  directory "${path}"; pid-file none; session-keyfile none; managed-keys-directory "${path}"; key-directory "${path}";
  listen-on { any; }; listen-on-v6 { none; }; dnssec-validation no; empty-zones-enable no; notify no; server-id "bind";
  allow-transfer { any; }; ${options}
};
controls { };
${zones}
`,
  );
  const command = [peer("named")!, "-g", "-4", "-n", "1", "-c", join(path, "named.conf")];
  const daemon = await network.daemon({ ...place, command });
  return await started(daemon, / running\s*$/);
}

/** A resolver that begins at that root server. */
export async function unbound(
  network: Network,
  { path }: Folder,
  place: Place,
  root: string,
): Promise<Daemon> {
  writeFileSync(join(path, "root.hints"), `. 3600 NS a.root.\na.root. 3600 A ${root}\n`);
  writeFileSync(
    join(path, "unbound.conf"),
    `server:
  interface: 0.0.0.0
  access-control: 0.0.0.0/0 allow
  do-ip6: no
  chroot: ""
  username: ""
  directory: "${path}"
  pidfile: ""
  use-syslog: no
  verbosity: 1
  num-threads: 1
  module-config: "iterator"
  root-hints: "${path}/root.hints"
`,
  );
  const command = [peer("unbound")!, "-d", "-p", "-c", join(path, "unbound.conf")];
  const daemon = await network.daemon({ ...place, command });
  return await started(daemon, /start of service/);
}

async function started(daemon: Daemon, sign: RegExp): Promise<Daemon> {
  for await (const line of daemon.lines) if (sign.test(line)) return daemon;
  throw new Error(`${daemon.name} did not start:\n${daemon.output}`);
}
