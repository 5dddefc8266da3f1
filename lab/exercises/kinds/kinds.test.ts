// Answers are judged by what they say, not by how they are spelled.
import { describe, expect, test } from "bun:test";
import { struct, u8, u16 } from "../../../protocols/wire/index.ts";
import { twoServers } from "../dhcp/two-servers.ts";
import { Illegible, type Kind, type Run } from "../exercise.ts";
import { makeRun } from "../run.ts";
import {
  address,
  choice,
  chosen,
  domainName,
  encoded,
  filter,
  inPacket,
  mac,
  moment,
  number,
  octets,
  packet,
  packets,
  text,
} from "./index.ts";

const run: Run = await makeRun(twoServers, "kinds");

async function says<V>(kind: Kind<V>, typed: string, right: V): Promise<boolean | "illegible"> {
  try {
    const value = kind.read(typed, run);
    if (kind.spelling) return kind.spelling(value) === kind.spelling(right);
    return (await kind.accepts!(value, right, run)) === true;
  } catch (error) {
    if (error instanceof Illegible) return "illegible";
    throw error;
  }
}

const seconds = number({ unit: "s" });
const near = number({ unit: "ms", tolerance: 0.5 });
const pair = struct({ one: u8, two: u16 });
const codec = encoded(pair, ({ one, two }: { one: number; two: number }) => `${one + two}`);

// biome-ignore lint/suspicious/noExplicitAny: a table of all kinds
const table: [string, Kind<any>, unknown, { right: string[]; wrong?: string[]; illegible?: string[] }][] = [
  [
    "text",
    text,
    "Hola XD",
    { right: ["hola xd", " HOLA   XD ", '"Hola XD"', "«hola xd»"], wrong: ["holaxd"], illegible: ["", "  "] },
  ],
  [
    "a name",
    domainName,
    "a.Example.org",
    { right: ["A.EXAMPLE.ORG.", "a.example.org"], wrong: ["example.org"], illegible: ["two names", "a/b"] },
  ],
  [
    "a number",
    seconds,
    43_200,
    {
      right: [
        "43200",
        "43 200 s",
        "43_200",
        "12 h",
        "720min",
        "0xA8C0",
        "43200.0 SEG",
        "4.32e4",
        "43200000 ms",
      ],
      wrong: ["43201", "-43200"],
      illegible: ["12 hours and more", "43,200", "", "12 km", "NaN", "Infinity", "1e", "--1"],
    },
  ],
  ["a decimal comma", seconds, 0.5, { right: ["0,5", "0.5", "500 ms", "+0,50"], illegible: ["0,5,0"] }],
  [
    "a tolerance",
    near,
    12.3,
    { right: ["12.3", "12.8 ms", "11,8", "0.0125 s", "12300 µs", "12300us"], wrong: ["12.9", "11.7"] },
  ],
  [
    "a negative number",
    near,
    -1500.25,
    { right: ["-1500.25", "−1.50025 s", "-1500,25"], wrong: ["1500.25"] },
  ],
  [
    "an address",
    address,
    "192.168.1.20",
    {
      right: [" 192.168.1.20 ", "0xC0A80114"],
      wrong: ["192.168.1.21"],
      illegible: ["192.168.1", "192.168.1.256", "router"],
    },
  ],
  [
    "an address of version 6",
    address,
    "2001:db8::1",
    { right: ["2001:DB8:0:0:0:0:0:1", "2001:0db8::0001"], wrong: ["2001:db8::2"] },
  ],
  [
    "a MAC address",
    mac,
    "00:c0:df:24:ba:6b",
    {
      right: ["00-C0-DF-24-BA-6B", "00c0.df24.ba6b", "00c0df24ba6b"],
      wrong: ["00:c0:df:24:ba:6c"],
      illegible: ["00:c0:df:24:ba", "zz"],
    },
  ],
  [
    "octets",
    octets,
    Uint8Array.of(10, 0, 255),
    {
      right: ["0a 00 ff", "0x0A00FF", "0A:00:ff", "0x0a, 0x00, 0xff"],
      wrong: ["0a00"],
      illegible: ["0a0", "xyz", ""],
    },
  ],
  [
    "octets by their meaning",
    codec,
    Uint8Array.of(1, 0, 2),
    { right: ["010002", "02 00 01"], wrong: ["010003", "01", "01000200"] },
  ],
  [
    "a packet",
    packet,
    7,
    {
      right: ["7", "#7", "packet 7", "Paquete 7", "007"],
      wrong: ["8"],
      illegible: ["7 8", "seven", "", "7.5"],
    },
  ],
  [
    "packets",
    packets,
    [3, 7, 9, 10],
    {
      right: ["3, 7, 9-10", "10 9 7 3", "packets 3, 7, 9 and 10", "paquetes 3, 7, 9 y 10", "3;7;9–10;3"],
      wrong: ["3, 7, 9"],
      illegible: ["1-999999999", "3, x"],
    },
  ],
  [
    "an answer in a packet",
    inPacket(number({ unit: "s" }), { en: "it", es: "él" }),
    { value: 64, packet: 8 },
    {
      right: ["64 s 8", "64 8", "64s, packet 8", "64 s; #8", "0x40 008"],
      wrong: ["64 s 9", "63 s 8"],
      illegible: ["64", "64 s", "8", "x 8"],
    },
  ],
  [
    "a moment",
    moment,
    Date.UTC(2036, 1, 7, 6, 28, 16),
    {
      right: ["2036-02-07 06:28:16", "2036-02-07T06:28:16Z", "2036-02-07 06:28:16.999 UTC"],
      wrong: ["2036-02-07 06:28:17"],
      illegible: ["7 Feb 2036", "2036-13-01 00:00:00"],
    },
  ],
  [
    "a filter",
    filter,
    "dhcp.option.dhcp == 2",
    {
      right: [
        "dhcp.option.dhcp==2",
        "dhcp && !(dhcp.option.dhcp != 2)",
        "udp.srcport == 67 && dhcp.option.dhcp == 2",
      ],
      wrong: ["dhcp", "dhcp.option.dhcp == 5", "frame.number == 1"],
      illegible: ["dhcp.option.dhpc == 2", "", "dhcp ==", 'frame matches "(a+)+$"', "x".repeat(3000)],
    },
  ],
];

