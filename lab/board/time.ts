// Date and time as the board writes them: `Fri 08-10-2021 - 14:26:20`, in its own time zone.

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const two = (value: number): string => String(value).padStart(2, "0");

/**
 * 25 octets: English weekday, DD-MM-YYYY, HH:MM:SS.
 * @param now nanoseconds since the Unix epoch
 * @param zone whole hours from GMT, or an IANA name
 */
export function dateAndTime(now: bigint, zone: number | string): string {
  const milliseconds = Number(now / 1_000_000n);
  const local = new Date(milliseconds + offsetOf(zone, milliseconds));
  const day = `${two(local.getUTCDate())}-${two(local.getUTCMonth() + 1)}-${String(local.getUTCFullYear()).padStart(4, "0")}`;
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  return `${weekdays[local.getUTCDay()]} ${day} - ${time}`;
}

/** How far the zone is from GMT at that moment, in milliseconds. */
function offsetOf(zone: number | string, at: number): number {
  if (typeof zone === "number") return zone * 3_600_000;
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find(one => one.type === type)?.value);
  const wall = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return wall - Math.floor(at / 1000) * 1000;
}
