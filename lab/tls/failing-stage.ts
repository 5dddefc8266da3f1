// What the table of failures is played with: the intranet's hierarchy on P-256, a certificate for each fault, and revocation lists.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrokenFault, broken } from "../../pki/broken.ts";
import { type Authority, intranet } from "../../pki/index.ts";
import { encodePem } from "../../protocols/x509/pem.ts";

/** A certificate with those above it and its key, in PEM and as files. */
export interface Shown {
  readonly ders: readonly Uint8Array[];
  readonly keyDer: Uint8Array;
  readonly pem: string;
  readonly key: string;
  readonly files: {
    readonly leaf: string;
    readonly above: string;
    readonly chain: string;
    readonly key: string;
  };
}

/** Revocation lists of the whole hierarchy: DER, PEM, a file of them, and one with the root before them. */
export interface Lists {
  readonly ders: readonly Uint8Array[];
  readonly pems: string[];
  readonly file: string;
  readonly fileWithRoot: string;
}

/** Everything that a test of the table needs; the daemons are started once. */
export interface Stage {
  readonly root: Uint8Array;
  readonly rootPem: string;
  /** For who verifies servers, and for who verifies clients: the revoked one stands in them. */
  readonly lists: Readonly<Record<"server" | "client", Lists>>;
  readonly servers: Readonly<Record<string, Shown>>;
  readonly clients: Readonly<Record<string, Shown>>;
  readonly rootFile: string;
  file(name: string, content: string): string;
  /** Done before the files go: the end of a server. */
  beforeEnd(task: () => Promise<void>): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The intranet's hierarchy on P-256, and a certificate for each fault on both sides. */
export async function stage(faults: readonly BrokenFault[]): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "tls-failures-"));
  chmodSync(folder, 0o700);
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const authority = await intranet(join(folder, "pki"), { keys: "P-256", notice: () => {} });
  const rootPem = authority.root.pem;
  const tasks: (() => Promise<void>)[] = [];
  const listed: Partial<Record<"server" | "client", Lists>> = {};
  const side = async (role: "server" | "client", name: "JORGE-PC" | "NUCLEO-H723ZG") => {
    const good = own(authority, name);
    const all: Record<string, Shown> = { good: shownIn(file, `${role}-good`, good) };
    for (const fault of faults) {
      if (fault === "wrong name" && role === "client") continue;
      const made = await broken(authority, fault, { role, keys: "P-256" });
      all[fault] = shownIn(file, `${role}-${fault.replaceAll(" ", "-")}`, made);
      if (fault !== "revoked") continue;
      const pems = made.crls.map(der => encodePem(der, "X509 CRL"));
      const pem = pems.join("");
      const fileWithRoot = file(`${role}-root-and-lists.pem`, rootPem + pem);
      listed[role] = { ders: made.crls, pems, file: file(`${role}-lists.pem`, pem), fileWithRoot };
    }
    return all;
  };
  const [servers, clients] = [await side("server", "JORGE-PC"), await side("client", "NUCLEO-H723ZG")];
  return {
    root: authority.root.der,
    rootPem,
    lists: listed as Stage["lists"],
    ...{ servers, clients, file },
    rootFile: file("root.pem", rootPem),
    beforeEnd: task => void tasks.push(task),
    async [Symbol.asyncDispose]() {
      await Promise.all(tasks.map(end => end()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const own = (authority: Authority, name: "JORGE-PC" | "NUCLEO-H723ZG") => ({
  ders: [authority.certificate(name).der, authority.intermediate.der],
  keyDer: authority.key(name).der,
});

function shownIn(
  file: (name: string, content: string) => string,
  name: string,
  { ders, keyDer }: { readonly ders: readonly Uint8Array[]; readonly keyDer: Uint8Array },
): Shown {
  const [leaf = "", ...above] = ders.map(der => encodePem(der));
  const [pem, key] = [leaf + above.join(""), encodePem(keyDer, "PRIVATE KEY")];
  const files = {
    leaf: file(`${name}.pem`, leaf),
    above: file(`${name}-above.pem`, above.join("")),
    chain: file(`${name}-chain.pem`, pem),
    key: file(`${name}.key`, key),
  };
  return { ders, keyDer, pem, key, files };
}
