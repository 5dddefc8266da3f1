// The bench of the dissector: a whole capture against tshark, and each description against a reader written by hand.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { protocols } from "../../lab/protocols.ts";
import { dissector, infoOf, type Packet, protocolOf } from "../../protocols/packet/index.ts";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import { peer } from "../peers.ts";
import type { Bench } from "./bench.ts";
import { keep, median, table, timesOf } from "./measure.ts";
import { eachProtocol, type Measured } from "./messages.ts";
import { mixInWords, record } from "./traffic.ts";

const packets = 200_000;
const seed = 1;
const rounds = 5;

export const dissect: Bench = {
  says: `a capture of ${packets} packets dissected, against tshark and against readers written by hand`,
  async run() {
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    const path = join(folder, "mix.pcapng");
    try {
      record(path, packets, seed);
      const { size } = statSync(path);
      const whole = wholeCapture(path);
      const tshark = tsharkTime(path);
      const messages = eachProtocol(path);
      return {
        figures: { packets, seed, octets: size, whole, tshark, messages },
        text: words(size, whole, tshark, messages),
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

type Whole = ReturnType<typeof wholeCapture>;

/** Milliseconds for the whole file: its frames, their dissection, and a line of text for each as packet lists have it. */
function wholeCapture(path: string) {
  const pass = (see: (packet: Packet) => unknown) => () => {
    const { packet } = dissector(protocols());
    for (const frame of fileFrames(path, () => {})) keep(see(packet(frame)));
  };
  return timesOf(
    {
      frames: () => {
        for (const frame of fileFrames(path, () => {})) keep(frame);
      },
      dissected: pass(packet => packet),
      listed: pass(
        packet => `${packet.source} ${packet.destination} ${protocolOf(packet)} ${infoOf(packet)}`,
      ),
    },
    rounds,
    1,
  );
}

/** Milliseconds that tshark takes for its packet list, names not looked up; `undefined` without tshark. */
function tsharkTime(path: string): number | undefined {
  const tshark = peer("tshark");
  if (!tshark) return undefined;
  const run = () => {
    const start = performance.now();
    const { success, stderr } = Bun.spawnSync([tshark, "-n", "-r", path], {
      stdout: "ignore",
      stderr: "pipe",
    });
    if (!success) throw new Error(`tshark could not read the bench's capture: ${stderr}`);
    return performance.now() - start;
  };
  return median([run(), run(), run()]);
}

function words(
  size: number,
  whole: Whole,
  tshark: number | undefined,
  messages: readonly Measured[],
): string {
  const perSecond = (milliseconds: number) =>
    Math.round((packets / milliseconds) * 1000).toLocaleString("en");
  const line = (what: string, milliseconds: number) => [
    what,
    `${(milliseconds / 1000).toFixed(2)} s`,
    perSecond(milliseconds),
    tshark ? `${(tshark / milliseconds).toFixed(1)} ×` : "",
  ];
  const nanoseconds = (value: number) => value.toFixed(0);
  return [
    `${packets.toLocaleString("en")} packets, ${(size / 1e6).toFixed(1)} MB (${mixInWords}), seed ${seed}`,
    "",
    table(
      ["", "time", "packets/s", tshark ? "tshark's speed" : ""],
      [
        line("frames read", whole.frames),
        line("and dissected", whole.dissected),
        line("and listed", whole.listed),
        tshark ? line("tshark's list", tshark) : ["tshark is missing", "", "", ""],
      ],
    ),
    "",
    table(
      ["ns a message", "messages", "described", "by hand", "ratio", "tree"],
      messages.map(({ protocol, messages, described, byHand, tree }) => [
        protocol,
        String(messages),
        nanoseconds(described),
        nanoseconds(byHand),
        (described / byHand).toFixed(2),
        nanoseconds(tree),
      ]),
    ),
  ].join("\n");
}
