// A moment in time, to the second, in UTC.
import { Illegible, type Kind } from "../exercise.ts";

const expects = {
  en: "a date and a time in UTC, such as 2026-03-14 15:09:26",
  es: "una fecha y una hora en UTC, por ejemplo 2026-03-14 15:09:26",
};

/** Milliseconds since the Unix epoch, of whole seconds. A fraction that is typed is cut off. */
export const moment: Kind<number> = {
  name: "moment",
  expects: () => expects,
  read(typed) {
    const found = /^(\d{4}-\d\d-\d\d)[T\s,]+(\d\d:\d\d:\d\d)(?:[.,]\d+)?\s*(?:Z|UTC|GMT)?$/i.exec(
      typed.trim(),
    );
    const time = found ? Date.parse(`${found[1]}T${found[2]}Z`) : Number.NaN;
    if (Number.isNaN(time)) throw new Illegible(expects);
    return time;
  },
  show: value => new Date(value).toISOString().slice(0, 19).replace("T", " "),
  spelling: value => String(Math.floor(value / 1000)),
};
