import { describe, expect, test } from "bun:test";
import { compile, type FieldType, FilterError, pointed, type Value } from "./index.ts";

const fields: Readonly<Record<string, FieldType>> = {
  frame: "protocol",
  ip: "protocol",
  tcp: "protocol",
  udp: "protocol",
  arp: "protocol",
  "frame.number": "framenum",
  "frame.time": "absolute time",
  "eth.src": "ether",
  "ip.src": "ipv4",
  "ip.dst": "ipv4",
  "ip.addr": "ipv4",
  "ip.ttl": "uint8",
  "ipv6.src": "ipv6",
  "tcp.port": "uint16",
  "tcp.srcport": "uint16",
  "tcp.dstport": "uint16",
  "tcp.len": "uint32",
  "tcp.flags": "uint16",
  "tcp.flags.syn": "boolean",
  "tcp.flags.ack": "boolean",
  "tcp.payload": "bytes",
  "tcp.window_size_scalefactor": "int32",
  "tcp.analysis.retransmission": "none",
  "dns.qry.name": "string",
  "dns.time": "relative time",
  "udp.port": "uint16",
  "tls.handshake.type": "uint8",
  "ntp.xmt": "absolute time",
  "x.big": "uint64",
};

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A segment from 10.0.0.1:49152 to 192.168.1.20:80. */
const packet: Readonly<Record<string, readonly Value[]>> = {
  frame: [Uint8Array.fromHex("00005e00530100005e00530208004500")],
  ip: [Uint8Array.fromHex("4500")],
  tcp: [octets("GET / HTTP/1.1\r\n")],
  "frame.number": [7],
  "frame.time": [1_600_000_000_500_000_000n],
  "eth.src": [Uint8Array.fromHex("00005e005302")],
  "ip.src": [0x0a00_0001],
  "ip.dst": [0xc0a8_0114],
  "ip.addr": [0x0a00_0001, 0xc0a8_0114],
  "ip.ttl": [64],
  "ipv6.src": [Uint8Array.fromHex("fe800000000000000000000000000001")],
  "tcp.port": [49152, 80],
  "tcp.srcport": [49152],
  "tcp.dstport": [80],
  "tcp.len": [16],
  "tcp.flags": [0x18],
  "tcp.flags.syn": [0],
  "tcp.flags.ack": [1],
  "tcp.payload": [octets("GET / HTTP/1.1\r\n")],
  "tcp.window_size_scalefactor": [-1],
  "tcp.analysis.retransmission": [""],
  "dns.qry.name": ["www.Example.org", "mail.example.org"],
  "dns.time": [250_000_000n],
  "tls.handshake.type": [1],
  "x.big": [2n ** 63n + 1n],
};

