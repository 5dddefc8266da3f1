// What the dissector makes of frames: shown on two small protocols, one over the other's streams.
import { describe, expect, test } from "bun:test";
import { bits, many, prefixed, rest, struct, text, u8, u16, u32, type Value } from "../wire/index.ts";
import { dissector } from "./dissector.ts";
import { infoOf, protocolOf } from "./info.ts";
import { mostMessageOctets } from "./messages.ts";
import type { Frame } from "./packet.ts";
import type { Protocol } from "./protocol.ts";

/** As much of TCP as the dissector needs, right on the link; addresses are one octet each. */
const header = struct({
  source: u8,
  destination: u8,
  sequence: u32,
  acknowledgment: u32,
  flags: bits({ reserved: 4, ack: 1, rst: 1, syn: 1, fin: 1 }),
  size: u16,
});
const lan: Protocol<Record<string, never>> = {
  name: "lan",
  title: "LAN",
  reference: "",
  format: struct({}),
  over: [{ table: "link", key: 1 }],
  summary: () => "LAN",
  ends: () => ["10.0.0.1", "10.0.0.1"],
  payload: () => ({ bindings: [{ table: "ip.proto", key: 6 }] }),
};
const tcp: Protocol<Value<typeof header>> = {
  name: "tcp",
  title: "TCP",
  reference: "",
  format: header,
  over: [{ table: "ip.proto", key: 6 }],
  summary: value => `seq ${value.sequence}`,
  ends: value => [value.source, value.destination],
  segment: value => ({
    sequence: value.sequence,
    acknowledgment: value.acknowledgment,
    syn: value.flags.syn === 1,
    ack: value.flags.ack === 1,
    fin: value.flags.fin === 1,
    rst: value.flags.rst === 1,
  }),
  payload: value => ({
    size: value.size,
    bindings: [
      { table: "tcp.port", key: value.destination },
      { table: "tcp.port", key: value.source },
    ],
  }),
};

const word = struct({ kind: u8, said: prefixed(u16, text) });
/** Counts what was said before, to show state. */
const words: Protocol<Value<typeof word>, number> = {
  name: "words",
  title: "Words",
  reference: "",
  format: word,
  over: [{ table: "tcp.port", key: 80 }],
  summary: value => value.said,
  state: () => 0,
  after: (_, count) => count + 1,
  frame: from =>
    from.left < 3
      ? undefined
      : 3 + new DataView(from.view.buffer, from.view.byteOffset).getUint16(from.at + 1),
};

let number = 0;
const frameOf = (octets: Uint8Array): Frame => ({
  number: ++number,
  time: BigInt(number),
  view: new DataView(octets.buffer, octets.byteOffset, octets.length),
  start: 0,
  end: octets.length,
  originalLength: octets.length,
  linkType: 1,
  interface: 0,
  comments: [],
});

const segment = (
  sequence: number,
  payload: Uint8Array,
  more: Partial<Parameters<typeof header.encode>[0]> = {},
) => {
  const head = header.encode({
    source: 40,
    destination: 80,
    sequence,
    acknowledgment: 0,
    flags: { ack: 1 },
    size: payload.length,
    ...more,
  });
  return frameOf(Uint8Array.from([...head, ...payload]));
};
const said = (...texts: string[]): Uint8Array =>
  many(word).encode(texts.map(one => ({ kind: 1, said: one })));
const fresh = () => {
  const one = dissector([lan, tcp, words]);
  return (frame: Frame) => one.packet(frame);
};

