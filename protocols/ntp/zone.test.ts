// Times as a zone's clocks show them.
import { expect, test } from "bun:test";
import { zonedTime, zoneOffset } from "./zone.ts";

const unix = (iso: string) => BigInt(Date.parse(iso)) * 1_000_000n;

test.each([
  ["2021-10-08T12:26:20Z", 0, "2021-10-08 12:26:20.000000 (+0000)"],
  ["2021-10-08T12:26:20Z", 2, "2021-10-08 14:26:20.000000 (+0200)"],
  ["2021-10-08T12:26:20Z", -5, "2021-10-08 07:26:20.000000 (-0500)"],
  ["2021-10-08T12:26:20Z", "Europe/Madrid", "2021-10-08 14:26:20.000000 (+0200)"],
  ["2022-01-06T12:26:20Z", "Europe/Madrid", "2022-01-06 13:26:20.000000 (+0100)"],
  ["2021-10-08T12:26:20Z", "America/St_Johns", "2021-10-08 09:56:20.000000 (-0230)"],
  ["1969-12-31T23:59:59.5Z", 0, "1969-12-31 23:59:59.500000 (+0000)"],
])("%s in %p is %s", (iso, zone, shown) => {
  expect(zonedTime(unix(iso), zone)).toBe(shown);
});

test("summer time begins between two moments", () => {
  const change = Date.parse("2021-03-28T01:00:00Z");
  expect(zoneOffset("Europe/Madrid", change - 1)).toBe(3_600_000);
  expect(zoneOffset("Europe/Madrid", change)).toBe(7_200_000);
});

test("a name that is no zone is refused", () => {
  expect(() => zoneOffset("Mars/Olympus", 0)).toThrow(RangeError);
});
