// One command at a time in a folder, whichever process it runs in.
import { join } from "node:path";
import { Unusable } from "./store.ts";

/**
 * Does `work` while nobody else does any in that folder. The lock is SQLite's on an empty file: the system takes it back
 * when a process dies, so none is ever left over. @throws Unusable where another holds it for half a minute, or the
 * folder can't be written to
 */
export async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const { Database } = await import("bun:sqlite");
  const lock = open(() => new Database(join(folder, ".lock"), { create: true }), folder);
  try {
    for (let waited = 0; !held(lock, folder); waited += pause) {
      if (waited > longest)
        throw new Unusable(
          `another command has been at work in ${folder} for ${longest / 1000} s; wait for it`,
        );
      await Bun.sleep(pause);
    }
    return await work();
  } finally {
    lock.close();
  }
}

const pause = 20;
const longest = 30_000;

function held(lock: { exec(sql: string): unknown }, folder: string): boolean {
  return open(() => {
    try {
      lock.exec("BEGIN EXCLUSIVE");
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === "SQLITE_BUSY") return false;
      throw error;
    }
  }, folder);
}

function open<T>(attempt: () => T, folder: string): T {
  try {
    return attempt();
  } catch (error) {
    const { code } = error as { code?: string };
    throw new Unusable(`${folder} can't be written to (${code ?? error}); name another folder in LAB_PKI`);
  }
}
