// Public captures with key logs, where there are some: what we decipher of them, record by record, and what tshark does.
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { ethernet, vlan } from "../ethernet/index.ts";
import { ipv4 } from "../ipv4/index.ts";
import { ipv6 } from "../ipv6/index.ts";
import { dissector, type Frame, type Packet } from "../packet/index.ts";
import { openCapture } from "../pcapng/file.ts";
import { tcp } from "../tcp/index.ts";
import { rest } from "../wire/index.ts";
import { type Direction, outcomeOf } from "./direction.ts";
import { followed } from "./followed.ts";
import { captureOfFrames } from "./frames.ts";
import { bodyOf, HandshakeType, KeyLog, kinds, suiteOf, tls } from "./index.ts";
import { native } from "./native.ts";

const corpus = join(import.meta.dir, "../../../shared/corpus");
const keys = existsSync(join(corpus, "keys")) ? readdirSync(join(corpus, "keys")).sort() : [];
const keyLogOf = (file: string): string => readFileSync(join(corpus, "keys", file), "utf8");

if (keys.length === 0) test.skip("captures with key logs are deciphered [no corpus here]", () => {});
else
  describe("deciphers", () => {
    for (const file of keys)
      test(file.replace(/\.keylog$/, ""), async () => {
        const packets = dissected(await framesOf(file), keyLogOf(file));
        const layers = packets
          .flatMap(packet => packet.layers)
          .filter(({ protocol }) => protocol.name.startsWith("tls"));
        expect(layers.flatMap(({ malformed }) => (malformed ? [String(malformed)] : []))).toEqual([]);

        expect(packets.flatMap(unopened)).toEqual([]);
      });

    test.skipIf(!peer("tshark"))(
      "the same application data as tshark, conversation by conversation",
      async () => {
        const frames = (await Promise.all(keys.map(framesOf))).flat();
        const log = keys.map(keyLogOf).join("\n");
        const ours = conversationsOf(dissected(frames, log));
        const theirs = await followed(captureOfFrames(frames), log, ours.length);
        // tshark begins with either side, and says which.
        const oriented = theirs.map(({ first, data: [a, b] }, i) =>
          ours[i]!.calling === first ? [a, b] : [b, a],
        );
        // tshark 4.0 does not open ARIA.
        const told = ours.map(({ suite, data }, i) => (suite.includes("_ARIA_") ? oriented[i] : data));
        expect(told).toEqual(oriented);
        const opened = ours.filter(({ data }) => data.join("") !== "");
        expect(opened.length).toBeGreaterThanOrEqual(keys.length);
        expect(opened.filter(({ suite }) => suite.includes("_ARIA_"))).toHaveLength(11);
      },
    );
  });

const framesOf = (file: string): Promise<Frame[]> =>
  Array.fromAsync(openCapture(join(corpus, "captures", file.replace(/\.keylog$/, "")), () => {}));

const stack = [ethernet, vlan, ipv4, ipv6, tcp];

/** TLS is looked for on every port: these servers stood anywhere. */
function dissected(frames: readonly Frame[], log: string): Packet[] {
  const probe = dissector(stack);
  const ports = frames.flatMap(frame => {
    const segment = probe.packet(frame).layer(tcp);
    return segment ? [Math.min(segment.sourcePort, segment.destinationPort)] : [];
  });
  const known = [...new Set(ports)];
  const bindings = known.map(key => ({ binding: { table: "tcp.port" as const, key }, protocol: "tls" }));
  const carried = {
    name: "carried",
    title: "Carried",
    reference: "",
    format: rest,
    over: known.map(key => ({ table: "tls.port" as const, key })),
    summary: () => "",
  };
  const { packet } = dissector(
    [...stack, ...tls({ keyLog: new KeyLog(log), ciphers: native }), carried],
    bindings,
  );
  return frames.map(frame => packet(frame));
}

/** Enciphered records that the state at their time does not open. */
const unopened = (packet: Packet): string[] =>
  packet.all(kinds.record).flatMap(({ value, state }) => {
    if (!value?.fragment) return [];
    return outcomeOf(state as Direction, value).opened ? [] : [`a record of packet ${packet.number}`];
  });

interface Deciphered {
  /** The client's port. */
  calling: number;
  suite: string;
  /** What each side said, in hexadecimal. */
  data: [client: string, server: string];
}

function conversationsOf(packets: readonly Packet[]): Deciphered[] {
  const conversations: Deciphered[] = [];
  for (const packet of packets) {
    if (packet.conversation?.transport !== "tcp") continue;
    const { index, ends } = packet.conversation;
    conversations[index] ??= { calling: ends[0].port, suite: "", data: ["", ""] };
    const one = conversations[index];
    for (const { value } of packet.all(kinds.handshake)) {
      const hello = value && bodyOf(value, HandshakeType.server_hello);
      if (!hello) continue;
      one.suite = suiteOf(hello.cipherSuite)?.name ?? "";
    }
    for (const { value, way } of packet.all({ name: "carried", format: rest }))
      one.data[way] += value?.toHex() ?? "";
  }
  return conversations;
}
