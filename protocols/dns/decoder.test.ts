// What lists show of a message, how it is cut from a stream, and that what is explained is there.
import { describe, expect, test } from "bun:test";
import { type Field, leaves, Reader, show } from "../wire/index.ts";
import { vectorsIn } from "../wire/vectors.ts";
import { dns, llmnr, mdns } from "./decoder.ts";
import { explain } from "./explain.ts";
import { recordData } from "./explain-data.ts";
import { type Message, messageIn, streamed, transported } from "./format.ts";

const vectors = new Map(vectorsIn(`${import.meta.dir}/vectors`).map(vector => [vector.name, vector.octets]));
const messageOf = (vector: string): Message => messageIn(vectors.get(vector)!)!;

describe("summary", () => {
  test.each([
    ["query-a", "Standard query 0xa2c6 A JORGE-PC"],
    ["query-edns-cookie", "Standard query 0xe026 A JORGE-PC OPT"],
    ["answer-a", "Standard query response 0xa2c6 A JORGE-PC A 192.168.1.20"],
    ["answer-aaaa", "Standard query response 0x9e7b AAAA JORGE-PC AAAA 2001:db8::20"],
    [
      "answer-cname-chain",
      "Standard query response 0x9504 A broker.lan CNAME mqtt.lan CNAME jorge-pc A 192.168.1.20",
    ],
    ["answer-mx", "Standard query response 0xb4b0 MX lan MX 10 mail.lan"],
    [
      "answer-srv",
      "Standard query response 0x9be2 SRV _mqtt._tcp.lan SRV 0 5 8883 jorge-pc A 192.168.1.20 AAAA 2001:db8::20",
    ],
    ["answer-naptr", "Standard query response 0x3a0f NAPTR lan NAPTR 100 50 s"],
    ["answer-txt", "Standard query response 0x174d TXT lan TXT"],
    [
      "answer-nxdomain-soa",
      "Standard query response 0xdd96 No such name A no.lab.example SOA ns.lab.example",
    ],
    ["update-delete", "Dynamic update 0x0005 SOA lan A"],
  ])("of %s", (vector, line) => {
    expect(dns.summary(messageOf(vector))).toBe(line);
  });

  test("of multicast DNS says what its flag means", () => {
    const answer = messageOf("mdns-answer");
    expect(mdns.summary(answer)).toBe("Standard query response 0x0000 A, cache flush 192.168.1.9");
    expect(llmnr.summary(answer)).toBe("Standard query response 0x0000 A 192.168.1.9");
    const questions = [
      { name: "a.local", type: 1, class: 0x8001 },
      { name: "b.local", type: 1, class: 1 },
    ];
    const query: Message = { ...messageOf("query-a"), id: 0, questions };
    expect(mdns.summary(query)).toBe(
      'Standard query 0x0000 A a.local, "QU" question A b.local, "QM" question',
    );
  });

  test("of codes without a name says the number", () => {
    const { flags, ...rest } = messageOf("answer-a");
    const odd = { ...rest, flags: { ...flags, opcode: 9, rcode: 12 }, answers: [] };
    expect(dns.summary(odd)).toBe("Unknown operation (9) response 0xa2c6 Response code 12 A JORGE-PC");
  });
});

describe("over TCP", () => {
  const framed = vectors.get("tcp-answer")!;

  test("a message is its length and as many octets", () => {
    expect(dns.frame!(Reader.over(framed))).toBe(framed.length);
    expect(dns.frame!(Reader.over(framed.slice(0, 1)))).toBeUndefined();
  });

  test("it is read by what the conversation is", () => {
    const conversation = { transport: "tcp", index: 0, ends: [] as never } as const;
    const value = transported.decode(framed, dns.state!(conversation));
    expect(value).toEqual(streamed.decode(framed));
    expect(value.answers[1]!.name).toBe("jorge-pc.lan");
  });
});

describe("explain", () => {
  /** Paths as explanations are keyed: list indices and codes of options as `*`. */
  const pathsOf = (field: Field, path = ""): string[] =>
    field.fields
      ? field.fields.flatMap(inner =>
          pathsOf(inner, [path, inner.key.replace(/^\d+$/, "*")].filter(Boolean).join(".")),
        )
      : [path];
  const paths = new Set(
    [...vectors.values()].flatMap(octets => pathsOf(transported.dissect(Reader.over(octets), ""))),
  );

  test("header and questions are explained to the last bit, and so is what every record has", () => {
    const general = [...paths].filter(path => !path.includes("data") || path.endsWith("data.length"));
    const unexplained = general.filter(path => !explain[path] && !path.endsWith("ttl.reserved"));
    expect(unexplained).toEqual([]);
  });

  test("nothing is explained that is not in a message", () => {
    const answers = Object.keys(explain).filter(path => path.startsWith("answers."));
    const inOtherSections = [...paths].map(path => path.replace(/^(authorities|additionals)/, "answers"));
    // Records of every type are in public captures, and looked for there.
    const isData = (path: string) => path.slice("answers.*.".length) in recordData;
    const unknown = answers.filter(
      path => path !== "answers.*.ttl" && !isData(path) && !inOtherSections.includes(path),
    );
    expect(unknown).toEqual([]);
  });

  test("every explanation has both languages and a reference", () => {
    for (const said of Object.values(explain)) {
      expect(said.en).toEndWith(".");
      expect(said.es).toEndWith(".");
      expect(said.reference).toContain("RFC");
    }
  });
});

test("the leaves of a message say where its octets are", () => {
  const octets = vectors.get("answer-a")!;
  const tree = dns.format.dissect(Reader.over(octets), "dns");
  const data = tree.fields!.find(({ key }) => key === "answers")!.fields![0]!.fields!.at(-1)!;
  expect([data.key, show(data)]).toEqual(["data", "192.168.1.20"]);
  expect([...leaves(tree)].at(-1)).toMatchObject({
    start: octets.length - 4,
    end: octets.length,
    value: 0xc0a80114,
  });
});
