// Findings on made-up captures.
import { describe, expect, test } from "bun:test";
import type { Finding, Layer, Packet } from "../packet/index.ts";
import { Malformed, Reader } from "../wire/index.ts";
import { analyzer } from "./analyzer.ts";
import { codeOf, type Message, Mode, message, type TimeDraft } from "./format.ts";
import { fromUnix } from "./timestamp.ts";

const start = BigInt(Date.UTC(2021, 9, 8)) * 1_000_000n;
const ms = 1_000_000n;

/** A capture of these messages, 10 ms apart. */
function findingsOf(messages: readonly TimeDraft[]) {
  const watch = analyzer();
  const findings: Finding[] = [];
  for (const [i, draft] of messages.entries()) {
    const layer = { value: message.decode(message.encode(draft)) } as Layer<Message>;
    findings.push(
      ...watch.observe({
        number: i + 1,
        time: start + BigInt(i) * 10n * ms,
        conversation: { transport: "udp", index: 0 },
        all: ({ name }: { name: string }) => (name === "ntp" ? [layer] : []),
      } as unknown as Packet),
    );
  }
  findings.push(...watch.conclude());
  return {
    found: findings.map(({ rule, packets }) => [rule.id, ...packets]),
    findings,
    report: watch.report(),
  };
}

const blank = {
  poll: 0,
  precision: -20,
  rootDelay: 0,
  rootDispersion: 0,
  referenceId: 0,
  referenceTimestamp: 0n,
  originTimestamp: 0n,
  receiveTimestamp: 0n,
  transmitTimestamp: 0n,
};
const request = (transmitTimestamp: bigint): TimeDraft => ({
  ...blank,
  flags: { version: 4, mode: Mode.client },
  stratum: 0,
  transmitTimestamp,
});
/** A reply by a clock that is so much ahead when the second packet is 10 ms away. */
const reply = (originTimestamp: bigint, ahead = 0n, parts: Partial<TimeDraft> = {}): TimeDraft => ({
  ...blank,
  flags: { version: 4, mode: Mode.server },
  stratum: 2,
  originTimestamp,
  receiveTimestamp: fromUnix(start + 4n * ms + ahead),
  transmitTimestamp: fromUnix(start + 6n * ms + ahead),
  ...parts,
});

describe("analyzer", () => {
  test("measures offset and delay from the capture alone", () => {
    const { found, report } = findingsOf([request(7n), reply(7n, 20n * ms)]);
    expect(found).toEqual([]);
    expect(report.exchanges).toEqual([
      { asked: 1, answered: 2, stratum: 2, offset: 20n * ms, delay: 8n * ms },
    ]);
  });

  test("finds a server that is far off, ahead or behind", () => {
    const { found, findings } = findingsOf([request(7n), reply(7n, 3600_000n * ms)]);
    expect(found).toEqual([["ntp.offset", 1, 2]]);
    expect(findings[0]!.detail).toBe("the server is 3600.000 s ahead of the capture");
    expect(findingsOf([request(7n), reply(7n, -129n * ms)]).found).toEqual([["ntp.offset", 1, 2]]);
    expect(findingsOf([request(7n), reply(7n, -127n * ms)]).found).toEqual([]);
  });

  test("finds requests without a reply", () => {
    expect(findingsOf([request(7n), request(8n), reply(8n)]).found).toContainEqual(["ntp.unanswered", 1]);
  });

  test("finds replies that nobody asked for, and the second one to the same request", () => {
    const { found, findings } = findingsOf([request(7n), reply(8n), reply(7n), reply(7n)]);
    expect(found).toEqual([
      ["ntp.origin-mismatch", 2],
      ["ntp.origin-mismatch", 4],
    ]);
    expect(findings[0]!.detail).toStartWith("0x0000000000000008 was not sent");
  });

  test("finds refusals and servers that don't know", () => {
    const kiss = reply(7n, 0n, { stratum: 0, referenceId: codeOf("RATE") });
    expect(findingsOf([request(7n), kiss])).toMatchObject({
      found: [["ntp.kiss-o-death", 1, 2]],
      findings: [{ detail: "RATE" }],
    });
    const lost = reply(7n, 0n, { flags: { leap: 3, version: 4, mode: Mode.server }, stratum: 16 });
    expect(findingsOf([request(7n), lost]).found).toEqual([["ntp.unsynchronized", 1, 2]]);
  });

  test("has nothing to say of other modes", () => {
    const broadcast = { ...reply(0n), flags: { version: 4, mode: Mode.broadcast } };
    expect(findingsOf([broadcast]).found).toEqual([]);
  });

  test("finds what can't be read, with the place", () => {
    const octets = Uint8Array.fromHex("2400");
    const malformed = new Malformed(0, "");
    const layer = {
      malformed,
      tree: () => message.dissect(Reader.over(octets), ""),
    } as unknown as Layer<Message>;
    const packet = { number: 3, all: () => [layer] } as unknown as Packet;
    expect([...analyzer().observe(packet)]).toMatchObject([
      { rule: { id: "ntp.malformed" }, packets: [3], field: "poll" },
    ]);
  });
});
