// The server: what it answers, whom, and where to, on a network in memory and a clock that only the test moves.
import { expect, test } from "bun:test";
import type { Link } from "../endpoint/index.ts";
import { MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { ethernet } from "../ethernet/index.ts";
import { dotted, ipv4, parseIpv4 } from "../ipv4/index.ts";
import { dissector, infoOf } from "../packet/index.ts";
import { udp } from "../udp/index.ts";
import { optionOf } from "../wire/index.ts";
import { mutants } from "../wire/vectors.ts";
import { acquire, release, renew } from "./client.ts";
import { dhcp } from "./decoder.ts";
import { type Message, type MessageDraft, MessageType, message, type OptionDraft, option } from "./format.ts";
import { type ServerOptions, serve } from "./server.ts";

const { Discover, Offer, Request, Decline, ACK, NAK, Release, Inform } = MessageType;
const board = Uint8Array.fromHex("00c0df24ba6b");
const other = Uint8Array.fromHex("020000000007");

const intranet: ServerOptions = {
  server: "192.168.1.1",
  prefix: 24,
  pool: { first: "192.168.1.101", last: "192.168.1.103" },
  router: "192.168.1.1",
  dns: ["192.168.1.1"],
  ntp: ["192.168.1.20"],
  domain: "lab.test",
  leaseSeconds: 3600,
};

function lab(options: Partial<ServerOptions> = {}, link?: Link) {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const server = network.datagrams("192.168.1.1", 67);
  const client = network.datagrams("0.0.0.0", 68);
  const lines: string[] = [];
  const done = serve(server, clock, { ...intranet, ...options }, line => lines.push(line), link);
  /** Says something as this client and returns what the server says to it, decoded, and where to. */
  const ask = async (
    chaddr: Uint8Array,
    type: number,
    options: OptionDraft[],
    more: Partial<MessageDraft> = {},
  ) => {
    const before = network.sent.length + 1;
    const octets = message.encode({
      op: 1,
      xid: 0x3d1d,
      flags: { broadcast: 1 },
      chaddr,
      options: [...option(53, type), ...options],
      ...more,
    });
    network.send(octets, { address: "0.0.0.0", port: 68 }, { address: "255.255.255.255", port: 67 });
    await clock.advance(0);
    const replies = network.sent.slice(before);
    expect(replies.length).toBeLessThanOrEqual(1);
    const [reply] = replies;
    return reply && { ...message.decode(reply.octets), to: `${reply.to.address}:${reply.to.port}` };
  };
  const lease = async (chaddr: Uint8Array) => {
    const offer = await ask(chaddr, Discover, []);
    const taken = [...option(50, offer!.yiaddr), ...option(54, parseIpv4("192.168.1.1"))];
    return (await ask(chaddr, Request, taken))!;
  };
  return { clock, network, server, client, lines, done, ask, lease };
}

const typeOf = (reply: Pick<Message, "options"> | undefined) => reply && optionOf(reply.options, 53);

test("an offer and an acknowledgement tell how to live in the network", async () => {
  const { ask, lease, lines } = lab();
  const offer = await ask(board, Discover, []);
  expect(offer).toMatchObject({
    op: 2,
    xid: 0x3d1d,
    chaddr: board,
    yiaddr: parseIpv4("192.168.1.101"),
    ciaddr: 0,
  });
  expect<unknown>(offer!.options).toEqual([
    ...option(53, Offer),
    ...option(54, parseIpv4("192.168.1.1")),
    ...option(51, 3600),
    ...option(58, 1800),
    ...option(59, 3150),
    ...option(1, 0xffffff00),
    ...option(28, parseIpv4("192.168.1.255")),
    ...option(3, [parseIpv4("192.168.1.1")]),
    ...option(6, [parseIpv4("192.168.1.1")]),
    ...option(15, "lab.test"),
    ...option(42, [parseIpv4("192.168.1.20")]),
  ]);
  expect(typeOf(await lease(board))).toBe(ACK);
  expect(lines).toContain("DHCPOFFER of 192.168.1.101 to 00:c0:df:24:ba:6b");
  expect(lines).toContain("DHCPACK of 192.168.1.101 to 00:c0:df:24:ba:6b");
});

test("only what a client asks for is told, in its order, the mask first", async () => {
  const { ask } = lab();
  const offer = await ask(board, Discover, option(55, [42, 1, 3, 66]));
  expect(offer!.options.map(({ code }) => code)).toEqual([53, 54, 51, 58, 59, 1, 42, 3]);
});

test("our own client gets a lease, renews it and gives it back", async () => {
  const { clock, client, ask, lines } = lab();
  const options = { mac: board, hostName: "NUCLEO-H723ZG" };
  const lease = await clock.run(acquire(client, clock, options));
  expect(lease).toMatchObject({ address: "192.168.1.101", prefix: 24, domain: "lab.test", seconds: 3600 });
  client.local = { address: lease.address, port: 68 };
  await clock.advance(1_800_000);
  const renewed = await clock.run(renew(client, clock, lease, options));
  expect(renewed.acquiredAt).toBe(1_800_000_000_000n);
  await clock.advance(3_000_000);
  expect(dotted((await ask(other, Discover, option(50, parseIpv4(lease.address))))!.yiaddr)).toBe(
    "192.168.1.102",
  );
  await clock.run(release(client, clock, renewed, options));
  await clock.advance(0);
  expect(lines.at(-1)).toBe("DHCPRELEASE from 00:c0:df:24:ba:6b");
});

test("a client keeps its address, also after its lease has run out, as long as nobody needs it", async () => {
  const { clock, ask, lease } = lab();
  expect(dotted((await lease(board)).yiaddr)).toBe("192.168.1.101");
  expect(dotted((await lease(other)).yiaddr)).toBe("192.168.1.102");
  await clock.advance(3_600_001);
  expect(dotted((await ask(other, Discover, []))!.yiaddr)).toBe("192.168.1.102");
  expect(dotted((await ask(board, Discover, []))!.yiaddr)).toBe("192.168.1.101");
});

test("the requested address is offered if it is free", async () => {
  const { ask } = lab();
  const offer = await ask(board, Discover, option(50, parseIpv4("192.168.1.103")));
  expect(dotted(offer!.yiaddr)).toBe("192.168.1.103");
  const wish = await ask(other, Discover, option(50, parseIpv4("192.168.1.103")));
  expect(dotted(wish!.yiaddr)).toBe("192.168.1.101");
});

test("an exhausted pool is silent, until an address runs out", async () => {
  const { clock, ask, lease, lines } = lab();
  for (const last of [1, 2, 3]) await lease(Uint8Array.of(2, 0, 0, 0, 0, last));
  expect(await ask(board, Discover, [])).toBeUndefined();
  expect(lines.at(-1)).toBe("DHCPDISCOVER from 00:c0:df:24:ba:6b: no address is free");
  await clock.advance(3_600_000);
  expect(dotted((await ask(board, Discover, []))!.yiaddr)).toBe("192.168.1.101");
});

test("an offer that nobody takes is free again after a minute", async () => {
  const { clock, ask } = lab({ pool: { first: "192.168.1.101", last: "192.168.1.101" } });
  await ask(board, Discover, []);
  expect(await ask(other, Discover, [])).toBeUndefined();
  await clock.advance(60_000);
  expect(dotted((await ask(other, Discover, []))!.yiaddr)).toBe("192.168.1.101");
  const late = [...option(50, parseIpv4("192.168.1.101")), ...option(54, parseIpv4("192.168.1.1"))];
  expect(typeOf(await ask(board, Request, late))).toBe(NAK);
  await clock.advance(60_000);
  expect(typeOf(await ask(board, Request, late))).toBe(ACK);
});

test("a reserved address is its client's alone, inside the pool or outside", async () => {
  const reservations = { "00:C0:DF:24:BA:6B": "192.168.1.20", "02:00:00:00:00:08": "192.168.1.101" };
  const { ask, lease } = lab({ reservations });
  expect(dotted((await lease(board)).yiaddr)).toBe("192.168.1.20");
  expect(dotted((await ask(other, Discover, option(50, parseIpv4("192.168.1.20"))))!.yiaddr)).toBe(
    "192.168.1.102",
  );
});

test("addresses that hosts have otherwise are never given", async () => {
  const { ask } = lab({ pool: { first: "192.168.1.0", last: "192.168.1.2" }, router: "192.168.1.2" });
  expect(await ask(board, Discover, [])).toBeUndefined();
});

test("a client that chose another server is let go in silence", async () => {
  const { ask } = lab({ pool: { first: "192.168.1.101", last: "192.168.1.101" } });
  await ask(board, Discover, []);
  const elsewhere = [...option(50, parseIpv4("192.168.1.77")), ...option(54, parseIpv4("192.168.1.2"))];
  expect(await ask(board, Request, elsewhere)).toBeUndefined();
  expect(dotted((await ask(other, Discover, []))!.yiaddr)).toBe("192.168.1.101");
});

const refused: [string, OptionDraft[], Partial<MessageDraft>][] = [
  [
    "an address that was not offered",
    [...option(50, parseIpv4("192.168.1.103")), ...option(54, parseIpv4("192.168.1.1"))],
    {},
  ],
  ["after a restart, an address of another network", option(50, parseIpv4("10.0.0.7")), {}],
  ["after a restart, an address other than its own", option(50, parseIpv4("192.168.1.103")), {}],
  ["renewing an address other than its own", [], { ciaddr: parseIpv4("192.168.1.103"), flags: {} }],
];
/** A link that a reply to everyone must not take. */
const deaf: Link = {
  mac: Uint8Array.of(2, 0, 0, 0, 0, 1),
  send: () => Promise.reject(new Error("over the link")),
  receive: async () => undefined,
  close: () => {},
};
for (const [what, options, more] of refused)
  test(`DHCPNAK goes to everyone for ${what}`, async () => {
    const { ask, lease } = lab({}, deaf);
    await lease(board);
    const reply = await ask(board, Request, options, more);
    expect(typeOf(reply)).toBe(NAK);
    expect(reply).toMatchObject({ to: "255.255.255.255:68", yiaddr: 0, ciaddr: 0 });
    expect(reply!.options.map(({ code }) => code)).toEqual([53, 54, 56]);
  });

test("of an unknown client's address only an authoritative server knows", async () => {
  const returning = option(50, parseIpv4("192.168.1.102"));
  expect(await lab().ask(board, Request, returning)).toBeUndefined();
  const { ask, lease } = lab({ authoritative: true });
  expect(typeOf(await ask(board, Request, returning))).toBe(ACK);
  expect(typeOf(await ask(other, Request, returning))).toBe(NAK);
  expect(dotted((await lease(other)).yiaddr)).toBe("192.168.1.101");
});

test("a declined address is given to nobody for the time of a lease", async () => {
  const { clock, ask, lease } = lab({ pool: { first: "192.168.1.101", last: "192.168.1.102" } });
  const { yiaddr } = await lease(board);
  const about = [...option(50, yiaddr), ...option(54, parseIpv4("192.168.1.1"))];
  expect(await ask(other, Decline, about)).toBeUndefined();
  expect(dotted((await ask(board, Discover, []))!.yiaddr)).toBe("192.168.1.101");
  expect(await ask(board, Decline, about)).toBeUndefined();
  expect(dotted((await lease(board)).yiaddr)).toBe("192.168.1.102");
  expect(await ask(other, Discover, [])).toBeUndefined();
  await clock.advance(3_600_000);
  expect(dotted((await ask(other, Discover, []))!.yiaddr)).toBe("192.168.1.101");
});

test("a release frees an address at once, but only its own client's", async () => {
  const { ask, lease } = lab({ pool: { first: "192.168.1.101", last: "192.168.1.101" } });
  await lease(board);
  await ask(other, Release, [], { ciaddr: parseIpv4("192.168.1.101") });
  expect(await ask(other, Discover, [])).toBeUndefined();
  await ask(board, Release, [], { ciaddr: parseIpv4("192.168.1.101") });
  expect(dotted((await ask(other, Discover, []))!.yiaddr)).toBe("192.168.1.101");
});

test("DHCPINFORM is answered at the host's address, without lease", async () => {
  const { ask } = lab();
  const reply = await ask(board, Inform, [], { ciaddr: parseIpv4("192.168.1.30"), flags: {} });
  expect(reply).toMatchObject({ to: "192.168.1.30:68", yiaddr: 0, ciaddr: parseIpv4("192.168.1.30") });
  expect(optionOf(reply!.options, 51)).toBeUndefined();
  expect(optionOf(reply!.options, 3)).toEqual([parseIpv4("192.168.1.1")]);
  expect(await ask(board, Inform, [], { ciaddr: parseIpv4("10.0.0.1") })).toBeUndefined();
});

test("replies go where their client hears them", async () => {
  const { ask, lease } = lab();
  expect((await ask(board, Discover, []))!.to).toBe("255.255.255.255:68");
  const { yiaddr } = await lease(board);
  expect((await ask(board, Request, [], { ciaddr: yiaddr, flags: {} }))!.to).toBe("192.168.1.101:68");
});

test("a client that wants no broadcast is reached by its MAC address, over a link", async () => {
  const frames: Uint8Array[] = [];
  const link: Link = {
    mac: Uint8Array.of(2, 0, 0, 0, 0, 1),
    send: async frame => void frames.push(frame),
    receive: async () => undefined,
    close: () => {},
  };
  expect(await lab({}, link).ask(board, Discover, [], { flags: {} })).toBeUndefined();
  const [frame] = frames;
  const view = new DataView(frame!.buffer, frame!.byteOffset, frame!.length);
  const packet = dissector([ethernet, ipv4, udp, dhcp]).packet({
    ...{ number: 1, time: 0n, view, start: 0, end: view.byteLength, originalLength: view.byteLength },
    ...{ linkType: 1, interface: 0, comments: [] },
  });
  expect(packet.layers.map(({ protocol }) => protocol.name)).toEqual(["eth", "ip", "udp", "dhcp"]);
  expect([packet.source, packet.destination]).toEqual(["192.168.1.1", "192.168.1.101"]);
  expect(frame!.subarray(0, 6)).toEqual(board);
  expect(infoOf(packet)).toBe("DHCP Offer - Transaction ID 0x3d1d");

  const { ask, lines } = lab();
  expect((await ask(board, Discover, [], { flags: {} }))!.to).toBe("255.255.255.255:68");
  expect(lines.at(-1)).toContain("there is no link to reach it otherwise");
});

test("a relayed request is answered to its relay, with what the relay added, and only for this network", async () => {
  const { ask, lines } = lab();
  const added = option(82, [{ code: 1, value: Uint8Array.of(7) }]);
  const reply = await ask(board, Discover, [...added, ...option(12, "x")], {
    giaddr: parseIpv4("192.168.1.9"),
    hops: 1,
  });
  expect(reply).toMatchObject({ to: "192.168.1.9:67", giaddr: parseIpv4("192.168.1.9"), hops: 0 });
  expect<unknown>(reply!.options.at(-1)).toEqual(added[0]!);
  const nak = await ask(board, Request, option(50, 1), { giaddr: parseIpv4("192.168.1.9"), flags: {} });
  expect(nak).toMatchObject({ to: "192.168.1.9:67", flags: { broadcast: 1 } });
  expect(await ask(board, Discover, [], { giaddr: parseIpv4("10.9.9.9") })).toBeUndefined();
  expect(lines.at(-1)).toContain("no addresses for the network of relay 10.9.9.9");
});

test("a client is who its identifier says, and gets that back", async () => {
  const { ask } = lab();
  const identified = option(61, { type: 255, identifier: Uint8Array.of(1, 2, 3) });
  const first = await ask(board, Discover, identified);
  expect<unknown>(first!.options.at(-1)).toEqual(identified[0]!);
  expect((await ask(other, Discover, identified))!.yiaddr).toBe(first!.yiaddr);
  expect((await ask(board, Discover, []))!.yiaddr).not.toBe(first!.yiaddr);
});

test("with rapid commit two messages do, if both sides want it", async () => {
  const wish = option(80, new Uint8Array());
  expect(typeOf(await lab().ask(board, Discover, wish))).toBe(Offer);
  const { ask } = lab({ rapidCommit: true });
  const reply = await ask(board, Discover, wish);
  expect(typeOf(reply)).toBe(ACK);
  expect(optionOf(reply!.options, 80)).toEqual(new Uint8Array());
  expect(typeOf(await ask(other, Discover, []))).toBe(Offer);
});

test("a lease without end says so", async () => {
  const { clock, ask, lease } = lab({ leaseSeconds: Number.POSITIVE_INFINITY });
  expect(optionOf((await lease(board)).options, 51)).toBe(0xffffffff);
  await clock.advance(1e12);
  expect(dotted((await ask(other, Discover, option(50, parseIpv4("192.168.1.101"))))!.yiaddr)).toBe(
    "192.168.1.102",
  );
});

test("garbage is logged and passed over", async () => {
  const { clock, network, ask, lines } = lab();
  const octets = message.encode({ op: 1, xid: 1, chaddr: board, options: option(53, Discover) });
  const to = { address: "255.255.255.255", port: 67 };
  for (const mutant of mutants(octets, "garbage", 500))
    network.send(mutant, { address: "0.0.0.0", port: 68 }, to);
  network.send(new Uint8Array(), { address: "0.0.0.0", port: 68 }, to);
  await clock.advance(3_600_000);
  expect(lines.some(line => line.includes("are no DHCP message"))).toBe(true);
  expect(typeOf(await ask(other, Discover, []))).toBe(Offer);
});

test("BOOTP requests, replies and messages of no known type get no answer", async () => {
  const { ask } = lab();
  expect(await ask(board, Discover, [], { op: 2 })).toBeUndefined();
  expect(await ask(board, Discover, [], { options: [], vendor: new Uint8Array(64) })).toBeUndefined();
  expect(await ask(board, 99, [])).toBeUndefined();
});

test("a reply that can't be sent does not end the server", async () => {
  const { server, ask, lines } = lab();
  const honest = server.send.bind(server);
  server.send = async () => {
    throw new Error("ENETUNREACH");
  };
  expect(await ask(board, Discover, [])).toBeUndefined();
  expect(lines.at(-1)).toBe("no reply to 00:c0:df:24:ba:6b: ENETUNREACH");
  server.send = honest;
  expect(typeOf(await ask(board, Discover, []))).toBe(Offer);
});

test("it ends when its socket is closed", async () => {
  const { clock, server, done } = lab();
  server.close();
  expect(await clock.run(done)).toBeUndefined();
});

test("a server whose addresses make no sense is refused with a reason", async () => {
  const failing = (options: Partial<ServerOptions>) =>
    serve(lab().server, new TestClock(), { ...intranet, ...options });
  await expect(failing({ pool: { first: "10.0.0.1", last: "10.0.0.9" } })).rejects.toThrow(
    "10.0.0.1 is not in the network of 192.168.1.1/24",
  );
  await expect(failing({ pool: { first: "192.168.1.9", last: "192.168.1.8" } })).rejects.toThrow(
    "the pool ends",
  );
  await expect(failing({ leaseSeconds: 0.5 })).rejects.toThrow("a lease of 0.5 s");
  await expect(failing({ router: "192.168.1" })).rejects.toThrow("is no IPv4 address");
});
