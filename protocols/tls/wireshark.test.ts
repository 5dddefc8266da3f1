// TLS by Wireshark's names: what is told of whole messages, of cut ones, of records on any port, and what filters ask.
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Packet } from "../packet/index.ts";
import type { Item } from "../packet/wireshark.ts";
import { mutants, vectorsIn } from "../wire/vectors.ts";
import { Vocabulary } from "../wireshark/index.ts";
import { quickOf } from "../wireshark/quick.ts";
import { ja3, ja3Text } from "./fingerprint.ts";
import { packetsOf } from "./frames.ts";
import { bodyOf, HandshakeType, handshake, KeyLog, tls } from "./index.ts";
import { native } from "./native.ts";
import { handshakeItem } from "./wireshark/handshake.ts";
import { fresh } from "./wireshark/session.ts";
import { wireshark } from "./wireshark.ts";

const vectors = new Map(
  vectorsIn(join(import.meta.dir, "vectors")).map(vector => [vector.name, vector.octets]),
);
const octetsOf = (name: string): Uint8Array => {
  const octets = vectors.get(name);
  if (!octets) throw new Error(`no vector ${name}`);
  return octets;
};
const viewOf = (octets: Uint8Array): DataView =>
  new DataView(octets.buffer, octets.byteOffset, octets.length);
const flat = (items: readonly Item[]): Item[] => items.flatMap(item => [item, ...flat(item.items ?? [])]);
const valuesOf = (items: readonly Item[], name: string) =>
  flat(items).flatMap(item => (item.name === name ? [item.value] : []));
const told = (octets: Uint8Array): Item => handshakeItem(viewOf(octets), 0, octets.length, fresh);

/** A handshake message in a record, as a segment of its own. */
function recorded(message: Uint8Array): Uint8Array {
  const header = Uint8Array.of(22, 3, 1, message.length >> 8, message.length & 0xff);
  return Uint8Array.of(...header, ...message);
}
const packetsWith = (octets: Uint8Array, port?: number): Packet[] =>
  packetsOf({ pieces: [{ way: 0, octets }] }, tls({ keyLog: new KeyLog(), ciphers: native }), port);
const itemsOf = (packets: readonly Packet[]): Item[] => {
  const reading = new Vocabulary([wireshark]).reading();
  return packets.flatMap(packet => reading.items(reading.observe(packet)));
};

test("a ClientHello is told down to each extension, and by its fingerprint", () => {
  const octets = octetsOf("client-hello-1.3");
  const hello = bodyOf(handshake.decode(octets), HandshakeType.client_hello)!;
  const { items = [] } = told(octets);
  expect(valuesOf(items, "tls.handshake.ciphersuite")).toEqual([...hello.cipherSuites]);
  expect(valuesOf(items, "tls.handshake.extension.type")).toEqual(hello.extensions!.map(({ code }) => code));
  expect(valuesOf(items, "tls.handshake.ja3_full")).toEqual([ja3Text(hello)]);
  expect(valuesOf(items, "tls.handshake.ja3")).toEqual([ja3(ja3Text(hello))]);
  expect(flat(items).some(({ name }) => name.startsWith("tls.malformed"))).toBe(false);
});

test("certificates are opened to their names", () => {
  const { items = [] } = told(octetsOf("server-certificate-1.2"));
  expect(valuesOf(items, "x509sat.uTF8String").length).toBeGreaterThan(0);
  expect(valuesOf(items, "x509af.extension.id")).toContain("2.5.29.17");
});

test("a length that lies is told, and ends its message but not the fingerprint", () => {
  const octets = octetsOf("client-hello-1.3").slice();
  const view = viewOf(octets);
  const lengthOfExtensions = flat(told(octets).items ?? []).find(
    ({ name }) => name === "tls.handshake.extensions_length",
  )!;
  view.setUint16(lengthOfExtensions.start!, 0xffff);
  const { items = [] } = told(octets);
  expect(flat(items).filter(({ name }) => name === "tls.malformed.buffer_too_small")).toHaveLength(1);
  expect(valuesOf(items, "tls.handshake.extension.type")).toEqual([]);
  expect(valuesOf(items, "tls.handshake.ja3")).toHaveLength(1);
});

test("whatever is cut or damaged, every item lies in the octets that are there", () => {
  for (const [name, octets] of vectors) {
    if (octets.length < 4 || octets.length > 4096) continue;
    const damaged = [...mutants(octets, name, 20)];
    for (let end = 4; end < octets.length; end += 7) damaged.push(octets.subarray(0, end));
    for (const one of damaged) {
      const outside = flat([told(one)]).filter(
        ({ start = 0, size = 0 }) => start < 0 || start + size > one.length,
      );
      expect({ name, outside: outside.map(item => item.name) }).toEqual({ name, outside: [] });
    }
  }
});

test("TLS is found on a port that nobody is bound to, but not shown on those of HTTP", () => {
  const hello = recorded(octetsOf("client-hello-1.3"));
  expect(valuesOf(itemsOf(packetsWith(hello, 4433)), "tls.handshake.type")).toEqual([
    HandshakeType.client_hello,
  ]);
  expect(packetsWith(hello, 8080).at(-1)!.layers.at(-1)!.protocol.name).toBe("tls.handshake");
  expect(itemsOf(packetsWith(hello, 8080))).toEqual([]);
  const other = new TextEncoder().encode("SSH-2.0-OpenSSH_9.2p1\r\n");
  expect(itemsOf(packetsWith(other, 4433)).map(({ name }) => name)).toEqual(["data"]);
});

test("the records of a segment are one item, which reaches to its end", () => {
  const alert = Uint8Array.of(21, 3, 3, 0, 2, 2, 40);
  const cut = Uint8Array.of(...alert, ...alert, 23, 3, 3, 0, 9);
  const [whole, ...others] = itemsOf(packetsWith(cut, 443));
  expect(others).toEqual([]);
  expect(whole?.size).toBe(cut.length);
  expect(whole?.items?.map(({ name, size }) => ({ name, size }))).toEqual([
    { name: "tls.record", size: 7 },
    { name: "tls.record", size: 7 },
  ]);
  expect(valuesOf([whole!], "tls.alert_message.desc")).toEqual([40, 40]);
});

for (const name of [
  "tls.handshake.type",
  "tls.handshake.ciphersuite",
  "tls.handshake.extensions_server_name",
])
  test(`what a filter on ${name} finds without a tree is what the items tell`, () => {
    const quick = quickOf(wireshark, name)!;
    for (const vector of [
      "client-hello-1.3",
      "client-hello-1.2",
      "server-hello-1.3",
      "server-certificate-1.2",
    ]) {
      const octets = octetsOf(vector);
      expect(quick(handshake.decode(octets))).toEqual(valuesOf([told(octets)], name) as never);
    }
  });
