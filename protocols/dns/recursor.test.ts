// The resolver on a small internet in memory: a root, two zones below it, and zones below those.
import { describe, expect, test } from "bun:test";
import { type MemoryDatagrams, MemoryNetwork, TestClock } from "../endpoint/memory.ts";
import { dotted } from "../ipv4/address.ts";
import { Cache } from "./cache.ts";
import { Class, Rcode } from "./codes.ts";
import { type Message, type MessageDraft, message } from "./format.ts";
import { readMaster } from "./master.ts";
import { type ResourceRecord, type ResourceRecordDraft, recordsOf } from "./record.ts";
import { Recursor, type RecursorOptions, type Step } from "./recursor.ts";
import { Authority, serve } from "./server.ts";
import { Type } from "./types.ts";

const soa = "@ 3600 SOA ns hostmaster 1 3600 600 86400 60";
const zones: Readonly<Record<string, string>> = {
  "10.0.0.1": `$ORIGIN .\n$TTL 3600\n. 3600 SOA a.root. h. 1 2 3 4 60\n. NS a.root.\na.root. A 10.0.0.1
org NS a.org\na.org A 10.0.1.1\ncom NS a.com.\na.com A 10.0.2.1\nbroken NS ns.broken\nns.broken A 10.0.9.9\nlame NS a.lame\na.lame A 10.0.1.1`,
  "10.0.1.1": `$ORIGIN org.\n$TTL 3600\n${soa}\n@ NS a\na A 10.0.1.1\nexample NS ns.example\nns.example A 10.0.3.1
glueless NS ns.example.com.\ncircle NS ns.circle.com.`,
  "10.0.2.1": `$ORIGIN com.\n$TTL 3600\n${soa}\n@ NS a\na A 10.0.2.1\nexample NS ns.example\nns.example A 10.0.4.1\ncircle NS ns.circle.org.`,
  "10.0.3.1": `$ORIGIN example.org.\n$TTL 300\n${soa}\n@ NS ns\nns A 10.0.3.1\nwww A 192.0.2.80\nmail 100 A 192.0.2.25
away CNAME www.example.com.\nround CNAME round.example.com.\nnow 0 A 192.0.2.1\nfar CNAME nobody.example.com.`,
  "10.0.4.1": `$ORIGIN example.com.\n$TTL 300\n${soa}\n@ NS ns\nns A 10.0.4.1\nwww A 192.0.2.81\nround CNAME round.example.org.`,
};
const glueless =
  "$ORIGIN glueless.org.\n$TTL 300\n@ 3600 SOA ns h 1 2 3 4 60\n@ NS ns.example.com.\nwww A 192.0.2.82";

function internet(
  options: Partial<RecursorOptions> = {},
  scripted: Record<string, (query: Message) => MessageDraft[]> = {},
) {
  const clock = new TestClock();
  const network = new MemoryNetwork(clock);
  const sockets: MemoryDatagrams[] = [];
  for (const [address, text] of Object.entries(zones)) {
    if (scripted[address]) continue;
    const served = [readMaster(text), ...(address === "10.0.4.1" ? [readMaster(glueless)] : [])];
    void serve(network.datagrams(address, 53), new Authority(served));
  }
  for (const [address, script] of Object.entries(scripted))
    void (async () => {
      const socket = network.datagrams(address, 53);
      for (let one = await socket.receive(); one; one = await socket.receive())
        for (const answer of script(message.decode(one.octets)))
          await socket.send(message.encode(answer), one.from);
    })();
  const steps: string[] = [];
  let port = 40_000;
  const recursor = new Recursor({
    roots: [{ name: "a.root", address: "10.0.0.1" }],
    clock,
    datagrams: async () => {
      const socket = network.datagrams("10.0.0.53", port++);
      sockets.push(socket);
      return socket;
    },
    observe: ({ server, zone, referral, exchange }: Step) =>
      steps.push(`${zone} ${server.address} ${referral ? `→ ${referral}` : exchange ? "said" : "silent"}`),
    ...options,
  });
  const find = (name: string, type: number = Type.A) =>
    clock.run(Promise.resolve(recursor.find({ name, type, class: Class.IN }, true)));
  const addresses = async (name: string) => {
    const found = (await find(name))!;
    return recordsOf(found.answers as ResourceRecord[], Type.A).map(({ data }) => dotted(data));
  };
  return { clock, network, recursor, steps, find, addresses };
}

