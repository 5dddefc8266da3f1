// What zones say: wildcards, delegations, and whole zones by transfer.
import { describe, expect, test } from "bun:test";
import { TestClock } from "../endpoint/memory.ts";
import { streamPair } from "../endpoint/memory-stream.ts";
import { answerTo } from "./answering.ts";
import { Class, Rcode } from "./codes.ts";
import { type Message, message } from "./format.ts";
import { masterText, readMaster } from "./master.ts";
import { dataText } from "./presentation.ts";
import type { ResourceRecord } from "./record.ts";
import { serveStream } from "./server.ts";
import { framed } from "./tcp.ts";
import { transfer } from "./transfer.ts";
import { Type } from "./types.ts";
import { Authority } from "./zone.ts";

/** RFC 4592 §2.2.1's zone, and two delegations. */
const file = readMaster(
  `
$ORIGIN example.
$TTL 3600
@                 SOA  ns.example.com. hostmaster 1 3600 600 86400 300
                  NS   ns.example.com.
                  NS   ns.example.net.
*                 TXT  "this is a wildcard"
*                 MX   10 host1.example.
sub.*             TXT  "this is not a wildcard"
host1             A    192.0.2.1
_ssh._tcp.host1   SRV  0 0 22 host1
_ssh._tcp.host2   SRV  0 0 22 host1
subdel            NS   ns.subdel
                  NS   ns.elsewhere.org.
ns.subdel         A    192.0.2.53
hidden.subdel     A    192.0.2.66
*.alias           CNAME host1
to-sub            CNAME www.subdel
`,
  { file: "example.zone" },
);
const authority = new Authority(file);
const found = (name: string, type: number = Type.A) => {
  const { rcode, authoritative, answers, authorities, additionals } = authority.find({
    name,
    type,
    class: Class.IN,
  })!;
  const lines = (records: typeof answers) => records.map(one => `${one.name} ${dataText(one)}`);
  return {
    rcode,
    authoritative,
    answers: lines(answers),
    authorities: lines(authorities),
    additionals: lines(additionals),
  };
};

describe("wildcards (RFC 4592 §2.2.1)", () => {
  test.each([
    ["host3.example", Type.MX, ["host3.example 10 host1.example."], Rcode.NOERROR],
    ["host3.example", Type.A, [], Rcode.NOERROR],
    ["foo.bar.example", Type.TXT, ['foo.bar.example "this is a wildcard"'], Rcode.NOERROR],
    ["host1.example", Type.MX, [], Rcode.NOERROR],
    ["sub.*.example", Type.MX, [], Rcode.NOERROR],
    ["_telnet._tcp.host1.example", Type.SRV, [], Rcode.NXDOMAIN],
    ["ghost.*.example", Type.MX, [], Rcode.NXDOMAIN],
    ["host2.example", Type.MX, [], Rcode.NOERROR],
    ["*.example", Type.TXT, ['*.example "this is a wildcard"'], Rcode.NOERROR],
    [
      "x.y.alias.example",
      Type.A,
      ["x.y.alias.example host1.example.", "host1.example 192.0.2.1"],
      Rcode.NOERROR,
    ],
  ] as const)("%s, type %d", (name, type, answers, rcode) => {
    expect(found(name, type)).toMatchObject({ answers: [...answers], rcode, authoritative: true });
  });
});

describe("delegations", () => {
  test("a name below a cut is referred to its servers, with the addresses that the zone has of them", () => {
    for (const name of ["subdel.example", "a.b.subdel.example", "hidden.subdel.example", "ns.subdel.example"])
      expect(found(name)).toEqual({
        rcode: Rcode.NOERROR,
        authoritative: false,
        answers: [],
        authorities: ["subdel.example ns.subdel.example.", "subdel.example ns.elsewhere.org."],
        additionals: ["ns.subdel.example 192.0.2.53"],
      });
  });

  test("who signs for the zone below, the zone itself says", () => {
    expect(found("subdel.example", Type.DS)).toMatchObject({ authoritative: true, answers: [] });
    const both = new Authority([file, { origin: "subdel.example", names: {} }]);
    expect(both.find({ name: "subdel.example", type: Type.DS, class: 1 })!.authorities[0]!.name).toBe(
      "example",
    );
    expect(both.find({ name: "www.subdel.example", type: Type.A, class: 1 })!.authorities[0]!.name).toBe(
      "subdel.example",
    );
  });

  test("an alias that leads below a cut is answered as far as it goes", () => {
    expect(found("to-sub.example")).toMatchObject({
      authoritative: true,
      answers: ["to-sub.example www.subdel.example."],
      authorities: ["subdel.example ns.subdel.example.", "subdel.example ns.elsewhere.org."],
    });
  });

  test("a referral whose addresses do not fit says that it was cut short", () => {
    const servers = Array.from({ length: 20 }, (_, i) => `a-rather-long-name-of-a-server-${i}`);
    const wide = new Authority(
      readMaster(
        `$ORIGIN lan.\n@ 60 SOA ns h 1 2 3 4 5\n${servers.map(one => `sub 60 NS ${one}.sub\n${one}.sub 60 A 10.0.0.1\n`).join("")}`,
      ),
    );
    const query = message.encode({
      ...{ id: 1, flags: {}, answers: [], authorities: [], additionals: [] },
      questions: [{ name: "www.sub.lan", type: Type.A }],
    });
    const by = (transport: "udp" | "tcp") => message.decode(answerTo(query, wide, { transport })!);
    expect(by("udp").flags.truncated).toBe(1);
    expect(by("tcp").additionals).toHaveLength(20);
  });
});

