// What is printed of an answer: dig's blocks, and RFC 8427's JSON.
import { describe, expect, test } from "bun:test";
import { type Message, message, OptionCode, Type } from "../../protocols/dns/index.ts";
import { footerText, messageText } from "./dig.ts";
import { messageObject } from "./json.ts";
import type { Sections } from "./words.ts";

const all: Sections = {
  cmd: true,
  comments: true,
  question: true,
  answer: true,
  authority: true,
  additional: true,
  stats: true,
};
const answer: Message = message.decode(
  message.encode({
    id: 4660,
    flags: { response: 1, authoritative: 1, recursionDesired: 1 },
    questions: [{ name: "mqtt.lan", type: Type.A }],
    answers: [
      { name: "mqtt.lan", type: Type.CNAME, ttl: 300, data: "a-name-of-more-than-twenty-four-octets.lan" },
      { name: "a-name-of-more-than-twenty-four-octets.lan", type: Type.A, ttl: 300, data: 0xc0a80114 },
    ],
    authorities: [{ name: "lan", type: 65280, ttl: 172800, data: Uint8Array.of(1, 2, 3) } as never],
    additionals: [
      {
        ...{ name: ".", type: Type.OPT, class: 1232, ttl: { dnssecOk: 1 } },
        data: [
          { code: OptionCode.NSID, value: new TextEncoder().encode("lab") },
          {
            code: OptionCode.Cookie,
            value: { client: new Uint8Array(8), server: new Uint8Array(8).fill(1) },
          },
          {
            code: OptionCode["Client Subnet"],
            value: { family: 1, sourcePrefix: 24, scopePrefix: 0, address: Uint8Array.of(192, 0, 2) },
          },
          { code: OptionCode["Extended Error"], value: { infoCode: 22, extraText: "nobody there" } },
        ],
      } as never,
    ],
  }),
);

describe("an answer in dig's manner", () => {
  test("has its blocks in order and its columns on tab stops", () => {
    expect([...messageText(answer, all, new Uint8Array(0))].join("\n")).toBe(
      `;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4660
;; flags: qr aa rd; QUERY: 1, ANSWER: 2, AUTHORITY: 1, ADDITIONAL: 1
;; WARNING: recursion requested but not available

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags: do; udp: 1232
; NSID: 6c 61 62 ("lab")
; COOKIE: 00000000000000000101010101010101 (good)
; CLIENT-SUBNET: 192.0.2.0/24/0
; EDE: 22: (nobody there)
;; QUESTION SECTION:
;mqtt.lan.			IN	A

;; ANSWER SECTION:
mqtt.lan.		300	IN	CNAME	a-name-of-more-than-twenty-four-octets.lan.
a-name-of-more-than-twenty-four-octets.lan. 300 IN A 192.168.1.20

;; AUTHORITY SECTION:
lan.			172800	IN	TYPE65280 \\# 3 010203
`,
    );
  });

  test("+noall +answer leaves the records alone", () => {
    const none = Object.fromEntries(Object.keys(all).map(key => [key, false])) as unknown as Sections;
    expect([...messageText(answer, { ...none, answer: true })]).toHaveLength(2);
    expect([...messageText(answer, none)]).toEqual([]);
  });

  test("ends with time, server, date and size", () => {
    const server = { address: "192.168.1.1", port: 53 };
    const when = new Date(Date.UTC(2021, 9, 8, 12, 26, 20));
    expect([
      ...footerText({ time: 2_400_000n, server, named: "router", transport: "udp", octets: 99, when }),
    ]).toEqual([
      ";; Query time: 2 msec",
      ";; SERVER: 192.168.1.1#53(router) (UDP)",
      ";; WHEN: Fri Oct 08 12:26:20 UTC 2021",
      ";; MSG SIZE  rcvd: 99",
    ]);
  });
});

test("JSON after RFC 8427", () => {
  expect(messageObject(answer)).toMatchObject({
    ...{ ID: 4660, QR: 1, Opcode: 0, AA: 1, TC: 0, RD: 1, RA: 0, AD: 0, CD: 0, RCODE: 0 },
    ...{ QDCOUNT: 1, ANCOUNT: 2, NSCOUNT: 1, ARCOUNT: 1 },
    ...{ QNAME: "mqtt.lan.", QTYPE: 1, QTYPEname: "A", QCLASS: 1, QCLASSname: "IN" },
    answerRRs: [
      {
        NAME: "mqtt.lan.",
        TYPE: 5,
        TYPEname: "CNAME",
        CLASS: 1,
        CLASSname: "IN",
        TTL: 300,
        rdataCNAME: "a-name-of-more-than-twenty-four-octets.lan.",
      },
      { RDLENGTH: 4, RDATAHEX: "C0A80114", rdataA: "192.168.1.20" },
    ],
    authorityRRs: [{ TYPEname: "TYPE65280", RDLENGTH: 3, RDATAHEX: "010203" }],
    additionalRRs: [{ NAME: ".", TYPE: 41, CLASS: 1232, TTL: 0x8000 }],
  });
});
