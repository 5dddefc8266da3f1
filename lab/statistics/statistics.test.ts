// Statistics over a small capture: two DNS questions, one of them answered, and a TCP stream with a hole in it.
import { describe, expect, test } from "bun:test";
import { dissector } from "../../protocols/packet/index.ts";
import { Failure } from "../failure.ts";
import { protocols } from "../protocols.ts";
import { frames } from "../tables/samples.ts";
import { statisticNames, statisticOf } from "./index.ts";

function made(text: string, filter?: (text: string) => (packet: { number: number }) => boolean) {
  const statistic = statisticOf(text, { language: "en", filter: filter ?? (() => () => true) });
  const { packet } = dissector(protocols());
  for (const one of frames) statistic.observe(packet(one));
  return { values: statistic.values() as never, lines: [...statistic.lines()] };
}

describe("a statistic", () => {
  test("of conversations counts each way, with start and duration", () => {
    const { values } = made("conv,tcp");
    expect(values).toEqual([
      {
        a: "192.0.2.1:50000",
        b: "192.0.2.2:7777",
        aToB: { packets: 4, octets: 4 * 54 + 18 },
        bToA: { packets: 2, octets: 2 * 54 + 4 },
        start: 0.75,
        duration: 1.25,
      },
    ] as never);
    expect((made("conv,ip").values as unknown[]).length).toBe(1);
    expect((made("conv,ipv6").values as unknown[]).length).toBe(0);
  });

  test("of endpoints counts what each sent and received", () =>
    expect(made("endpoints,udp").values).toEqual([
      {
        endpoint: "192.0.2.1:40000",
        sent: { packets: 2, octets: 142 },
        received: { packets: 1, octets: 87 },
      },
      {
        endpoint: "192.0.2.2:53",
        sent: { packets: 1, octets: 87 },
        received: { packets: 2, octets: 142 },
      },
    ] as never));

  test("by intervals has a column for each filter", () => {
    const { values } = made("io,stat,1,first,", () => packet => packet.number === 1);
    expect(values).toEqual([
      {
        start: 0,
        end: 1,
        first: { packets: 1, octets: 71 },
        all: { packets: 4, octets: expect.any(Number) },
      },
      { start: 1, end: 2, first: { packets: 0, octets: 0 }, all: { packets: 4, octets: expect.any(Number) } },
      { start: 2, end: 3, first: { packets: 0, octets: 0 }, all: { packets: 1, octets: 58 } },
    ] as never);
  });

  test("of protocols shows them as they lie in one another", () =>
    expect(made("io,phs").lines.map(line => line.replace(/ +\d+ +\d+$/, ""))).toEqual([
      expect.stringMatching(/^protocol/),
      "eth",
      "  ip",
      "    udp",
      "      dns",
      "    tcp",
      "      data",
    ] as never));

  test("of DNS counts kinds, codes, and how long answers took", () => {
    const values = made("dns,tree").values as Record<
      string,
      { items: Record<string, { count: number; average?: number }> }
    >;
    expect(values.messages!.items).toEqual({ queries: { count: 2 }, responses: { count: 1 } });
    expect(values.service!.items["response time (ms)"]).toMatchObject({ count: 1, average: 250 });
  });

  test("of names tells what DNS answered", () =>
    expect(made("hosts").values).toEqual({ "192.0.2.80": ["example.org"] } as never));

  test("of the flow is a ladder", () => {
    const { lines } = made("flow,tcp");
    expect(lines[0]).toContain("192.0.2.1");
    expect(lines.filter(line => line.includes("[SYN]"))).toHaveLength(1);
  });

  test("of what is wrong names rules and packets", () => {
    const met = made("expert").values as { group: string; packets: number[] }[];
    expect(met.find(({ group }) => group === "dns.unanswered")?.packets).toEqual([3]);
  });
});

describe("a followed stream", () => {
  test("is in order, each octet once, whatever the segments were", () =>
    expect(made("follow,tcp,ascii,0").lines).toEqual([
      "Follow: tcp,ascii, stream 0",
      "Node 0: 192.0.2.1:50000",
      "Node 1: 192.0.2.2:7777",
      "→ 6 octets, packet 7",
      "hello ",
      "→ 6 octets, packet 6",
      "world",
      "← 4 octets, packet 9",
      "hi.",
    ]));
  test("in hexadecimal has offsets for each way", () =>
    expect(made("follow,tcp,hex,0").lines.slice(3)).toEqual([
      `00000000  68 65 6c 6c 6f 20${" ".repeat(34)}hello `,
      `00000006  77 6f 72 6c 64 0a${" ".repeat(34)}world.`,
      `    00000000  68 69 01 0a${" ".repeat(40)}hi..`,
    ]));
  test("raw has a tab before what the other end said", () =>
    expect(made("follow,tcp,raw,0").lines.slice(3)).toEqual(["68656c6c6f20", "776f726c640a", "\t6869010a"]));
  test("that is not there is told", () =>
    expect(made("follow,udp,ascii,7").lines.at(-1)).toBe(
      "There is no UDP stream 7 in this capture; -z conv,udp lists them.",
    ));
});

describe("words that are no statistic are refused", () => {
  const cases: Record<string, RegExp> = {
    "cnov,tcp": /did you mean conv,tcp\?/,
    "x,y": /there are conv,eth endpoints,eth/,
    "io,stat": /takes an interval in seconds/,
    "follow,tcp,morse,0": /takes a mode \(ascii, hex, raw\)/,
    "follow,tcp,hex,one": /a stream's number/,
  };
  for (const [text, says] of Object.entries(cases))
    test(text, () => {
      expect(() => made(text)).toThrow(Failure);
      expect(() => made(text)).toThrow(says);
    });
});

test("every statistic works on an empty capture too", () => {
  for (const name of statisticNames) {
    const words = name === "io,stat" ? "io,stat,1" : name;
    const statistic = statisticOf(words, { language: "es", filter: () => () => true });
    expect([...statistic.lines()]).toBeArray();
    expect(JSON.stringify(statistic.values())).toBeString();
  }
});
