// Which certificates and keys the hosts of a run hold: the lab's own, or those that the settings name.
import { X509Certificate } from "node:crypto";
import type { Authority } from "../../pki/index.ts";
import { validityFor } from "../../pki/issuance.ts";
import { certify, subjectOf } from "../../pki/issue.ts";
import { exportKey, importKey, makeKeys } from "../../pki/keys.ts";
import { isRoot } from "../../pki/profiles.ts";
import { named } from "../../pki/subject.ts";
import { Malformed } from "../../protocols/wire/index.ts";
import { certificate } from "../../protocols/x509/format.ts";
import { decodePem, encodePem } from "../../protocols/x509/pem.ts";
import type { Settings } from "../board/settings.ts";
import type { BoardPlan } from "../board/workings.ts";
import { Failure } from "../failure.ts";
import type { PcPlan } from "../servers/pc.ts";
import type { Chosen } from "./boards.ts";

/** Any hierarchy: the intranet's, the internet's. */
type AnyAuthority = Authority<string, string>;

/** What each board holds. The first of a kind has the lab's certificate for it, every other one its own. */
export async function boardPlans(
  boards: readonly Chosen[],
  authority: AnyAuthority,
  seed: number,
): Promise<BoardPlan[]> {
  const taken = new Set<string>();
  return Promise.all(
    boards.map(async ({ settings }, i) => {
      const kind = kindOf(settings);
      const isFirst = !taken.has(kind);
      taken.add(kind);
      return { ...(await boardPlan(settings, authority, isFirst)), seed: seed + i };
    }),
  );
}

/** `isFirst`: whether the lab's certificate is still to be had. */
export async function boardPlan(
  settings: Settings,
  authority: AnyAuthority,
  isFirst = true,
): Promise<BoardPlan> {
  const { root, certificate: chain, key, mode } = settings.tls;
  const isUsed = mode === "mutual" && (chain === undefined || key === undefined);
  const own = isUsed ? await ownOf(settings, authority, isFirst) : { certificate: "", key: "" };
  return {
    settings,
    seed: 1,
    root: root === undefined ? authority.root.pem : await certificatesIn(root, "tls.root"),
    certificate: chain === undefined ? own.certificate : await certificatesIn(chain, "tls.certificate"),
    key: key === undefined ? own.key : await keyIn(key),
  };
}

interface Credentials {
  readonly certificate: string;
  readonly key: string;
}

async function ownOf(settings: Settings, authority: AnyAuthority, isFirst: boolean): Promise<Credentials> {
  const kind = kindOf(settings);
  const isHeld = authority.profiles.some(({ name }) => name === kind);
  if (!isFirst || !isHeld) return issuedFor(settings.general.platform, authority);
  return { certificate: authority.chain(kind).pem, key: authority.key(kind).pem };
}

const kindOf = ({ general }: Settings): "NUCLEO-H723ZG" | "DISCO-F769NI" =>
  general.platform.startsWith("DISCO-F769NI") ? "DISCO-F769NI" : "NUCLEO-H723ZG";

/** For this run alone, and for a key of P-256: one of RSA takes a tenth of a second to make. */
async function issuedFor(name: string, authority: AnyAuthority): Promise<Credentials> {
  const keys = await makeKeys("P-256");
  const issuer = authority.intermediate;
  const issuerProfile = authority.profiles.findLast(({ use }) => use === "authority")!;
  const { validToDate } = new X509Certificate(issuer.der);
  const certificate = certify(
    {
      subject: named(name),
      issuer: subjectOf(issuer.der),
      publicKey: keys.publicKey,
      use: "client",
      validity: validityFor("client", {}, validToDate),
    },
    importKey(authority.key(issuerProfile.name).der),
  );
  return {
    // A root is what others have already.
    certificate: encodePem(certificate, "CERTIFICATE") + (isRoot(issuerProfile) ? "" : issuer.pem),
    key: encodePem(exportKey(keys.privateKey), "PRIVATE KEY"),
  };
}

/** The intranet's. */
export const brokerPlan = (version: "1.2" | "1.3", authority: Authority): PcPlan => ({
  certificate: authority.chain("JORGE-PC").pem,
  key: authority.key("JORGE-PC").pem,
  clientRoot: authority.root.pem,
  version,
});

/** The certificates of a file, PEM or DER, as PEM. */
async function certificatesIn(file: string, setting: string): Promise<string> {
  const octets = await readable(file, setting);
  try {
    const text = new TextDecoder("latin1").decode(octets);
    const certificates = text.includes("-----BEGIN") ? decodePem(text, "CERTIFICATE") : [octets];
    if (certificates.length === 0) throw new Malformed(0, "there is no CERTIFICATE block in it");
    for (const one of certificates) certificate.decode(one);
    return certificates.map(one => encodePem(one, "CERTIFICATE")).join("");
  } catch (error) {
    if (!(error instanceof Malformed || error instanceof SyntaxError)) throw error;
    const why = error instanceof Malformed ? error.reason : "its base64 is broken";
    throw new Failure(`${setting}: ${file} is no certificate, neither PEM nor DER: ${why}.`);
  }
}

async function keyIn(file: string): Promise<string> {
  const octets = await readable(file, "tls.key");
  const text = new TextDecoder("latin1").decode(octets);
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return text;
  if (octets[0] === 0x30) return encodePem(octets, "PRIVATE KEY");
  throw new Failure(`tls.key: ${file} is no private key, neither PEM nor DER.`);
}

async function readable(file: string, setting: string): Promise<Uint8Array> {
  try {
    return await Bun.file(file).bytes();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(`${setting}: ${file} can't be read (${code}); give the path of a PEM or DER file.`);
  }
}
