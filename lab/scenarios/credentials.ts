// Which certificates and keys the hosts of a run hold: the lab's own, or those that the settings name.
import type { Authority } from "../../pki/index.ts";
import { Malformed } from "../../protocols/wire/index.ts";
import { certificate } from "../../protocols/x509/format.ts";
import { decodePem, encodePem } from "../../protocols/x509/pem.ts";
import type { BoardPlan } from "../board/board.ts";
import type { Settings } from "../board/settings.ts";
import { Failure } from "../failure.ts";
import type { PcPlan } from "../servers/pc.ts";

export async function boardPlan(settings: Settings, authority: Authority): Promise<BoardPlan> {
  const { root, certificate: chain, key } = settings.tls;
  const platform = settings.general.platform === "DISCO-F769NI" ? "DISCO-F769NI" : "NUCLEO-H723ZG";
  return {
    settings,
    root: root === undefined ? authority.root.pem : await certificatesIn(root, "tls.root"),
    certificate:
      chain === undefined ? authority.chain(platform).pem : await certificatesIn(chain, "tls.certificate"),
    key: key === undefined ? authority.key(platform).pem : await keyIn(key),
  };
}

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
