// The lab's own board in a real one's place: what it does on the bench is what it does in the lab.
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { intranet } from "../../pki/index.ts";
import { peer } from "../../scripts/peers.ts";
import { defaults } from "../board/settings.ts";
import type { BoardPlan } from "../board/workings.ts";
import { type Daemon, openNetwork, type RunningHost } from "../network/index.ts";
import { probe } from "../network/probe.ts";
import { programOf } from "../runs/program.ts";
import { lab, root } from "../scenarios/lab.ts";

const folder = mkdtempSync(join(tmpdir(), "serve-board-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { namespaces } = await probe();
// A test's process does not start over inside a user namespace.
const lack = !namespaces.ok
  ? namespaces.reason
  : namespaces.how === "user"
    ? "as root"
    : peer("libpcap")
      ? undefined
      : "libpcap is missing";

async function says(daemon: Daemon, words: string): Promise<void> {
  for await (const line of daemon.lines) if (line.includes(words)) return;
  throw new Error(`it ended before it said "${words}": ${daemon.output}`);
}

/** Pinged and answered, it has published what there was: then a person presses its button. */
async function played(board: RunningHost): Promise<void> {
  let pongs = 0;
  for await (const { event, kind } of board.messages) {
    if (kind === "ready") board.tell({ kind: "power" });
    if (event === "pong") pongs++;
    if (event === "published" && pongs > 0) {
      board.tell({ kind: "button" });
      break;
    }
  }
  await board.done;
}

test.skipIf(lack !== undefined)(
  `its capture, beside the lab's own run, shows the same dialogues and no hint${lack ? ` [${lack}]` : ""}`,
  async () => {
    const capture = join(folder, "bench.pcapng");
    const keys = join(folder, "keys.txt");
    {
      await using network = (await openNetwork("namespaces")).network;
      await using laptop = await network.daemon({
        name: "laptop",
        command: [
          ...[process.execPath, join(root, "lab"), "serve", "intranet", "-i", "eth0", "-o", folder],
          ...["-w", capture, "--keylog", keys],
        ],
        env: { LAB_LANG: "en" },
      });
      await says(laptop, "TLS sessions are kept");
      const authority = await intranet();
      const settings: BoardPlan = {
        settings: defaults("nucleo", "fast"),
        seed: 1,
        root: authority.root.pem,
        certificate: authority.chain("NUCLEO-H723ZG").pem,
        key: authority.key("NUCLEO-H723ZG").pem,
      };
      const program = programOf(import.meta.url, "../board/board.ts");
      await played(
        await network.host({ name: "NUCLEO-H723ZG", mac: "00:c0:df:24:ba:6b", program, settings }),
      );
      await laptop.stop(20_000);
      expect(laptop.output).toContain("bun lab inspect");
    }
    const own = join(folder, "own");
    const lone = await lab(["scenario", "intranet", "--story", "alone", "-q", "-o", own]);
    const run = join(lone.stdout.trim(), "..");
    const { code, stdout } = await lab(["compare", run, capture, "--json"]);
    const { differences, hints } = JSON.parse(stdout);
    expect({ differences, hints, code }).toEqual({ differences: [], hints: [], code: 0 });
  },
  60_000,
);