const answerOf = (query: Message, parts: Partial<MessageDraft>): MessageDraft => ({
  id: query.id,
  flags: { response: 1, authoritative: 1, ...parts.flags },
  questions: query.questions,
  answers: [],
  authorities: [],
  additionals: [],
  ...("answers" in parts && { answers: parts.answers }),
  ...("authorities" in parts && { authorities: parts.authorities }),
  ...("additionals" in parts && { additionals: parts.additionals }),
});
const ns = (name: string, data: string): ResourceRecordDraft => ({ name, type: Type.NS, ttl: 3600, data });
const a = (name: string, data: number): ResourceRecordDraft => ({ name, type: Type.A, ttl: 3600, data });

describe("Recursor", () => {
  test("asks a server that has an address of IPv6 only", async () => {
    const root =
      "$ORIGIN .\n$TTL 60\n@ SOA a.root. h. 1 2 3 4 5\n@ NS a.root.\na.root. A 10.0.0.1\nsix NS ns.six\nns.six AAAA 2001:db8::53";
    const six = "$ORIGIN six.\n$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns AAAA 2001:db8::53\nwww A 192.0.2.6";
    const asked: string[] = [];
    const { network, addresses } = internet({
      roots: [{ name: "a.root", address: "2001:db8::1" }],
      datagrams: async to => {
        asked.push(to);
        return network.datagrams("2001:db8::99", 40_000 + asked.length);
      },
    });
    void serve(network.datagrams("2001:db8::1", 53), new Authority([readMaster(root)]));
    void serve(network.datagrams("2001:db8::53", 53), new Authority([readMaster(six)]));
    expect(await addresses("www.six")).toEqual(["192.0.2.6"]);
    expect(asked).toEqual(["2001:db8::1", "2001:db8::53"]);
  });

  test("asks for the IPv6 address of a server in another zone that has no IPv4 address", async () => {
    const zone = (name: string, records: string) =>
      readMaster(`$ORIGIN ${name}.\n$TTL 60\n@ SOA a.root. h. 1 2 3 4 5\n@ NS a.root.\n${records}`);
    const asked: string[] = [];
    const { network, addresses } = internet({
      roots: [{ name: "a.root", address: "2001:db8::1" }],
      datagrams: async to => {
        asked.push(to);
        return network.datagrams("2001:db8::99", 40_000 + asked.length);
      },
    });
    const root = readMaster(
      "$ORIGIN .\n$TTL 60\n@ SOA a.root. h. 1 2 3 4 5\n@ NS a.root.\na.root. AAAA 2001:db8::1\nsix NS ns.other.\nother NS a.root.",
    );
    const served = [root, zone("other", "ns AAAA 2001:db8::53")];
    void serve(network.datagrams("2001:db8::1", 53), new Authority(served));
    void serve(network.datagrams("2001:db8::53", 53), new Authority([zone("six", "www A 192.0.2.6")]));
    expect(await addresses("www.six")).toEqual(["192.0.2.6"]);
    expect(asked.at(-1)).toBe("2001:db8::53");
  });

  test("walks from the root down, and the second time asks nobody", async () => {
    const { find, steps, addresses } = internet();
    expect(await addresses("WWW.example.org")).toEqual(["192.0.2.80"]);
    expect(steps.splice(0)).toEqual([
      ". 10.0.0.1 → org",
      "org 10.0.1.1 → example.org",
      "example.org 10.0.3.1 said",
    ]);
    expect((await find("www.example.org"))!).toMatchObject({ rcode: Rcode.NOERROR, authoritative: false });
    expect(steps).toEqual([]);
  });

  test("begins where it knows the servers, and gives what is left of the time to live", async () => {
    const { find, steps, addresses, clock } = internet();
    await addresses("mail.example.org");
    await clock.advance(40_000);
    expect((await find("mail.example.org"))!.answers[0]).toMatchObject({ ttl: 60 });
    await addresses("www.example.org");
    expect(steps).toHaveLength(4);
    await clock.advance(61_000);
    await addresses("mail.example.org");
    expect(steps).toHaveLength(5);
    await clock.advance(3_600_000);
    await addresses("mail.example.org");
    expect(steps).toHaveLength(8);
  });

  test("follows aliases into other zones", async () => {
    const { find, steps } = internet();
    const found = (await find("away.example.org"))!;
    expect(found.answers.map(({ name, type }) => [name, type])).toEqual([
      ["away.example.org", Type.CNAME],
      ["www.example.com", Type.A],
    ]);
    expect(steps.slice(3)).toEqual([
      ". 10.0.0.1 → com",
      "com 10.0.2.1 → example.com",
      "example.com 10.0.4.1 said",
    ]);
  });

  test("remembers that there is no such name, for every type, and no such data, for that type", async () => {
    const { find, steps, clock } = internet();
    const no = (await find("nobody.example.org"))!;
    expect(no).toMatchObject({
      rcode: Rcode.NXDOMAIN,
      answers: [],
      authorities: [{ type: Type.SOA, ttl: 60 }],
    });
    expect(await find("nobody.example.org", Type.MX)).toMatchObject({ rcode: Rcode.NXDOMAIN });
    expect(steps).toHaveLength(3);
    expect(await find("www.example.org", Type.MX)).toMatchObject({
      rcode: Rcode.NOERROR,
      answers: [],
      authorities: [{ type: Type.SOA }],
    });
    await find("www.example.org", Type.MX);
    expect(steps).toHaveLength(4);
    await clock.advance(61_000);
    await find("nobody.example.org");
    expect(steps).toHaveLength(5);
    expect(await find("far.example.org")).toMatchObject({
      rcode: Rcode.NXDOMAIN,
      answers: [{ type: Type.CNAME }],
    });
  });

  test("a time to live of 0 serves once", async () => {
    const { steps, addresses } = internet();
    expect(await addresses("now.example.org")).toEqual(["192.0.2.1"]);
    await addresses("now.example.org");
    expect(steps).toHaveLength(4);
  });

  test("finds out the address of a server that came without", async () => {
    const { addresses, steps } = internet();
    expect(await addresses("www.glueless.org")).toEqual(["192.0.2.82"]);
    expect(steps.at(-1)).toBe("glueless.org 10.0.4.1 said");
  });

  test("servers that know each other only, aliases in a circle, silent and lame servers: SERVFAIL, bounded", async () => {
    const { find, network } = internet();
    for (const name of ["www.circle.org", "round.example.org", "www.broken", "www.lame"])
      expect(await find(name)).toMatchObject({ rcode: Rcode.SERVFAIL, answers: [], authorities: [] });
    expect(network.sent.length).toBeLessThan(100);
  });

  test("asks the next server if one is silent, and does not begin with that one again", async () => {
    const { addresses, steps } = internet({
      roots: [
        { name: "b.root", address: "10.0.0.2" },
        { name: "a.root", address: "10.0.0.1" },
      ],
      random: () => 0,
    });
    await addresses("www.example.org");
    await addresses("www.example.com");
    expect(steps.filter(step => step.startsWith(". "))).toEqual([
      ". 10.0.0.2 silent",
      ". 10.0.0.1 → org",
      ". 10.0.0.1 → com",
    ]);
  });

  test("asks a server older than EDNS without it", async () => {
    const { addresses } = internet(
      {},
      {
        "10.0.3.1": query => [
          query.additionals.length > 0
            ? answerOf({ ...query, questions: [] }, { flags: { response: 1, rcode: Rcode.FORMERR } })
            : answerOf(query, { answers: [a("www.example.org", 0xc0000250)] }),
        ],
      },
    );
    expect(await addresses("www.example.org")).toEqual(["192.0.2.80"]);
  });

  test("the same question of many is asked once", async () => {
    const { clock, recursor, steps } = internet();
    const question = { name: "www.example.org", type: Type.A, class: Class.IN };
    const all = await clock.run(Promise.all(Array.from({ length: 50 }, () => recursor.find(question, true))));
    expect(new Set(all.map(found => found!.answers.length))).toEqual(new Set([1]));
    expect(steps).toHaveLength(3);
  });

  test("tells nobody what others asked for: no recursion desired, no answer", () => {
    const { recursor } = internet();
    expect(recursor.find({ name: "www.example.org", type: Type.A, class: Class.IN }, false)).toBeUndefined();
  });

  test("answers from its own zones first, and follows their aliases out of them", async () => {
    const authority = new Authority({
      origin: "lan",
      names: { "web.lan": { CNAME: ["www.example.org"] }, "pc.lan": { A: ["192.168.1.20"] } },
    });
    const { addresses, steps } = internet({ authority });
    expect(await addresses("pc.lan")).toEqual(["192.168.1.20"]);
    expect(steps).toEqual([]);
    expect(await addresses("web.lan")).toEqual(["192.0.2.80"]);
  });
});