describe("the dissector", () => {
  test("cuts several messages out of one segment", () => {
    const packet = fresh()(segment(1, said("one", "two")));
    expect(packet.all(words).map(layer => layer.value?.said)).toEqual(["one", "two"]);
    expect(infoOf(packet)).toBe("one, two");
    expect(protocolOf(packet)).toBe("WORDS");
  });

  test("puts a message over three segments together, and reads the next from its own segment", () => {
    const octets = said("a long message", "next");
    const read = fresh();
    const parts = [octets.subarray(0, 1), octets.subarray(1, 7), octets.subarray(7)].map((part, i, all) =>
      read(segment(1 + all.slice(0, i).reduce((sum, one) => sum + one.length, 0), part)),
    );
    expect(parts.map(packet => packet.all(words).length)).toEqual([0, 0, 2]);
    const [first, second] = parts[2]!.all(words);
    expect(first?.value?.said).toBe("a long message");
    expect(first?.source.title).toBe("Reassembled TCP (17 octets from 3 packets)");
    expect(first?.source.pieces.map(piece => piece.size)).toEqual([1, 6, 10]);
    expect(second?.source.view).toBe(parts[2]!.frame.view);
    expect(parts[0]!.notes).toEqual(["part of a message of WORDS"]);
    expect(parts[0]!.layers.map(layer => layer.protocol.name)).toEqual(["lan", "tcp", "data"]);
  });

  test("hands each message the state that the messages before it left, per conversation", () => {
    const read = fresh();
    const [one, two] = [read(segment(1, said("a", "b"))), read(segment(9, said("c")))];
    expect([...one.all(words), ...two.all(words)].map(layer => layer.state)).toEqual([0, 1, 2]);
    const other = read(segment(1, said("x"), { source: 41 }));
    expect(other.all(words)[0]?.state).toBe(0);
    expect([one, two, other].map(packet => packet.conversation?.index)).toEqual([0, 0, 1]);
  });

  test("knows who opened the conversation, and begins a new one on a new SYN", () => {
    const read = fresh();
    const answer = read(
      segment(50, new Uint8Array(), { source: 80, destination: 40, flags: { syn: 1, ack: 1 } }),
    );
    expect(answer.way).toBe(1);
    expect(answer.conversation?.ends.map(end => end.port)).toEqual([40, 80]);
    read(segment(1, new Uint8Array(), { flags: { syn: 1 } }));
    const again = read(segment(99, new Uint8Array(), { flags: { syn: 1 } }));
    expect(again.conversation?.index).toBe(1);
  });

  test("reads the octets that come with a SYN", () => {
    const read = fresh();
    const opening = read(segment(4, said("early"), { flags: { syn: 1 } }));
    const next = read(segment(5 + said("early").length, said("later")));
    expect(opening.all(words)[0]?.value?.said).toBe("early");
    expect(next.all(words)[0]?.value?.said).toBe("later");
    expect([...opening.notes, ...next.notes]).toEqual([]);
  });

  test("keeps a malformed message as a layer, and what is around it", () => {
    const octets = Uint8Array.from([1, 0, 1]);
    const bad = struct({ kind: u8, said: prefixed(u16, struct({ one: u16 })) });
    const strict = { ...words, format: bad as never, frame: undefined };
    const packet = dissector([lan, tcp, strict]).packet(segment(1, octets));
    const layer = packet.all(strict)[0]!;
    expect(layer.value).toBeUndefined();
    expect(layer.malformed?.reason).toBe("1 octet wanted, 0 left");
    expect(layer.tree().fields?.map(field => field.key)).toEqual(["kind", "said"]);
    expect(packet.layer(tcp)?.sequence).toBe(1);
    expect(infoOf(packet)).toBe("[Malformed: 1 octet wanted, 0 left]");
  });

  test("shows octets that nobody takes as data, and what is left after a payload as padding", () => {
    const nobody = fresh()(segment(1, Uint8Array.of(1, 2), { destination: 7 }));
    expect(nobody.layers.map(layer => layer.protocol.name)).toEqual(["lan", "tcp", "data"]);
    const padded = fresh()(segment(1, Uint8Array.of(1, 0, 0, 9, 9), { size: 3 }));
    expect(padded.layers.map(layer => layer.protocol.name)).toEqual(["lan", "tcp", "words", "padding"]);
  });

  test("gives up a stream whose messages can't be measured, and shows the rest of it as it is", () => {
    const greedy: typeof words = { ...words, frame: () => mostMessageOctets + 1 };
    const one = dissector([lan, tcp, greedy]);
    const [first, second] = [one.packet(segment(1, said("a"))), one.packet(segment(5, said("b")))];
    for (const packet of [first, second])
      expect(packet.all(words)[0]?.malformed?.reason).toContain("beyond the limit of 16777216");
  });

  test("dissects what a payload was before it was enciphered, as a source of its own", () => {
    const cipher: Protocol<Uint8Array> = {
      name: "cipher",
      title: "Cipher",
      reference: "",
      format: rest,
      over: [{ table: "tcp.port", key: 80 }],
      summary: () => "Enciphered",
      payload: () => ({
        bindings: [{ table: "tls.port", key: 80 }],
        stream: true,
        opened: { title: "Decrypted", octets: said("secret") },
      }),
    };
    const inner = { ...words, over: [{ table: "tls.port" as const, key: 80 }] };
    const packet = dissector([lan, tcp, cipher, inner]).packet(segment(1, Uint8Array.of(1)));
    const [layer] = packet.all(words);
    expect(layer?.value?.said).toBe("secret");
    expect(layer?.source.title).toBe("Decrypted");
    expect(infoOf(packet)).toBe("secret");
  });
});
