// Fingerprints of clients, against the published example and what tshark says of public captures.
import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer } from "../../scripts/peers.ts";
import { ethernet, vlan } from "../ethernet/index.ts";
import { ipv4 } from "../ipv4/index.ts";
import { ipv6 } from "../ipv6/index.ts";
import { dissector } from "../packet/index.ts";
import { openCapture } from "../pcapng/file.ts";
import { tcp } from "../tcp/index.ts";
import { vectorsIn } from "../wire/vectors.ts";
import { ja3, ja3sText, ja3Text, ja4 } from "./fingerprint.ts";
import { bodyOf, type ClientHello, HandshakeType, handshake } from "./format.ts";
import { captureOfFrames } from "./frames.ts";
import { KeyLog, kinds, tls } from "./index.ts";
import { native } from "./native.ts";
import { codecOf } from "./vectors/codecs.ts";

const helloOf = (name: string): ClientHello => {
  const vector = vectorsIn(join(import.meta.dir, "vectors")).find(vector => vector.name === name)!;
  return bodyOf(handshake.decode(vector.octets, codecOf(vector).state), HandshakeType.client_hello)!;
};

/** The example of FoxIO's description: a browser that greases, with its suites and extensions in an order of its own. */
const browser: ClientHello = {
  version: 0x0303,
  random: new Uint8Array(32),
  sessionId: new Uint8Array(),
  compressionMethods: [0],
  cipherSuites: [
    ...[0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030],
    ...[0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035],
  ],
  extensions: [
    { code: 0x8a8a, value: new Uint8Array() },
    { code: 27, value: [2] },
    { code: 0, value: [{ type: 0, name: "www.example.org" }] },
    { code: 51, value: [] },
    { code: 16, value: ["h2", "http/1.1"] },
    { code: 17513, value: new Uint8Array() },
    { code: 23, value: true },
    { code: 13, value: [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601] },
    { code: 5, value: new Uint8Array() },
    { code: 35, value: new Uint8Array() },
    { code: 43, value: [0x7a7a, 0x0304, 0x0303] },
    { code: 65281, value: new Uint8Array() },
    { code: 11, value: [0] },
    { code: 10, value: [0x8a8a, 29, 23, 24] },
    { code: 18, value: new Uint8Array() },
    { code: 45, value: [1] },
    { code: 21, value: new Uint8Array(100) },
  ] as unknown as ClientHello["extensions"],
};

test("JA4 is as published, whatever the order of suites and extensions", () => {
  expect(ja4(browser)).toBe("t13d1516h2_8daaf6152771_e5627efa2ab1");
  const shuffled = {
    ...browser,
    cipherSuites: browser.cipherSuites.toReversed(),
    extensions: browser.extensions!.toReversed(),
  };
  expect(ja4(shuffled)).toBe(ja4(browser));
});

test("JA4 of a hello without extensions has neither name nor protocol, and zeros for what there is none of", () => {
  expect(ja4(helloOf("client-hello-without-extensions"))).toMatch(/^t1[0-2]i\d\d0000_[0-9a-f]{12}_0{12}$/);
});

test("JA3 leaves GREASE out", () => {
  expect(ja3Text(helloOf("client-hello-every-extension"))).toBe(
    [
      "771,4865-255-65278",
      "0-1-5-10-11-13-16-22-23-27-28-35-42-43-44-45-47-49-50-51-65281-65037-2-3-4-9-12-14-17-18-19-20-24-54-58-62-13172-30032-34-17613-41",
      "4588-29-23,0",
    ].join(","),
  );
});

const corpus = join(import.meta.dir, "../../../shared/corpus");
const captures = existsSync(corpus) ? shortCaptures() : [];

/** Public captures with a little TLS on Ethernet. */
function shortCaptures(): string[] {
  const [names = "", ...rows] = readFileSync(join(corpus, "INDEX.tsv"), "utf8").trim().split("\n");
  const at = (name: string) => names.split("\t").indexOf(name);
  return rows
    .map(row => row.split("\t"))
    .filter(
      row =>
        row[at("scope")] === "core" &&
        row[at("linktype")] === "EN10MB" &&
        Number(row[at("tls")]) > 0 &&
        Number(row[at("packets")]) <= 60,
    )
    .map(row => join(corpus, "captures", row[at("file")]!));
}

test.skipIf(!peer("tshark") || captures.length === 0)(
  "JA3 and JA3S are those of tshark [needs public captures]",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "tls-ja3-"));
    try {
      const frames = (
        await Promise.all(captures.map(capture => Array.fromAsync(openCapture(capture, () => {}))))
      ).flat();
      const file = join(folder, "all.pcapng");
      writeFileSync(file, captureOfFrames(frames));
      const theirs = await sharked(file);
      const { packet } = dissector([
        ethernet,
        vlan,
        ipv4,
        ipv6,
        tcp,
        ...tls({ keyLog: new KeyLog(), ciphers: native }),
      ]);
      const ours = frames.flatMap((frame, i) =>
        packet({ ...frame, number: i + 1 })
          .all(kinds.handshake)
          .flatMap(({ value }) => {
            const client = value && bodyOf(value, HandshakeType.client_hello);
            const server = value && bodyOf(value, HandshakeType.server_hello);
            const text = client ? ja3Text(client) : server && ja3sText(server);
            return text === undefined ? [] : [`${text} ${ja3(text)}`];
          }),
      );
      const missing = theirs.filter(one => !ours.includes(one) && !broken.has(one.split(" ")[0]!));
      expect(missing).toEqual([]);
      expect(ours.length).toBeGreaterThan(50);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

/** Hellos cut short, which we call malformed and tshark takes as far as they go; the last two are of TLS 1.3's drafts. */
const broken: ReadonlySet<string> = new Set([
  "769,,",
  "771,156,,,",
  "772,44205,",
  "32526,52393,40",
  "32528,4867,13-40",
]);

/** JA3 and JA3S on the ports that we know TLS on, text and hash. */
async function sharked(file: string): Promise<string[]> {
  const fields = ["ja3_full", "ja3", "ja3s_full", "ja3s"].flatMap(name => ["-e", `tls.handshake.${name}`]);
  const only = [
    "-Y",
    "tls.handshake.ja3 && tcp.port in {443, 853, 8883, 8884} || tls.handshake.ja3s && tcp.port in {443, 853, 8883, 8884}",
  ];
  const shark = Bun.spawn(
    [peer("tshark")!, "-n", "-r", file, ...only, "-T", "fields", "-E", "aggregator=;", ...fields],
    {
      stderr: "ignore",
    },
  );
  const text = await new Response(shark.stdout).text();
  return text.split("\n").flatMap(line => {
    const [full = "", hash = "", fullS = "", hashS = ""] = line.split("\t").map(each => each.split(";"));
    const pair = (texts: string | string[], hashes: string | string[]) =>
      [...texts].flatMap((one, i) => (one === "" ? [] : [`${one} ${hashes[i]}`]));
    return [...pair(full, hash), ...pair(fullS, hashS)];
  });
}
