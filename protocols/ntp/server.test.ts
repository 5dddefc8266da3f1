// The server: whose time it tells, and to whom.
import { describe, expect, test } from "bun:test";
import { MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { mutants } from "../wire/vectors.ts";
import { codeOf, Leap, Mode, message, type Time, type TimeDraft } from "./format.ts";
import { type ServerSettings, serve } from "./server.ts";
import { fromUnix, toUnix } from "./timestamp.ts";

const from = { address: "192.168.1.101", port: 40000 };
const to = { address: "192.168.1.20", port: 123 };

const request = (parts: Partial<TimeDraft> = {}): TimeDraft => ({
  flags: { version: 4, mode: Mode.client },
  stratum: 0,
  poll: 6,
  precision: 0,
  rootDelay: 0,
  rootDispersion: 0,
  referenceId: 0,
  referenceTimestamp: 0n,
  originTimestamp: 0n,
  receiveTimestamp: 0n,
  transmitTimestamp: 0x1122_3344_5566_7788n,
  ...parts,
});

/** Sends these to a server with those settings; its replies and its log. */
async function answered(requests: readonly Uint8Array[], settings?: ServerSettings, ahead = 0n) {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const client = network.datagrams(from.address, from.port);
  const server = network.datagrams(to.address, to.port);
  const lines: string[] = [];
  const done = serve(server, clock.shifted(ahead), settings, line => lines.push(line));
  await clock.advance(1000);
  for (const octets of requests) network.send(octets, from, to);
  await clock.advance(1);
  server.close();
  await clock.run(done);
  const replies: Time[] = [];
  for (let reply = await client.receive(0); reply; reply = await client.receive(0))
    replies.push(message.decode(reply.octets) as Time);
  return { replies, lines, clock };
}

describe("serve", () => {
  test("tells its clock's time, and returns what the client sent", async () => {
    const { replies, lines } = await answered([message.encode(request())], {}, 60_000_000_000n);
    const [reply] = replies;
    expect(reply).toMatchObject({
      flags: { leap: Leap["no warning"], version: 4, mode: Mode.server },
      stratum: 1,
      poll: 6,
      precision: -20,
      referenceId: codeOf("LOCL"),
      originTimestamp: 0x1122_3344_5566_7788n,
    });
    const start = new TestClock().now() + 60_000_000_000n;
    expect(toUnix(reply!.referenceTimestamp)).toBe(start);
    expect(toUnix(reply!.receiveTimestamp)).toBe(start + 1_000_000_000n);
    expect(toUnix(reply!.transmitTimestamp)).toBe(start + 1_000_000_000n);
    expect(lines).toEqual(["192.168.1.101 asks for the time: 2021-10-08 12:27:21.000000000 UTC"]);
  });

  test("says of itself what it is told to", async () => {
    const settings = {
      stratum: 3,
      reference: "10.0.0.1",
      leap: 1,
      precision: -10,
      rootDelay: 0.1,
      rootDispersion: 2,
    };
    const [reply] = (await answered([message.encode(request())], settings)).replies;
    expect(reply).toMatchObject({ flags: { leap: 1 }, stratum: 3, precision: -10, referenceId: 0x0a000001 });
    expect(reply!.rootDelay).toBeCloseTo(0.1, 4);
    expect(reply!.rootDispersion).toBe(2);
  });

  test("refuses with a kiss code", async () => {
    const { replies, lines } = await answered([message.encode(request())], { kiss: "DENY", stratum: 5 });
    expect(replies[0]).toMatchObject({ flags: { leap: 3 }, stratum: 0, referenceId: codeOf("DENY") });
    expect(lines).toEqual(["192.168.1.101 asks for the time: kiss-o'-death DENY"]);
  });

  test("speaks the version that it is spoken to, and is a passive peer to an active one", async () => {
    const requests = [1, 2, 3, 4].map(version => request({ flags: { version, mode: Mode.client } }));
    requests.push(request({ flags: { version: 4, mode: Mode["symmetric active"] } }));
    const { replies } = await answered(requests.map(one => message.encode(one)));
    expect(replies.map(({ flags }) => [flags.version, flags.mode])).toEqual([
      ...[1, 2, 3, 4].map(version => [version, Mode.server]),
      [4, Mode["symmetric passive"]],
    ]);
  });

  test("is silent to everything else, and goes on", async () => {
    const silent = [
      message.encode(request({ flags: { version: 4, mode: Mode.server } })),
      message.encode(request({ flags: { version: 4, mode: Mode.broadcast } })),
      message.encode(request({ flags: { version: 0, mode: Mode.client } })),
      message.encode(request({ flags: { version: 7, mode: Mode.client } })),
      message.encode(request()).slice(0, 47),
      Uint8Array.fromHex("160200010000000000000000"),
      Uint8Array.fromHex("1700032a00000000"),
      new Uint8Array(0),
    ];
    const { replies } = await answered([...silent, message.encode(request())]);
    expect(replies).toHaveLength(1);
  });

  test("any octets get one reply or none, never a larger one", async () => {
    const octets = [...mutants(message.encode(request()), "ntp server", 3000)];
    const { replies } = await answered(octets);
    expect(replies.length).toBeGreaterThan(0);
    expect(replies.length).toBeLessThanOrEqual(octets.length);
    for (const reply of replies) expect(message.encode(reply)).toHaveLength(48);
  });

  test.each([
    [{ stratum: 300 }, "stratum: 300 is not a whole number from 0 to 255"],
    [{ reference: "LOCAL" }, '"LOCAL" is no reference ID'],
    [{ leap: 4 }, "flags.leap: 4 is not a whole number from 0 to 3"],
    [{ precision: 0.5 }, "precision: 0.5 is not a whole number"],
  ])("refuses settings that no reply can have when it starts: %p", async (settings, why) => {
    const clock = new TestClock();
    const server = new MemoryNetwork(clock).datagrams(to.address, to.port);
    const failure = await serve(server, clock, settings).catch((error: Error) => error);
    expect((failure as Error).message).toContain(why);
  });

  test("a time beyond 2036 is told in the next era", async () => {
    const year2040 = BigInt(Date.UTC(2040, 0, 1)) * 1_000_000n;
    const { replies, clock } = await answered(
      [message.encode(request())],
      {},
      year2040 - new TestClock().now(),
    );
    expect(replies[0]!.transmitTimestamp).toBe(fromUnix(year2040 + 1_000_000_000n));
    expect(toUnix(replies[0]!.transmitTimestamp)).toBeGreaterThan(clock.now());
  });
});
