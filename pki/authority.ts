// The hierarchies that are ready to use, the intranet's and the internet's, made at first use.
import { X509Certificate } from "node:crypto";
import { join, resolve } from "node:path";
import { checkCertificate, checkChain, checkCrl, checkKey, checkRequest, guard } from "./check.ts";
import type { KeyKind } from "./keys.ts";
import {
  type AuthorityName,
  type HostName,
  type InternetHost,
  internetProfiles,
  intranetProfiles,
  isRoot,
  type Profile,
  path,
} from "./profiles.ts";
import { chainFile, files, read, Stored, Unusable } from "./store.ts";
import { holdsSomething } from "./write.ts";

export interface Options {
  /** What new keys are: RSA-2048 as the boards have it, unless a test is in a hurry. */
  readonly keys?: KeyKind;
  /** The time that validity is counted from and judged at. */
  readonly now?: Date;
  /** Takes what a person should know, a sentence each; by default it goes to stderr. */
  readonly notice?: (sentence: string) => void;
}

/**
 * Opens the intranet's authority, made first where the folder is missing or empty. Certificates that have ended, or will
 * within seven days, are renewed for the same keys. The default folder is `intranet` in the one that LAB_PKI names, or
 * in `pki/state`. Throws Unusable where the folder holds anything broken: nothing is repaired by throwing keys away.
 */
export const intranet = (folder = folderOf("intranet"), options: Options = {}): Promise<Authority> =>
  opened<AuthorityName, HostName>("intranet", intranetProfiles, folder, options);

/** The internet's, in the same way: the public broker's authority, right above a certificate of version 1. */
export const internet = (
  folder = folderOf("internet"),
  options: Options = {},
): Promise<Authority<"mosquitto.org", InternetHost>> =>
  opened<"mosquitto.org", InternetHost>("internet", internetProfiles, folder, options);

/** Where a hierarchy of that name lies. */
export const folderOf = (hierarchy: string): string => join(stateFolder(), hierarchy);

/** Where all hierarchies lie: what LAB_PKI names, or `pki/state`. */
export const stateFolder = (): string => resolve(process.env.LAB_PKI || join(import.meta.dir, "state"));

type ProfilesOf<Name extends string> = readonly (Profile & { readonly name: Name; readonly issuer: Name })[];

async function opened<Above extends string, Host extends string>(
  hierarchy: string,
  profiles: ProfilesOf<Above | Host>,
  folder: string,
  { keys = "RSA-2048", now = new Date(), notice = tell }: Options,
): Promise<Authority<Above, Host>> {
  const place = resolve(folder);
  try {
    if (!(await holdsSomething(place))) {
      const { make } = await import("./make.ts");
      if (await make(place, profiles, keys, now))
        notice(`made the ${hierarchy}'s keys and certificates in ${place}`);
    }
    const authority = new Authority<Above, Host>(place, profiles, notice);
    authority.check();
    const due = authority.due(now);
    if (due.size > 0) {
      const { renew } = await import("./make.ts");
      const { locked } = await import("./lock.ts");
      await locked(place, () => renew(authority, due, now));
      notice(`renewed certificates that had ended or were about to: ${[...due].join(", ")}`);
    }
    return authority;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Unusable(
      `${place} can't be made, opened or renewed (${error.code}); name another folder in LAB_PKI`,
    );
  }
}

/** The authority's folder, opened. Contents are read when they are asked for; a private key never before. */
export class Authority<Above extends string = AuthorityName, Host extends string = HostName> {
  readonly #notice: (sentence: string) => void;

  constructor(
    readonly folder: string,
    readonly profiles: ProfilesOf<Above | Host>,
    notice: (sentence: string) => void,
  ) {
    this.#notice = notice;
  }

  /** The certificate that everyone trusts: what a board holds. */
  get root(): Stored {
    return this.certificate(this.profiles.find(isRoot)!.name);
  }

  /** The certificate of the authority that issued all hosts' certificates; the root's, where there is only that. */
  get intermediate(): Stored {
    return this.certificate(this.profiles.findLast(({ use }) => use === "authority")!.name);
  }

  certificate(name: Above | Host): Stored {
    return new Stored(this.folder, files(this.folder, name, "certificate"), checkCertificate);
  }

  /** What a host sends: its certificate and the intermediate's, leaf first, without the root. */
  chain(name: Host): Chain {
    const certificates = path(this.profiles, name).map(holder => this.certificate(holder));
    return new Chain(this.folder, chainFile(this.folder, name), certificates);
  }

  /** A private key, PKCS #8. One that other users could read is closed to them first, with a notice. */
  key(name: Above | Host): Stored {
    const place = files(this.folder, name, "key");
    for (const file of Object.values(place)) guard(file, this.folder, this.#notice);
    const { der } = this.certificate(name);
    return new Stored(this.folder, place, content => checkKey(content, der));
  }

  /** The request that the holder's certificate was issued for; a root has none. */
  request(name: Above | Host): Stored {
    const place = files(this.folder, name, "request");
    return new Stored(this.folder, place, checkRequest);
  }

  /** An authority's revocation list. */
  crl(name: Above): Stored {
    return new Stored(this.folder, files(this.folder, name, "crl"), checkCrl);
  }

  /** Every authority's revocation list, the root's first: who checks one needs them all. */
  get crls(): readonly Stored[] {
    return this.profiles.filter(({ use }) => use === "authority").map(({ name }) => this.crl(name as Above));
  }

  /** Throws Unusable unless all certificates and chains are what they should be; the rest is checked when it is asked for. */
  check(): void {
    for (const { name, use } of this.profiles) {
      this.certificate(name).check();
      if (use !== "authority") void this.chain(name as Host).pem;
    }
  }

  /** Those whose certificate isn't valid at that time, or won't be in seven days. */
  due(now: Date): Set<Above | Host> {
    const soon = new Date(now.getTime() + 7 * 86_400_000);
    const isDue = ({ name }: { name: Above | Host }) => {
      const { validFromDate, validToDate } = new X509Certificate(this.certificate(name).der);
      return now < validFromDate || validToDate < soon;
    };
    return new Set(this.profiles.filter(isDue).map(({ name }) => name));
  }
}

/** A host's certificates, leaf first. */
export class Chain {
  readonly #folder: string;
  readonly #certificates: readonly Stored[];

  constructor(
    folder: string,
    /** The PEM file that holds them all. */
    readonly file: string,
    certificates: readonly Stored[],
  ) {
    this.#folder = folder;
    this.#certificates = certificates;
  }

  get pem(): string {
    const check = (text: string) => checkChain(text, this.#certificates.length);
    return read(this.file, this.#folder, octets => octets.toString(), check);
  }

  get ders(): Uint8Array[] {
    return this.#certificates.map(({ der }) => der);
  }
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error;

const tell = (sentence: string) => void process.stderr.write(`${sentence}\n`);