for (const [name, kind, right, { right: alike, wrong = [], illegible = [] }] of table)
  describe(name, () => {
    test.each(alike)("%s is right", async typed => {
      expect(await says(kind, typed, right)).toBe(true);
    });
    test.each(wrong)("%s is wrong", async typed => {
      expect(await says(kind, typed, right)).toBe(false);
    });
    test.each(illegible)("%s is no such answer", async typed => {
      expect(await says(kind, typed, right)).toBe("illegible");
    });
    test("what is shown is read as the same", async () => {
      expect(await says(kind, kind.type?.(right, run) ?? kind.show(right), right)).toBe(true);
    });
  });

describe("a choice", () => {
  const options = ["a", "b", "c"].map(id => ({ id: `option ${id}`, says: { en: id, es: id } }));
  const named = choice(options, { en: "the packet", es: "el paquete" });
  const letter = (id: string): string => named.type!(chosen(id, 7), run).slice(0, 1);

  test("is a letter and its packets, in any spelling", async () => {
    const right = chosen("option b", 7);
    const own = letter("option b");
    for (const typed of [`${own} 7`, `${own.toUpperCase()}) packet 7`, `(${own}), #7`, `${own}: 7`])
      expect([typed, await says(named, typed, right)]).toEqual([typed, true]);
    expect(await says(named, `${own} 8`, right)).toBe(false);
    expect(await says(named, `${letter("option a")} 7`, right)).toBe(false);
    for (const typed of [own, "7", "z 7", `${own}7`, ""])
      expect(await says(named, typed, right)).toBe("illegible");
  });

  test("has its letters in an order of the seed", () => {
    const orders = Array.from({ length: 20 }, (_, i) =>
      named.options!({ ...run, seed: `seed ${i}` })
        .map(({ says }) => says.en)
        .join(""),
    );
    expect(new Set(orders).size).toBeGreaterThan(3);
  });

  test("without packets takes none", async () => {
    const plain = choice(options);
    const own = plain.type!(chosen("option c"), run);
    expect(await says(plain, own, chosen("option c"))).toBe(true);
    expect(await says(plain, `${own} 7`, chosen("option c"))).toBe("illegible");
  });
});

test("a wrong filter is told which packet is too many, and which is missing", async () => {
  const remark = await filter.remarks!("dhcp.option.dhcp == 5", "dhcp.option.dhcp == 2", run);
  const [offer] = run.select("dhcp.option.dhcp == 2");
  const [ack] = run.select("dhcp.option.dhcp == 5");
  expect(remark!.en).toContain(`leave out packet ${ack!.number}`);
  expect(remark!.en).toContain(`select packet ${offer!.number}`);
});
