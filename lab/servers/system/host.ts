// A host on which real servers run: started, heard, ready when their ports are open, ended with the host.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Refused } from "../../../protocols/endpoint/index.ts";
import type { Host } from "../../network/contract.ts";
import { linesOf } from "../../network/namespaces/host-lines.ts";
import { person } from "../pc.ts";
import type { DaemonPlan, SystemPlan } from "./plan.ts";

/** Milliseconds until a server must have opened its ports, and until one that was asked to end is ended. */
const patience = { open: 5000, end: 300 } as const;

export async function run(host: Host, { daemons, isDesk, ...how }: SystemPlan): Promise<void> {
  const running = daemons.map(plan => new Running(host, how, plan));
  const ended = Promise.all(running.map(({ over }) => over));
  host.stopping.addEventListener("abort", () => {
    for (const one of running) void one.stop();
  });
  try {
    await Promise.race([Promise.all(running.map(one => one.open())), ended]);
    if (!host.stopping.aborted) host.tell({ kind: "ready" });
    await Promise.all([ended, isDesk && person(host)]);
  } finally {
    await Promise.all(running.map(one => one.stop()));
  }
}

/**
 * One real server. It stays in the foreground and keeps its user, so that the kernel's signal at its parent's death
 * reaches it; and it can't set the machine's clock.
 */
class Running {
  readonly #process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  /** Resolves when it has ended because it was asked to. @throws Refused if it ends by itself */
  readonly over: Promise<void>;
  #lastLine = "";
  #isAsked = false;

  constructor(
    readonly host: Host,
    { setpriv, folder }: Pick<SystemPlan, "setpriv" | "folder">,
    readonly plan: DaemonPlan,
  ) {
    const powerless = ["--pdeathsig", "KILL", "--bounding-set", "-sys_time", "--inh-caps", "-sys_time"];
    const secret = plan.secret === undefined ? undefined : unnamedFile(plan.secret);
    this.#process = Bun.spawn([setpriv, ...powerless, "--", ...plan.command], {
      // What it must not find on a disk, it reads as /proc/self/fd/3.
      stdio: ["ignore", "pipe", "pipe", ...(secret === undefined ? [] : [secret])],
      cwd: folder,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    }) as Bun.Subprocess<"ignore", "pipe", "pipe">;
    if (secret !== undefined) closeSync(secret);
    this.over = this.#follow();
    this.over.catch(() => {});
  }

  /** Resolves when all its ports are open. @throws Refused if they are not in time */
  async open(): Promise<void> {
    const { name, ports } = this.plan;
    for (const end = performance.now() + patience.open; ; await Bun.sleep(2)) {
      if (ports.every(({ transport, port }) => isOpen(transport, port))) return;
      if (this.#isAsked) return;
      if (performance.now() > end)
        throw new Refused(
          `${name} did not open its ports within ${patience.open / 1000} s; ${this.#lastWords}`,
        );
    }
  }

  async stop(): Promise<void> {
    this.#isAsked = true;
    this.#process.kill("SIGTERM");
    const late = setTimeout(() => this.#process.kill("SIGKILL"), patience.end);
    await this.#process.exited;
    clearTimeout(late);
  }

  get #lastWords(): string {
    return this.#lastLine === "" ? "it said nothing." : `its last words: ${this.#lastLine}`;
  }

  async #follow(): Promise<void> {
    const heard = Promise.all([this.#hear(this.#process.stdout), this.#hear(this.#process.stderr)]);
    const code = await this.#process.exited;
    await heard;
    if (this.#isAsked) return;
    throw new Refused(`${this.plan.name} ended by itself (exit code ${code}); ${this.#lastWords}`);
  }

  async #hear(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of linesOf(stream)) {
      this.#lastLine = text;
      const prefix = Object.keys(this.plan.services).find(one => text.startsWith(one)) ?? "";
      const service = this.plan.services[prefix] ?? this.plan.name;
      this.host.tell({ kind: "log", service, line: text.slice(prefix.length) });
    }
  }
}

/** A descriptor of a file that has no name any more: with the last process that holds it, it is gone. */
function unnamedFile(text: string): number {
  const folder = mkdtempSync(join(tmpdir(), "lab-"));
  try {
    const file = join(folder, "secret");
    writeFileSync(file, text, { mode: 0o600 });
    return openSync(file, "r");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether a socket of this namespace has that port: proc_pid_net(5), addresses and ports in hexadecimal. */
function isOpen(transport: "udp" | "tcp", port: number): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  return readFileSync(`/proc/self/net/${transport}`, "latin1")
    .split("\n")
    .some(line => line.slice(0, 24).includes(wanted));
}
