// A lease acquired from scripted servers: honest, silent, late and forging ones, on a clock that only the test moves.
import { expect, test } from "bun:test";
import { Refused, Unanswered } from "../endpoint/index.ts";
import { parseIpv4 } from "../ipv4/address.ts";
import { optionOf } from "../wire/index.ts";
import { acquire } from "./client.ts";
import { type Message, type MessageDraft, MessageType, message, option } from "./format.ts";
import { bootReply, gives, honest, lab, mac, refuses } from "./testing/scripted.ts";

const { Discover, Offer, Request, Decline, ACK } = MessageType;

test("a lease is acquired in four messages, and tells how to live in the network", async () => {
  const { clock, client, heard, options, types } = lab();
  const states: string[] = [];
  const seen: string[] = [];
  const lease = await clock.run(
    acquire(client, clock, {
      ...options,
      onState: state => states.push(state),
      onMessage: (one, way) => seen.push(`${way} ${optionOf(one.options, 53)}`),
    }),
  );
  expect(lease).toMatchObject({
    address: "192.168.1.101",
    prefix: 24,
    router: "192.168.1.1",
    dns: ["192.168.1.1"],
    ntp: ["192.168.1.20"],
    seconds: 86_400,
    renewal: 43_200,
    rebinding: 75_600,
    server: "192.168.1.1",
    acquiredAt: 0n,
  });
  expect(types()).toEqual([Discover, Request]);
  expect(states).toEqual(["INIT", "SELECTING", "REQUESTING", "BOUND"]);
  expect(seen).toEqual(["sent 1", "received 2", "sent 3", "received 5"]);
  const [discover, request] = heard;
  expect(discover).toMatchObject({ op: 1, htype: 1, hlen: 6, xid: 0x80000000, secs: 0, chaddr: mac });
  expect(discover!.flags.broadcast).toBe(1);
  expect(request).toMatchObject({ xid: discover!.xid, ciaddr: 0 });
  expect(optionOf(request!.options, 50)).toBe(parseIpv4("192.168.1.101"));
  expect(optionOf(request!.options, 54)).toBe(parseIpv4("192.168.1.1"));
  expect(optionOf(request!.options, 12)).toBe("NUCLEO-H723ZG");
  expect(optionOf(request!.options, 61)).toEqual({ type: 1, identifier: mac });
});

test("DHCPDISCOVER is sent again after 4, 8, 16 and 32 seconds, and given up after 64 more", async () => {
  const { clock, client, heard, options, times } = lab(() => []);
  const failure = await clock.run(acquire(client, clock, options).catch(error => error));
  expect(failure).toBeInstanceOf(Unanswered);
  expect(failure.message).toBe("DHCPDISCOVER: no answer to 5 attempts in 124000 ms");
  expect(times()).toEqual([0, 4000, 12_000, 28_000, 60_000]);
  expect(heard.map(({ secs }) => secs)).toEqual([0, 4, 12, 28, 60]);
  expect(new Set(heard.map(({ xid }) => xid)).size).toBe(1);
});

test("the waits stop growing at 64 seconds and lie within a second of that", async () => {
  const { clock, client, options, times } = lab(() => []);
  const draws = [0.9, 0, 0.999_999_999, 0.25, 0.75, 0.5, 0.5];
  const random = () => draws.shift()!;
  await clock.run(acquire(client, clock, { ...options, random, attempts: 6 }).catch(error => error));
  const waits = times().map((at, i, all) => at - (all[i - 1] ?? 0));
  expect(waits.map(Math.round)).toEqual([0, 3000, 9000, 15_500, 32_500, 64_000]);
  expect(clock.milliseconds).toBeCloseTo(3000 + 9000 + 15_500 + 32_500 + 64_000 + 64_000, 3);
});

test("a deadline ends it at that moment: fifty polls of 250 ms", async () => {
  const { clock, client, options, times } = lab(() => []);
  const failure = await clock.run(
    acquire(client, clock, { ...options, deadline: 12_500 }).catch(error => error),
  );
  expect(failure).toBeInstanceOf(Unanswered);
  expect(clock.milliseconds).toBe(12_500);
  expect(times()).toEqual([0, 4000, 12_000]);
});

test("a signal ends it at once, with the signal's reason", async () => {
  const { clock, client, options } = lab(() => []);
  const stop = new AbortController();
  clock.after(1234, () => stop.abort(new Error("the cable was pulled")));
  const failure = await clock.run(
    acquire(client, clock, { ...options, signal: stop.signal }).catch(error => error),
  );
  expect(failure.message).toBe("the cable was pulled");
  expect(clock.milliseconds).toBe(1234);
});

