// What must hold of a file before its content is used: a key that only its owner reads, contents that are what they claim.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmodSync, statSync } from "node:fs";
import { type Codec, Malformed } from "../protocols/wire/index.ts";
import { certificateList, certificationRequest } from "../protocols/x509/format.ts";
import { decodePem } from "../protocols/x509/pem.ts";
import { labels, remedy, unreadable } from "./store.ts";

/**
 * Makes sure that nobody else can read a private key: other users' permissions are taken away, with a notice, and where
 * that can't be done the key is refused. Windows has no such permissions.
 */
export function guard(file: string, folder: string, notice: (sentence: string) => void): void {
  if (process.platform === "win32") return;
  try {
    const mode = statSync(file).mode & 0o777;
    if ((mode & 0o077) === 0) return;
    chmodSync(file, 0o600);
    const was = mode.toString(8).padStart(4, "0");
    notice(
      `${file} was open to other users (mode ${was}) and is 0600 now; if one may have read it, ${remedy(folder)}`,
    );
  } catch (error) {
    throw unreadable(file, folder, error);
  }
}

/** Throws where the content isn't a certificate. */
export function checkCertificate(content: string | Uint8Array): void {
  try {
    new X509Certificate(content);
  } catch {
    throw new Error("is not a certificate");
  }
}

/** Throws where the text isn't so many certificates in PEM. */
export function checkChain(text: string, length: number): void {
  const certificates = ders("certificate", text);
  try {
    certificates.forEach(checkCertificate);
    if (certificates.length === length) return;
  } catch {}
  throw new Error(`is not a chain of ${length} certificates`);
}

/** Throws where the content isn't the private key of that certificate, given in DER. */
export function checkKey(content: string | Uint8Array, certificate: Uint8Array): void {
  const [pkcs8] = ders("key", content);
  if (!pkcs8 || !opens(pkcs8, certificate))
    throw new Error("is not the private key of the certificate beside it");
}

/** Throws where the content isn't a request. */
export function checkRequest(content: string | Uint8Array): void {
  if (!decodes(certificationRequest, ders("request", content))) throw new Error("is not a request");
}

/** Throws where the content isn't a revocation list. */
export function checkCrl(content: string | Uint8Array): void {
  if (!decodes(certificateList, ders("crl", content))) throw new Error("is not a revocation list");
}

function ders(kind: keyof typeof labels, content: string | Uint8Array): Uint8Array[] {
  try {
    return typeof content === "string" ? decodePem(content, labels[kind]) : [content];
  } catch {
    return [];
  }
}

function opens(pkcs8: Uint8Array, certificate: Uint8Array): boolean {
  try {
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
    return new X509Certificate(certificate).checkPrivateKey(key);
  } catch {
    return false;
  }
}

function decodes(format: Codec<unknown>, [der]: readonly Uint8Array[]): boolean {
  try {
    return der !== undefined && format.decode(der) !== undefined;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}
