// The table of cases, on each network that this machine has; what one can't do is skipped with the reason.
import { describe, expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { type Need, networkCases } from "./cases.ts";
import type { Network } from "./contract.ts";
import { insideUserNamespace } from "./enter.ts";
import { Namespaces } from "./namespaces.ts";
import { probe } from "./probe.ts";

interface Kind {
  readonly name: Network["kind"];
  readonly open: () => Promise<Network>;
  /** Why this machine hasn't got it, or why it is tested elsewhere. */
  readonly missing?: string;
  /** Why it lacks what some cases need. */
  readonly lacks: Partial<Record<Need, string>>;
}

const { namespaces } = await probe();
const isRoot = process.getuid?.() === 0;

const kinds: readonly Kind[] = [
  {
    name: "namespaces",
    open: async () => new Namespaces(),
    missing: namespaces.ok
      ? namespaces.how === "user"
        ? "see the last test: inside a user namespace"
        : undefined
      : namespaces.reason,
    lacks: {},
  },
  {
    name: "relay",
    open: async () => (await import("./relay.ts")).openRelay(),
    lacks: {
      link: "the relay carries datagrams and streams, no frames",
      daemon: "a foreign program would open its ports on this machine",
      segments: "the relay has one segment",
      process: "the relay's hosts are no processes of their own",
    },
  },
];

for (const { name: kind, open, missing, lacks } of kinds) {
  describe(kind, () => {
    for (const { name, needs, run } of networkCases) {
      const reason = missing ?? (needs && lacks[needs]);
      test.skipIf(reason !== undefined)(reason ? `${name} (${reason})` : name, () => run(open));
    }
  });
}

/** An ordinary user has yet to start over; root becomes nobody. Whoever has started over is neither. */
const unshare = Bun.which("unshare");
const isOutside = namespaces.ok && (isRoot || namespaces.how === "user");
const notHere = !isOutside ? "inside already, or no namespaces" : unshare ? undefined : "no unshare";

test.skipIf(notHere !== undefined)(
  `an ordinary user's namespaces pass the same cases${notHere ? ` (${notHere})` : ""}`,
  () => {
    const command = [process.execPath, "test", fileURLToPath(import.meta.url), "-t", "namespaces"];
    const { words, environment } = insideUserNamespace(unshare!, command);
    const user = isRoot ? 65534 : undefined;
    const run = Bun.spawnSync(words, { env: environment, stderr: "pipe", uid: user, gid: user });
    const report = run.stderr.toString();
    expect(report).toMatch(/^ 0 fail$/m);
    const passed = Number(/^ (\d+) pass$/m.exec(report)?.[1]);
    expect(passed).toBe(networkCases.length);
  },
  60_000,
);
