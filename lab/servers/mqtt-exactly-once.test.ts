// Exactly once: through cuts right after each packet of the exchange, and through the broker's sudden ends.
// LAB_EXACTLY_ONCE=10000 is the long form: so many messages, a hundred cuts of each kind at least, ten ends of the broker.
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Packet, PacketDraft } from "../../protocols/mqtt/format.ts";
import { RoughClient } from "../../protocols/mqtt/testing/rough-client.ts";
import { Type } from "../../protocols/mqtt/types.ts";
import { connect } from "../network/native.ts";

const messages = Number(process.env.LAB_EXACTLY_ONCE ?? 2000);
const isLong = messages >= 10_000;
const cutsOfEach = isLong ? 100 : 20;
const ends = isLong ? 10 : 3;
const publishers = 2;

const folder = mkdtempSync(join(tmpdir(), "exactly-once-"));
let daemon: Bun.Subprocess | undefined;
afterAll(async () => {
  daemon?.kill("SIGKILL");
  await daemon?.exited;
  rmSync(folder, { recursive: true });
});

const program = join(import.meta.dir, "mqtt-broker-alone.ts");
const configuration = join(folder, "broker.conf");

/** The broker as a process of its own, on a file that outlives it. */
async function start(port: number): Promise<number> {
  writeFileSync(
    configuration,
    [
      `listener ${port}`,
      "persistence true",
      `persistence_file ${join(folder, "broker.db")}`,
      "max_queued_messages 0",
      "sys_interval 0",
    ].join("\n"),
  );
  daemon = Bun.spawn(
    [
      process.execPath,
      "-e",
      `import { brokerAlone } from "${program}"; await brokerAlone({ config: "${configuration}" });`,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let printed = "";
  for await (const octets of daemon.stderr as ReadableStream<Uint8Array>) {
    printed += new TextDecoder().decode(octets);
    const found = /on 127\.0\.0\.1:(\d+)/.exec(printed)?.[1];
    if (found) return Number(found);
  }
  throw new Error(`the broker did not come up: ${printed}`);
}

test(
  `${messages} messages of QoS 2 arrive once each, in order per publisher`,
  async () => {
    const port = await start(0);
    const kinds = [Type.PUBLISH, Type.PUBREC, Type.PUBREL, Type.PUBCOMP] as number[];
    const cutAfter = new Map(kinds.map(kind => [kind, 0]));
    let seen = 0;
    // Spread over the whole run: a cut each so many packets, of the kind that has had the fewest.
    const spacing = Math.max(8, Math.floor((messages * 8) / (cutsOfEach * kinds.length * 1.5)));
    const cut = ({ type }: Packet | PacketDraft): boolean => {
      if (!cutAfter.has(type)) return false;
      if (++seen < spacing) return false;
      if (cutAfter.get(type)! > Math.min(...cutAfter.values())) return false;
      seen = 0;
      cutAfter.set(type, cutAfter.get(type)! + 1);
      return true;
    };
    const dial = () => connect({ address: "127.0.0.1", port }, 2000);
    const sub = new RoughClient({ id: "sub", dial, cut, filter: "exactly/#" });
    const pubs = Array.from({ length: publishers }, (_, i) => new RoughClient({ id: `pub${i}`, dial, cut }));
    const all = [sub, ...pubs];
    const runs = all.map(each => each.run());
    await sub.ready;
    for (let i = 0; i < messages / publishers; i++)
      for (const [who, pub] of pubs.entries()) pub.publish(`exactly/${who}`, `${who} ${i}`);

    for (let ended = 0; sub.heard.length < messages || pubs.some(({ left }) => left > 0); ) {
      await Bun.sleep(5);
      if (ended < ends && sub.heard.length > (messages * (ended + 1)) / (ends + 2)) {
        ended++;
        daemon!.kill("SIGKILL");
        await daemon!.exited;
        await start(port);
      }
    }
    // Whatever should not come would come now.
    await Bun.sleep(50);
    await Promise.all(all.map(each => each.stop()));
    await Promise.all(runs);
    expect([...cutAfter.values()].every(count => count >= cutsOfEach)).toBe(true);
    for (const who of pubs.keys())
      expect(sub.heard.filter(text => text.startsWith(`${who} `))).toEqual(
        Array.from({ length: messages / publishers }, (_, i) => `${who} ${i}`),
      );
    expect(sub.heard).toHaveLength(messages);
  },
  isLong ? 600_000 : 60_000,
);
