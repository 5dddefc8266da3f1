// Quantities: decimal or hexadecimal, with or without their unit, exact or within a tolerance.
import type { Said } from "../../words.ts";
import { Illegible, type Kind } from "../exercise.ts";

/** Units by what people write, each as a multiple of the first. */
const families = {
  s: {
    s: 1,
    sec: 1,
    second: 1,
    seconds: 1,
    seg: 1,
    segundo: 1,
    segundos: 1,
    ms: 1e-3,
    µs: 1e-6,
    us: 1e-6,
    ns: 1e-9,
    min: 60,
    h: 3600,
    d: 86_400,
  },
  ms: { ms: 1, s: 1e3, µs: 1e-3, us: 1e-3, ns: 1e-6 },
  octets: { octets: 1, octet: 1, octetos: 1, octeto: 1, bytes: 1, byte: 1, b: 1 },
  ppm: { ppm: 1 },
} as const satisfies Record<string, Readonly<Record<string, number>>>;
export type Unit = keyof typeof families;

export interface Quantity {
  /** Of the value; other units of its family are converted. None: a bare number. */
  readonly unit?: Unit;
  /** So far from the expected value is right too. None: exactly that. */
  readonly tolerance?: number;
  /** Asked for in hexadecimal: digits alone are read so, and shown with 0x before them. */
  readonly hex?: boolean;
  /** What the examples show. */
  readonly example?: string;
}

/** A number. With a tolerance it is judged on the capture. */
export function number(quantity: Quantity & { readonly tolerance: number }): Kind<number>;
export function number(quantity?: Quantity): Kind<number> & Required<Pick<Kind<number>, "spelling">>;
export function number({ unit, tolerance, hex = false, example = "42" }: Quantity = {}): Kind<number> {
  const inSpanish = unit === "octets" ? "octetos" : unit;
  const expected: Said = {
    en: `a number${hex ? " in hexadecimal" : ""}${unit ? `, in ${unit}` : ""}${tolerance === undefined ? "" : ` (± ${tolerance})`}, such as ${example}`,
    es: `un número${hex ? " en hexadecimal" : ""}${inSpanish ? `, en ${inSpanish}` : ""}${tolerance === undefined ? "" : ` (± ${tolerance})`}, por ejemplo ${example}`,
  };
  const kind: Kind<number> = {
    name: "number",
    expects: () => expected,
    read(typed) {
      const bare = hex && /^\s*[0-9a-f]+\s*$/i.test(typed);
      const value = parsed(bare ? `0x${typed.trim()}` : typed, unit);
      if (value === undefined) throw new Illegible(expected);
      return value;
    },
    show: value => (hex ? `0x${value.toString(16)}` : `${rounded(value)}${unit ? ` ${unit}` : ""}`),
  };
  if (tolerance === undefined) return { ...kind, spelling: rounded };
  // A hair more: 0.1 + 0.2 is not 0.3.
  return { ...kind, accepts: (typed, wanted) => Math.abs(typed - wanted) <= tolerance * (1 + 1e-9) };
}

/** What a unit's conversion leaves behind in the last digits of a double is no difference. */
const rounded = (value: number): string => String(Number(value.toPrecision(12)) + 0);

/** In the unit asked for; none for what is no number, or one of another unit. */
function parsed(typed: string, unit: Unit | undefined): number | undefined {
  const text = typed.normalize("NFKC").replaceAll("μ", "µ").replaceAll("−", "-").trim().toLowerCase();
  const hex = /^0x([0-9a-f]{1,13})$/.exec(text);
  if (hex) return Number.parseInt(hex[1]!, 16);
  const parts = /^([+-]?[\d\s_.,']*\d(?:e[+-]?\d+)?)\s*([a-zµ]*)$/.exec(text);
  if (!parts) return undefined;
  const factor = parts[2] === "" ? 1 : unit && (families[unit] as Record<string, number>)[parts[2]!];
  const value = decimal(parts[1]!);
  return factor === undefined || value === undefined ? undefined : value * factor;
}

/** Thousands may be parted by spaces, decimals by a point or a comma; "1,500" may mean two numbers, so it is none. */
function decimal(text: string): number | undefined {
  const digits = text.replace(/(?<=\d)[\s_'](?=\d{3}(?:\D|$))/g, "");
  if (/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(digits)) return Number(digits);
  if (/^[+-]?\d+,\d+$/.test(digits) && !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(digits))
    return Number(digits.replace(",", "."));
  return undefined;
}
