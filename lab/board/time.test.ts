// The board's date and time, octet for octet.
import { expect, test } from "bun:test";
import { dateAndTime } from "./time.ts";

const moment = 1_633_695_980_000_000_000n; // 2021-10-08 12:26:20 UTC

test("date and time are 25 octets: English weekday, DD-MM-YYYY, HH:MM:SS", () => {
  const text = dateAndTime(moment, 2);
  expect(text).toBe("Fri 08-10-2021 - 14:26:20");
  expect(new TextEncoder().encode(text).length).toBe(25);
});

test("the zone is whole hours, or an IANA name with its summer time", () => {
  expect(dateAndTime(moment, 0)).toBe("Fri 08-10-2021 - 12:26:20");
  expect(dateAndTime(moment, "Europe/Madrid")).toBe("Fri 08-10-2021 - 14:26:20");
  expect(dateAndTime(moment + 90n * 86_400_000_000_000n, "Europe/Madrid")).toBe("Thu 06-01-2022 - 13:26:20");
  expect(dateAndTime(moment, "America/St_Johns")).toBe("Fri 08-10-2021 - 09:56:20");
});

test("a clock that was never set shows the epoch of the board's own", () => {
  expect(dateAndTime(946_684_800_000_000_000n, 0)).toBe("Sat 01-01-2000 - 00:00:00");
});