test("what a file holds that no zone can hold is told with its line", () => {
  const soa = "@ 60 SOA ns h 1 2 3 4 5\n";
  const load = (text: string) => () =>
    new Authority(readMaster(soa + text, { origin: "lan", file: "lan.zone" }));
  expect(load("a.wan. 60 A 1.2.3.4")).toThrow("lan.zone, line 2: zone lan: a.wan lies outside of it");
  expect(load("a 60 A 1.2.3.4\na 60 CNAME b")).toThrow(
    "lan.zone, line 3: zone lan: a.lan has a CNAME, so it can have no other record",
  );
  expect(
    () =>
      new Authority([
        { origin: "lan", names: {} },
        { origin: "LAN", names: {} },
      ]),
  ).toThrow("there are two of them");
});

describe("transfer", () => {
  const many = new Authority({
    origin: "lan",
    names: {
      lan: { NS: ["ns.lan"] },
      ...Object.fromEntries(
        Array.from({ length: 2000 }, (_, i) => [`host-${i}.lan`, { A: [`10.0.${i >> 8}.${i & 255}`] }]),
      ),
    },
  });

  async function transferred(zone: string, allowed = true, served = many) {
    const clock = new TestClock();
    const [near, far] = streamPair(clock);
    void serveStream(far, served, undefined, { transfers: () => allowed });
    const records: ResourceRecord[] = [];
    const all = (async () => {
      for await (const one of transfer(near, { zone })) records.push(one);
    })();
    await clock.run(all);
    return { records, messages: far.written };
  }

  test("brings the whole zone, its SOA record first and last, in several messages", async () => {
    const { records, messages } = await transferred("LAN.");
    expect(records).toHaveLength(2003);
    expect([records[0]!.type, records.at(-1)!.type]).toEqual([Type.SOA, Type.SOA]);
    expect(messages.length).toBeGreaterThan(2);
    expect(messages.every(octets => octets.length <= 16_500)).toBe(true);
    expect(new Authority(readMaster(masterText(records.slice(0, -1)))).records("lan")).toHaveLength(2002);
  });

  test("brings a zone with delegations, glue and wildcards as it is", async () => {
    const { records } = await transferred("example", true, authority);
    expect(masterText(records.slice(0, -1)).split("\n").sort()).toEqual(
      masterText(file.records).split("\n").sort(),
    );
  });

  test("is refused to others, and for other zones", async () => {
    const denied = transferred("lan", false);
    expect(denied).rejects.toMatchObject({
      name: "Refused",
      message: "the transfer of lan is refused: REFUSED",
    });
    await denied.catch(() => {});
    const unknown = transferred("wan");
    expect(unknown).rejects.toThrow("the transfer of wan is refused: NOTAUTH");
    await unknown.catch(() => {});
  });

  const part = (records: Message["answers"], id = 0): Uint8Array =>
    framed(
      message.encode({
        ...{ id, flags: { response: 1 }, questions: [], authorities: [], additionals: [] },
        answers: records as never,
      }),
    );
  const soa = many.records("lan")![0] as ResourceRecord;
  const ns = many.records("lan")![1] as ResourceRecord;
  test.each([
    ["that does not begin with the SOA record", [part([ns])], "does not begin with its SOA record"],
    ["that breaks off", [part([soa, ns])], "breaks off before its end"],
    ["that goes on after its end", [part([soa, ns, soa, ns])], "goes on after its end"],
    ["with the answer to something else", [part([soa], 7)], "holds what is no answer to its question"],
    ["without records", [part([])], "begins with a message without records"],
  ])("one %s is refused", async (_, messages, says) => {
    const clock = new TestClock();
    const [near, far] = streamPair(clock);
    for (const octets of messages) await far.write(octets);
    await far.close();
    const all = (async () => {
      for await (const _ of transfer(near, { zone: "lan", random: () => 0 }));
    })();
    const failure = clock.run(all);
    expect(failure).rejects.toThrow(says);
    await failure.catch(() => {});
  });

  test("is no business of datagrams", () => {
    const query = message.encode({
      ...{ id: 1, flags: {}, answers: [], authorities: [], additionals: [] },
      questions: [{ name: "lan", type: Type.AXFR }],
    });
    expect(message.decode(answerTo(query, many, { transport: "udp" })!).flags.rcode).toBe(Rcode.FORMERR);
  });
});
