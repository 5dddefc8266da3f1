// For the tests: a laptop and a board, each a network namespace, with a cable between them; gone when it is disposed of.
import { join } from "node:path";
import { UNSHARE_OPTIONS } from "../network/enter.ts";
import type { Permission } from "../network/index.ts";
import { type Ended, root } from "../scenarios/lab.ts";

export type Side = "laptop" | "board";
export type Child = Bun.Subprocess<"ignore", "pipe", "pipe">;

/** The interface at each end. */
export const ends = { laptop: "lan0", board: "eth0" } as const;

export class TwoNamespaces implements AsyncDisposable {
  private constructor(
    readonly holders: Readonly<Record<Side, Bun.Subprocess<"pipe", "pipe", "ignore">>>,
    readonly isUser: boolean,
  ) {}

  static async open(permission: Permission & { readonly ok: true }): Promise<TwoNamespaces> {
    const isUser = permission.how === "user";
    const [unshare, ...options] = isUser ? [permission.unshare, ...UNSHARE_OPTIONS] : ["unshare", "--net"];
    const laptop = await holder([unshare!, ...options]);
    const board = await holder([...entering(laptop.pid, isUser), "unshare", "--net"]);
    const pair = new TwoNamespaces({ laptop, board }, isUser);
    const { laptop: near, board: far } = ends;
    await pair.done(
      "laptop",
      "ip",
      "link",
      "add",
      near,
      "type",
      "veth",
      "peer",
      "name",
      far,
      "netns",
      `${board.pid}`,
    );
    for (const [side, device] of Object.entries(ends) as [Side, string][])
      for (const name of ["lo", device]) await pair.done(side, "ip", "link", "set", name, "up");
    // As of a board's own network card: it leaves nothing for anybody else to work out.
    await pair.interface("board", `switchOffloadsOff("${far}")`);
    return pair;
  }

  /** What a command is to be started by, so that it runs at one side. */
  by(side: Side): string[] {
    return entering(this.holders[side].pid, this.isUser);
  }

  /** Starts a program at one side. */
  start(side: Side, ...command: readonly string[]): Child {
    return Bun.spawn([...this.by(side), ...command], {
      cwd: root,
      env: { ...process.env, NO_COLOR: "1", LAB_LANG: "en" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
  }

  /** Runs it to its end. */
  async run(side: Side, ...command: readonly string[]): Promise<Ended> {
    return ended(this.start(side, ...command));
  }

  /** What a program that must succeed prints. */
  async done(side: Side, ...command: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(side, ...command);
    if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${stderr}${stdout}`);
    return stdout;
  }

  /** What linux/interface.ts makes of an expression there, as JSON. */
  async interface(side: Side, expression: string): Promise<string> {
    const module = join(root, "lab/network/linux/interface.ts");
    const program = `import * as calls from ${JSON.stringify(module)}; console.log(JSON.stringify(calls.${expression}))`;
    return this.done(side, process.execPath, "-e", program);
  }

  /** The IPv4 addresses of the laptop's end. */
  async addresses(): Promise<string[]> {
    const text = await this.done("laptop", "ip", "-4", "-o", "address", "show", "dev", ends.laptop);
    return [...text.matchAll(/inet (\S+)/g)].map(([, address]) => address!);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const side of ["board", "laptop"] as const) {
      const { stdin, exited } = this.holders[side];
      await stdin.end();
      await exited;
    }
  }
}

export async function ended(child: Child): Promise<Ended> {
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}

/** A process that does nothing inside a namespace, until its input ends. */
async function holder(command: readonly string[]) {
  const one = Bun.spawn([...command, "sh", "-c", "echo inside; read -r _"], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  });
  await one.stdout.getReader().read();
  return one;
}

/** Without `--fork`, unshare and nsenter become the program that they start: its number is theirs. */
const entering = (pid: number, isUser: boolean): string[] => [
  "nsenter",
  ...(isUser ? ["--user", "--preserve-credentials"] : []),
  "--target",
  String(pid),
  "--net",
];
