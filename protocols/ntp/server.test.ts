// The server: whose time it tells, and to whom.
import { describe, expect, test } from "bun:test";
import { Refused } from "../endpoint/index.ts";
import { MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { mutants } from "../wire/vectors.ts";
import { codeOf, Leap, Mode, message, type Time, type TimeDraft } from "./format.ts";
import { sealed, sealedBy } from "./keys.ts";
import { hear } from "./listen.ts";
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
    // A digest that can't be verified gets one without digest; then the request was larger too.
    for (const reply of replies) expect(message.encode(reply)).toHaveLength(reply.authenticator ? 52 : 48);
  });

  test("who asks too often is told once, and then gets nothing", async () => {
    const requests = Array.from({ length: 6 }, () => message.encode(request()));
    const { replies, lines } = await answered(requests, { pace: { interval: 8, burst: 3 } });
    expect(replies.map(({ stratum }) => stratum)).toEqual([1, 1, 1, 0]);
    expect(replies[3]).toMatchObject({ flags: { leap: 3 }, referenceId: codeOf("RATE"), poll: 3 });
    expect(lines.at(-1)).toBe("192.168.1.101 asks for the time: kiss-o'-death RATE");
  });

  const key = { id: 5, algorithm: "AES-CMAC", secret: new Uint8Array(16).fill(7) } as const;

  test("signs for those who sign, says so to those with another key, and answers the others", async () => {
    const signed = sealed(request(), key);
    const other = sealed(request(), { ...key, id: 6 });
    const { replies, lines } = await answered([signed, other, message.encode(request())], { keys: [key] });
    expect(replies.map(({ authenticator }) => authenticator?.keyId)).toEqual([5, 0, undefined]);
    expect(sealedBy(message.encode(replies[0]!), replies[0]!, [key])).toBe(key);
    expect(lines[0]).toEndWith(", key 5");
    expect(lines[1]).toEndWith(", its key is not accepted");
  });

  test("with keys only it is silent to the others", async () => {
    const octets = [message.encode(request()), sealed(request(), { ...key, id: 6 }), sealed(request(), key)];
    const { replies } = await answered(octets, { keys: [key], keysOnly: true });
    expect(replies.map(({ authenticator }) => authenticator!.keyId)).toEqual([5]);
  });

  test("calls the time out, and whoever listens hears it", async () => {
    const clock = new TestClock();
    const network = new MemoryNetwork(clock);
    network.passing = () => [{ after: 5 }];
    const listener = network.datagrams(from.address, 123);
    const server = network.datagrams(to.address, to.port);
    network.send(Uint8Array.of(1, 2, 3), to, { address: from.address, port: 123 });
    const broadcast = { to: "255.255.255.255", interval: 16, keyId: 5 };
    const done = serve(server, clock.shifted(3_000_000_000n), { keys: [key], broadcast });
    const heard = await clock.run(hear(listener, clock, { key, delay: 10_000_000n }));
    expect(heard).toMatchObject({ offset: 3_000_000_000n, server: to.address, strays: 1 });
    expect(heard.call).toMatchObject({ poll: 4, stratum: 1, flags: { mode: Mode.broadcast } });
    await clock.run(hear(listener, clock));
    server.close();
    await clock.run(done);
    expect(network.sent.filter(({ octets }) => octets.length > 3).map(({ at }) => at)).toEqual([0, 16_000]);
  });

  test("a listener waits, but not for ever, and hears no forgery", async () => {
    const clock = new TestClock();
    const network = new MemoryNetwork(clock);
    const listener = network.datagrams(from.address, 123);
    const forged = message.encode({ ...request(), flags: { version: 4, mode: Mode.broadcast }, stratum: 1 });
    network.send(forged, to, { address: from.address, port: 123 });
    const failure = await clock.run(hear(listener, clock, { key }).catch((error: Error) => error));
    expect(failure).toMatchObject({ name: "Unanswered" });
    expect(clock.milliseconds).toBe(70_000);
  });

  test("needs the key that it is to sign broadcasts with", async () => {
    const server = new MemoryNetwork(new TestClock()).datagrams(to.address, to.port);
    const failed = serve(server, new TestClock(), { broadcast: { to: "255.255.255.255", keyId: 9 } });
    expect(await failed.catch((error: Error) => error.message)).toBe(
      "there is no key 9 to sign broadcasts with",
    );
  });

  test("whoever can't be reached does not end it", async () => {
    const clock = new TestClock();
    const network = new MemoryNetwork(clock);
    const server = network.datagrams(to.address, to.port);
    const client = network.datagrams(from.address, from.port);
    const send = server.send.bind(server);
    let times = 0;
    server.send = (octets, at) =>
      times++ === 0 ? Promise.reject(new Refused("no route")) : send(octets, at);
    const lines: string[] = [];
    void serve(server, clock, {}, line => lines.push(line));
    network.send(message.encode(request()), from, to);
    network.send(message.encode(request()), from, to);
    await clock.advance(1);
    expect(lines[0]).toBe("no route");
    expect(await client.receive(0)).toBeDefined();
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
