// Dates as strftime(3) writes them, in the C locale and the machine's time zone: what `@X` in a format stands for.

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];
const two = (value: number, fill = "0"): string => String(value).padStart(2, fill);

/** `+0100` */
export function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

const dayOfYear = (date: Date): number =>
  Math.round(
    (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) /
      86_400_000,
  );

/** The week of the year by ISO 8601, and the year that it belongs to. */
function week(date: Date): { week: number; year: number } {
  const thursday = new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const year = thursday.getUTCFullYear();
  return { week: Math.ceil(((thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7), year };
}

const hour12 = (date: Date): number => date.getHours() % 12 || 12;
const weekFrom = (date: Date, first: number): number =>
  Math.floor((dayOfYear(date) + 7 - ((date.getDay() + 7 - first) % 7)) / 7);

const conversions: Readonly<Record<string, (date: Date) => string>> = {
  a: date => days[date.getDay()]!.slice(0, 3),
  A: date => days[date.getDay()]!,
  b: date => months[date.getMonth()]!.slice(0, 3),
  B: date => months[date.getMonth()]!,
  c: date => strftime("@a @b @e @H:@M:@S @Y", date),
  C: date => two(Math.floor(date.getFullYear() / 100)),
  d: date => two(date.getDate()),
  D: date => strftime("@m/@d/@y", date),
  e: date => two(date.getDate(), " "),
  F: date => strftime("@Y-@m-@d", date),
  g: date => two(week(date).year % 100),
  G: date => String(week(date).year),
  h: date => months[date.getMonth()]!.slice(0, 3),
  H: date => two(date.getHours()),
  I: date => two(hour12(date)),
  j: date => String(dayOfYear(date) + 1).padStart(3, "0"),
  k: date => two(date.getHours(), " "),
  l: date => two(hour12(date), " "),
  m: date => two(date.getMonth() + 1),
  M: date => two(date.getMinutes()),
  n: () => "\n",
  p: date => (date.getHours() < 12 ? "AM" : "PM"),
  P: date => (date.getHours() < 12 ? "am" : "pm"),
  r: date => strftime("@I:@M:@S @p", date),
  R: date => strftime("@H:@M", date),
  s: date => String(Math.floor(date.getTime() / 1000)),
  S: date => two(date.getSeconds()),
  t: () => "\t",
  T: date => strftime("@H:@M:@S", date),
  u: date => String(date.getDay() || 7),
  U: date => two(weekFrom(date, 0)),
  V: date => two(week(date).week),
  w: date => String(date.getDay()),
  W: date => two(weekFrom(date, 1)),
  x: date => strftime("@m/@d/@y", date),
  X: date => strftime("@H:@M:@S", date),
  y: date => two(date.getFullYear() % 100),
  Y: date => String(date.getFullYear()),
  z: offset,
  Z: date => /\(([^)]+)\)/.exec(date.toString())?.[1] ?? offset(date),
};

/** What `@` and this character stand for; `undefined` if nothing. */
export const conversion = (character: string, date: Date): string | undefined =>
  conversions[character]?.(date);

/** A whole format, with `@` in the place of `%`. */
export function strftime(format: string, date: Date): string {
  return format.replace(/@(.)/g, (whole, character: string) => conversion(character, date) ?? whole);
}