const vocabulary = {
  typeOf: (name: string) => fields[name],
  numberOf: (name: string, called: string) =>
    name === "tls.handshake.type" && called === "Client Hello" ? 1 : undefined,
};
const subject = {
  values: (name: string, layers?: readonly unknown[]) =>
    layers ? (packet[name] ?? []).slice(0, 1) : (packet[name] ?? []),
  texts: (name: string) => (packet[name] ?? []).map(String),
};
const selects = (text: string): boolean => compile(text, vocabulary).selects(subject);
const wrong = (text: string): FilterError => {
  try {
    compile(text, vocabulary);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
};

describe("a filter selects the packet", () => {
  const those = [
    "tcp",
    "tcp and ip",
    "tcp && !udp",
    "udp || tcp",
    "not udp and tcp or udp",
    "tcp.port == 80",
    "tcp.port eq 80",
    "tcp.port any_eq 0x50",
    "tcp.port == 0120",
    "tcp.port == 0b1010000",
    "tcp.port != 443",
    "tcp.port ne 443",
    "tcp.port ~= 80",
    "any tcp.port != 80",
    "all tcp.port >= 80",
    "tcp.srcport > tcp.dstport",
    "tcp.srcport === 49152",
    "tcp.port in {80, 443}",
    "tcp.port in {8000..8100, 49000..50000}",
    "tcp.port not in {443}",
    "ip.src == 10.0.0.1",
    "ip.src == 10.9.9.9/8",
    "ip.addr == 192.168.0.0/16",
    "ip.addr in {172.16.0.0/12, 10.0.0.0/8}",
    "ip.src[0] == 0a",
    "ip.src < ip.dst",
    "ipv6.src == fe80::1",
    "ipv6.src == fe80::/10",
    "eth.src == 00:00:5e:00:53:02",
    "eth.src == 00-00-5e-00-53-02",
    "eth.src == 0000.5e00.5302",
    "eth.src[0:3] == 00:00:5e",
    "eth.src[0-2] == 00:00:5e",
    "eth.src[:3] == 00:00:5e",
    "eth.src[-1] == 02",
    "eth.src[-2:] == 53:02",
    "eth.src[2,5] == 5e:02",
    "frame[12:2] == 08:00",
    "frame[14] & f0 == 40",
    "tcp.flags & 0x08",
    "tcp.flags & 0x18 == 0x18",
    "tcp.flags.ack == True",
    "tcp.flags.ack == 7",
    "tcp.flags.syn == 0",
    "tcp.len + 4 == 20",
    "tcp.len == {2 + 6} * 2",
    "tcp.len % 10 == 6",
    "tcp.len / 5 == 3",
    "-tcp.len < 0",
    "tcp.dstport - tcp.srcport < 0",
    "tcp.window_size_scalefactor == -1",
    "tcp.analysis.retransmission",
    'dns.qry.name == "mail.example.org"',
    "dns.qry.name == mail.example.org",
    'dns.qry.name contains "example"',
    'dns.qry.name matches "^WWW\\\\."',
    'dns.qry.name ~ r"\\.ORG$"',
    'lower(dns.qry.name) == "www.example.org"',
    'upper(dns.qry.name) contains "EXAMPLE"',
    "len(dns.qry.name) == 16",
    "count(dns.qry.name) == 2",
    "count(ip.addr) > 1",
    "max(tcp.srcport, tcp.dstport) == 49152",
    "min(tcp.port) == 80",
    "max(tcp.len, 100) == 100",
    "abs(tcp.window_size_scalefactor) == 1",
    'string(tcp.port) matches "^80$"',
    "dns.time > 0.2",
    "dns.time <= .25",
    'frame.time > "2020-09-13 12:26:40"',
    'frame.time < "2020-09-13T12:26:41Z"',
    'frame.time > "Sep 13, 2020 12:26:40.4"',
    'frame.time < "2020-09-13 14:26:41 +02:00"',
    "frame.time > 2020-09-13",
    'tls.handshake.type == "Client Hello"',
    'tcp contains "HTTP/1.1"',
    "tcp contains 47:45:54",
    'tcp matches "^get"',
    "tcp.payload[0] == 'G'",
    'tcp.payload[0:3] == "GET"',
    "tcp.payload contains 'G'",
    'dns.qry.name[0:3] == "www"',
    "ip.addr#1 == 10.0.0.1",
    "x.big > 9223372036854775808",
    "frame.number in {1..10}",
    "(tcp or udp) and not (arp)",
  ];
  for (const text of those) test(text, () => expect(selects(text)).toBe(true));
});

describe("a filter does not select the packet", () => {
  const those = [
    "udp",
    "!tcp",
    "udp and tcp or arp",
    "not (tcp or udp)",
    "tcp.port == 443",
    "tcp.port != 80",
    "tcp.port === 80",
    "all tcp.port == 80",
    "udp.port != 53",
    "udp.port == 53",
    "udp.port in {1..65535}",
    "tcp.port not in {80}",
    "ip.addr != 10.0.0.1",
    "tcp.flags & 0x02",
    "tcp.flags.syn && udp",
    "frame[0:1000] == 00",
    "frame[1000]",
    "tcp.len / 0 == 0",
    'dns.qry.name contains "EXAMPLE"',
    "dns.qry.name contains 65:78",
    "ip.addr#1 == 192.168.1.20",
    "count(udp.port) == 0",
    'ntp.xmt > "1970-01-01"',
  ];
  for (const text of those) test(text, () => expect(selects(text)).toBe(false));
});

describe("a filter that can't be is refused, and the place is shown", () => {
  const those: readonly (readonly [text: string, column: number, says: RegExp])[] = [
    ["", 0, /ends too soon/],
    ["tcp.port ==", 11, /ends too soon/],
    ["(tcp", 4, /ends too soon/],
    ["tcp)", 3, /"\)" was not expected/],
    ["tcp udp", 4, /"udp" was not expected/],
    ["tcp.prot == 80", 0, /tcp\.prot is neither a field nor a protocol/],
    ["tcp.port == foo", 12, /"foo" is no number/],
    ["tcp.port == 99999", 12, /most is 65535/],
    ["ip.ttl in {1..300}", 14, /most is 255/],
    ['tcp.port == "80"', 12, /without quotes/],
    ["tcp.port == ip.src", 12, /can't be compared/],
    ["ip.src == 10.0.0", 10, /is not an IPv4 address/],
    ["ip.src == 10.0.0.0/33", 10, /from 0 to 32/],
    ["ipv6.src == fe80::g", 12, /is not an IPv6 address/],
    ["eth.src == broadcast", 11, /no Ethernet address/],
    ["tcp.payload == GET", 15, /in quotes: "GET"/],
    ["tcp.port[0] == 1", 0, /have parts/],
    ["ip.src[x] == 1", 7, /is no range/],
    ["ip.src[0", 6, /never closed/],
    ["tcp.port in {}", 13, /"}" was not expected/],
    ["tcp.port in {80,}", 16, /"}" was not expected/],
    ["tcp.port in {9..8}", 13, /ends before it begins/],
    ['tcp.port matches "80"', 0, /string\(/],
    ['dns.qry.name matches "("', 21, /missing \)/],
    ["foo(tcp.port) == 1", 0, /no function foo/],
    ["len() > 3", 0, /len\(\) takes one field/],
    ["lower(tcp.port) == 1", 6, /lower\(\) can't take/],
    ["1 < tcp.port", 0, /on the left of/],
    ["tcp.analysis.retransmission == 1", 0, /has no value/],
    ['tcp contains "a', 13, /never closed/],
    ['frame matches "\\."', 15, /r"…"/],
    ["tcp = 1", 4, /has no meaning/],
    ["frame.time > yesterday", 13, /is no time/],
    ["dns.time > 1e-3", 11, /no time in seconds/],
    [`${"(".repeat(1000)}tcp`, 200, /too deep/],
    ["tcp.flags.syn + 1 == 1", 0, /can't be reckoned with/],
  ];
  for (const [text, column, says] of those)
    test(text.slice(0, 40) || "(empty)", () => {
      const error = wrong(text);
      expect(error.message).toMatch(says);
      expect(error.column).toBe(column);
    });

  test("the place stands below the filter", () =>
    expect(pointed("ip and tcp.prot == 80", wrong("ip and tcp.prot == 80"))).toEqual([
      "ip and tcp.prot == 80",
      "       ^~~~~~~~",
    ]));
  test("a name that nobody knows is told, so that a close one can be offered", () =>
    expect(wrong("ip and tcp.prot == 80").unknown).toBe("tcp.prot"));
});

test("a filter says what it asks for", () =>
  expect([
    ...compile("tcp.port == 80 and (ip.src in {10.0.0.1} or count(dns.qry.name) > 1)", vocabulary).names,
  ]).toEqual(["tcp.port", "ip.src", "dns.qry.name"]));
