// The resolver against scripted servers, on datagrams in memory and a test clock.
import { describe, expect, test } from "bun:test";
import { MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { streamPair } from "../endpoint/memory-stream.ts";
import { isAddress, type Query, resolve } from "./client.ts";
import { Rcode } from "./codes.ts";
import { type Message, type MessageDraft, message } from "./format.ts";
import { serve, serveStream } from "./server.ts";
import { Type } from "./types.ts";
import type { Zone } from "./zone.ts";

const board = { address: "192.168.1.101", port: 40000 };
const router = { address: "192.168.1.1", port: 53 };

const lan: Zone = {
  origin: ".",
  names: {
    "JORGE-PC": { A: ["192.168.1.20"], AAAA: ["2001:db8::20"], TXT: [["uno", "dos"]] },
    broker: { CNAME: ["mqtt.lan"] },
    "mqtt.lan": { CNAME: ["JORGE-PC"] },
    "alone.lan": { TXT: [["no address"]] },
    "to-alone.lan": { CNAME: ["alone.lan"] },
    "to-nobody.lan": { CNAME: ["nobody.lan"] },
    "many.lan": { A: Array.from({ length: 60 }, (_, i) => `10.0.0.${i}`) },
  },
};

/** A network with a client's socket, and a server that answers from `lan`, or as scripted. */
function setting(script?: (query: Message, attempt: number) => readonly MessageDraft[]) {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const client = network.datagrams(board.address, board.port);
  const server = network.datagrams(router.address, router.port);
  if (!script) void serve(server, lan);
  else
    void (async () => {
      for (let attempt = 1; ; attempt++) {
        const datagram = await server.receive();
        if (!datagram) return;
        for (const answer of script(message.decode(datagram.octets), attempt))
          await server.send(message.encode(answer), datagram.from);
      }
    })();
  const asked = (query: Partial<Query> & { name: string }) =>
    clock.run(resolve(client, clock, { server: router.address, ...query }));
  return { clock, network, asked };
}

/** The answer to a query, with these records. */
const answerTo = (query: Message, parts: Partial<MessageDraft> = {}): MessageDraft => ({
  id: query.id,
  flags: { response: 1, recursionDesired: 1, recursionAvailable: 1, ...parts.flags },
  questions: parts.questions ?? query.questions,
  answers: parts.answers ?? [],
  authorities: parts.authorities ?? [],
  additionals: [],
});
const a = (name: string, data = 0x7f000001) => ({ name, type: Type.A, ttl: 60, data }) as const;
const cname = (name: string, data: string) => ({ name, type: Type.CNAME, ttl: 60, data }) as const;

describe("resolve", () => {
  test("finds an address, and keeps the whole exchange", async () => {
    const { asked, network } = setting();
    const resolution = await asked({ name: "jorge-pc." });
    expect(resolution).toMatchObject({ outcome: "found", rcode: Rcode.NOERROR, aliases: [] });
    expect(resolution.addresses).toEqual(["192.168.1.20"]);
    const [exchange] = resolution.exchanges;
    expect(exchange!.answer.flags.authoritative).toBe(1);
    expect(exchange).toMatchObject({ attempts: 1, transport: "udp", server: router });
    expect(message.decode(network.sent[0]!.octets).flags.recursionDesired).toBe(1);
  });

  test("finds addresses of IPv6 and records of other types", async () => {
    expect((await setting().asked({ name: "JORGE-PC", type: Type.AAAA })).addresses).toEqual([
      "2001:db8::20",
    ]);
    const { records, addresses } = await setting().asked({ name: "JORGE-PC", type: Type.TXT });
    expect(records).toMatchObject([{ data: ["uno", "dos"] }]);
    expect(addresses).toEqual([]);
  });

  test("knows its server by any spelling of the address", async () => {
    const { network, asked } = setting();
    void serve(network.datagrams("2001:db8::1", 53), lan);
    const { addresses, strays } = await asked({ name: "JORGE-PC", server: "2001:DB8:0:0::0:1" });
    expect(addresses).toEqual(["192.168.1.20"]);
    expect(strays.sender).toBe(0);
  });

  test("follows aliases within an answer", async () => {
    const { addresses, aliases, exchanges } = await setting().asked({ name: "broker" });
    expect(addresses).toEqual(["192.168.1.20"]);
    expect(aliases).toEqual(["mqtt.lan", "JORGE-PC"]);
    expect(exchanges).toHaveLength(1);
  });

  test("asks again where an answer ends with an alias", async () => {
    const { asked } = setting(query => {
      const [question] = query.questions;
      const answers = question!.name === "a" ? [cname("A", "b.example")] : [a("b.example")];
      return [answerTo(query, { answers })];
    });
    const { addresses, aliases, exchanges } = await asked({ name: "a" });
    expect(addresses).toEqual(["127.0.0.1"]);
    expect(aliases).toEqual(["b.example"]);
    expect(exchanges.map(({ question }) => question.name)).toEqual(["a", "b.example"]);
  });

  test("does not follow an alias that it was asked for itself", async () => {
    const { records, aliases } = await setting().asked({ name: "broker", type: Type.CNAME });
    expect(records).toMatchObject([{ data: "mqtt.lan" }]);
    expect(aliases).toEqual([]);
  });

  test.each([
    ["alone.lan", "no-data", Rcode.NOERROR, []],
    ["to-alone.lan", "no-data", Rcode.NOERROR, ["alone.lan"]],
    ["nobody.lan", "no-such-name", Rcode.NXDOMAIN, []],
    ["to-nobody.lan", "no-such-name", Rcode.NXDOMAIN, ["nobody.lan"]],
  ] as const)("%s: %s is an answer, in one exchange", async (name, outcome, rcode, aliases) => {
    const resolution = await setting().asked({ name });
    expect(resolution).toMatchObject({ outcome, rcode, aliases: [...aliases], addresses: [] });
    expect(resolution.exchanges).toHaveLength(1);
  });

  test("a server that fails is an answer too", async () => {
    const { asked } = setting(query => [answerTo(query, { flags: { rcode: Rcode.SERVFAIL } })]);
    expect(await asked({ name: "a" })).toMatchObject({ outcome: "failed", rcode: Rcode.SERVFAIL });
  });

  test("a server that can't read the question answers without it", async () => {
    const { asked } = setting(query => [answerTo(query, { questions: [], flags: { rcode: Rcode.FORMERR } })]);
    expect(await asked({ name: "a" })).toMatchObject({ outcome: "failed", rcode: Rcode.FORMERR });
  });

  test("aliases that lead in a circle are refused", async () => {
    const { asked } = setting(query => [answerTo(query, { answers: [cname("a", "b"), cname("b", "A")] })]);
    const failure = asked({ name: "a" });
    expect(failure).rejects.toMatchObject({ name: "Violated", rule: "dns.alias-loop" });
    await failure.catch(() => {});
  });

  test("aliases that lead on for ever are refused", async () => {
    const { asked } = setting((query, attempt) => [
      answerTo(query, { answers: [cname(query.questions[0]!.name, `${attempt}`)] }),
    ]);
    const failure = asked({ name: "a" });
    expect(failure).rejects.toMatchObject({ name: "Violated", rule: "dns.alias-loop" });
    await failure.catch(() => {});
  });

  test("asks again after each timeout, with the same identifier, and then gives up", async () => {
    const { asked, network, clock } = setting(() => []);
    const failure = asked({ name: "a", timeout: 500, tries: 4 });
    expect(failure).rejects.toMatchObject({
      name: "Unanswered",
      attempts: 4,
      message: "A of a, asked of 192.168.1.1 port 53: no answer to 4 attempts in 2000 ms",
    });
    await failure.catch(() => {});
    expect(network.sent.map(({ at }) => at)).toEqual([0, 500, 1000, 1500]);
    expect(new Set(network.sent.map(({ octets }) => octets.toHex())).size).toBe(1);
    expect(clock.milliseconds).toBe(2000);
  });

  test("an answer to the first sending serves, though it comes after the second", async () => {
    const { asked, network } = setting();
    network.passing = ({ from }) => [{ after: from.port === 53 ? 700 : 0 }];
    const { exchanges, strays } = await asked({ name: "JORGE-PC", timeout: 500 });
    expect(exchanges[0]).toMatchObject({ attempts: 2, time: 200_000_000n });
    expect(strays.id).toBe(0);
  });

  test("what is no answer of that server to that question is counted and passed over", async () => {
    const { asked, network, clock } = setting(query => {
      const other = [{ name: "other", type: Type.A, class: 1 }];
      const otherType = [{ name: "a", type: Type.AAAA, class: 1 }];
      return [
        { ...answerTo(query), id: query.id ^ 1 },
        answerTo(query, { questions: other, answers: [a("a")] }),
        answerTo(query, { questions: otherType, answers: [a("a")] }),
        answerTo(query, { questions: [], answers: [a("a")] }),
        { ...answerTo(query), flags: { response: 0 } },
      ];
    });
    const forged = message.encode(
      answerTo(message.decode(message.encode(queryOf("a"))), { answers: [a("a", 6)] }),
    );
    clock.after(100, () => {
      network.send(forged, { address: "192.168.1.66", port: 53 }, board);
      network.send(forged, { address: router.address, port: 5353 }, board);
      network.send(Uint8Array.of(1, 2, 3), router, board);
    });
    clock.after(200, () => {
      const query = message.decode(network.sent[0]!.octets);
      network.send(message.encode(answerTo(query, { answers: [a("a")] })), router, board);
    });
    const { addresses, strays } = await asked({ name: "a" });
    expect(addresses).toEqual(["127.0.0.1"]);
    expect(strays).toEqual({ sender: 2, garbage: 1, "no response": 1, id: 1, question: 3, cookie: 0 });
  });

  test("forged answers do not put off the end of the wait", async () => {
    const { asked, network, clock } = setting(() => []);
    for (let at = 0; at < 3000; at += 10)
      clock.after(at, () => network.send(Uint8Array.of(0), { address: "10.0.0.1", port: 53 }, board));
    const failure = asked({ name: "a", timeout: 1000, tries: 1 });
    expect(failure).rejects.toMatchObject({ name: "Unanswered" });
    await failure.catch(() => {});
    expect(clock.milliseconds).toBe(1000);
  });

  test("the identifier is what chance gives", async () => {
    const { asked, network } = setting();
    await asked({ name: "JORGE-PC", random: () => 0xabab / 65536 });
    expect(message.decode(network.sent[0]!.octets).id).toBe(0xabab);
  });

  test("an answer that is cut short says so, and is asked for by TCP where that can be", async () => {
    expect(await setting().asked({ name: "many.lan" })).toMatchObject({
      outcome: "truncated",
      addresses: [],
    });

    const { asked, clock } = setting();
    const connect = async () => {
      const [near, far] = streamPair(clock);
      far.passing = octets => [octets.slice(0, 1), octets.slice(1, 40), octets.slice(40)];
      void serveStream(far, lan);
      return near;
    };
    const { outcome, addresses, exchanges } = await asked({ name: "many.lan", connect });
    expect(outcome).toBe("found");
    expect(addresses).toHaveLength(60);
    expect(exchanges[0]!.transport).toBe("tcp");
  });

  test("with EDNS the whole answer comes by UDP", async () => {
    const { outcome, addresses } = await setting().asked({ name: "many.lan", udpSize: 1232 });
    expect(outcome).toBe("found");
    expect(addresses).toHaveLength(60);
  });

  test("a TCP server that says nothing is not waited for any longer than any other", async () => {
    const { asked, clock } = setting();
    const connect = async () => streamPair(clock)[0];
    const failure = asked({ name: "many.lan", connect, timeout: 300 });
    expect(failure).rejects.toMatchObject({ name: "Unanswered" });
    await failure.catch(() => {});
  });

  test("what is no name is refused before anything is sent", async () => {
    const { asked, network } = setting();
    const failure = asked({ name: "a..b" });
    expect(failure).rejects.toThrow('"a..b" has an empty label');
    await failure.catch(() => {});
    expect(network.sent).toEqual([]);
  });
});

const queryOf = (name: string): MessageDraft => ({
  id: 0,
  flags: {},
  questions: [{ name, type: Type.A }],
  answers: [],
  authorities: [],
  additionals: [],
});

test("an address is told from a name", () => {
  for (const address of ["192.168.1.1", "::1", "2001:db8::20"]) expect(isAddress(address)).toBe(true);
  for (const name of ["JORGE-PC", "192.168.1", "192.168.1.256", "1.2.3.4.5", "a:b", ""])
    expect(isAddress(name)).toBe(false);
});
