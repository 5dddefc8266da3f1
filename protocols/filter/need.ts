// What must be in a packet for a filter to select it: less than the filter asks, told without reading it all.
import type { Value } from "./values.ts";

/**
 * A condition that every selected packet meets. `field`: it is there with at least one value that `fits`; `text`
 * stands within one of its values.
 */
export type Need =
  | { readonly kind: "anything" }
  | { readonly kind: "all" | "any"; readonly of: readonly Need[] }
  | {
      readonly kind: "field";
      readonly name: string;
      readonly fits?: (value: Value) => boolean;
      readonly text?: string;
    };

/** Nothing can be told before the packet is read. */
export const anything: Need = { kind: "anything" };

export function allOf(needs: readonly Need[]): Need {
  const said = needs.filter(({ kind }) => kind !== "anything");
  return said.length === 0 ? anything : said.length === 1 ? said[0]! : { kind: "all", of: said };
}

export function anyOf(needs: readonly Need[]): Need {
  if (needs.some(({ kind }) => kind === "anything")) return anything;
  return needs.length === 1 ? needs[0]! : { kind: "any", of: needs };
}
