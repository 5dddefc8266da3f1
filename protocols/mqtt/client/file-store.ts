// A session's store in a file: a log of its steps, which a crash may cut anywhere, made small again from time to time.
import { Database, SQLiteError } from "bun:sqlite";
import { closeSync, fdatasyncSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { Refused } from "../../endpoint/index.ts";
import { entry, readEntries, Step } from "./journal.ts";
import { type Outgoing, Store } from "./store.ts";

export interface FileStoreOptions {
  /**
   * What a step survives once it is committed. "process", the default: the end of the process, however sudden, as the
   * octets have been handed to the system. "power": the end of the machine's power too, as the disk has confirmed them;
   * that costs a disk's round trip for each batch of packets.
   */
  readonly survives?: "process" | "power";
  /** Octets of log, beyond which it is written anew with what still counts; 4 MiB by default. */
  readonly compactAt?: number;
}

/**
 * Steps are appended, and are in the file before any packet leaves that tells of them. A tail that a crash cut off is
 * left out: what it said, nobody had been told. Compaction writes a new file beside the old one and renames it over.
 * One client at a time has the file: a lock on an empty file beside it is held as long as the store is open, and is
 * gone with its process, however that ends.
 */
export class FileStore extends Store {
  readonly #path: string;
  readonly #survives: "process" | "power";
  #compactAt: number;
  #descriptor: number;
  #pending: Uint8Array[] = [];
  #size = 0;
  readonly #found: boolean;
  readonly #lock: Database;

  /** @throws Refused if the file is no store, another client has it, or it can't be written */
  constructor(path: string, { survives = "process", compactAt = 4 * 1024 * 1024 }: FileStoreOptions = {}) {
    super();
    this.#path = path;
    this.#survives = survives;
    this.#compactAt = compactAt;
    this.#lock = locked(path);
    try {
      const before = existing(path);
      const { whole, steps } = readEntries(before);
      if (whole === 0 && before.length > 0)
        throw new Refused(`${path} is no session store; name another file, or remove it`);
      for (const step of steps) this.#replay(step);
      this.#found = steps.length > 0;
      // Also where nothing is left out: the file then begins with what counts, and ends with a whole entry.
      this.#descriptor = this.#writeAnew();
    } catch (error) {
      this.#lock.close();
      throw error;
    }
  }

  override get resumes(): boolean {
    return this.#found;
  }

  override accept(one: Outgoing): void {
    super.accept(one);
    this.#append(entry.accept(one));
  }

  override release(one: Outgoing): void {
    super.release(one);
    this.#append(entry.one(Step.release, one.identifier));
  }

  override complete(one: Outgoing): void {
    super.complete(one);
    this.#append(entry.one(Step.complete, one.identifier));
  }

  override receive(identifier: number): void {
    super.receive(identifier);
    this.#append(entry.one(Step.receive, identifier));
  }

  override forget(identifier: number): void {
    super.forget(identifier);
    this.#append(entry.one(Step.forget, identifier));
  }

  override forgetAll(): void {
    super.forgetAll();
    this.#append(entry.one(Step.forgetAll, 0));
  }

  override commit(): void {
    if (this.#pending.length === 0) return;
    const octets = Buffer.concat(this.#pending);
    this.#pending = [];
    writeWhole(this.#descriptor, octets);
    if (this.#survives === "power") fdatasyncSync(this.#descriptor);
    this.#size += octets.length;
    if (this.#size < this.#compactAt) return;
    closeSync(this.#descriptor);
    this.#descriptor = this.#writeAnew();
    // What counts may itself be large: the next time is when as much again has come.
    this.#compactAt = Math.max(this.#compactAt, this.#size * 2);
  }

  override close(): void {
    this.commit();
    closeSync(this.#descriptor);
    this.#lock.close();
  }

  #append(octets: Uint8Array): void {
    this.#pending.push(octets);
  }

  #replay(step: ReturnType<typeof readEntries>["steps"][number]): void {
    if (step.kind === Step.accept) super.accept({ ...step.outgoing, sent: true });
    else if (step.kind === Step.accepted) this.accepted = step.count;
    else if (step.kind === Step.receive) super.receive(step.identifier);
    else if (step.kind === Step.forget) super.forget(step.identifier);
    else if (step.kind === Step.forgetAll) super.forgetAll();
    else {
      const one = this.outgoing.get(step.identifier);
      if (one && step.kind === Step.release) super.release(one);
      else if (one) super.complete(one);
    }
  }

  /** Returns the descriptor of the new file, which has taken the place of the old one. */
  #writeAnew(): number {
    const parts: Uint8Array[] = [entry.head];
    for (const one of this.outgoing.values()) {
      parts.push(entry.accept(one));
      if (one.released) parts.push(entry.one(Step.release, one.identifier));
    }
    for (const identifier of this.received) parts.push(entry.one(Step.receive, identifier));
    // Last: accepting what is still under way counted it a second time.
    parts.push(entry.count(this.accepted));
    const octets = Buffer.concat(parts);
    const beside = `${this.#path}.new`;
    const descriptor = openSync(beside, "w", 0o600);
    writeWhole(descriptor, octets);
    fsyncSync(descriptor);
    renameSync(beside, this.#path);
    if (this.#survives === "power") syncFolder(dirname(this.#path));
    this.#size = octets.length;
    return descriptor;
  }
}

/** SQLite locks a file on every system, and the system takes the lock back from a process that is gone. */
function locked(path: string): Database {
  let lock: Database | undefined;
  try {
    lock = new Database(`${path}.lock`, { create: true });
    lock.run("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    if (!(error instanceof SQLiteError)) throw error;
    if (error.code !== "SQLITE_BUSY")
      throw new Refused(`${path} can't be kept: its folder is missing, or this user may not write there`);
    throw new Refused(
      `${path} is in use by another client; name another file, or wait until that one has ended`,
    );
  }
}

function existing(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Uint8Array();
    throw error;
  }
}

function writeWhole(descriptor: number, octets: Uint8Array): void {
  for (let at = 0; at < octets.length; ) at += writeSync(descriptor, octets, at);
}

/** The new name of a file is on the disk only when its folder is. */
function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
