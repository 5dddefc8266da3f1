// The authority's folder: where each key, request, certificate and revocation list lies, and how it is read.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What is kept of a holder, each in PEM and in DER: an authority also keeps a revocation list, a root has no request. */
export type Kind = "key" | "request" | "certificate" | "crl";

export const labels = {
  key: "PRIVATE KEY",
  request: "CERTIFICATE REQUEST",
  certificate: "CERTIFICATE",
  crl: "X509 CRL",
} as const satisfies Record<Kind, string>;

/** The folder holds something that can't be used. The message says which file, why, and what to do. */
export class Unusable extends Error {
  override readonly name = "Unusable";
}

/** Where one object lies; its contents are read and checked when they are asked for, so that printing this prints none. */
export class Stored {
  readonly #folder: string;
  readonly #check: Check;

  constructor(
    folder: string,
    /** The absolute paths. */
    readonly files: { readonly pem: string; readonly der: string },
    check: Check,
  ) {
    this.#folder = folder;
    this.#check = check;
  }

  get pem(): string {
    return read(this.files.pem, this.#folder, octets => octets.toString(), this.#check);
  }

  get der(): Uint8Array {
    return read(this.files.der, this.#folder, octets => new Uint8Array(octets), this.#check);
  }

  /** Throws Unusable unless both forms are what they should be. */
  check(): void {
    void [this.pem, this.der];
  }
}

/** Throws where the content, PEM or DER, isn't what it should be; its message ends the sentence "FILE …". */
export type Check<Content extends string | Uint8Array = string | Uint8Array> = (content: Content) => void;

/** The content of a file, checked, or an Unusable that says why not and what next. */
export function read<Content extends string | Uint8Array>(
  file: string,
  folder: string,
  as: (octets: Buffer) => Content,
  check: Check<Content>,
): Content {
  const content = as(readOctets(file, folder));
  try {
    check(content);
  } catch (error) {
    throw new Unusable(`${file} ${(error as Error).message}; ${remedy(folder)}`);
  }
  return content;
}

/** The paths of one holder's object. Each holder has a folder of its own: "MQTT CA" has `MQTT-CA/`. */
export function files(folder: string, name: string, kind: Kind): { pem: string; der: string } {
  const place = join(holderFolder(folder, name), kind);
  return { pem: `${place}.pem`, der: `${place}.der` };
}

/** What a holder sends to prove who it is: its certificate and those above it but the root, leaf first, in one PEM file. */
export const chainFile = (folder: string, name: string) => join(holderFolder(folder, name), "chain.pem");

const holderFolder = (folder: string, name: string) => join(folder, name.replaceAll(" ", "-"));

function readOctets(file: string, folder: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw unreadable(file, folder, error);
  }
}

/** What a failed system call on a file of the folder means. */
export function unreadable(file: string, folder: string, error: unknown): Unusable {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return new Unusable(`${file} is missing; ${remedy(folder)}`);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new Unusable(`${file}: permission denied; name another folder in LAB_PKI`);
  return new Unusable(`${file} can't be used (${code ?? message}); ${remedy(folder)}`);
}

/** The way out of a folder that is broken. */
export const remedy = (folder: string) =>
  `remove the folder ${folder}, and the next run makes a new authority`;
