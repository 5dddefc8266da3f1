// All analyzers in one pass, and what somebody who only listened learned.
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lab } from "../scenarios/lab.ts";
import { publishFrame, sampleCapture, tcpFrame } from "../tables/samples.ts";

const folder = mkdtempSync(join(tmpdir(), "analyze-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** CONNECT of MQTT 3.1.1 by "c1", user "u", password "pw". */
const connect = Uint8Array.fromHex("101500044d51545404c2003c0002633100017500027077");
const capture = join(folder, "sample.pcapng");
writeFileSync(
  capture,
  sampleCapture([
    tcpFrame(977, connect, { ack: 1 }, false, 1883),
    publishFrame("secret/door"),
    publishFrame("secret/door", 1017),
  ]),
);

test("reports, findings and what an eavesdropper learns are told in one pass", async () => {
  const { code, stdout } = await lab(["analyze", capture]);
  expect(code).toBe(0);
  const titles = ["DHCP", "DNS", "NTP", "TLS", "MQTT", "Findings", "What an eavesdropper learns"];
  expect(stdout.split("\n").filter(line => titles.includes(line))).toEqual(titles);
  expect(stdout).toMatch(/packet 3: .*asked once/);
  expect(stdout).toContain("  names asked for\n    192.0.2.1: A example.org (2×)  [packet 1]\n");
  expect(stdout).toContain("  messages that could be read\n    secret/door, 4 octets (2×)  [packet 11]\n");
});

test("a password that could be read is told of, not told", async () => {
  const { stdout } = await lab(["analyze", capture]);
  expect(stdout).toContain("  user names and passwords, readable\n    192.0.2.1: u, password  [packet 10]\n");
  expect(stdout).not.toContain("pw");
});

test("for machines it is one object", async () => {
  const { stdout } = await lab(["analyze", "--json", capture]);
  const { packets, findings, report, eavesdropper } = JSON.parse(stdout);
  expect(packets).toBe(12);
  expect(findings.map(({ rule }: { rule: string }) => rule)).toContain("dns.unanswered");
  expect(Object.keys(report)).toEqual(["dhcp", "dns", "ntp", "tls", "mqtt"]);
  expect(eavesdropper).toContainEqual({
    kind: "topic",
    what: "secret/door",
    count: 2,
    packet: 11,
    octets: 4,
  });
});

test("in Spanish too", async () => {
  const { stdout } = await lab(["analyze", capture], { LAB_LANG: "es" });
  expect(stdout).toContain("Lo que aprende quien sólo escucha");
});