test("a socket that closes ends it, instead of waiting for ever", async () => {
  const { clock, client, options } = lab(() => []);
  clock.after(100, () => client.close());
  await expect(clock.run(acquire(client, clock, options))).rejects.toThrow("closed");
});

test("a lost acknowledgement is asked for again, and the lease counts from the first request", async () => {
  const { clock, client, options, types, times } = lab((request, count) =>
    count === 2 ? [] : honest(request),
  );
  const lease = await clock.run(acquire(client, clock, options));
  expect(types()).toEqual([Discover, Request, Request]);
  expect(times()).toEqual([0, 0, 4000]);
  expect(lease.acquiredAt).toBe(0n);
});

test("a request keeps the seconds of the DHCPDISCOVER before it", async () => {
  const { clock, client, heard, options } = lab((request, count) => (count < 3 ? [] : honest(request)));
  await clock.run(acquire(client, clock, options));
  expect(heard.map(({ secs }) => secs)).toEqual([0, 4, 12, 12]);
});

test("a chosen server that falls silent is asked four times in sixty seconds", async () => {
  const { clock, client, options, types } = lab(request =>
    optionOf(request.options, 53) === Discover ? [gives(request, Offer)] : [],
  );
  await expect(clock.run(acquire(client, clock, options))).rejects.toThrow(
    "DHCPREQUEST: no answer to 4 attempts in 60000 ms",
  );
  expect(types()).toEqual([Discover, Request, Request, Request, Request]);
});

test("late and duplicated offers disturb nothing", async () => {
  const { clock, network, client, options, types } = lab();
  network.passing = ({ to }) =>
    to.port === 68 ? [{ after: 3000 }, { after: 3000 }, { after: 3500 }] : [{ after: 0 }];
  const lease = await clock.run(acquire(client, clock, options));
  expect(lease.address).toBe("192.168.1.101");
  expect(types()).toEqual([Discover, Request]);
  expect(clock.milliseconds).toBe(6000);
});

test("DHCPNAK is a refusal, with the server's words", async () => {
  const { clock, client, options } = lab(request =>
    optionOf(request.options, 53) === Discover ? [gives(request, Offer)] : [refuses(request)],
  );
  const failure = await clock.run(acquire(client, clock, options).catch(error => error));
  expect(failure).toBeInstanceOf(Refused);
  expect(failure.message).toBe('192.168.1.1 refused the address (DHCPNAK): "no longer yours"');
  expect(failure.messages).toHaveLength(1);
});

const forged: [string, string, (request: Message) => MessageDraft | Uint8Array][] = [
  ["another transaction", "dhcp.wrong-transaction", request => ({ ...gives(request, Offer), xid: 1 })],
  [
    "another client",
    "dhcp.wrong-client",
    request => ({ ...gives(request, Offer), chaddr: Uint8Array.of(2, 0, 0, 0, 0, 9) }),
  ],
  [
    "no server identifier",
    "dhcp.no-server-identifier",
    request => bootReply(request, "192.168.1.66", Offer, option(51, 60)),
  ],
  [
    "no lease time",
    "dhcp.no-lease-time",
    request => bootReply(request, "192.168.1.66", Offer, option(54, 1)),
  ],
  ["no message type", "dhcp.malformed", request => ({ ...gives(request, Offer), options: option(54, 1) })],
  ["an address of many", "dhcp.unusable-address", request => gives(request, Offer, "224.0.0.1")],
  ["no address", "dhcp.unusable-address", request => gives(request, Offer, "0.0.0.0")],
  ["octets cut short", "dhcp.malformed", request => message.encode(gives(request, Offer)).subarray(0, 250)],
];

for (const [what, rule, make] of forged)
  test(`a forged reply with ${what} is refused and named, and the true one taken`, async () => {
    const { clock, client, options } = lab(request =>
      optionOf(request.options, 53) === Discover ? [make(request), gives(request, Offer)] : honest(request),
    );
    const refused: string[] = [];
    const lease = await clock.run(
      acquire(client, clock, { ...options, onRefused: reply => refused.push(reply.rule.id) }),
    );
    expect(refused).toEqual([rule]);
    expect(lease.address).toBe("192.168.1.101");
  });

test("an acknowledgement by another server, or of another address, is refused", async () => {
  const { clock, client, options } = lab(request =>
    optionOf(request.options, 53) === Discover
      ? honest(request)
      : [
          gives(request, ACK, "192.168.1.101", "192.168.1.66"),
          gives(request, ACK, "192.168.1.66"),
          refuses(request, "192.168.1.66"),
          gives(request, ACK),
        ],
  );
  const refused: string[] = [];
  const onRefused = ({ rule, detail }: { rule: { id: string }; detail: string }) =>
    refused.push(`${rule.id} ${detail}`);
  await clock.run(acquire(client, clock, { ...options, onRefused }));
  expect(refused).toEqual([
    "dhcp.wrong-server 192.168.1.66 answers what was asked of 192.168.1.1",
    "dhcp.wrong-address 192.168.1.66, not 192.168.1.101",
    "dhcp.wrong-server 192.168.1.66 answers what was asked of 192.168.1.1",
  ]);
});

