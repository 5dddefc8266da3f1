// What the analyzer reports of recorded conversations, and what it objects to.
import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Finding } from "../packet/index.ts";
import { issue } from "../x509/issued.ts";
import { analyzer, type Report } from "./analyzer.ts";
import { packetsOf } from "./frames.ts";
import { KeyLog, rules, tls } from "./index.ts";
import { native } from "./native.ts";
import { authority, type Recording, record } from "./recording.ts";

const hosts = authority();

function analysed(recording: Pick<Recording, "pieces"> & { keyLog?: string }): {
  findings: Finding[];
  report: Report;
} {
  const analysis = analyzer();
  const packets = packetsOf(recording, tls({ keyLog: new KeyLog(recording.keyLog), ciphers: native }));
  const findings = [...packets.flatMap(packet => [...analysis.observe(packet)]), ...analysis.conclude()];
  return { findings, report: analysis.report() };
}
const told = ({ findings }: { findings: Finding[] }) => findings.map(({ rule, detail }) => [rule.id, detail]);

/** Valid when the frames of the tests were recorded, in October 2021. */
const then = { notBefore: 1_600_000_000, notAfter: 1_700_000_000 };
const dated = (validity: { notBefore: number; notAfter: number }) => {
  const root = issue({ name: "Root CA", validity: then });
  return { ...hosts, root, server: issue({ name: "JORGE-PC", use: "server", issuer: root, validity }) };
};

test("tells what a conversation came to", async () => {
  const suite = "ECDHE-ECDSA-AES256-GCM-SHA384";
  const { report, findings } = analysed(
    await record({ ...dated(then), version: "TLSv1.2", suite, said: ["hola"] }),
  );
  expect(report.conversations).toEqual([
    {
      stream: 0,
      began: 4,
      serverName: "JORGE-PC",
      version: "TLS 1.2",
      suite: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
      certificates: [[], ["JORGE-PC", "Root CA"]],
    },
  ]);
  expect(findings).toEqual([]);
});

test("objects to certificates outside their validity, on the capture's clock", async () => {
  const early = await record({
    ...dated({ notBefore: 1_690_000_000, notAfter: 4e9 }),
    version: "TLSv1.2",
    said: [],
  });
  const late = await record({
    ...dated({ notBefore: 1e9, notAfter: 1_500_000_000 }),
    version: "TLSv1.3",
    said: [],
  });
  expect(told(analysed(early))).toEqual([
    [
      "tls.certificate-not-yet-valid",
      expect.stringMatching(/^JORGE-PC: valid from 2023-07-22 04:26:40 UTC, .* 2021-10-08/),
    ],
  ]);
  expect(told(analysed(late))).toEqual([
    ["tls.certificate-expired", expect.stringMatching(/^JORGE-PC: valid until 2017-07-14 02:40:00 UTC/)],
  ]);
});

const hello = (version: number, suite: number) => [
  {
    way: 1 as const,
    octets: Uint8Array.from([
      22,
      3,
      1,
      0,
      42,
      2,
      0,
      0,
      38,
      3,
      version,
      ...new Array(32).fill(7),
      0,
      suite >> 8,
      suite & 0xff,
      0,
    ]),
  },
];

test("objects to versions that must not be used any more, and to suites without forward secrecy", () => {
  expect(told(analysed({ pieces: hello(2, 0x002f) }))).toEqual([
    ["tls.old-version", "TLS 1.1"],
    ["tls.no-forward-secrecy", "TLS_RSA_WITH_AES_128_CBC_SHA"],
  ]);
  expect(told(analysed({ pieces: hello(3, 0xc030) }))).toEqual([]);
});

test("tells of alerts that end a conversation, not of polite ends", () => {
  const alert = (level: number, description: number) => ({
    way: 1 as const,
    octets: Uint8Array.of(21, 3, 3, 0, 2, level, description),
  });
  expect(told(analysed({ pieces: [alert(1, 0), alert(2, 48)] }))).toEqual([
    ["tls.fatal-alert", "unknown_ca"],
  ]);
});

test("tells where octets do not follow the standard", () => {
  const pieces = [{ way: 0 as const, octets: Uint8Array.of(22, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3) }];
  expect(analysed({ pieces }).findings.map(({ rule, field, packets }) => [rule.id, field, packets])).toEqual([
    ["tls.malformed", "body.random", [4]],
  ]);
});

test("the README tells every rule in its words", async () => {
  const readme = await Bun.file(join(import.meta.dir, "README.md")).text();
  const rows = readme.match(/^\| `tls\..*$/gm);
  expect(rows).toEqual(
    Object.values(rules).map(({ id, severity, says }) => `| \`${id}\` | ${severity} | ${says.en} |`),
  );
});