describe("what a server may not say", () => {
  test("addresses of names outside of its zone are not believed", async () => {
    const { addresses } = internet(
      {},
      {
        "10.0.1.1": query => [
          answerOf(query, {
            flags: { authoritative: 0 },
            authorities: [ns("example.org", "ns.example.org")],
            additionals: [
              a("ns.example.org", 0x0a000301),
              a("www.example.com", 0x06060606),
              a("a.com", 0x06060606),
            ],
          }),
        ],
      },
    );
    expect(await addresses("www.example.org")).toEqual(["192.0.2.80"]);
    expect(await addresses("www.example.com")).toEqual(["192.0.2.81"]);
  });

  test("answers to more than was asked for count within its zone only", async () => {
    const { addresses, find } = internet(
      {},
      {
        "10.0.3.1": query => [
          answerOf(query, { answers: [a("www.example.org", 1), a("www.example.com", 0x06060606)] }),
        ],
      },
    );
    await find("www.example.org");
    expect(await addresses("www.example.com")).toEqual(["192.0.2.81"]);
  });

  test.each([
    ["upwards", () => [ns(".", "a.root")]],
    ["to itself", () => [ns("org", "a.org")]],
    ["sideways", () => [ns("other.org", "ns.other.org")]],
  ])("a referral %s leads nowhere", async (_, authorities) => {
    const { find, network } = internet(
      {},
      {
        "10.0.1.1": query => [answerOf(query, { flags: { authoritative: 0 }, authorities: authorities() })],
      },
    );
    expect(await find("www.example.org")).toMatchObject({ rcode: Rcode.SERVFAIL });
    expect(network.sent.length).toBeLessThan(10);
  });

  test("a zone that sends us ever deeper, or to ever more servers, does not get far", async () => {
    let count = 0;
    const { find, network } = internet(
      {},
      {
        "10.0.1.1": query => {
          const name = query.questions[0]!.name;
          const servers = Array.from({ length: 20 }, () => `ns${count++}.x${count}.org`);
          return [
            answerOf(query, {
              flags: { authoritative: 0 },
              authorities: servers.map(server => ns(name, server)),
            }),
          ];
        },
      },
    );
    expect(await find("www.example.org")).toMatchObject({ rcode: Rcode.SERVFAIL });
    expect(network.sent.length).toBeLessThanOrEqual(200);
  });

  test("forged answers are passed over and counted", async () => {
    const { addresses, recursor, network } = internet(
      {},
      {
        "10.0.3.1": query => [
          { ...answerOf(query, { answers: [a("www.example.org", 6)] }), id: query.id ^ 1 },
          answerOf(query, { answers: [a("www.example.org", 0xc0000250)] }),
        ],
      },
    );
    expect(await addresses("www.example.org")).toEqual(["192.0.2.80"]);
    expect(recursor.strays).toMatchObject({ id: 1 });
    // Each question has an identifier and a port of its own.
    const asked = network.sent.filter(({ from }) => from.address === "10.0.0.53");
    expect(new Set(asked.map(({ from }) => from.port)).size).toBe(asked.length);
  });
});

