// The plain list: the same lines from octets at a glance as from packets that were dissected.
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { dissector } from "../../protocols/packet/index.ts";
import { Line } from "../../protocols/packet/line.ts";
import { openCapture } from "../../protocols/pcapng/file.ts";
import { peer } from "../../scripts/peers.ts";
import { protocols } from "../protocols.ts";
import { Lines } from "./lines.ts";
import { lineOf, Rows } from "./list.ts";

const mix = join(import.meta.dir, "../../../shared/corpus/mix.pcap");

/** Of each packet the line at a glance, and the one of the packet dissected. */
async function listed(file: string): Promise<{ readonly glanced: string[]; readonly dissected: string[] }> {
  const known = protocols();
  const lines = new Lines({ protocols: known, rules: [], time: "r", secrets: () => false });
  const { packet } = dissector(known);
  const rows = new Rows("r");
  const line = new Line();
  const [glanced, dissected]: [string[], string[]] = [[], []];
  for await (const frame of openCapture(file, () => {})) {
    line.clear();
    lines.add(frame, line);
    glanced.push(line.toString().slice(0, -1));
    dissected.push(lineOf(rows.of(packet(frame))));
  }
  return { glanced, dissected };
}

test.skipIf(!existsSync(mix))(
  "over public captures nine hundred and ninety-five of a thousand lines are the same; others are malformed where a glance does not look [no corpus here]",
  async () => {
    const { glanced, dissected } = await listed(mix);
    const other = dissected.filter((line, i) => line !== glanced[i] && !line.includes("[Malformed"));
    expect(other.length).toBeLessThan(dissected.length / 200);
  },
  60_000,
);

const tshark = peer("tshark");
const reason = !existsSync(mix) ? "no corpus" : tshark ? undefined : "no tshark";

test.skipIf(reason !== undefined)(
  `the protocol column is tshark's in ninety-nine of a hundred packets [${reason ?? "corpus and tshark"} here]`,
  async () => {
    const { stdout } = Bun.spawnSync([tshark!, "-n", "-r", mix, "-T", "fields", "-e", "_ws.col.Protocol"], {
      stderr: "ignore",
    });
    const theirs = stdout.toString().trimEnd().split("\n");
    const { glanced } = await listed(mix);
    const ours = glanced.map(line => / → \S+ +(\S.*?) +\d+ /.exec(line)?.[1]);
    expect(ours.length).toBe(theirs.length);
    const same = ours.filter((name, i) => name === theirs[i]).length;
    expect(same / ours.length).toBeGreaterThan(0.99);
  },
  120_000,
);
