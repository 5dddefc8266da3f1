// Where secrets of TLS sessions are read from: a key log, or a server's private RSA key.
import type { KeyLog, Unread } from "../../protocols/tls/index.ts";
import { rsaKey } from "../../protocols/tls/native.ts";
import { Failure } from "../failure.ts";

/**
 * Adds what a file holds: lines of the NSS key log, or a private RSA key in PEM. The file that is `named` must be there
 * and hold secrets, that of the environment may. What stands in it is never told.
 */
export async function addSecrets(keyLog: KeyLog, named: string | undefined): Promise<void> {
  const file = named ?? process.env.SSLKEYLOGFILE;
  if (file === undefined) return;
  const text = await Bun.file(file)
    .text()
    .catch((error: NodeJS.ErrnoException) => {
      if (named === undefined) return "";
      throw new Failure(`the key log ${file} can't be read (${error.code}); check the path.`);
    });
  const unread = addSecretsIn(keyLog, text, file, named !== undefined);
  const [first] = unread;
  if (first)
    console.error(
      `lab: ${file}: ${unread.length} ${unread.length === 1 ? "line" : "lines"} can't be read, the first is line ${first.line} (${first.reason}); the rest is taken.`,
    );
}

/** Adds what a text holds, and returns the lines that can't be read. @throws Failure if it `must` hold secrets and does not */
export function addSecretsIn(keyLog: KeyLog, text: string, file: string, must = true): Unread[] {
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----/m.test(text)) {
    addKey(keyLog, text, file);
    return [];
  }
  if (must && !/^[A-Z0-9_]+ [0-9a-f]+ [0-9a-f]+/im.test(text))
    throw new Failure(
      `${file} holds no line of a key log, such as CLIENT_RANDOM …; name the file that SSLKEYLOGFILE named.`,
    );
  return keyLog.add(text);
}

function addKey(keyLog: KeyLog, pem: string, file: string): void {
  try {
    keyLog.addKey(rsaKey(pem));
  } catch {
    throw new Failure(
      `the key in ${file} can't be used; a server's private RSA key in PEM, without password, opens sessions whose secret it was sent.`,
    );
  }
}
