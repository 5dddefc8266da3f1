// Numbers on the command line.
import { InvalidArgumentError } from "commander";

/** A whole number from 1 on. */
export function whole(text: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0))
    throw new InvalidArgumentError("A whole number from 1 on is expected.");
  return value;
}

/** Seconds, fractions included. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1_000_000))
    throw new InvalidArgumentError("Seconds are expected, such as 30 or 0.5.");
  return value;
}
