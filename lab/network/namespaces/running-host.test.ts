import { expect, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { heard } from "../cases/case.ts";
import type { Host } from "../contract.ts";
import { namespaceOfThisProcess } from "../linux/namespace.ts";
import { HostProcess } from "./running-host.ts";

const PROGRAM = fileURLToPath(new URL("../cases/program.ts", import.meta.url));

function hostHere(act: (host: Host) => Promise<unknown>, forbidden: readonly string[]): HostProcess {
  const self = { name: "board", interface: "eth0", mac: [2, 0, 0, 0, 0, 1], program: PROGRAM, forbidden };
  return new HostProcess({ ...self, settings: { act: act.toString() } }, 0);
}

test.skipIf(process.platform !== "linux")(
  "a host on the machine's own network opens no socket there",
  async () => {
    const act = async (host: Host) => {
      const to = { address: "127.0.0.1", port: 9 };
      const attempts = [
        () => host.datagrams(),
        () => host.datagrams({ broadcast: true }),
        () => host.link(),
        () => host.connect(to),
        () => host.listen(0, () => {}),
        () => host.configure({ address: "192.168.1.1", prefix: 24 }),
      ];
      return Promise.all(
        attempts.map(attempt =>
          attempt().then(
            () => "done",
            error => error.message,
          ),
        ),
      );
    };
    const host = hostHere(act, [namespaceOfThisProcess()!]);
    const outcomes = (await heard(host, "result"))?.value as string[];
    expect(outcomes).toHaveLength(6);
    for (const outcome of outcomes) expect(outcome).toContain("the machine's own network");
  },
);

test.skipIf(process.platform !== "linux")(
  "a host that ends with its messages unread lets the lab end",
  async () => {
    const host = hostHere(async host => host.tell({ kind: "unread" }), []);
    await host.done;
    expect(await host.exited).toBe(0);
  },
);
