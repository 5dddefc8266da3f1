// What is worked out in a filter: sums, products and bits of values, and parts of octets.
import type { Range } from "./syntax.ts";
import type { Value } from "./values.ts";

/** `undefined`: a division by zero has no result, nor has what does not fit. */
export function worked(sign: string, x: Value, y: Value): Value | undefined {
  if (x instanceof Uint8Array && y instanceof Uint8Array)
    return x.subarray(0, y.length).map((octet, i) => octet & y[i]!);
  if (typeof x === "bigint" || typeof y === "bigint")
    return reckoned(sign, BigInt(x as number), BigInt(y as number));
  const [a, b] = [x as number, y as number];
  if (sign === "+") return within32(a + b);
  if (sign === "-") return a - b;
  if (sign === "*") return within32(a * b);
  if (sign === "&") return Number(BigInt(a) & BigInt(b));
  if (b === 0) return undefined;
  if (sign === "%") return a % b;
  return Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b;
}

/** Wireshark reckons with 32 bits, and has no result beyond them. */
const within32 = (number: number): number | undefined =>
  Number.isInteger(number) && number > 0xffff_ffff ? undefined : number;

function reckoned(sign: string, a: bigint, b: bigint): bigint | undefined {
  if (sign === "+") return a + b;
  if (sign === "-") return a - b;
  if (sign === "*") return a * b;
  if (sign === "&") return a & b;
  if (b === 0n) return undefined;
  return sign === "%" ? a % b : a / b;
}

/** The octets that a part can be taken of. */
export function octetsIn(value: Value): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return new TextEncoder().encode(value);
  return Uint8Array.of(...[24, 16, 8, 0].map(shift => Number(value) >>> shift));
}

/** `undefined` where the octets don't reach that far. */
export function part(octets: Uint8Array, { start, count, last }: Range): Uint8Array | undefined {
  const from = start < 0 ? octets.length + start : start;
  const end =
    last !== undefined
      ? (last < 0 ? octets.length + last : last) + 1
      : count === undefined
        ? octets.length
        : from + count;
  return from >= 0 && from < end && end <= octets.length ? octets.subarray(from, end) : undefined;
}
