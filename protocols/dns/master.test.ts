// Master files: what they say, and what is wrong with them, by line.
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseVector } from "../wire/vector.ts";
import { entriesOf } from "./entries.ts";
import { message, record } from "./format.ts";
import { masterText, readMaster } from "./master.ts";
import { dataIn, dataText } from "./presentation.ts";
import { dataOfType, Type, typeName } from "./types.ts";

/** RFC 1035 §5.3, with more of everything. */
const file = `
$ORIGIN example.org.   ; where relative names end
$TTL 1h30m
@   IN  SOA  ns hostmaster (
        2021100801 ; serial
        1h 10m 1d 5m )
        NS   ns
        IN 60 MX 10 mail.example.net.
ns  300 A    192.0.2.1
    AAAA     2001:db8::1
*   TXT      "one; string" two "quo\\"te \\233" ; three
$ORIGIN deep
a\\.b  IN 20 CNAME @
_s._tcp SRV 0 5 8883 ns.example.org.
x   TYPE65280 \\# 3 01 0203
y   CAA 128 issue "ca.example.org"
`;

describe("readMaster", () => {
  const { origin, records, lines } = readMaster(file);
  test("reads origins, defaults, parentheses, escapes and relative names", () => {
    expect(origin).toBe("example.org");
    expect(masterText(records)).toBe(
      [
        "example.org. 5400 IN SOA ns.example.org. hostmaster.example.org. 2021100801 3600 600 86400 300",
        "example.org. 5400 IN NS ns.example.org.",
        "example.org. 60 IN MX 10 mail.example.net.",
        "ns.example.org. 300 IN A 192.0.2.1",
        "ns.example.org. 5400 IN AAAA 2001:db8::1",
        '*.example.org. 5400 IN TXT "one; string" "two" "quo\\"te \\233"',
        "a\\.b.deep.example.org. 20 IN CNAME deep.example.org.",
        "_s._tcp.deep.example.org. 5400 IN SRV 0 5 8883 ns.example.org.",
        "x.deep.example.org. 5400 IN TYPE65280 \\# 3 010203",
        'y.deep.example.org. 5400 IN CAA 128 issue "ca.example.org"',
        "",
      ].join("\n"),
    );
    expect([...lines.values()]).toEqual([4, 7, 8, 9, 10, 11, 13, 14, 15, 16]);
  });

  test("reads what it writes", () => {
    const text = masterText(records);
    expect(masterText(readMaster(text).records)).toBe(text);
  });

  const soa = "@ 60 SOA ns hostmaster 1 2 3 4 5\n";
  test.each([
    ["a 1 A 1.2.3", 'line 2: "1.2.3" is no IPv4 address'],
    ["a 1 A", "line 2: an IPv4 address is missing"],
    ["a 1 A 1.2.3.4 5", 'line 2: "5" is one word too many'],
    ["a 1 MX ten mail", 'line 2: "ten" is no number from 0 to 65535'],
    ["a 1 NOPE x", 'line 2: "NOPE" is no type of record; TYPE65280 is how to name others'],
    ["a 1 ANY x", "line 2: ANY is no type that a zone can hold"],
    ["a 1 CH A 1.2.3.4", "line 2: class CH: only zones of class IN are served"],
    ["a 1 TXT (\n\n", 'line 2: the "(" of this entry is never closed'],
    ["a 1 TXT )", 'line 2: a ")" that closes nothing'],
    ['\n\na 1 TXT "open\n"', "line 4: a quotation mark without its partner on the same line"],
    ["a..b 1 A 1.2.3.4", 'line 2: "a..b" has an empty label'],
    [`${"a".repeat(64)} 1 A 1.2.3.4`, "line 2: a label of 64 octets; 63 are allowed"],
    ["$INCLUDE other", "line 2: $INCLUDE is not known here; $ORIGIN and $TTL are"],
    ["$TTL soon", 'line 2: "soon" is no number from 0 to 2147483647'],
    ["$TTL", "line 2: $TTL is to be followed by a time in seconds"],
    [soa, "line 2: a second SOA record; a zone has one"],
    ["a 1 TXT \\999", 'line 2: "\\999" is no escape'],
    ["a 1 TYPE65280 x", "line 2: data of this type are to be octets"],
    ["a 1 A \\# 3 010203", "line 2:"],
    ["a 1 A \\# 4 010203", "line 2: 3 octets, where 4 were announced"],
    ["a 99999999999 A 1.2.3.4", 'line 2: "99999999999" is no number'],
  ])("a mistake is told with its line: %j", (entry, says) => {
    expect(() => readMaster(soa + entry, { origin: "lan" })).toThrow(says);
  });

  test("a file without origin, without SOA or without TTL says what it lacks, and is named", () => {
    expect(() => readMaster("a 1 A 1.2.3.4", { file: "lan.zone" })).toThrow(
      'lan.zone, line 1: "a" is relative, and nothing says to what: begin with $ORIGIN',
    );
    expect(() => readMaster("a. 1 A 1.2.3.4", { file: "lan.zone" })).toThrow(
      "lan.zone, line 1: there is no SOA",
    );
    expect(() => readMaster("a. A 1.2.3.4")).toThrow("line 1: this record has no TTL");
    expect(() => readMaster(" A 1.2.3.4")).toThrow("line 1: the first record has to say whose it is");
  });

  test("any text is read or refused with a line", () => {
    const pieces = [
      '"',
      "(",
      ")",
      ";",
      "\n",
      " ",
      "\\",
      "\\#",
      "$ORIGIN",
      "$TTL",
      "@",
      "IN",
      "A",
      "TXT",
      "1",
      "SOA",
      "é",
      ".",
    ];
    let seed = 1;
    for (let i = 0; i < 5000; i++) {
      const text = Array.from({ length: 12 }, () => {
        seed = (seed * 1103515245 + 12345) & 0x7fffffff;
        return pieces[(seed >> 8) % pieces.length];
      }).join(i % 2 ? " " : "");
      expect(() => {
        try {
          readMaster(text);
          [...entriesOf(text)];
        } catch (error) {
          if (!/line \d+/.test((error as Error).message)) throw error;
        }
      }).not.toThrow();
    }
  });
});