describe("Cache", () => {
  const one = (name: string, ttl = 60): ResourceRecord => ({ name, type: Type.A, class: 1, ttl, data: 1 });
  test("drops what was not asked for the longest when it is full, by number and by octets", () => {
    for (const options of [{ entries: 3 }, { octets: 55 }]) {
      const cache = new Cache(new TestClock(), options);
      for (const name of ["a", "b", "c"]) cache.keep([one(name)], "answer");
      cache.find("a", Type.A);
      cache.keep([one("d")], "answer");
      expect(["a", "b", "c", "d"].map(name => cache.find(name, Type.A) !== undefined)).toEqual([
        true,
        false,
        true,
        true,
      ]);
    }
  });

  test("what a zone says of itself stands against what its parent says of it; a parent's word is no answer", () => {
    const cache = new Cache(new TestClock());
    cache.keep([one("a")], "referral");
    expect(cache.find("a", Type.A)).toBeUndefined();
    expect(cache.find("a", Type.A, "referral")).toBeDefined();
    cache.keep([{ ...one("a"), data: 2 } as ResourceRecord], "answer");
    cache.keep([one("a")], "referral");
    expect(cache.find("A", Type.A)!.records[0]!.data).toBe(2);
  });

  test("believes nothing for longer than a day, and negative times not at all", async () => {
    const clock = new TestClock();
    const cache = new Cache(clock);
    cache.keep([one("long", 1_000_000)], "answer");
    cache.keep([one("negative", 0x8000_0000)], "answer");
    expect(cache.find("long", Type.A)!.records[0]!.ttl).toBe(86_400);
    expect(cache.find("negative", Type.A)).toBeUndefined();
    await clock.advance(86_400_000);
    expect(cache.size).toBe(1);
    expect(cache.find("long", Type.A)).toBeUndefined();
  });
});