test("replies to others are nothing to this client, and refused ones are counted in the failure", async () => {
  const { clock, client, options } = lab(request => [
    { ...gives(request, Offer), xid: 7, chaddr: Uint8Array.of(2, 0, 0, 0, 0, 9) },
    { ...gives(request, Offer), op: 1 },
    { ...gives(request, Offer), xid: 7 },
  ]);
  const failure = await clock.run(acquire(client, clock, { ...options, attempts: 2 }).catch(error => error));
  expect(failure.message).toBe("DHCPDISCOVER (replies refused: 2): no answer to 2 attempts in 12000 ms");
});

test("of several offers the first is taken, or the one with the requested address", async () => {
  const both = (request: Message) =>
    optionOf(request.options, 53) === Discover
      ? [gives(request, Offer), gives(request, Offer, "192.168.1.150", "192.168.1.2")]
      : [gives(request, ACK, "192.168.1.150", "192.168.1.2")];
  const { clock, client, heard, options } = lab(both);
  const lease = await clock.run(
    acquire(client, clock, { ...options, requested: "192.168.1.150", collect: 500 }),
  );
  expect(lease.server).toBe("192.168.1.2");
  expect(optionOf(heard[0]!.options, 50)).toBe(parseIpv4("192.168.1.150"));
  expect(clock.milliseconds).toBe(500);
});

test("an address that another host uses is declined", async () => {
  const { clock, client, heard, options, types } = lab();
  const asked: string[] = [];
  const probe = async (address: string) => asked.push(address) > 0;
  const failure = await clock.run(acquire(client, clock, { ...options, probe }).catch(error => error));
  expect(failure).toBeInstanceOf(Refused);
  expect(failure.message).toStartWith("192.168.1.101 is in use by another host, so it was declined");
  expect(asked).toEqual(["192.168.1.101"]);
  expect(types()).toEqual([Discover, Request, Decline]);
  expect(optionOf(heard[2]!.options, 50)).toBe(parseIpv4("192.168.1.101"));
});

test("rapid commit takes two messages, but only from a server that commits", async () => {
  const commits = lab(request => [
    { ...gives(request, ACK), options: [...gives(request, ACK).options, ...option(80, new Uint8Array())] },
  ]);
  const lease = await commits.clock.run(
    acquire(commits.client, commits.clock, { ...commits.options, rapidCommit: true }),
  );
  expect(lease.address).toBe("192.168.1.101");
  expect(commits.types()).toEqual([Discover]);

  const nothing = lab((request, count) => {
    const empty = bootReply(request, "0.0.0.0", ACK, [...option(54, 1), ...option(80, new Uint8Array())]);
    return count === 1 ? [empty] : honest(request);
  });
  await nothing.clock.run(acquire(nothing.client, nothing.clock, { ...nothing.options, rapidCommit: true }));
  expect(nothing.types()).toEqual([Discover, Discover, Request]);

  const plain = lab();
  await plain.clock.run(acquire(plain.client, plain.clock, { ...plain.options, rapidCommit: true }));
  expect(plain.types()).toEqual([Discover, Request]);
});

test("classless routes stand in for the router", async () => {
  const route = (destination: string, prefix: number, router: string) => ({
    destination: parseIpv4(destination),
    prefix,
    router: parseIpv4(router),
  });
  const { clock, client, options } = lab(request =>
    honest(request).map(answer => ({
      ...answer,
      options: [
        ...answer.options,
        ...option(121, [route("10.0.0.0", 8, "192.168.1.7"), route("0.0.0.0", 0, "192.168.1.9")]),
      ],
    })),
  );
  const lease = await clock.run(acquire(client, clock, options));
  expect(lease.router).toBe("192.168.1.9");
  expect(lease.routes[0]).toEqual({ destination: "10.0.0.0", prefix: 8, router: "192.168.1.7" });
});

test("transaction IDs are drawn, and a seeded draw repeats them", async () => {
  const xids: number[] = [];
  for (const random of [undefined, undefined, () => 0.25, () => 0.25]) {
    const { clock, client, heard, options } = lab();
    await clock.run(acquire(client, clock, { ...options, random }));
    xids.push(heard[0]!.xid);
  }
  expect(xids[0]).not.toBe(xids[1]);
  expect(xids.slice(2)).toEqual([0x40000000, 0x40000000]);
});
