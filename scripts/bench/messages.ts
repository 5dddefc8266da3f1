// Each protocol's messages alone: read by its description, by hand, and into the annotated tree.
import { protocols } from "../../lab/protocols.ts";
import { dissector, type Layer } from "../../protocols/packet/index.ts";
import { fileFrames } from "../../protocols/pcapng/file.ts";
import { Reader } from "../../protocols/wire/index.ts";
import { byHand } from "./by-hand/readers.ts";
import { keep, timesOf } from "./measure.ts";

const rounds = { reading: 41, trees: 7 };
/** So many messages of a protocol are timed, this often a round. Few enough that they stay in the processor's cache. */
const mostMessages = 2_000;
const repeats = 10;

export interface Measured {
  readonly protocol: string;
  readonly messages: number;
  /** Nanoseconds a message. */
  readonly described: number;
  readonly byHand: number;
  readonly tree: number;
}

/** @throws if a reader by hand returns other values than the description */
export function eachProtocol(path: string): Measured[] {
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
    Bun.gc(true);
    const reading = timesOf(
      {
        described: repeated(() => {
          for (const message of messages) keep(format.read(readerOf(message)));
        }),
        byHand: repeated(() => {
          for (const { view, start, end } of messages) keep(read(view, start, end));
        }),
      },
      rounds.reading,
      8,
    );
    // On their own, for what they leave to the garbage collector would fall on the others.
    const { tree } = timesOf(
      {
        tree: () => {
          for (const message of messages) keep(format.dissect(readerOf(message), name));
        },
      },
      rounds.trees,
      2,
    );
    const each = (milliseconds: number, times = 1) =>
      Math.round((milliseconds * 1e7) / messages.length / times) / 10;
    return {
      protocol: name,
      messages: messages.length,
      described: each(reading.described, repeats),
      byHand: each(reading.byHand, repeats),
      tree: each(tree),
    };
  });
}

const repeated = (run: () => void) => () => {
  for (let i = 0; i < repeats; i++) run();
};

interface Message {
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
  readonly state: unknown;
}

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
    [...all]
      .filter(([, messages]) => messages.length > 0)
      .map(([name, messages]) => [name, sideBySide(messages)]),
  );
}

const messageOf = ({ source, start, headerEnd, state }: Layer): Message => ({
  view: source.view,
  start,
  end: headerEnd,
  state,
});

/** The same messages side by side in one buffer: what is timed is reading, not fetching from memory. */
function sideBySide(messages: readonly Message[]): Message[] {
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
