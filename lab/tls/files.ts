// What the commands of TLS are given in files: roots, a certificate with its key, revocation lists, a session.
import { X509Certificate } from "node:crypto";
import {
  accessSync,
  appendFileSync,
  chmodSync,
  constants,
  existsSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { folderOf } from "../../pki/authority.ts";
import { type Content, contentsOf, octetsOf } from "../../pki/contents.ts";
import { keysIn } from "../../pki/hierarchy.ts";
import { exportKey } from "../../pki/keys.ts";
import { passwordIn } from "../../pki/password.ts";
import { files, Unusable } from "../../pki/store.ts";
import type { Credentials } from "../../protocols/tls/handshaking.ts";
import { judged } from "../../protocols/x509/path.ts";
import { decodePem, encodePem } from "../../protocols/x509/pem.ts";
import { revocationListOf } from "../../protocols/x509/revocation.ts";
import { Failure, usage } from "../failure.ts";

/** Runs what reads files. @throws Failure where one of them can't be used */
export function reading<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Unusable ? new Failure(`${error.message}.`) : error;
  }
}

/** The certificates of a file, DER. */
export const certificatesIn = (file: string): Uint8Array[] => dersIn(file, "certificate");

/** The revocation lists of files, DER, each readable. */
export function listsIn(names: readonly string[]): Uint8Array[] {
  const lists = names.flatMap(file => dersIn(file, "revocation list"));
  for (const der of lists) revocationListOf(der);
  return lists;
}

function dersIn(file: string, kind: Content["kind"]): Uint8Array[] {
  const ders = contentsIn(file).filter(content => content.kind === kind);
  if (ders.length === 0) throw new Unusable(`${file} holds no ${kind}`);
  return ders.map(({ der }) => der);
}

function contentsIn(file: string): Content[] {
  return contentsOf(readable(file), file);
}

function readable(file: string): Uint8Array {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Unusable(`${file} can't be read (${code}); check the path`);
  }
  return octetsOf(file);
}

/** Every certificate of the folder's files; what else lies there is passed over. */
export function certificatesUnder(folder: string): Uint8Array[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Unusable(`--capath ${folder} can't be read (${code}); name a folder of certificates`);
  }
  const found = names.toSorted().flatMap(name => {
    try {
      return certificatesIn(join(folder, name));
    } catch (error) {
      if (error instanceof Unusable) return [];
      throw error;
    }
  });
  if (found.length === 0) throw new Unusable(`--capath ${folder} holds no certificate`);
  return found;
}

/** Who is trusted where nobody is named: the intranet's root, if there is one yet, and the roots that come with Bun. */
export function usualRoots(): Uint8Array[] {
  const own = files(folderOf("intranet"), "Root CA", "certificate").pem;
  const bundled = rootCertificates.flatMap(pem => decodePem(pem)).filter(isReadable);
  return [...(existsSync(own) ? certificatesIn(own) : []), ...bundled];
}

/** Among so many authorities one may do what is not described here. */
function isReadable(der: Uint8Array): boolean {
  try {
    return judged(der).der === der;
  } catch {
    return false;
  }
}

/** A certificate with those above it, and its key, which may lie in the same file. */
export function credentialsIn(
  cert: string | undefined,
  key: string | undefined,
  passphraseFile: string | undefined,
): Credentials | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined) throw usage("--key without a certificate: give --cert FILE as well.");
  const certificates = certificatesIn(cert);
  const keyFile = key ?? cert;
  const held = contentsIn(keyFile).find(({ kind }) => kind.endsWith("private key"));
  if (!held)
    throw new Unusable(
      `${keyFile} holds no private key${key === undefined ? "; name the file that does with --key" : ""}`,
    );
  const password = passphraseFile === undefined ? undefined : passwordIn(passphraseFile);
  const { privateKey } = keysIn(held.der, keyFile, password);
  if (!new X509Certificate(certificates[0]!).checkPrivateKey(privateKey))
    throw new Unusable(
      `the key in ${keyFile} does not belong to the first certificate in ${cert}; give the two that were made together, the owner's certificate first`,
    );
  return { certificate: certificates, key: exportKey(privateKey) };
}

/** What OpenSSL calls the file of a session. */
const sessionLabel = "SSL SESSION PARAMETERS";

export function sessionIn(file: string): Uint8Array {
  const [session] = decodePem(new TextDecoder("latin1").decode(readable(file)), sessionLabel);
  if (session) return session;
  throw new Unusable(`${file} holds no session; --session-out writes one`);
}

/** A session is as secret as a private key: only its owner reads the file. */
export const writeSession = (file: string, session: Uint8Array): void =>
  writable("--session-out", file, () => {
    writeFileSync(file, encodePem(session, sessionLabel), { mode: 0o600 });
    // What was there before keeps its permissions otherwise.
    chmodSync(file, 0o600);
  });

/** What adds lines to a key log, which only its owner reads; none without a file. */
export function keyLogTo(file: string | undefined): ((line: string) => void) | undefined {
  if (file === undefined) return undefined;
  const add = (text: string) => writable("--keylog", file, () => appendFileSync(file, text, { mode: 0o600 }));
  add("");
  return line => add(`${line}\n`);
}

export const writeText = (option: string, file: string, text: string): void =>
  writable(option, file, () => writeFileSync(file, text));

function writable(option: string, file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(`${option} ${file} can't be written (${code}); name another file.`);
  }
}
