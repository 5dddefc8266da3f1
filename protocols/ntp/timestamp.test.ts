// NTP's times and ours.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Unwritable } from "../wire/index.ts";
import {
  fromUnix,
  interval,
  nanosecondsOf,
  nearestInterval,
  shownTime,
  timestamp,
  toUnix,
} from "./timestamp.ts";

const second = 1_000_000_000n;
const unix = (iso: string) => BigInt(Date.parse(iso)) * 1_000_000n;

describe("timestamp", () => {
  // RFC 5905 §6, figure 4; the fractions are zero there.
  test.each([
    ["1900-01-01T00:00:00Z", 0n],
    ["1970-01-01T00:00:00Z", 2_208_988_800n],
    ["1972-01-01T00:00:00Z", 2_272_060_800n],
    ["1999-12-31T00:00:00Z", 3_155_587_200n],
    ["2036-02-07T06:28:16Z", 0n],
    ["2036-02-08T00:00:00Z", 63_104n],
  ])("of %s is %d s into its era", (iso, seconds) => {
    expect(fromUnix(unix(iso))).toBe(seconds << 32n);
  });

  test("every nanosecond survives the way there and back", () => {
    const range = { min: unix("1970-01-01T00:00:00Z"), max: unix("2104-02-26T00:00:00Z") };
    fc.assert(
      fc.property(fc.bigInt(range), time => {
        expect(toUnix(fromUnix(time))).toBe(time);
      }),
    );
  });

  test("the era is the one nearest to what the clock believes", () => {
    const at2040 = fromUnix(unix("2040-01-01T00:00:00Z"));
    expect(toUnix(at2040, unix("2021-10-08T12:00:00Z"))).toBe(unix("2040-01-01T00:00:00Z"));
    const at2021 = fromUnix(unix("2021-10-08T12:26:20Z"));
    expect(toUnix(at2021, 0n)).toBe(unix("2021-10-08T12:26:20Z"));
    expect(toUnix(at2021, unix("2100-01-01T00:00:00Z"))).toBe(unix("2157-11-14T18:54:36Z"));
    expect(toUnix(at2021, unix("1900-01-01T00:00:00Z"))).toBe(unix("1885-09-01T05:58:04Z"));
  });

  test("without a belief times are from 1968 to 2104", () => {
    expect(shownTime(toUnix(1n << 63n))).toBe("1968-01-20 03:14:08.000000000 UTC");
    expect(shownTime(toUnix((1n << 63n) - (1n << 32n)))).toBe("2104-02-26 09:42:23.000000000 UTC");
  });

  test("0 is no time", () => {
    expect(timestamp.notes.show!(0n)).toBe("not known");
    expect(timestamp.notes.show!(fromUnix(unix("2021-10-08T12:26:20Z") + 123_456_789n))).toBe(
      "2021-10-08 12:26:20.123456789 UTC",
    );
  });

  test("times before 1970 are shown too", () => {
    expect(shownTime(-1n)).toBe("1969-12-31 23:59:59.999999999 UTC");
    expect(shownTime(-second)).toBe("1969-12-31 23:59:59.000000000 UTC");
  });
});

describe("interval", () => {
  test("is exact, and what is not is refused with the nearest that is", () => {
    for (const seconds of [0, 0.5, 2 ** -16, 65535.5])
      expect(interval.decode(interval.encode(seconds))).toBe(seconds);
    expect(() => interval.encode(0.1)).toThrow(Unwritable);
    expect(() => interval.encode(0.1)).toThrow("the nearest is 0.100006103515625 s");
    expect(() => interval.encode(65536)).toThrow(Unwritable);
    expect(interval.decode(interval.encode(nearestInterval(0.1)))).toBeCloseTo(0.1, 4);
    expect([nearestInterval(-1), nearestInterval(1e9)]).toEqual([0, 65536 - 2 ** -16]);
  });

  test("has nanoseconds", () => {
    expect(nanosecondsOf(2 ** -16)).toBe(15259n);
  });
});
