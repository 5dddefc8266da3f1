// `bun lab pki issue --broken`: credentials that are wrong on purpose, where other programs can read them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { intranet } from "../../pki/authority.ts";
import { type BrokenFault, broken } from "../../pki/broken.ts";
import { type Hierarchy, placeOf } from "../../pki/hierarchy.ts";
import { both } from "../../pki/make.ts";
import { Unusable } from "../../pki/store.ts";
import { writeFolder } from "../../pki/write.ts";
import { encodePem } from "../../protocols/x509/pem.ts";
import { usage } from "../failure.ts";
import { keyKindOf, note, type PkiOptions, tell } from "./options.ts";

/** Credentials that are wrong in one way, as a holder's folder: key, certificate, chain, and the lists that tell. */
export async function issueBroken(options: PkiOptions, hierarchy: Hierarchy, name: string): Promise<void> {
  if (options.hierarchy !== "intranet")
    throw usage("--broken is made from the intranet's keys: leave --hierarchy out.");
  const authority = await intranet(hierarchy.folder, { notice: note });
  const fault = options.broken!.replaceAll("-", " ") as BrokenFault;
  const role = options.profile === "client" ? "client" : "server";
  const made = await broken(authority, fault, { role, keys: keyKindOf(options) });
  const folder = join(hierarchy.folder, placeOf(name));
  const drafts = [
    ...both("", "key", made.keyDer),
    ...both("", "certificate", made.ders[0]!),
    { path: "chain.pem", content: made.pem, secret: false },
    { path: "crls.pem", content: made.crls.map(der => encodePem(der, "X509 CRL")).join(""), secret: false },
  ];
  if (hierarchy.find(name) || existsSync(folder) || !(await writeFolder(folder, drafts)))
    throw new Unusable(`${folder} holds something already; choose another name`);
  const chain = join(folder, "chain.pem");
  const lists = join(folder, "crls.pem");
  const asWhom = role === "server" ? "--purpose server --name JORGE-PC" : "--purpose client";
  tell(options, { name, fault, chain, crls: lists, says: made.says[options.lang] }, [
    `${name}: ${made.says[options.lang]}`,
    `  ${chain}`,
    `  judge it: bun lab pki verify ${chain} ${asWhom} --no-crls --crl ${lists}`,
  ]);
}
