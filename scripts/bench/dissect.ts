// The bench of the dissector: a whole capture against tshark, and each description against a reader written by hand.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { protocols } from "../../lab/protocols.ts";
import { dissector, infoOf, type Layer, type Packet, protocolOf } from "../../protocols/packet/index.ts";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import { Reader } from "../../protocols/wire/index.ts";
import { peer } from "../peers.ts";
import type { Bench } from "./bench.ts";
import { byHand } from "./by-hand/readers.ts";
import { keep, median, table, timesOf } from "./measure.ts";
import { mixInWords, record } from "./traffic.ts";

const packets = 200_000;
const seed = 1;
/** Of the whole capture, which takes seconds, and of one protocol's messages. */
const rounds = { whole: 5, messages: 15 };
/** So many messages of a protocol are timed, this often a round. Few enough that they stay in the processor's cache. */
const mostMessages = 2_000;
const repeats = 10;

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
    rounds.whole,
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

interface Message {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  readonly state: unknown;
}

interface Measured {
  readonly protocol: string;
  readonly messages: number;
  /** Nanoseconds a message. */
  readonly described: number;
  readonly byHand: number;
  readonly tree: number;
}

/** Each protocol's messages read by its description, by hand, and into the annotated tree. @throws if the first two differ */
function eachProtocol(path: string): Measured[] {
  const known = new Map(protocols().map(protocol => [protocol.name, protocol]));
  return [...messagesIn(path)].map(([name, messages]) => {
    const { format } = known.get(name)!;
    const read = byHand[name]!;
    for (const message of messages) {
      const [described, hand] = [
        format.read(readerOf(message)),
        read(message.view, message.start, message.end),
      ];
      if (!Bun.deepEquals(described, hand))
        throw new Error(`${name}: by hand ${Bun.inspect(hand)}, described ${Bun.inspect(described)}`);
    }
    const times = timesOf(
      {
        described: repeated(() => {
          for (const message of messages) keep(format.read(readerOf(message)));
        }),
        byHand: repeated(() => {
          for (const { view, start, end } of messages) keep(read(view, start, end));
        }),
        tree: repeated(() => {
          for (const message of messages) keep(format.dissect(readerOf(message), name));
        }),
      },
      rounds.messages,
      5,
    );
    const each = (milliseconds: number) => (milliseconds * 1e6) / messages.length / repeats;
    return {
      protocol: name,
      messages: messages.length,
      described: each(times.described),
      byHand: each(times.byHand),
      tree: each(times.tree),
    };
  });
}

const repeated = (run: () => void) => () => {
  for (let i = 0; i < repeats; i++) run();
};

const readerOf = ({ view, start, end, state }: Message): Reader => new Reader(view, start, end, start, state);

/** The first messages of each protocol that there is a reader by hand for, in the capture's order. */
function messagesIn(path: string): Map<string, Message[]> {
  const all = new Map(Object.keys(byHand).map(name => [name, [] as Message[]]));
  const { packet } = dissector(protocols());
  for (const frame of fileFrames(path, () => {}))
    for (const layer of packet(frame).layers) {
      const messages = all.get(layer.protocol.name);
      if (messages && messages.length < mostMessages) messages.push(messageOf(layer));
    }
  return new Map(
    [...all].filter(([, messages]) => messages.length > 0).map(([name, messages]) => [name, side(messages)]),
  );
}

const messageOf = ({ source, start, headerEnd, state }: Layer): Message => ({
  view: source.view,
  start,
  end: headerEnd,
  state,
});

/** The same messages side by side in one buffer: what is timed is reading, not fetching from memory. */
function side(messages: readonly Message[]): Message[] {
  const octets = new Uint8Array(messages.reduce((size, { start, end }) => size + end - start, 0));
  const packed = new DataView(octets.buffer);
  let at = 0;
  return messages.map(({ view, start, end, state }) => {
    octets.set(new Uint8Array(view.buffer, view.byteOffset + start, end - start), at);
    const message = { view: packed, start: at, end: at + end - start, state };
    at = message.end;
    return message;
  });
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
