// Public captures with key logs, where there are some: what we decipher of them, record by record, and what tshark does.
import { describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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
import { chosenVersion, isRetry, Version } from "./format.ts";
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

        const hello = packets
          .flatMap(packet => packet.all(kinds.handshake))
          .map(({ value }) => value && bodyOf(value, HandshakeType.server_hello))
          .findLast(body => body && !isRetry(body))!;
        const sealed = packets.flatMap(unopened);
        if (isOpenedHere(chosenVersion(hello), hello.cipherSuite)) expect(sealed).toEqual([]);
        else expect(sealed.length).toBeGreaterThan(0);
      });

    test.skipIf(!peer("tshark"))(
      "the same application data as tshark, conversation by conversation",
      async () => {
        const frames = (await Promise.all(keys.map(framesOf))).flat();
        const log = keys.map(keyLogOf).join("\n");
        const ours = conversationsOf(dissected(frames, log));
        const theirs = await followed(frames, log, ours.length);
        const closed = [...new Set(ours.filter(({ opened }) => !opened).map(({ suite }) => suite))];
        // Bun and @noble/ciphers have neither ARIA nor Camellia; SSL 3.0 has another key schedule.
        expect(closed.filter(suite => !/ARIA|CAMELLIA|SSL 3\.0/.test(suite))).toEqual([]);
        // tshark begins with either side, and says which.
        const oriented = theirs.map(({ first, data: [a, b] }, i) =>
          ours[i]!.calling === first ? [a, b] : [b, a],
        );
        const told = ours.map(({ opened, data }, i) => (opened ? data : oriented[i]));
        expect(told).toEqual(oriented);
        expect(ours.filter(({ opened, data }) => opened && data.join("") !== "").length).toBeGreaterThan(60);
      },
    );
  });

function isOpenedHere(version: number, number: number): boolean {
  const suite = suiteOf(number);
  return version >= Version["TLS 1.0"] && (suite?.aead !== undefined || suite?.block !== undefined);
}

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
  opened: boolean;
  /** What each side said, in hexadecimal. */
  data: [client: string, server: string];
}

function conversationsOf(packets: readonly Packet[]): Deciphered[] {
  const conversations: Deciphered[] = [];
  for (const packet of packets) {
    if (packet.conversation?.transport !== "tcp") continue;
    const { index, ends } = packet.conversation;
    conversations[index] ??= { calling: ends[0].port, suite: "", opened: true, data: ["", ""] };
    const one = conversations[index];
    for (const { value } of packet.all(kinds.handshake)) {
      const hello = value && bodyOf(value, HandshakeType.server_hello);
      if (!hello) continue;
      const old = chosenVersion(hello) < Version["TLS 1.0"];
      one.suite = old ? "SSL 3.0" : (suiteOf(hello.cipherSuite)?.name ?? "");
    }
    if (unopened(packet).length > 0) one.opened = false;
    for (const { value, way } of packet.all({ name: "carried", format: rest }))
      one.data[way] += value?.toHex() ?? "";
  }
  return conversations;
}

interface Followed {
  /** The port of the side whose data are the first. */
  readonly first: number;
  readonly data: [string, string];
}

/** What `follow` shows of each TCP stream. */
async function followed(frames: readonly Frame[], log: string, streams: number): Promise<Followed[]> {
  const folder = mkdtempSync(join(tmpdir(), "tls-corpus-"));
  try {
    const [capture, keyLog] = [join(folder, "all.pcapng"), join(folder, "keys")];
    writeFileSync(capture, captureOfFrames(frames));
    writeFileSync(keyLog, log);
    const wanted = Array.from({ length: streams }, (_, i) => ["-z", `follow,tls,raw,${i}`]).flat();
    const shark = Bun.spawn(
      [peer("tshark")!, "-n", "-q", "-r", capture, "-o", `tls.keylog_file:${keyLog}`, ...wanted],
      {
        stderr: "ignore",
      },
    );
    const text = await new Response(shark.stdout).text();
    const told: Followed[] = [];
    const one = /tcp\.stream eq (\d+)\nNode 0:.*:(\d+)\nNode 1:.*\n([^=]*)/g;
    for (const [, index = "", first = "", lines = ""] of text.matchAll(one)) {
      const data: [string, string] = ["", ""];
      for (const line of lines.split("\n")) data[line.startsWith("\t") ? 1 : 0] += line.trim();
      told[Number(index)] = { first: Number(first), data };
    }
    return told;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
