// Public captures with key logs, where there are some: every record of the suites that are opened here opens.
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ethernet, vlan } from "../ethernet/index.ts";
import { ipv4 } from "../ipv4/index.ts";
import { ipv6 } from "../ipv6/index.ts";
import { dissector, type Packet } from "../packet/index.ts";
import { openCapture } from "../pcapng/file.ts";
import { tcp } from "../tcp/index.ts";
import { chosenVersion, isRetry, Version } from "./format.ts";
import { bodyOf, HandshakeType, KeyLog, kinds, suiteOf, tls } from "./index.ts";
import { native } from "./native.ts";

const corpus = join(import.meta.dir, "../../../shared/corpus");
const keys = existsSync(join(corpus, "keys")) ? readdirSync(join(corpus, "keys")).sort() : [];

if (keys.length === 0) test.skip("captures with key logs are deciphered [no corpus here]", () => {});
else
  describe("deciphers", () => {
    for (const file of keys)
      test(file.replace(/\.keylog$/, ""), async () => {
        const packets = await packetsOf(file);
        const layers = packets
          .flatMap(packet => packet.layers)
          .filter(({ protocol }) => protocol.name.startsWith("tls"));
        expect(layers.flatMap(({ malformed }) => (malformed ? [String(malformed)] : []))).toEqual([]);

        const hello = packets
          .flatMap(packet => packet.all(kinds.handshake))
          .map(({ value }) => value && bodyOf(value, HandshakeType.server_hello))
          .findLast(body => body && !isRetry(body))!;
        const opened = suiteOf(hello.cipherSuite)?.aead && chosenVersion(hello) >= Version["TLS 1.2"];
        const sealed = packets.flatMap(unopened);
        if (opened) expect(sealed).toEqual([]);
        else expect(sealed.length).toBeGreaterThan(0);
      });
  });

/** TLS is looked for on every port: these servers stood anywhere. */
async function packetsOf(file: string): Promise<Packet[]> {
  const keyLog = new KeyLog(readFileSync(join(corpus, "keys", file), "utf8"));
  const capture = join(corpus, "captures", file.replace(/\.keylog$/, ""));
  const stack = [ethernet, vlan, ipv4, ipv6, tcp];
  const frames = await Array.fromAsync(openCapture(capture, () => {}));
  const probe = dissector(stack);
  const ports = frames.flatMap(frame => {
    const segment = probe.packet(frame).layer(tcp);
    return segment ? [Math.min(segment.sourcePort, segment.destinationPort)] : [];
  });
  const bindings = [...new Set(ports)].map(key => ({
    binding: { table: "tcp.port" as const, key },
    protocol: "tls",
  }));
  const { packet } = dissector([...stack, ...tls({ keyLog, ciphers: native })], bindings);
  return frames.map(frame => packet(frame));
}

/** Enciphered records that the state at their time does not open. */
const unopened = (packet: Packet): string[] =>
  packet.all(kinds.record).flatMap(({ value, state }) => {
    if (!value?.fragment) return [];
    const direction = state as {
      sequence: number;
      open?: (sequence: number, record: typeof value) => unknown;
    };
    return direction.open?.(direction.sequence, value) ? [] : [`a record of packet ${packet.number}`];
  });
