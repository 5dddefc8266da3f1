// Findings on made-up captures.
import { describe, expect, test } from "bun:test";
import type { Finding, Layer, Packet } from "../packet/index.ts";
import { Malformed, Reader } from "../wire/index.ts";
import { analyzer } from "./analyzer.ts";
import { codeOf, type Message, Mode, message, type TimeDraft } from "./format.ts";
import { fromUnix } from "./timestamp.ts";

const start = BigInt(Date.UTC(2021, 9, 8)) * 1_000_000n;
const ms = 1_000_000n;

const board = "192.168.1.101";
const pc = "192.168.1.20";

/** A message with what is known of its packet: when it came if not 10 ms after the one before, whose server, which client port. */
type Captured = TimeDraft & { at?: bigint; server?: string; port?: number };

/** A capture of these messages. */
function findingsOf(messages: readonly Captured[]) {
  const watch = analyzer();
  const findings: Finding[] = [];
  for (const [i, { at, server = pc, port = 40000, ...draft }] of messages.entries()) {
    const layer = { value: message.decode(message.encode(draft)) } as Layer<Message>;
    const asks = draft.flags.mode === Mode.client;
    findings.push(
      ...watch.observe({
        number: i + 1,
        time: at ?? start + BigInt(i) * 10n * ms,
        way: asks ? 0 : 1,
        source: asks ? board : server,
        destination: asks ? server : board,
        conversation: {
          transport: "udp",
          index: server === pc ? 0 : Number(server.split(".")[3]),
          ends: [
            { address: board, port },
            { address: server, port: 123 },
          ],
        },
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
      {
        ...{ asked: 1, answered: 2, client: board, server: pc, version: 4 },
        ...{ stratum: 2, leap: 0, kiss: undefined, clientAhead: undefined },
        ...{ offset: 20n * ms, delay: 8n * ms },
        // The grain of the server's clock, and 15 ppm of 10 ms.
        dispersion: 954n + 150n,
        rootDistance: 4n * ms + 954n + 150n,
      },
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

  test("a dissent in the times of one reply is found", () => {
    const back = reply(7n, 0n, { receiveTimestamp: fromUnix(start + 7n * ms) });
    expect(findingsOf([request(7n), back]).found).toEqual([["ntp.times", 1, 2]]);
    const long = reply(7n, 0n, { transmitTimestamp: fromUnix(start + 60n * ms) });
    expect(findingsOf([request(7n), long]).found).toEqual([["ntp.times", 1, 2]]);
    const later = reply(7n, 0n, { referenceTimestamp: fromUnix(start + 7n * ms) });
    expect(findingsOf([request(7n), later]).found).toEqual([["ntp.times", 1, 2]]);
  });

  test("finds strata that don't exist, leap seconds, and servers far from their root", () => {
    const found = (parts: Partial<TimeDraft>) => findingsOf([request(7n), reply(7n, 0n, parts)]).found;
    expect(found({ stratum: 17 })).toContainEqual(["ntp.stratum", 1, 2]);
    expect(found({ flags: { leap: 1, version: 4, mode: Mode.server } })).toEqual([["ntp.leap-second", 1, 2]]);
    expect(found({ rootDispersion: 1, rootDelay: 2 })).toEqual([["ntp.root-distance", 1, 2]]);
    expect(found({ rootDispersion: 1, rootDelay: 0.5 })).toEqual([]);
  });

  test("finds a key that is not accepted", () => {
    const nak = reply(7n, 0n, { authenticator: { keyId: 0, digest: new Uint8Array(0) } });
    expect(findingsOf([request(7n), nak]).found).toEqual([["ntp.crypto-nak", 1, 2]]);
  });

  test("finds who asks on in spite of a kiss-o'-death, and who waits as told does not", () => {
    const kiss = (code: string) => reply(7n, 0n, { stratum: 0, poll: 1, referenceId: codeOf(code) });
    const again = (code: string, after: bigint) =>
      findingsOf([request(7n), kiss(code), { ...request(8n), at: start + after * ms }]).found;
    expect(again("RATE", 1000n)).toContainEqual(["ntp.kiss-ignored", 2, 3]);
    expect(again("RATE", 2011n)).not.toContainEqual(["ntp.kiss-ignored", 2, 3]);
    expect(again("DENY", 999_999n)).toContainEqual(["ntp.kiss-ignored", 2, 3]);
    expect(again("INIT", 20n)).not.toContainEqual(["ntp.kiss-ignored", 2, 3]);
  });

  test("finds who asks too often, once, and who asks from port 123", () => {
    const asking = (apart: bigint) =>
      findingsOf(
        Array.from({ length: 12 }, (_, i) => ({ ...request(BigInt(i + 1)), at: start + BigInt(i) * apart })),
      );
    const frequent = ({ found }: ReturnType<typeof asking>) =>
      found.filter(([rule]) => rule === "ntp.frequent");
    expect(frequent(asking(1000n * ms))).toEqual([["ntp.frequent", 9]]);
    expect(frequent(asking(2000n * ms))).toEqual([]);
    const { found } = findingsOf([{ ...request(7n), port: 123 }, reply(7n)]);
    expect(found).toEqual([["ntp.fixed-port", 1]]);
  });

  /** An exchange that begins so many milliseconds after the start, with a clock so far ahead and so long ways. */
  const exchange = (i: number, at: bigint, ahead: bigint, there = 4n, back = 4n, server = pc): Captured[] => {
    const asked = start + at * ms;
    return [
      { ...request(BigInt(i + 100)), at: asked, server },
      {
        ...reply(BigInt(i + 100)),
        receiveTimestamp: fromUnix(asked + there * ms + ahead),
        transmitTimestamp: fromUnix(asked + (there + 1n) * ms + ahead),
        at: asked + (there + 1n + back) * ms,
        server,
      },
    ];
  };

  test("finds a clock that jumps, and measures anew after it", () => {
    const messages = [0, 1, 2, 3].flatMap(i => exchange(i, BigInt(i) * 20_000n, i < 2 ? 0n : 3600_000n * ms));
    const { findings, report } = findingsOf(messages);
    const [step] = findings.filter(({ rule }) => rule.id === "ntp.step");
    expect(step).toMatchObject({ packets: [4, 6], detail: "192.168.1.20 went forward by 3600.000 s" });
    expect(report.associations[0]!.best!.offset).toBe(3600_000n * ms);
  });

  test("finds a clock that runs too fast, and tells how sure it is", () => {
    const at = (i: number) => BigInt(i) * 60_000n;
    // 600 ppm of a minute are 36 ms.
    const messages = [0, 1, 2, 3].flatMap(i => exchange(i, at(i), BigInt(i) * 36n * ms));
    const { found, report } = findingsOf(messages);
    expect(found.filter(([rule]) => rule === "ntp.drift")).toEqual([["ntp.drift", 2, 8]]);
    const { drift } = report.associations[0]!;
    expect(drift!.ppm).toBeCloseTo(600, 0);
    expect(drift!.error).toBeLessThan(50);
  });

  test("tells a slow way there from a slow way back, and says nothing of ways that are equally slow", () => {
    const quick = [0, 1, 2].flatMap(i => exchange(i, BigInt(i) * 20_000n, 0n));
    const with_ = (there: bigint, back: bigint) =>
      findingsOf([...quick, ...exchange(9, 60_000n, 0n, there, back)]).findings;
    expect(with_(24n, 4n)).toMatchObject([
      {
        rule: { id: "ntp.asymmetric-path" },
        packets: [7, 8],
        detail: expect.stringContaining("way to the server"),
      },
    ]);
    expect(with_(4n, 24n)).toMatchObject([
      { detail: expect.stringContaining("way back took 20.000 ms more") },
    ]);
    expect(with_(24n, 24n)).toEqual([]);
  });

  test("finds the server that is wrong where most agree, and that two disagree", () => {
    const others = ["192.168.1.21", "192.168.1.22"];
    const right = [pc, ...others].flatMap((server, i) => exchange(i, BigInt(i) * 100n, 0n, 4n, 4n, server));
    const wrong = exchange(9, 500n, 100n * ms, 4n, 4n, "192.168.1.66");
    const falsetickers = (messages: Captured[]) =>
      findingsOf(messages).findings.filter(({ rule }) => rule.id === "ntp.falseticker");
    expect(falsetickers(right)).toEqual([]);
    expect(falsetickers([...right, ...wrong])).toMatchObject([
      { packets: [8], detail: `192.168.1.66 against ${pc}, ${others.join(", ")}` },
    ]);
    expect(falsetickers([...right.slice(0, 2), ...wrong])).toMatchObject([
      { detail: `${pc}, 192.168.1.66: no majority agrees` },
    ]);
  });

  test("measures over time: the best exchange, jitter and dispersion", () => {
    const { report } = findingsOf([
      ...exchange(0, 0n, ms, 10n, 10n),
      ...exchange(1, 20_000n, ms, 1n, 1n),
      ...exchange(2, 40_000n, ms, 7n, 5n),
    ]);
    const [association] = report.associations;
    expect(association).toMatchObject({ client: board, server: pc, asked: 3, answered: 3 });
    expect(association!.best).toMatchObject({ packets: [3, 4], offset: ms, delay: 2n * ms });
    // Offsets 1, 1 and 2 ms: √((0 + 1) / 2).
    expect(Number(association!.jitter)).toBeCloseTo(1e6 * Math.SQRT1_2, -1);
    // Of the best after 20 s alone: half of 954 ns, 45 ns and 15 ppm of 20 s.
    expect(Number(association!.dispersion)).toBeGreaterThan(150_000);
    expect(association!.drift).toBeUndefined();
  });

  test("a passive peer answers an active one, and of two active ones each message answers the other's", () => {
    const active = (draft: TimeDraft, server = pc): Captured => ({
      ...draft,
      flags: { version: 4, mode: Mode["symmetric active"] },
      server,
      port: 123,
    });
    const passive = { ...reply(7n, ms), flags: { version: 4, mode: Mode["symmetric passive"] } };
    const one = findingsOf([active(request(7n)), { ...passive, port: 123 }]);
    expect([one.found, one.report.exchanges[0]!.offset]).toEqual([[], ms]);
    const two = findingsOf([active(request(7n)), active(reply(7n, ms))]);
    expect(two.found).toEqual([]);
    expect(two.report.exchanges.map(({ answered, offset }) => [answered, offset])).toEqual([
      [2, ms],
      [undefined, undefined],
    ]);
  });

  test("a client that tells its own time is measured too", () => {
    const asked = request(fromUnix(start + 3000n * ms));
    const { report } = findingsOf([asked]);
    expect(report.exchanges[0]!.clientAhead).toBe(3000n * ms);
  });

  test("a flood of requests is not kept for ever: the oldest are given up", () => {
    const many = Array.from({ length: 10_001 }, (_, i) => request(BigInt(i + 1)));
    const { found } = findingsOf([...many, reply(1n), reply(2n)]);
    expect(found.filter(([rule]) => rule === "ntp.origin-mismatch")).toEqual([
      ["ntp.origin-mismatch", 10_002],
    ]);
  });

  test("broadcasts are measured, one way only", () => {
    const broadcast = { ...reply(0n), flags: { version: 4, mode: Mode.broadcast } };
    const { found, report } = findingsOf([broadcast]);
    expect(found).toEqual([]);
    expect(report.broadcasts).toEqual([{ packet: 1, server: pc, stratum: 2, offset: 6n * ms }]);
  });

  test("finds questions in ntpd's private mode, once for each pair of hosts", () => {
    const asked = message.decode(Uint8Array.fromHex("1700032a00000000"));
    const layer = { value: asked } as Layer<Message>;
    const packet = { source: board, destination: pc, all: () => [layer] };
    const watch = analyzer();
    const found = [4, 5].flatMap(number => [...watch.observe({ ...packet, number } as unknown as Packet)]);
    expect(found).toMatchObject([{ rule: { id: "ntp.private" }, packets: [4] }]);
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
