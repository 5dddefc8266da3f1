// EDNS between our client and our server: cookies, server identifiers, subnets; and search domains.
import { describe, expect, test } from "bun:test";
import { MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { optionOf } from "../wire/index.ts";
import { type Query, resolve, reverseName } from "./client.ts";
import { Rcode } from "./codes.ts";
import { cookieOf, ednsOf } from "./edns.ts";
import { type Message, type MessageDraft, message } from "./format.ts";
import { OptionCode } from "./options.ts";
import { optOf } from "./record.ts";
import { Authority, answerTo, serve } from "./server.ts";
import { Type } from "./types.ts";

const server = { address: "192.168.1.1", port: 53 };

function setting(script?: (query: Message, attempt: number) => MessageDraft) {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const client = network.datagrams("192.168.1.101", 40000);
  const socket = network.datagrams(server.address, server.port);
  if (!script)
    void serve(
      socket,
      { origin: "lan", names: { "pc.lan": { A: ["192.168.1.20"] }, "pc.lab.lan": { A: ["192.168.1.21"] } } },
      undefined,
      { nsid: "lab" },
    );
  else
    void (async () => {
      for (let i = 1; ; i++) {
        const { octets, from } = (await socket.receive())!;
        await socket.send(message.encode(script(message.decode(octets), i)), from);
      }
    })();
  const asked = (query: Partial<Query>) =>
    clock.run(resolve(client, clock, { name: "pc.lan", server: server.address, ...query }));
  const sent = () =>
    network.sent.filter(({ to }) => to.port === 53).map(({ octets }) => message.decode(octets));
  return { asked, sent };
}

const opt = (data: unknown, extendedRcode = 0) =>
  ({ name: ".", type: Type.OPT, class: 1232, ttl: { extendedRcode }, data }) as never;
const answerWith = (
  query: Message,
  cookie: { client: Uint8Array; server: Uint8Array },
  rcode = 0,
): MessageDraft => ({
  ...query,
  flags: { response: 1, rcode: rcode & 15 },
  answers: rcode ? [] : [{ name: "pc.lan", type: Type.A, ttl: 1, data: 1 }],
  additionals: [opt([{ code: OptionCode.Cookie, value: cookie }], rcode >> 4)],
});

describe("cookies (RFC 7873)", () => {
  test("the server adds its part to the client's", async () => {
    const { exchanges } = await setting().asked({ cookie: true });
    expect(cookieOf(exchanges[0]!.answer)!.server).toHaveLength(16);
  });

  test("an answer with another client's cookie is none", async () => {
    const { asked } = setting((query, attempt) =>
      answerWith(query, {
        client: attempt === 1 ? new Uint8Array(8) : cookieOf(query)!.client,
        server: new Uint8Array(8),
      }),
    );
    const { strays, exchanges } = await asked({ cookie: true, timeout: 100 });
    expect(strays.cookie).toBe(1);
    expect(exchanges[0]!.attempts).toBe(2);
  });

  test("a server that wants its cookie back gets it", async () => {
    const made = new Uint8Array(8).fill(9);
    const { asked, sent } = setting((query, attempt) =>
      answerWith(
        query,
        { client: cookieOf(query)!.client, server: made },
        attempt === 1 ? Rcode.BADCOOKIE : 0,
      ),
    );
    expect(await asked({ cookie: true })).toMatchObject({ outcome: "found" });
    expect(sent().map(query => cookieOf(query)!.server.length)).toEqual([0, 8]);
  });

  test("what is no cookie is refused before it is sent, and answered with FORMERR if it comes", async () => {
    const refused = setting().asked({ cookie: new Uint8Array(9) });
    expect(refused).rejects.toThrow("a cookie of 9 octets; 8 are expected, or 16 to 40");
    await refused.catch(() => {});
    const query = (octets: number): MessageDraft => ({
      ...{ id: 1, flags: {}, answers: [], authorities: [] },
      questions: [{ name: "pc.lan", type: Type.A }],
      additionals: [
        opt([
          { code: OptionCode.Cookie, value: { client: new Uint8Array(8), server: new Uint8Array(octets) } },
        ]),
      ],
    });
    const authority = new Authority({ origin: "lan", names: { "pc.lan": { A: ["192.168.1.20"] } } });
    const rcodes = [0, 4, 8, 32, 33].map(
      octets =>
        message.decode(answerTo(message.encode(query(octets)), authority, { transport: "udp" })!).flags.rcode,
    );
    expect(rcodes).toEqual([Rcode.NOERROR, Rcode.FORMERR, Rcode.NOERROR, Rcode.NOERROR, Rcode.FORMERR]);
  });
});

test("the server says who it is to who asks, and to nobody else (RFC 5001)", async () => {
  const named = await setting().asked({ nsid: true });
  expect(optionOf(optOf(named.exchanges[0]!.answer)!.data, OptionCode.NSID)).toEqual(
    new TextEncoder().encode("lab"),
  );
  const plain = await setting().asked({ udpSize: 1232 });
  expect(optOf(plain.exchanges[0]!.answer)!.data).toEqual([]);
});

describe("client subnets (RFC 7871)", () => {
  const value = (subnet: string) =>
    (ednsOf({ subnet }, Math.random) as { data: { value: unknown }[] }).data[0]!.value;
  test("have as many octets as their prefix needs, the rest of them 0", () => {
    expect(value("192.0.2.255/25")).toEqual({
      family: 1,
      sourcePrefix: 25,
      scopePrefix: 0,
      address: Uint8Array.of(192, 0, 2, 128),
    });
    expect(value("0.0.0.0/0")).toMatchObject({ sourcePrefix: 0, address: new Uint8Array(0) });
    expect(value("2001:db8::/33")).toMatchObject({
      family: 2,
      address: Uint8Array.of(0x20, 1, 0xd, 0xb8, 0),
    });
  });
  test.each(["1.2.3.4/33", "1.2.3.4/", "1.2.3/8", "x", "1.2.3.4/8/8", "::/129"])("%s is none", text => {
    expect(() => value(text)).toThrow();
  });
});

describe("search domains", () => {
  test("a name of one label is looked for in them first, others as they are", async () => {
    const { asked, sent } = setting();
    expect(await asked({ name: "pc", search: ["home.lan", "lab.lan"] })).toMatchObject({
      name: "pc.lab.lan",
      addresses: ["192.168.1.21"],
    });
    expect(await asked({ name: "pc.lab", search: ["lan"] })).toMatchObject({
      outcome: "failed",
      name: "pc.lab",
    });
    expect(sent().map(({ questions }) => questions[0]!.name)).toEqual([
      "pc.home.lan",
      "pc.lab.lan",
      "pc.lab",
    ]);
  });

  test("a dot at the end makes it whole; where nothing is found, the name as it is counts", async () => {
    const { asked, sent } = setting();
    expect(await asked({ name: "pc.lan.", search: ["lab.lan"] })).toMatchObject({
      addresses: ["192.168.1.20"],
    });
    expect(await asked({ name: "no.lan", search: ["lab.lan"] })).toMatchObject({
      name: "no.lan",
      outcome: "no-such-name",
    });
    expect(sent()).toHaveLength(3);
  });
});

test("an address has a name of its own", () => {
  expect(reverseName("192.168.1.20")).toBe("20.1.168.192.in-addr.arpa");
  expect(reverseName("2001:db8::1")).toBe(
    "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
  );
  expect(() => reverseName("jorge-pc")).toThrow('"jorge-pc" is no address');
});
