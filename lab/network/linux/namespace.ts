// Network namespaces that are kept by a descriptor alone: with the last one closed they are gone.
import { closeSync, openSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { enterNetwork, SystemError, unshareNetwork } from "./system.ts";

const OWN = "/proc/thread-self/ns/net";

/** A network namespace. Only one thread at a time is moved into it, and only for as long as a call takes. */
export class Namespace implements Disposable {
  #open = true;

  private constructor(readonly descriptor: number) {}

  /** The namespace that the calling thread is in. */
  static own(): Namespace {
    return new Namespace(openSync(OWN, "r"));
  }

  /** A new, empty namespace without IPv6; the thread itself stays at `home`. */
  static create(home: Namespace): Namespace {
    unshareNetwork();
    try {
      quieten();
      return Namespace.own();
    } finally {
      enterNetwork(home.descriptor);
    }
  }

  /** What `work` opens or starts inside belongs to this namespace. It must not wait: the whole thread is inside. */
  within<T>(home: Namespace, work: () => T): T {
    enterNetwork(this.descriptor);
    try {
      return work();
    } finally {
      enterNetwork(home.descriptor);
    }
  }

  /** As /proc shows it, "net:[4026532001]". */
  get identity(): string {
    return readlinkSync(`/proc/self/fd/${this.descriptor}`);
  }

  /** Once is enough, twice does no harm: the number might be another descriptor's by then. */
  [Symbol.dispose](): void {
    if (this.#open) closeSync(this.descriptor);
    this.#open = false;
  }
}

/** The namespace that this process runs in, "net:[4026531840]"; none where the kernel has none. */
export function namespaceOfThisProcess(): string | undefined {
  try {
    return readlinkSync("/proc/self/ns/net");
  } catch {
    return undefined;
  }
}

/** No neighbour discovery of a protocol that no scenario speaks, and no reply dropped for its way back. */
function quieten(): void {
  for (const scope of ["all", "default"]) {
    setting(`ipv6/conf/${scope}/disable_ipv6`, "1");
    // 1 and 2 both drop what comes for a host that has no address yet.
    setting(`ipv4/conf/${scope}/rp_filter`, "0");
  }
}

/** Gives a setting of the thread's namespace this value: "ipv4/ip_forward". @throws SystemError if it has to be changed and can't be */
export function setting(name: string, value: string): void {
  const path = `/proc/sys/net/${name}`;
  try {
    if (readFileSync(path, "utf8").trim() !== value) writeFileSync(path, value);
  } catch (error) {
    const { code, errno = 0 } = error as NodeJS.ErrnoException;
    // A kernel without IPv6 has nothing to switch off.
    if (code !== "ENOENT") throw new SystemError(`write ${path}`, -errno);
  }
}
