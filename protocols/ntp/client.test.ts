// The client against scripted servers, on datagrams in memory and a test clock.
import { describe, expect, test } from "bun:test";
import { MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { type Query, query } from "./client.ts";
import { codeOf, isTime, Leap, Mode, message, type Time, type TimeDraft } from "./format.ts";
import { type ServerSettings, serve } from "./server.ts";
import { fromUnix, toUnix } from "./timestamp.ts";

const board = { address: "192.168.1.101", port: 40000 };
const pc = { address: "192.168.1.20", port: 123 };
const ms = 1_000_000n;

function setting(options: { ahead?: bigint; settings?: ServerSettings; clock?: TestClock } = {}) {
  const { ahead = 0n, settings, clock = new TestClock() } = options;
  const network = new MemoryNetwork(clock);
  const client = network.datagrams(board.address, board.port);
  const server = network.datagrams(pc.address, pc.port);
  if (settings !== undefined || options.ahead !== undefined)
    void serve(server, clock.shifted(ahead), settings);
  const asked = (more: Partial<Query> = {}) =>
    clock.run(query(client, clock, { server: pc.address, timeout: 1000, ...more }));
  /** Answers each request as scripted. */
  const script = async (reply: (request: Time, attempt: number) => Partial<TimeDraft> | undefined) => {
    for (let attempt = 1; ; attempt++) {
      const datagram = await server.receive();
      if (!datagram) return;
      const request = message.decode(datagram.octets) as Time;
      const parts = reply(request, attempt);
      if (parts)
        await server.send(message.encode({ ...replyTo(request, clock.now()), ...parts }), datagram.from);
    }
  };
  return { clock, network, client, server, asked, script };
}

const replyTo = ({ transmitTimestamp }: Time, now: bigint): TimeDraft => ({
  flags: { version: 4, mode: Mode.server },
  stratum: 2,
  poll: 0,
  precision: -20,
  rootDelay: 0.5,
  rootDispersion: 0.25,
  referenceId: 0x0a000001,
  referenceTimestamp: fromUnix(now),
  originTimestamp: transmitTimestamp,
  receiveTimestamp: fromUnix(now),
  transmitTimestamp: fromUnix(now),
});

async function failureOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error("it did not fail"),
    error => error,
  );
}

