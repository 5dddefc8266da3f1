// What this machine permits: whether the namespaces network can be had, found by trying.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hasEntered, UNSHARE_OPTIONS } from "./enter.ts";
import { masquerade } from "./linux/masquerade.ts";
import { Namespace } from "./linux/namespace.ts";
import { SystemError } from "./linux/system.ts";
import { LOOPBACK_INDEX } from "./linux/wiring.ts";
import { Switch } from "./namespaces/switch.ts";

export type Permission =
  /** "root": by this process as it is; "user": after `enter`, through the program at `unshare`. */
  | { readonly ok: true; readonly how: "root" }
  | { readonly ok: true; readonly how: "user"; readonly unshare: string }
  | { readonly ok: false; readonly reason: string; readonly hint: string };

export interface Probe {
  readonly namespaces: Permission;
}

/** A few milliseconds; leaves nothing behind. */
export async function probe(): Promise<Probe> {
  return { namespaces: await namespaces() };
}

/** Whether a host there can be a router that translates addresses; only namespaces have one. */
export async function probeRouter(permission: Permission & { readonly ok: true }): Promise<Permission> {
  if (permission.how === "root") {
    const obstacle = natObstacle();
    return obstacle === undefined ? permission : no(obstacle, natHint);
  }
  const inside = "import { natObstacle } from './lab/network/probe.ts'; console.log(natObstacle() ?? '')";
  const trial = Bun.spawn([permission.unshare, ...UNSHARE_OPTIONS, "--", process.execPath, "-e", inside], {
    cwd: join(import.meta.dir, "../.."),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  const [obstacle, code] = await Promise.all([new Response(trial.stdout).text(), trial.exited]);
  if (code !== 0) return no("it could not be tried", natHint);
  return obstacle.trim() === "" ? permission : no(obstacle.trim(), natHint);
}

const natHint = "the kernel lacks nf_tables, or its NAT: modprobe nf_tables nft_chain_nat nft_masq";

/** What the kernel says to a namespace that is to translate addresses; nothing where it does. */
export function natObstacle(): string | undefined {
  using home = Namespace.own();
  try {
    using inside = Namespace.create(home);
    inside.within(home, () => masquerade(LOOPBACK_INDEX));
    return undefined;
  } catch (error) {
    if (error instanceof SystemError) return error.message;
    throw error;
  }
}

async function namespaces(): Promise<Permission> {
  if (process.platform !== "linux") {
    return no(
      `network namespaces are Linux's, this is ${process.platform}`,
      "use a Linux machine, virtual or real",
    );
  }
  const obstacle = asRoot();
  if (obstacle === undefined) return { ok: true, how: "root" };
  // A container's root often lacks what any user has inside a user namespace of his own. There is but one way in.
  if (obstacle.code === "EPERM" && !hasEntered()) return asUser();
  return no(obstacle.message, hintFor(obstacle.code));
}

/** Makes the smallest network there is: a switch. What stands in the way, if anything does. */
function asRoot(): SystemError | undefined {
  try {
    new Switch()[Symbol.dispose]();
    return undefined;
  } catch (error) {
    if (error instanceof SystemError) return error;
    throw error;
  }
}

async function asUser(): Promise<Permission> {
  const unshare = Bun.which("unshare", { PATH: `${process.env.PATH ?? ""}:/usr/bin:/bin` });
  if (!unshare) return no("the program unshare is missing", "install util-linux");
  const trial = Bun.spawn([unshare, ...UNSHARE_OPTIONS, "--", unshare, "--net", "--", "true"], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    env: { ...process.env, LC_ALL: "C" },
  });
  const [complaint, code] = await Promise.all([new Response(trial.stderr).text(), trial.exited]);
  return code === 0 ? { ok: true, how: "user", unshare } : refusalOf(complaint, setting);
}

/** What `unshare` complained of, and what can be done about it. `setting` reads one of /proc/sys. */
export function refusalOf(complaint: string, setting: (path: string) => string | undefined): Permission {
  const reason = complaint.trim().split("\n")[0] || "unshare failed without a word";
  if (/unrecognized option|invalid option/.test(complaint))
    return no(reason, "install util-linux 2.36 or newer");
  if (setting("user/max_user_namespaces") === "0" || /No space left/.test(complaint))
    return no(
      reason,
      "user namespaces are used up or switched off: sysctl -w user.max_user_namespaces=10000",
    );
  if (setting("kernel/apparmor_restrict_unprivileged_userns") === "1")
    return no(
      reason,
      "AppArmor forbids it: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or be root",
    );
  if (setting("kernel/unprivileged_userns_clone") === "0")
    return no(reason, "sysctl -w kernel.unprivileged_userns_clone=1, or be root");
  if (/not permitted|denied/.test(complaint)) return no(reason, hintFor("EPERM"));
  return no(reason, "");
}

function hintFor(code: string): string {
  switch (code) {
    case "EPERM":
      return "a container forbids it: docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined";
    case "ENOSPC":
      return "network namespaces are used up: sysctl -w user.max_net_namespaces=10000";
    case "EROFS":
    case "EACCES":
      return "a container makes /proc/sys read-only: docker run --security-opt systempaths=unconfined";
    case "EOPNOTSUPP":
      return "the kernel lacks the bridge or veth driver: modprobe bridge veth";
    default:
      return "";
  }
}

function no(reason: string, hint: string): Permission {
  return { ok: false, reason, hint };
}

function setting(path: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${path}`, "utf8").trim();
  } catch {
    return undefined;
  }
}
