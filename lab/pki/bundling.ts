// `bun lab pki bundle`: a holder's key with its certificates in one file under a password, as browsers take it in.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { bundle } from "../../pki/bundle.ts";
import { bundleLine } from "../../pki/openssl.ts";
import { passwordIn } from "../../pki/password.ts";
import { Unusable } from "../../pki/store.ts";
import { Failure, usage } from "../failure.ts";
import { openHierarchy, type PkiOptions, passwordOf, tell } from "./options.ts";

/** Writes it, readable by its owner alone. @throws Failure, Unusable */
export async function bundleOne(options: PkiOptions, name: string): Promise<number> {
  if (options.encryptWith === undefined)
    throw usage("a bundle holds a private key: give the file with its password by --encrypt-with.");
  const hierarchy = await openHierarchy(options);
  const holder = hierarchy.holder(name);
  const { certificate } = holder;
  if (!certificate) throw new Unusable(`${holder.name} has no certificate yet; sign its request first`);
  const file = resolve(options.output ?? `${holder.place}.p12`);
  const chain = hierarchy.chainOf(certificate);
  if (options.printOpenssl) {
    const certificates =
      chain.length > 0 ? hierarchy.chainFileOf(holder) : hierarchy.fileOf(holder, "certificate");
    const { encryptWith, passphraseFile } = options;
    console.log(bundleLine(hierarchy.fileOf(holder, "key"), certificates, file, encryptWith, passphraseFile));
    return 0;
  }
  const { privateKey } = hierarchy.keysOf(holder, passwordOf(options));
  const ders = (chain.length > 0 ? chain : [certificate]).map(({ der }) => der);
  const made = await bundle(holder.name, privateKey, ders, passwordIn(options.encryptWith));
  save(file, made);
  const es = options.lang === "es";
  tell(options, { name: holder.name, bundle: file, certificates: ders.length }, [
    es
      ? `${holder.name}: su clave, bajo contraseña, con ${ders.length === 1 ? "su certificado" : `${ders.length} certificados`}`
      : `${holder.name}: its key, under a password, with ${ders.length === 1 ? "its certificate" : `${ders.length} certificates`}`,
    `  ${file}`,
  ]);
  return 0;
}

/** What is there is never replaced: it may be the only copy of a key. */
function save(file: string, octets: Uint8Array): void {
  try {
    writeFileSync(file, octets, { mode: 0o600, flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(
      code === "EEXIST"
        ? `${file} is there already; name another file with -o.`
        : `${file} can't be written (${code}); name another file with -o.`,
    );
  }
}
