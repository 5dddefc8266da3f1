// Messages and options: the vectors, and what the format promises of values and of any octets.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { parseIpv4 } from "../ipv4/address.ts";
import { figure, Malformed } from "../wire/index.ts";
import { describeVectors } from "../wire/vectors.ts";
import { byCode, type MessageDraft, message, type OptionDraft, OptionName, option } from "./format.ts";
import { codecOf } from "./vectors/codecs.ts";

describeVectors(`${import.meta.dir}/vectors`, codecOf);

const mac = Uint8Array.fromHex("00c0df24ba6b");
const draft = (options: OptionDraft[], more: Partial<MessageDraft> = {}): MessageDraft => ({
  op: 1,
  xid: 1,
  chaddr: mac,
  options,
  ...more,
});
const again = (options: OptionDraft[]) => message.decode(message.encode(draft(options))).options;

test("the figure is that of RFC 2131, the options opened", () => {
  expect(figure(message)).toMatchInlineSnapshot(`
    " 0                   1                   2                   3
     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |Message op code| Hardware type |     hlen      |     Hops      |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                        Transaction ID                         |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |        Seconds elapsed        |b|          Reserved           |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                       Client IP address                       |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                   Your (client) IP address                    |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                    Next server IP address                     |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                    Relay agent IP address                     |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                                                               |
    +                                                               +
    |                    Client hardware address                    |
    +                                                               +
    |                                                               |
    +                                                               +
    |                                                               |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                 Server host name (64 octets)                  |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                  Boot file name (128 octets)                  |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                         Magic cookie                          |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                      Options (variable)                       |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |                 BOOTP vendor area (variable)                  |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    "
  `);
});

test("a message has the 300 octets of BOOTP at least", () => {
  expect(message.encode(draft(option(53, 1))).length).toBe(300);
  expect(message.encode(draft(option(43, new Uint8Array(100)))).length).toBe(343);
});

describe("options", () => {
  /** Octets that some option or other is made of, and those that only their own is. */
  const samples = ["", "01", "05dc", "00015180", "c0a80101", "c0a80101ffffff00", "6c61622e74657374"];
  const own: Record<number, string> = {
    81: "050000016100",
    82: "0106000000000001",
    94: "010201",
    119: "036c616204746573740003656e67c000",
    121: "090a80c0a80101",
    124: "000000090161",
    125: "000000090161",
    143: "0003616263",
    249: "00c0a80101",
  };

  for (const [name, code] of Object.entries(OptionName)) {
    if (code === 52) continue;
    test(`${code}, ${name}, is written as it was read`, () => {
      const written = [own[code] ?? samples].flat().filter(hex => {
        const octets = message.encode(draft([{ code: 224, value: Uint8Array.fromHex(hex) }]));
        octets[240] = code;
        try {
          expect(message.encode(message.decode(octets)).toHex()).toBe(octets.toHex());
          return true;
        } catch (error) {
          if (error instanceof Malformed) return false;
          throw error;
        }
      });
      expect(written).not.toBeEmpty();
    });
  }

  test("each has a label of its own", () => {
    expect(Object.keys(OptionName).length).toBe(Object.keys(byCode).length);
  });

  test("unknown codes keep their octets", () => {
    expect<unknown>(again([{ code: 224, value: mac }])).toEqual([{ code: 224, value: mac }]);
  });

  test("values of any length come back whole, and so do several in any order", () => {
    const bytes = fc.uint8Array({ maxLength: 700 });
    const codes = fc.uniqueArray(fc.integer({ min: 225, max: 248 }), { maxLength: 6 });
    fc.assert(
      fc.property(codes, fc.array(bytes, { minLength: 6, maxLength: 6 }), (some, values) => {
        const options = some.map((code, i) => ({ code, value: values[i]! })) as OptionDraft[];
        expect<unknown>(again(options)).toEqual(options);
      }),
      { numRuns: 200 },
    );
  });

  const refused: [string, OptionDraft[], string][] = [
    ["an option twice", [...option(12, "a"), ...option(12, "b")], "options.1: 12 stands there already"],
    [
      "padding as an option",
      [{ code: 0, value: mac }] as OptionDraft[],
      "options.0: 0 stands there already, or is",
    ],
    ["the overload option", option(52, 1), "options.0: 52 stands there already, or is the writer's own"],
    ["a lease time that is negative", option(51, -1), "options.0: -1 is not a whole number"],
    [
      "a prefix of 33 bits",
      option(121, [{ prefix: 33, destination: 0, router: 0 }]),
      "options.0.0.prefix: a prefix of 33 bits",
    ],
    [
      "a destination longer than its prefix",
      option(121, [{ prefix: 8, destination: parseIpv4("10.1.0.0"), router: 0 }]),
      "options.0.0.destination: 10.1.0.0 has more octets than the 1 of its prefix",
    ],
  ];
  for (const [what, options, reason] of refused)
    test(`${what} is not written, and the error says where`, () => {
      expect(() => message.encode(draft(options))).toThrow(reason);
    });
});

describe("BOOTP", () => {
  test("a message with a vendor area has no options", () => {
    const vendor = new Uint8Array(64).fill(7);
    const octets = message.encode(draft([], { vendor }));
    expect(octets.length).toBe(300);
    expect(message.decode(octets)).toMatchObject({ cookie: undefined, options: [], vendor });
    expect(() => message.encode(draft(option(53, 1), { vendor }))).toThrow("not both");
  });

  test("a vendor area that would be read as options is not written", () => {
    const vendor = new Uint8Array(64);
    vendor.set(Uint8Array.fromHex("63825363"));
    expect(() => message.encode(draft([], { vendor }))).toThrow("vendor: begins with DHCP's cookie");
    expect(() => message.encode(draft([], { vendor: new Uint8Array(3) }))).toThrow("64 or more belong");
  });
});
