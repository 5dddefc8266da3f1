// A hundred thousand mutated messages, to the decoder and to servers; and what garbage does to those who run.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { streamPair } from "../endpoint/memory-stream.ts";
import { Malformed } from "../wire/index.ts";
import { mutants, vectorsIn } from "../wire/vectors.ts";
import { answerTo } from "./answering.ts";
import { resolve } from "./client.ts";
import { Rcode } from "./codes.ts";
import { type Message, type MessageDraft, message, messageIn } from "./format.ts";
import { readMaster } from "./master.ts";
import { Recursor } from "./recursor.ts";
import { Authority, serve, serveStream } from "./server.ts";
import { framed } from "./tcp.ts";
import { Type } from "./types.ts";

const zone = readMaster(`$ORIGIN lan.
$TTL 60
@ SOA ns h 1 2 3 4 5
@ NS ns
ns A 192.168.1.1
*.wild TXT "anything"
sub NS ns.sub
ns.sub A 192.168.1.2
one CNAME two
two CNAME one
`);
const authority = new Authority(zone);
const queryOf = (name: string, type: number = Type.A): MessageDraft => ({
  id: 7,
  flags: { recursionDesired: 1 },
  questions: [{ name, type }],
  answers: [],
  authorities: [],
  additionals: [
    {
      name: ".",
      type: Type.OPT,
      class: 4096,
      ttl: {},
      data: [{ code: 10, value: { client: new Uint8Array(8), server: new Uint8Array(16) } }],
    },
  ],
});

describe("a hundred thousand mutants", () => {
  const vectors = vectorsIn(join(import.meta.dir, "vectors")).map(({ octets }) => octets);

  test("are messages, or Malformed, each in good time", () => {
    let read = 0;
    const each = Math.ceil(100_000 / vectors.length);
    for (const [i, octets] of vectors.entries())
      for (const mutant of mutants(octets, `hostile ${i}`, each)) {
        try {
          message.decode(mutant);
          read++;
        } catch (error) {
          if (!(error instanceof Malformed)) throw error;
        }
      }
    expect(read).toBeGreaterThan(1000);
  }, 60_000);

  test("get an answer that can be read from a server, or none", () => {
    const queries = ["x.wild.lan", "one.lan", "www.sub.lan", "lan", "nobody.lan"].map(name =>
      message.encode(queryOf(name, name === "lan" ? Type.ANY : Type.TXT)),
    );
    for (const [i, query] of queries.entries())
      for (const mutant of mutants(query, `server ${i}`, 20_000)) {
        const answer = answerTo(mutant, authority, {
          transport: "udp",
          nsid: "lab",
          cookie: () => new Uint8Array(16),
        });
        if (answer && (answer.length > 1232 || messageIn(answer)?.flags.response !== 1))
          throw new Error(`no answer: ${answer.toHex()} to ${mutant.toHex()}`);
      }
  }, 60_000);
});

describe("between garbage", () => {
  const from = { address: "192.168.1.101", port: 40000 };
  const to = { address: "192.168.1.1", port: 53 };

  test("a server answers with FORMERR or nothing, by UDP and by TCP, and goes on", async () => {
    const clock = new TestClock();
    const network = new MemoryNetwork(clock);
    const client = network.datagrams(from.address, from.port);
    void serve(network.datagrams(to.address, to.port), authority);
    for (const mutant of mutants(message.encode(queryOf("ns.lan")), "udp", 500))
      network.send(mutant, from, to);
    await clock.advance(1);
    while (await client.receive(0));
    const { outcome } = await clock.run(resolve(client, clock, { name: "ns.lan", server: to.address }));
    expect(outcome).toBe("found");

    for (const mutant of mutants(message.encode(queryOf("ns.lan")), "tcp", 200)) {
      const [near, far] = streamPair(clock);
      const done = serveStream(far, authority, undefined, { idle: 10 });
      await near.write(framed(mutant));
      await near.write(Uint8Array.of(0xff, 0xff, 1, 2, 3));
      await clock.run(done);
    }
  });

  test("a resolver whose servers send garbage says SERVFAIL, and goes on", async () => {
    const clock = new TestClock();
    const network = new MemoryNetwork(clock);
    const root = network.datagrams("10.0.0.1", 53);
    let turn = 0;
    void (async () => {
      for (let one = await root.receive(); one; one = await root.receive()) {
        const query = messageIn(one.octets) as Message;
        const answer = message.encode({
          ...query,
          flags: { ...query.flags, response: 1, authoritative: 1 },
          answers: [{ name: query.questions[0]!.name, type: Type.A, ttl: 60, data: 1 }],
        });
        // Its identifier and question stay: a forger who guessed them.
        const all = [...mutants(answer.slice(12), `answer ${turn++}`, 20)];
        for (const mutant of all)
          await root.send(Uint8Array.from([...answer.slice(0, 12), ...mutant]), one.from);
      }
    })();
    let port = 50_000;
    const recursor = new Recursor({
      ...{ roots: [{ name: "a.root", address: "10.0.0.1" }], clock, timeout: 50 },
      datagrams: async () => network.datagrams("10.0.0.53", port++),
    });
    for (let i = 0; i < 300; i++) {
      const found = await clock.run(
        Promise.resolve(recursor.find({ name: `n${i}.lan`, type: Type.A, class: 1 }, true)),
      );
      expect([Rcode.NOERROR, Rcode.SERVFAIL, Rcode.NXDOMAIN] as number[]).toContain(found!.rcode);
    }
  });
});

test("an answer that breaks off within a record, and says so, sends the client to TCP", async () => {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const client = network.datagrams("192.168.1.101", 40000);
  const server = network.datagrams("192.168.1.1", 53);
  void (async () => {
    const { octets, from } = (await server.receive())!;
    const query = message.decode(octets);
    const answers: MessageDraft["answers"] = [{ name: "ns.lan", type: Type.A, ttl: 60, data: 1 }];
    const whole = message.encode({ ...query, flags: { response: 1, truncated: 1 }, answers });
    await server.send(whole.slice(0, -2), from);
  })();
  const connect = async () => {
    const [near, far] = streamPair(clock);
    void serveStream(far, authority);
    return near;
  };
  const resolution = await clock.run(
    resolve(client, clock, { name: "ns.lan", server: "192.168.1.1", connect }),
  );
  expect(resolution.addresses).toEqual(["192.168.1.1"]);
  expect(resolution.exchanges[0]!.transport).toBe("tcp");
  expect(resolution.strays.garbage).toBe(0);
});
