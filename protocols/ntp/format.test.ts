// Messages: the vectors, the figure, and what the format promises beyond them.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { figure, Malformed, Unwritable } from "../wire/index.ts";
import { describeVectors } from "../wire/vectors.ts";
import { codeOf, codeText, header, isTime, Mode, message, type TimeDraft } from "./format.ts";
import { codecOf as codecOfVector } from "./vectors/codecs.ts";

describeVectors(join(import.meta.dir, "vectors"), codecOfVector);

const draft: TimeDraft = {
  flags: { version: 4, mode: Mode.client },
  stratum: 0,
  poll: 0,
  precision: -20,
  rootDelay: 0,
  rootDispersion: 0,
  referenceId: 0,
  referenceTimestamp: 0n,
  originTimestamp: 0n,
  receiveTimestamp: 0n,
  transmitTimestamp: 1n,
};

describe("message", () => {
  test("the header has the boxes of RFC 5905, figure 8", () => {
    const line = "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+";
    const long = (label: string) => [
      `|${label.padStart(31 + Math.ceil(label.length / 2)).padEnd(63)}|`,
      `+${" ".repeat(63)}+`,
      `|${" ".repeat(63)}|`,
      line,
    ];
    const rows = figure(header).trimEnd().split("\n");
    expect(rows.slice(2)).toEqual([
      line,
      "|lea|versi|Mode |    Stratum    |     Poll      |   Precision   |",
      line,
      "|                          Root delay                           |",
      line,
      "|                        Root dispersion                        |",
      line,
      "|                         Reference ID                          |",
      line,
      ...["Reference", "Origin", "Receive", "Transmit"].flatMap(which => long(`${which} timestamp`)),
    ]);
  });

  test("the mode tells what it is", () => {
    expect(isTime(message.decode(message.encode(draft)))).toBe(true);
    expect(isTime(message.decode(Uint8Array.fromHex("160200010000000000000000")))).toBe(false);
    expect(isTime(message.decode(Uint8Array.fromHex("1700032a00000000")))).toBe(false);
    expect(() => message.decode(new Uint8Array(0))).toThrow(Malformed);
  });

  test("an extension field is not to be taken for an authenticator", () => {
    const one = (octets: number) => [{ type: 0x104, value: new Uint8Array(octets) }];
    const digest = new Uint8Array(16);
    const again = (more: Partial<TimeDraft>) => message.decode(message.encode({ ...draft, ...more }));
    expect(again({ extensions: one(24) })).toMatchObject({ extensions: one(24), authenticator: undefined });
    expect(again({ extensions: one(4), authenticator: { keyId: 1, digest } })).toMatchObject({
      extensions: one(4),
      authenticator: { keyId: 1, digest },
    });
    expect(() => again({ extensions: one(20) })).toThrow(
      "authenticator: the last extension field and the authenticator take 24 octets",
    );
    expect(() =>
      again({ extensions: one(12), authenticator: { keyId: 0, digest: digest.slice(16) } }),
    ).toThrow(Unwritable);
    expect(() => again({ authenticator: { keyId: 1, digest: new Uint8Array(21) } })).toThrow(
      "authenticator.digest: a digest of 21 octets; 20 are allowed",
    );
  });

  test("a reference ID is letters or a number, and no letters get lost", () => {
    for (const code of ["GPS", "RATE", "X"]) expect(codeText(codeOf(code))).toBe(code);
    expect(codeText(0x00ff0000)).toBe("0x00ff0000");
    expect(() => codeOf("LOCAL")).toThrow('"LOCAL" is no reference ID');
  });
});
