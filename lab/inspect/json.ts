// What JSON has no words for.

/** A replacer for JSON.stringify: octets as hexadecimal, and numbers beyond a double's as text. */
export function plain(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toHex();
  return typeof value === "bigint" ? String(value) : value;
}
