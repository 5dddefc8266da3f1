// Time zones: whole hours from GMT, or an IANA name such as "Europe/Madrid".

/** How far the zone is from GMT at that moment (milliseconds since the Unix epoch), in milliseconds. @throws RangeError for a name that is none */
export function zoneOffset(zone: number | string, at: number): number {
  if (typeof zone === "number") return zone * 3_600_000;
  const parts = formatOf(zone).formatToParts(at);
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

/** "2021-10-08 14:26:20.123456 (+0200)": a time in nanoseconds since the Unix epoch, as ntpdig writes it. */
export function zonedTime(unix: bigint, zone: number | string): string {
  const microseconds = ((unix / 1000n) % 1_000_000n) + (unix < 0n ? 1_000_000n : 0n);
  const at = Number(unix / 1_000_000n);
  const offset = zoneOffset(zone, at);
  const wall = new Date(Math.floor(at / 1000) * 1000 + offset).toISOString().slice(0, 19).replace("T", " ");
  const minutes = Math.abs(Math.round(offset / 60_000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const fraction = String(microseconds % 1_000_000n).padStart(6, "0");
  return `${wall}.${fraction} (${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${two(minutes % 60)})`;
}

const formatOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
