// Public captures, where there are some: frame for frame as tshark reads them.
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { openCapture } from "./file.ts";

const corpus = join(import.meta.dir, "../../../shared/corpus/captures");
const files = existsSync(corpus) ? readdirSync(corpus).sort() : [];
const tshark = peer("tshark");

/** Where tshark is no judge: microseconds beyond a second, which it shows as a time before 1970. */
const beyondTshark = new Set(["tcpdump__rx_serviceid_oobr.pcap"]);

/** Every pcapng, and every fortieth of the others; with LAB_CORPUS_ALL=1 each of them. */
const sample = files.filter(
  (file, i) => process.env.LAB_CORPUS_ALL === "1" || file.endsWith(".pcapng") || i % 40 === 0,
);

if (sample.length === 0 || !tshark) {
  const why = tshark ? "no corpus here" : "no tshark here";
  test.skip(`captures are read as tshark reads them [${why}]`, () => {});
} else {
  describe("as tshark reads it", () => {
    for (const file of sample.filter(file => !beyondTshark.has(file)))
      test(file, async () => {
        const [ours, theirs] = await Promise.all([
          read(join(corpus, file)),
          judged(tshark, join(corpus, file)),
        ]);
        expect(ours.frames).toEqual(theirs.frames);
        // What is damaged to tshark is damaged to us, and the other way round.
        expect(ours.damaged).toBe(theirs.damaged);
      });
  });
}

interface Judgement {
  readonly frames: readonly string[];
  readonly damaged: boolean;
}

async function read(path: string): Promise<Judgement> {
  const frames: string[] = [];
  let damaged = false;
  const meet = (met: { kind: string }) => {
    if (met.kind === "damage") damaged = true;
  };
  for await (const frame of openCapture(path, meet)) {
    const { number, time, originalLength, start, end, comments } = frame;
    const seconds = `${time / 1_000_000_000n}.${String(time % 1_000_000_000n).padStart(9, "0")}`;
    frames.push([number, seconds, originalLength, end - start, comments.join(",")].join("\t"));
  }
  return { frames, damaged };
}

async function judged(program: string, path: string): Promise<Judgement> {
  const fields = ["frame.number", "frame.time_epoch", "frame.len", "frame.cap_len", "frame.comment"];
  const run = Bun.spawn(
    [program, "-n", "-r", path, "-T", "fields", ...fields.flatMap(field => ["-e", field])],
    {
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, TZ: "UTC" },
    },
  );
  const [printed, said] = await Promise.all([run.stdout, run.stderr].map(one => new Response(one).text()));
  return { frames: printed!.split("\n").slice(0, -1), damaged: /damaged or corrupt|cut short/.test(said!) };
}