describe("query", () => {
  test("measures how far ahead the server is, exactly where the way is as long as the way back", async () => {
    const { asked, network } = setting({ ahead: 3_600_000_000_123n });
    network.passing = () => [{ after: 20 }];
    const { offset, delay, error, stratum, leap, version } = await asked();
    expect({ offset, delay, stratum, leap, version }).toEqual({
      offset: 3_600_000_000_123n,
      delay: 40n * ms,
      stratum: 1,
      leap: Leap["no warning"],
      version: 4,
    });
    expect(error).toBeGreaterThan(20n * ms);
    expect(error).toBeLessThan(20n * ms + 5000n);
  });

  test("is wrong by no more than its error where the ways differ", async () => {
    const { asked, network } = setting({ ahead: -5_000_000_000n });
    network.passing = ({ to }) => [{ after: to.port === 123 ? 1 : 99 }];
    const { offset, error } = await asked();
    const wrong = offset + 5_000_000_000n;
    expect(wrong).toBe(-49n * ms);
    expect(error).toBeGreaterThanOrEqual(49n * ms);
  });

  test("does not count the time that the server takes", async () => {
    const { asked, network, server, clock } = setting();
    network.passing = () => [{ after: 5 }];
    void (async () => {
      const datagram = (await server.receive())!;
      const request = message.decode(datagram.octets) as Time;
      const reply = replyTo(request, clock.now());
      await clock.sleep(300);
      await server.send(
        message.encode({ ...reply, transmitTimestamp: fromUnix(clock.now()) }),
        datagram.from,
      );
    })();
    const { delay, samples } = await asked();
    expect(delay).toBe(10n * ms);
    const [{ t1, t2, t3, t4 }] = samples as [(typeof samples)[0]];
    expect([t2 - t1, t3 - t2, t4 - t3]).toEqual([5n * ms, 300n * ms, 5n * ms]);
  });

  test("adds the way to the root", async () => {
    const { asked, script } = setting();
    void script(() => ({}));
    const { rootDistance, error } = await asked();
    expect(rootDistance - error).toBe(500n * ms);
  });

  test("takes the comparison with the least delay, and pauses between them", async () => {
    const { asked, network } = setting({ ahead: 1000n });
    let sent = 0;
    network.passing = ({ to }) => [{ after: to.port === 123 ? [30, 2, 50][sent++]! : 0 }];
    const { samples, delay, offset } = await asked({ samples: 3, pause: 2000 });
    expect(samples.map(sample => sample.delay)).toEqual([30n * ms, 2n * ms, 50n * ms]);
    expect([delay, offset]).toEqual([2n * ms, 1000n + ms]);
    expect(network.sent.filter(({ to }) => to.port === 123).map(({ at }) => at)).toEqual([0, 2030, 4032]);
  });

  test("tells nothing but that it asks", async () => {
    const { asked, network } = setting({ ahead: 0n });
    await asked({ random: () => 0x5a5a5a5a / 2 ** 32 });
    const octets = network.sent[0]!.octets.toHex();
    expect(octets).toBe(`23${"00".repeat(39)}${"5a".repeat(8)}`);
  });

  test("sends the time where that is wanted, and another version", async () => {
    const { asked, network, clock } = setting({ ahead: 0n });
    const { version } = await asked({ plain: true, version: 3 });
    const request = message.decode(network.sent[0]!.octets);
    expect(isTime(request) && toUnix(request.transmitTimestamp)).toBe(clock.now());
    expect([request.flags.version, version]).toEqual([3, 3]);
  });

  test("asks again with another timestamp, and then gives up", async () => {
    const { asked, network } = setting();
    const failure = await failureOf(asked({ timeout: 400, tries: 3 }));
    expect(failure).toMatchObject({
      name: "Unanswered",
      attempts: 3,
      message: "the time of 192.168.1.20 port 123: no answer to 3 attempts in 1200 ms",
    });
    expect(network.sent.map(({ at }) => at)).toEqual([0, 400, 800]);
    expect(new Set(network.sent.map(({ octets }) => octets.toHex())).size).toBe(3);
  });

  test("a late reply is measured from the request that it answers", async () => {
    const { asked, network } = setting({ ahead: 0n });
    network.passing = ({ from }) => [{ after: from.port === 123 ? 0 : 1500 }];
    const { delay, strays } = await asked({ timeout: 1000 });
    expect(delay).toBe(1500n * ms);
    expect(strays.origin).toBe(0);
  });

  test("what is no reply to its request is counted and passed over", async () => {
    const { asked, script, network, clock } = setting();
    void script(request => ({ originTimestamp: request.transmitTimestamp + 1n }));
    clock.after(100, () => {
      const request = message.decode(network.sent[0]!.octets) as Time;
      const reply = replyTo(request, clock.now());
      const send = (draft: TimeDraft, from = pc) => network.send(message.encode(draft), from, board);
      send(reply, { address: "192.168.1.66", port: 123 });
      send(reply, { address: pc.address, port: 124 });
      send({ ...reply, flags: { version: 4, mode: Mode.broadcast } });
      network.send(Uint8Array.fromHex("160200010000000000000000"), pc, board);
      network.send(new Uint8Array(20), pc, board);
      // A forged kiss-o'-death is no reason to stop either.
      send({ ...reply, originTimestamp: 0n, stratum: 0, referenceId: codeOf("DENY") });
      send(reply);
    });
    const { strays, delay } = await asked();
    expect(strays).toEqual({ sender: 2, garbage: 1, mode: 2, origin: 2, authenticator: 0 });
    expect(delay).toBe(100n * ms);
  });

  test.each(["DENY", "RSTR"])("a kiss-o'-death, %s, ends it at once", async kiss => {
    const { asked, network } = setting({ settings: { kiss } });
    const failure = await failureOf(asked({ samples: 4 }));
    expect(failure).toMatchObject({
      name: "Refused",
      message: `192.168.1.20 sends a kiss-o'-death, ${kiss}: it will not answer this client`,
    });
    expect((failure as unknown as { messages: Time[] }).messages[0]!.referenceId).toBe(codeOf(kiss));
    expect(network.sent).toHaveLength(2);
  });

  test("RATE makes its pause twice as long each time, and then it gives up", async () => {
    const { asked, network } = setting({ settings: { kiss: "RATE" } });
    expect(await failureOf(asked())).toMatchObject({
      name: "Refused",
      message: "192.168.1.20 sends a kiss-o'-death, RATE: it was asked too often",
    });
    expect(network.sent.filter(({ to }) => to.port === 123).map(({ at }) => at)).toEqual([0, 4000, 12_000]);
  });

  test("RATE makes its pause as long as the server asks for, from then on", async () => {
    const { asked, network, script, clock } = setting();
    const rate = { stratum: 0, referenceId: codeOf("RATE"), poll: 4 };
    void script((_, attempt) => (attempt === 1 ? rate : {}));
    const { slowed, samples } = await asked({ samples: 2 });
    expect([slowed, samples.length]).toEqual([1, 2]);
    expect(network.sent.filter(({ to }) => to.port === 123).map(({ at }) => at)).toEqual([0, 16_000, 32_000]);
    expect(clock.milliseconds).toBe(32_000);
  });

  test("a server that asks for more patience than there is gets no further request", async () => {
    const { asked, network, script } = setting();
    void script(() => ({ stratum: 0, referenceId: codeOf("RATE"), poll: 10 }));
    expect((await failureOf(asked())).message).toEndWith("it wants 1024 s between requests");
    expect(network.sent).toHaveLength(2);
  });

  test("paced by our own server it slows down, and gets all its samples", async () => {
    const { asked } = setting({ settings: { pace: { interval: 1, burst: 3 } } });
    const { samples, slowed } = await asked({ samples: 6, pause: 10 });
    expect(samples).toHaveLength(6);
    expect(slowed).toBeGreaterThan(0);
  });

  const secret = new TextEncoder().encode("sixteen octets!!");
  describe.each(["MD5", "SHA1", "AES-CMAC"] as const)("with a key of %s", algorithm => {
    const key = { id: 7, algorithm, secret };

    test("signs its request, and takes a signed reply", async () => {
      const { asked, network } = setting({ settings: { keys: [key], keysOnly: true }, ahead: 5n * ms });
      const { keyId, offset, strays } = await asked({ key });
      expect([keyId, offset, strays.authenticator]).toEqual([7, 5n * ms, 0]);
      const sizes = network.sent.map(({ octets }) => octets.length);
      expect(sizes).toEqual(algorithm === "SHA1" ? [72, 72] : [68, 68]);
    });

    test("is told by a server that has another key of that number", async () => {
      const other = { ...key, secret: secret.map(octet => octet ^ 1) };
      const { asked, network } = setting({ settings: { keys: [other] } });
      expect(await failureOf(asked({ key, tries: 1 }))).toMatchObject({
        name: "Refused",
        message: "192.168.1.20 port 123 does not accept key 7: it has none of that number, or another one",
      });
      expect(network.sent[1]!.octets).toHaveLength(52);
    });

    test("a reply that is not signed, or was changed on the way, is none", async () => {
      const { asked, network } = setting({ settings: { keys: [key] } });
      let replies = 0;
      network.passing = ({ octets, from }) => {
        if (from.port !== 123) return [{ after: 0 }];
        replies++;
        const changed = octets.slice(0, replies === 1 ? 48 : octets.length);
        if (replies === 2) changed[40]! ^= 1;
        return [{ after: 0, octets: changed }];
      };
      const { strays } = await asked({ key });
      expect(strays.authenticator).toBe(2);
    });

    test("takes no refusal that is not signed", async () => {
      const { asked, script } = setting();
      void script(() => ({ stratum: 0, referenceId: codeOf("DENY") }));
      expect(await failureOf(asked({ key }))).toMatchObject({ name: "Unanswered" });
    });
  });

  test("tells by how much its samples differ", async () => {
    const { asked, network } = setting({ ahead: 0n });
    let sent = 0;
    network.passing = ({ to }) => [{ after: to.port === 123 ? [10, 2, 10][sent++]! : 0 }];
    const { jitter } = await asked({ samples: 3 });
    // 4 ms each, of the two that are not the best.
    expect(jitter).toBe(4n * ms);
    expect((await asked()).jitter).toBe(0n);
  });

  test("measures by the stamp of arrival where it is of the same clock, and else by the time that passed", async () => {
    const { asked, client, network } = setting({ ahead: 0n });
    network.passing = ({ from }) => [{ after: from.port === 123 ? 6 : 0 }];
    const receive = client.receive.bind(client);
    client.receive = async limit => {
      const datagram = await receive(limit);
      return datagram && { ...datagram, at: datagram.at - 2n * ms };
    };
    expect((await asked()).delay).toBe(4n * ms);
    client.receive = async limit => {
      const datagram = await receive(limit);
      return datagram && { ...datagram, at: 0n };
    };
    expect((await asked()).delay).toBe(6n * ms);
  });

  test.each([
    ["is not synchronized", { flags: { leap: 3, version: 4, mode: Mode.server } }],
    ["has stratum 16", { stratum: 16 }],
    ["has stratum 0 and no kiss code", { stratum: 0, referenceId: 0 }],
    ["sends no time", { transmitTimestamp: 0n }],
  ] as [string, Partial<TimeDraft>][])("refuses a server that %s", async (_, parts) => {
    const { asked, script } = setting();
    void script(() => parts);
    expect(await failureOf(asked())).toMatchObject({
      name: "Refused",
      message: expect.stringContaining("192.168.1.20 does not know the time itself"),
    });
  });

  test("a server whose clock goes back meanwhile gives no negative delay", async () => {
    const { asked, script, clock } = setting();
    void script(() => ({
      receiveTimestamp: fromUnix(clock.now()),
      transmitTimestamp: fromUnix(clock.now() + 5n * ms),
    }));
    const { delay, error } = await asked();
    expect(delay).toBe(954n);
    expect(error).toBeGreaterThan(0n);
  });

  test("a board that believes it is 1970 finds the era of 2045 too", async () => {
    const year2045 = BigInt(Date.UTC(2045, 0, 1)) * ms;
    const { asked } = setting({ clock: new TestClock(0n), ahead: year2045 });
    expect((await asked()).offset).toBe(year2045);
  });

  test("a board that believes it is 1970 finds the right era, and so does one in 2040", async () => {
    const year2021 = BigInt(Date.UTC(2021, 9, 8)) * ms;
    const fresh = setting({ clock: new TestClock(0n), ahead: year2021 });
    expect((await fresh.asked()).offset).toBe(year2021);
    const year2040 = BigInt(Date.UTC(2040, 0, 1)) * ms;
    const later = setting({ clock: new TestClock(year2021), ahead: year2040 - year2021 });
    expect((await later.asked()).offset).toBe(year2040 - year2021);
  });
});
