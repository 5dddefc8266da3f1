// Puts files on disk so that a crash leaves either all of a folder or none of it, and either the old file or the new one.
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A file to be: its path in the folder, and whether it is for its owner alone. */
export interface Draft {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly secret: boolean;
}

/**
 * Makes the folder with these files, all or none: they are written beside it and renamed into place. Where another
 * process was faster, its folder stays and ours is thrown away: false.
 */
export async function writeFolder(folder: string, drafts: readonly Draft[]): Promise<boolean> {
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await sweep(folder);
  const making = await mkdtemp(join(parent, unfinished(folder)));
  try {
    const folders = new Set(drafts.map(({ path }) => dirname(join(making, path))));
    await Promise.all([...folders].map(path => mkdir(path, { recursive: true, mode: 0o700 })));
    await Promise.all(drafts.map(draft => write(join(making, draft.path), draft)));
    await Promise.all([...folders, making].map(flush));
    await rename(making, folder);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    if (await holdsSomething(folder)) return false;
    throw error;
  }
  await flush(parent);
  return true;
}

/** Replaces files of a folder one by one, in that order; each is the old one or the new one at any moment. */
export async function replaceFiles(folder: string, drafts: readonly Draft[]): Promise<void> {
  for (const draft of drafts) {
    const path = join(folder, draft.path);
    const making = `${path}.${process.pid}.new`;
    await rm(making, { force: true });
    await write(making, draft);
    await rename(making, path);
    await flush(dirname(path));
  }
}

/** Whether the folder exists with something in it. */
export async function holdsSomething(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Removes what processes that died left half-made: private keys are among it. A live one needs milliseconds, not a minute. */
async function sweep(folder: string): Promise<void> {
  const parent = dirname(folder);
  const left = (await readdir(parent)).filter(name => name.startsWith(unfinished(folder)));
  for (const name of left) {
    const path = join(parent, name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > 60_000) await rm(path, { recursive: true, force: true });
  }
}

const unfinished = (folder: string) => `.${basename(folder)}.making-`;

async function write(path: string, { content, secret }: Draft): Promise<void> {
  const file = await open(path, "wx", secret ? 0o600 : 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Puts a folder's entries on disk. Windows can't open a folder, and needs none of this. */
async function flush(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
