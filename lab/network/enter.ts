// An ordinary user's way to namespaces: the process starts over, once, inside a user namespace of its own.
import { readFileSync } from "node:fs";
import { namespaceOfThisProcess } from "./linux/namespace.ts";

/** The mark of a process that has started over: the network namespace from which it came, the machine's own. */
const MARK = "LAB_MACHINE_NAMESPACE";

/** util-linux's options: the same user inside, with all capabilities there; and a network namespace of its own. */
export const UNSHARE_OPTIONS = ["--map-current-user", "--net", "--keep-caps"] as const;

/** Whether this process has started over. */
export function hasEntered(): boolean {
  const mark = process.env[MARK];
  return mark !== undefined && mark !== namespaceOfThisProcess();
}

/** The namespaces from which a packet could reach a real network, or other programs of this machine. */
export function machineNamespaces(): string[] {
  return [process.env[MARK], namespaceOfThisProcess()].filter(namespace => namespace !== undefined);
}

/**
 * Starts this process over with the same command line, inside a user namespace: the same process to everyone outside
 * (its number, its streams, its signals, its exit code), but alone on an empty network. To be called before anything
 * is read, printed or opened, because all of that is lost. `unshare` is util-linux's, by its path.
 */
export function enter(unshare: string): never {
  const { words, environment } = insideUserNamespace(unshare, commandLine());
  return process.execve!(unshare, words, environment);
}

/** The command that runs another one inside a user namespace, marked as having started over. */
export function insideUserNamespace(unshare: string, command: readonly string[]) {
  const own = namespaceOfThisProcess();
  return {
    words: [unshare, ...UNSHARE_OPTIONS, "--", ...command],
    environment: { ...process.env, ...(own && { [MARK]: own }) },
  };
}

/** As the kernel has it, so that options of Bun itself come along too. */
function commandLine(): string[] {
  const words = readFileSync("/proc/self/cmdline", "utf8").split("\0").slice(0, -1);
  return [process.execPath, ...words.slice(1)];
}
