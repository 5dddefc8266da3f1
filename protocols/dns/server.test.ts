// The name server: what it answers, what it refuses, and what it is silent about.
import { describe, expect, test } from "bun:test";
import { type Datagrams, Refused } from "../endpoint/index.ts";
import { MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { streamPair } from "../endpoint/memory-stream.ts";
import { mutants } from "../wire/vectors.ts";
import { resolve } from "./client.ts";
import { Class, Opcode, Rcode } from "./codes.ts";
import { type Message, type MessageDraft, message } from "./format.ts";
import { optOf, rcodeOf } from "./record.ts";
import { Authority, answerTo, serve, serveStream } from "./server.ts";
import { framed, messagesOf } from "./tcp.ts";
import { Type } from "./types.ts";
import type { Zone } from "./zone.ts";

const zone: Zone = {
  origin: "lan",
  ttl: 600,
  soa: { serial: 2021100801, minimum: 60 },
  names: {
    lan: { NS: ["ns.lan"], MX: [{ preference: 10, exchange: "mail.lan" }] },
    "ns.lan": { A: ["192.168.1.1"] },
    "mail.lan": { A: ["192.168.1.25"], AAAA: ["2001:db8::25"] },
    "JORGE-PC.lan": { A: ["192.168.1.20"] },
    "mqtt.lan": { CNAME: ["jorge-pc.lan"] },
    "away.lan": { CNAME: ["host.example.com"] },
    "gone.lan": { CNAME: ["nobody.lan"] },
    "one.lan": { CNAME: ["two.lan"] },
    "two.lan": { CNAME: ["one.lan"] },
    "host.deep.lan": { A: ["192.168.1.30"] },
    "many.lan": { A: Array.from({ length: 40 }, (_, i) => `10.0.0.${i}`) },
    "very.many.lan": { TXT: Array.from({ length: 20 }, (_, i) => [`${i} ${"x".repeat(200)}`]) },
  },
};
const below: Zone = { origin: "sub.lan", names: { "a.sub.lan": { A: ["192.168.2.1"] } } };
const authority = new Authority([zone, below]);

const queryOf = (name: string, type: number = Type.A, parts: Partial<MessageDraft> = {}): MessageDraft => ({
  id: 0x1a2b,
  flags: { recursionDesired: 1 },
  questions: [{ name, type }],
  answers: [],
  authorities: [],
  additionals: [],
  ...parts,
});
const opt = (parts: { size?: number; version?: number; dnssecOk?: number } = {}) => ({
  name: ".",
  type: Type.OPT,
  class: parts.size ?? 1232,
  ttl: { version: parts.version, dnssecOk: parts.dnssecOk },
  data: [],
});

function answered(query: MessageDraft, transport: "udp" | "tcp" = "udp"): Message {
  const octets = answerTo(message.encode(query), authority, { transport });
  return message.decode(octets!);
}
const rowsOf = (records: Message["answers"]) => records.map(({ name, type, data }) => [name, type, data]);

describe("answers", () => {
  test("a name that it has, with its authority, and the question as it was asked", () => {
    const answer = answered(queryOf("Jorge-pc.LAN"));
    expect(answer).toMatchObject({
      id: 0x1a2b,
      flags: {
        response: 1,
        authoritative: 1,
        recursionDesired: 1,
        recursionAvailable: 0,
        rcode: Rcode.NOERROR,
      },
      questions: [{ name: "Jorge-pc.LAN", type: Type.A, class: Class.IN }],
      answers: [{ name: "Jorge-pc.LAN", ttl: 600, data: 0xc0a80114 }],
      authorities: [],
      additionals: [],
    });
  });

  test("an alias with all that it leads to", () => {
    expect(rowsOf(answered(queryOf("mqtt.lan")).answers)).toEqual([
      ["mqtt.lan", Type.CNAME, "jorge-pc.lan"],
      ["jorge-pc.lan", Type.A, 0xc0a80114],
    ]);
  });

  test("an alias out of its zones as far as it goes, and no further", () => {
    const { answers, authorities, flags } = answered(queryOf("away.lan"));
    expect(rowsOf(answers)).toEqual([["away.lan", Type.CNAME, "host.example.com"]]);
    expect([authorities.length, flags.rcode]).toEqual([0, Rcode.NOERROR]);
  });

  test("an alias for nothing: NXDOMAIN, with the alias", () => {
    const { answers, flags, authorities } = answered(queryOf("gone.lan"));
    expect([answers.length, flags.rcode, authorities[0]?.type]).toEqual([1, Rcode.NXDOMAIN, Type.SOA]);
  });

  test("aliases in a circle once each", () => {
    expect(rowsOf(answered(queryOf("one.lan")).answers).map(([name]) => name)).toEqual([
      "one.lan",
      "two.lan",
    ]);
  });

  test("an alias itself, if that is what is asked for", () => {
    expect(rowsOf(answered(queryOf("mqtt.lan", Type.CNAME)).answers)).toEqual([
      ["mqtt.lan", Type.CNAME, "jorge-pc.lan"],
    ]);
  });

  test("the addresses of a mail server along with its name", () => {
    const { answers, additionals } = answered(queryOf("lan", Type.MX));
    expect(answers).toHaveLength(1);
    expect(rowsOf(additionals).map(([name, type]) => [name, type])).toEqual([
      ["mail.lan", Type.A],
      ["mail.lan", Type.AAAA],
    ]);
  });

  test("the start of authority, and everything a name has", () => {
    expect(answered(queryOf("lan", Type.SOA)).answers[0]!.data).toMatchObject({
      primary: "ns.lan",
      mailbox: "hostmaster.lan",
      serial: 2021100801,
    });
    expect(answered(queryOf("mail.lan", Type.ANY), "tcp").answers).toHaveLength(2);
  });

  test("no such name and no such data, each with the record that says for how long to remember it", () => {
    for (const [name, type, rcode] of [
      ["nobody.lan", Type.A, Rcode.NXDOMAIN],
      ["JORGE-PC.lan", Type.AAAA, Rcode.NOERROR],
      ["deep.lan", Type.A, Rcode.NOERROR],
    ] as const) {
      const { flags, answers, authorities } = answered(queryOf(name, type));
      expect([name, flags.rcode, answers.length]).toEqual([name, rcode, 0]);
      expect(authorities).toMatchObject([{ name: "lan", type: Type.SOA, ttl: 60 }]);
    }
  });

  test("the zone nearest to the name has the say", () => {
    expect(answered(queryOf("a.sub.lan")).answers).toHaveLength(1);
    expect(answered(queryOf("b.sub.lan")).authorities[0]!.name).toBe("sub.lan");
  });

  test("EDNS with EDNS, and nothing with nothing", () => {
    expect(optOf(answered(queryOf("mqtt.lan")))).toBeUndefined();
    const answer = answered(queryOf("mqtt.lan", Type.A, { additionals: [opt({ dnssecOk: 1 })] }));
    expect(optOf(answer)).toMatchObject({ class: 1232, ttl: { version: 0, dnssecOk: 1 } });
  });

  test("cut short what does not fit, so that the client asks by TCP, which cuts nothing", () => {
    const plain = answered(queryOf("many.lan"));
    expect([plain.flags.truncated, plain.answers.length]).toEqual([1, 0]);
    const edns = queryOf("many.lan", Type.A, { additionals: [opt()] });
    expect(answered(edns).answers).toHaveLength(40);
    const huge = answered(queryOf("very.many.lan", Type.TXT, { additionals: [opt({ size: 65535 })] }));
    expect(huge.flags.truncated).toBe(1);
    expect(answered(queryOf("very.many.lan", Type.TXT), "tcp").answers).toHaveLength(20);
  });
});

describe("refuses", () => {
  test.each([
    ["names that it is no authority for", queryOf("example.com"), Rcode.REFUSED],
    [
      "other classes",
      queryOf("lan", Type.A, { questions: [{ name: "lan", type: 1, class: Class.CH }] }),
      Rcode.REFUSED,
    ],
    ["other operations", queryOf("lan", Type.SOA, { flags: { opcode: Opcode.Update } }), Rcode.NOTIMP],
    ["no question", queryOf("lan", Type.A, { questions: [] }), Rcode.FORMERR],
    [
      "two questions",
      queryOf("", 1, {
        questions: [
          { name: "a", type: 1 },
          { name: "b", type: 1 },
        ],
      }),
      Rcode.FORMERR,
    ],
    ["two OPT records", queryOf("lan", Type.A, { additionals: [opt(), opt()] }), Rcode.FORMERR],
    [
      "versions of EDNS to come",
      queryOf("lan", Type.A, { additionals: [opt({ version: 1 })] }),
      Rcode.BADVERS,
    ],
  ])("%s", (_, query, rcode) => {
    const answer = answered(query);
    expect(rcodeOf(answer)).toBe(rcode);
    expect([answer.id, answer.flags.response, answer.answers.length]).toEqual([0x1a2b, 1, 0]);
  });

  test("what it can't read, if it has a header", () => {
    const octets = message.encode(queryOf("lan")).slice(0, -3);
    expect(message.decode(answerTo(octets, authority, { transport: "udp" })!)).toMatchObject({
      id: 0x1a2b,
      flags: { response: 1, rcode: Rcode.FORMERR },
      questions: [],
    });
  });

  test("is silent to responses and to what has no header", () => {
    expect(
      answerTo(message.encode(queryOf("lan", 1, { flags: { response: 1 } })), authority, {
        transport: "udp",
      }),
    ).toBeUndefined();
    for (let size = 0; size < 12; size++)
      expect(
        answerTo(message.encode(queryOf("lan")).slice(0, size), authority, { transport: "udp" }),
      ).toBeUndefined();
  });

  test("any octets get an answer that can be read, or none", () => {
    const query = message.encode(queryOf("very.many.lan", Type.ANY, { additionals: [opt()] }));
    for (const octets of mutants(query, "server", 5000)) {
      const answer = answerTo(octets, authority, { transport: "udp" });
      if (answer) expect(message.decode(answer).flags.response).toBe(1);
      expect(answer?.length ?? 0).toBeLessThanOrEqual(1232);
    }
  });
});

describe("zones", () => {
  const names = (names: Zone["names"]) => () => new Authority({ origin: "lan", names });
  test.each([
    [names({ "a.lan": { A: ["1.2.3"] } }), '"1.2.3" is no IPv4 address'],
    [names({ "a.lan": { AAAA: ["x"] } }), '"x" is no IPv6 address'],
    [names({ "a.wan": { A: ["1.2.3.4"] } }), "zone lan: a.wan lies outside of it"],
    [names({ "a..lan": {} }), 'zone lan: name "a..lan" has an empty label'],
    [
      names({ "a.lan": { CNAME: ["b.lan"], A: ["1.2.3.4"] } }),
      "a.lan has a CNAME, so it can have no other record",
    ],
    [names({ "a.lan": { CNAME: ["b.lan", "c.lan"] } }), "a.lan has a CNAME, so it can have no other record"],
    [names({ "a.lan": { CNAME: ["b..lan"] } }), 'zone lan: a.lan: data: "b..lan" has an empty label'],
    [names({ "a.lan": { NOSUCH: ["x"] } as never }), "a.lan can't have records of type NOSUCH"],
    [names({ "a.lan": { SOA: [{}] } as never }), "a.lan can't have records of type SOA"],
    [names({ "a.lan": { A: "1.2.3.4" } as never }), "a.lan: the records of type A are to be a list"],
  ])("a bad one is refused when the server starts: %#", (load, why) => {
    expect(load).toThrow(RangeError);
    expect(load).toThrow(why);
  });
});

describe("serve", () => {
  const from = { address: "192.168.1.101", port: 40000 };
  const to = { address: "192.168.1.1", port: 53 };

  test("answers whoever asked, tells its log, and goes on after garbage", async () => {
    const clock = new TestClock();
    const network = new MemoryNetwork(clock);
    const client = network.datagrams(from.address, from.port);
    const server = network.datagrams(to.address, to.port);
    const lines: string[] = [];
    const done = serve(server, zone, line => lines.push(line));
    network.send(Uint8Array.of(1, 2, 3), from, to);
    network.send(message.encode(queryOf("mqtt.lan")), { ...from, port: 0 }, to);
    network.send(message.encode(queryOf("lan")).slice(0, 14), from, to);
    for (const name of ["mqtt.lan", "nobody.lan", "many.lan"])
      network.send(message.encode(queryOf(name)), from, to);
    network.send(message.encode(queryOf("ns.lan", Type.AAAA)), from, to);
    await clock.advance(1);
    server.close();
    await clock.run(done);
    expect(lines).toEqual([
      "192.168.1.101 sends what can't be answered: FORMERR",
      "192.168.1.101 asks for A mqtt.lan: jorge-pc.lan, 192.168.1.20",
      "192.168.1.101 asks for A nobody.lan: NXDOMAIN",
      "192.168.1.101 asks for A many.lan: too much for one datagram",
      "192.168.1.101 asks for AAAA ns.lan: no such data",
    ]);
    expect((await client.receive(0))?.octets.length).toBe(12);
  });

  test("answers several questions on one TCP connection, however they are cut", async () => {
    const clock = new TestClock();
    const [near, far] = streamPair(clock);
    const lines: string[] = [];
    const done = serveStream(far, authority, line => lines.push(line));
    const queries = ["mqtt.lan", "ns.lan"].map(name => framed(message.encode(queryOf(name))));
    const octets = Uint8Array.from(queries.flatMap(query => [...query]));
    await near.write(octets.slice(0, 1));
    await near.write(octets.slice(1, 50));
    await near.write(octets.slice(50));
    const answers: Message[] = [];
    await clock.run(
      (async () => {
        for await (const answer of messagesOf(near, 1000)) answers.push(message.decode(answer));
      })(),
    );
    expect(answers.map(({ questions }) => questions[0]!.name)).toEqual(["mqtt.lan", "ns.lan"]);
    await clock.run(done);
    expect(lines).toHaveLength(2);
  });

  test("ends a connection that is silent, and one that sends what is no query", async () => {
    const clock = new TestClock();
    const [, silent] = streamPair(clock);
    await clock.run(serveStream(silent, authority, undefined, { idle: 3000 }));
    expect(clock.milliseconds).toBeGreaterThanOrEqual(3000);
    const [near, far] = streamPair(clock);
    await near.write(framed(Uint8Array.of(1, 2, 3)));
    await clock.run(Promise.all([serveStream(far, authority), near.read()]));
  });
});

test("a client that is gone when its answer comes does not end the server, nor cost the next one its answer", async () => {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const socket = network.datagrams("192.168.1.1", 53);
  let told = false;
  const gone: Datagrams = {
    ...{ local: socket.local, receive: ms => socket.receive(ms), close: () => socket.close() },
    send(octets, to) {
      if (told) return socket.send(octets, to);
      told = true;
      return Promise.reject(new Refused("UDP 192.168.1.9:40000: refused, nothing listens there"));
    },
  };
  void serve(gone, zone);
  const client = network.datagrams("192.168.1.101", 40_000);
  const { addresses } = await clock.run(
    resolve(client, clock, { name: "jorge-pc.lan", server: "192.168.1.1", tries: 1 }),
  );
  expect(addresses).toEqual(["192.168.1.20"]);
});