describe("the data of every record in the vectors", () => {
  const folder = join(import.meta.dir, "vectors");
  const seen = new Set<number>();
  for (const name of readdirSync(folder).filter(name => name.endsWith(".vector"))) {
    const { about, octets } = parseVector(name, readFileSync(join(folder, name), "utf8"));
    if (about.malformed || about.transport === "tcp") continue;
    const { answers, authorities } = message.decode(octets);
    for (const one of [...answers, ...authorities]) {
      seen.add(one.type);
      test(`${name}: ${typeName(one.type)} is text, and the same data again`, () => {
        const text = dataText(one);
        const [entry] = [...entriesOf(text)];
        const data = entry ? dataIn(one.type, entry.words, ".") : new Uint8Array(0);
        const back = { ...one, data } as typeof one;
        expect(record.encode(back).toHex()).toBe(record.encode(one).toHex());
      });
    }
  }

  test.each([
    ["DS", "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"],
    ["DNSKEY", "256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8no"],
    [
      "RRSIG",
      "A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTr",
    ],
    ["NSEC", "host.example.com. A MX RRSIG NSEC TYPE1234"],
    ["NSEC3", "1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR MX DNSKEY NS SOA NSEC3PARAM RRSIG"],
    ["NSEC3PARAM", "1 0 12 -"],
    ["TLSA", "0 0 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB10 6618E971"],
    ["SSHFP", "2 1 123456789ABCDEF67890123456789ABCDEF67890"],
    [
      "HTTPS",
      '1 . alpn="h2,h3" port="8443" ipv4hint="192.0.2.1,192.0.2.2" ech="AQID" key667="hello\\210qoo"',
    ],
    [
      "SVCB",
      '16 foo.example.org. mandatory="alpn,ipv4hint" alpn="h2" no-default-alpn ipv6hint="2001:db8::1"',
    ],
    ["HINFO", '"PC" "Linux"'],
    ["NAPTR", '100 50 "s" "SIP+D2U" "" _sip._udp.lan.'],
    ["URI", '10 1 "ftp://ftp1.example.com/public"'],
    ["RP", "a.b. c.d."],
    ["CDNSKEY", "0 3 0 AA=="],
  ])("%s as its standard words it", (type, text) => {
    const number = (Type as Record<string, number>)[type]!;
    const data = dataIn(number, [...entriesOf(text)][0]!.words, ".");
    const sorted =
      type === "NSEC3"
        ? text.replace("MX DNSKEY NS SOA NSEC3PARAM RRSIG", "NS SOA MX RRSIG DNSKEY NSEC3PARAM")
        : text;
    expect(dataText({ type: number, data } as never)).toBe(sorted);
    expect(dataOfType.get(number)!.decode(dataOfType.get(number)!.encode(data))).toEqual(data);
  });
});
