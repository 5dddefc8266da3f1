// Date and time as the board writes them: `Fri 08-10-2021 - 14:26:20`, in its own time zone.
import { zoneOffset } from "../../protocols/ntp/zone.ts";

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const two = (value: number): string => String(value).padStart(2, "0");

/**
 * 25 octets: English weekday, DD-MM-YYYY, HH:MM:SS.
 * @param now nanoseconds since the Unix epoch
 * @param zone whole hours from GMT, or an IANA name
 */
export function dateAndTime(now: bigint, zone: number | string): string {
  const milliseconds = Number(now / 1_000_000n);
  const local = new Date(milliseconds + zoneOffset(zone, milliseconds));
  const day = `${two(local.getUTCDate())}-${two(local.getUTCMonth() + 1)}-${String(local.getUTCFullYear()).padStart(4, "0")}`;
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  return `${weekdays[local.getUTCDay()]} ${day} - ${time}`;
}
