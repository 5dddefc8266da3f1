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
  const [session] = report.conversations;
  expect(session).toMatchObject({
    stream: 0,
    began: 4,
    serverName: "JORGE-PC",
    version: "TLS 1.2",
    suite: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    grade: { grade: "strong" },
    roundTrips: 2,
    resumed: false,
    retried: false,
    payload: 8,
    opened: true,
    certificatesVisible: true,
    alerts: [{ description: "close_notify" }, { description: "close_notify" }],
  });
  expect(session!.certificates.map(chain => chain.map(({ holder, faults }) => [holder, faults]))).toEqual([
    [],
    [
      ["JORGE-PC", []],
      ["Root CA", []],
    ],
  ]);
  expect(session!.octets).toBeGreaterThan(1000);
  expect(session!.payloadAfter).toBeGreaterThan(session!.handshakeTime!);
  expect(session!.duration).toBeGreaterThan(session!.payloadAfter!);
  expect(session!.grade!.reasons.map(({ en }) => en)).toContainEqual(
    expect.stringMatching(/^The secret was agreed on in (x25519|secp\d+r1|X25519MLKEM768)/),
  );
  expect(session!.timeline.map(({ message }) => message)).toEqual([
    ...["client_hello", "server_hello", "certificate", "server_key_exchange", "server_hello_done"],
    ...["client_key_exchange", "finished", "new_session_ticket", "finished"],
  ]);
  expect(findings).toEqual([]);
});

test("counts the round trips of each kind of handshake", async () => {
  const tickets = Buffer.alloc(48, 7);
  const tripsOf = async (wanted: Partial<Parameters<typeof record>[0]>) => {
    const recording = await record({
      ...hosts,
      version: "TLSv1.3",
      said: ["hola"],
      tickets,
      ...wanted,
    });
    const { report } = analysed(recording);
    const { roundTrips, resumed, retried } = report.conversations[0]!;
    return { recording, told: [roundTrips, resumed, retried] };
  };
  const hosts12 = await tripsOf({ version: "TLSv1.2" });
  const again12 = await tripsOf({ version: "TLSv1.2", session: hosts12.recording.session });
  const hosts13 = await tripsOf({});
  const again13 = await tripsOf({ session: hosts13.recording.session });
  const retried = await tripsOf({ group: "P-384" });
  expect([hosts12, again12, hosts13, again13, retried].map(({ told }) => told)).toEqual([
    [2, false, false],
    [1, true, false],
    [1, false, false],
    [1, true, false],
    [2, false, true],
  ]);
});

test("without secrets tells what anybody can: times, trips, and how much there may have been", async () => {
  const { pieces } = await record({ ...dated(then), version: "TLSv1.3", said: ["x".repeat(1000)] });
  const [session] = analysed({ pieces }).report.conversations;
  expect(session).toMatchObject({
    opened: false,
    roundTrips: 1,
    certificates: [[], []],
    certificatesVisible: false,
  });
  expect(session!.payload).toBeGreaterThanOrEqual(2000);
  expect(session!.payload).toBeLessThan(session!.octets);
});

test("tells of records that were changed on the way, and of keys that are another session's", async () => {
  const recording = await record({ ...dated(then), version: "TLSv1.3", said: ["hola", "otra", "más"] });
  const spoiled = recording.pieces.map(({ way, octets }) => ({ way, octets: octets.slice() }));
  const last = spoiled.findLast(({ way, octets }) => way === 0 && octets[0] === 23)!;
  last.octets[last.octets.length - 1]! ^= 1;
  expect(told(analysed({ ...recording, pieces: spoiled })).map(([rule]) => rule)).toEqual([
    "tls.damaged-record",
  ]);

  const garbled = recording.keyLog.replace(/[0-9a-f]$/gm, digit => (digit === "0" ? "1" : "0"));
  const rulesMet = told(analysed({ ...recording, keyLog: garbled })).map(([rule]) => rule);
  expect(new Set(rulesMet)).toEqual(new Set(["tls.wrong-keys"]));
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
    ["tls.fatal-alert", "unknown_ca: The sender does not know the authority that issued the certificate."],
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
  const rows: string[] = readme.match(/^\| `tls\..*$/gm) ?? [];
  expect(rows).toEqual(
    Object.values(rules).map(({ id, severity, says }) => `| \`${id}\` | ${severity} | ${says.en} |`),
  );
});
