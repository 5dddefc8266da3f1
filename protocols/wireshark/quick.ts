// Values of Wireshark's fields straight from what a layer was read as: no tree is made for them.
import type { Definition, Entry, FieldValue, Paths, Wireshark } from "../packet/wireshark.ts";

/** The values, in order; `undefined`: they can't be told without the tree. */
export type Quick = (value: unknown) => FieldValue[] | undefined;

/** Where a field's values come from: paths in our tree, and what is made of what is there. */
export interface Plain {
  readonly path: readonly string[];
  readonly entry: Entry;
}

/** The places of a field that are told by our values alone; `undefined` if any of them is not. */
export function plainOf(
  { paths, copies, fields }: Pick<Wireshark, "paths" | "copies" | "fields">,
  name: string,
): readonly Plain[] | undefined {
  if (!fields[name]) return undefined;
  const copied = copies?.[name]?.map(path => ({ path: path.split("."), entry: { name } }));
  if (copied) return copied;
  const found: Plain[] = [];
  for (const [path, makes] of Object.entries(paths as Paths)) {
    if (typeof makes === "function") continue;
    for (const one of [makes].flat() as (string | Entry)[]) {
      const entry = typeof one === "string" ? { name: one } : one;
      if (entry.name !== name) continue;
      if (!isPlain(entry)) return undefined;
      found.push({ path: path === "" ? [] : path.split("."), entry });
    }
  }
  return found.length === 0 || found.some(({ path }) => path.some(isCode)) ? undefined : found;
}

/** How a field's values are found without a tree; `undefined` if they can't be. */
export function quickOf(
  wireshark: Pick<Wireshark, "protocols" | "paths" | "copies" | "fields">,
  name: string,
): Quick | undefined {
  const found = plainOf(wireshark, name);
  if (!found) return undefined;
  const definition = wireshark.fields[name]!;
  const isOne = wireshark.protocols.length === 1;
  return value => {
    const values: FieldValue[] = [];
    // Of layers of several formats one has not what another has. Of one, what its value does not have may be in its tree
    // all the same: lengths are.
    for (const { path, entry } of found)
      if (!gather(value, path, 0, entry, definition, values, !isOne)) return undefined;
    return values;
  };
}

/** Its functions look at our value alone. */
const isPlain = ({ value, when }: Entry): boolean => (value?.length ?? 0) <= 1 && (when?.length ?? 0) <= 1;
const isCode = (key: string): boolean => /^\d/.test(key);

/** False: the value is not shaped as its tree is. */
function gather(
  value: unknown,
  path: readonly string[],
  at: number,
  entry: Entry,
  definition: Definition,
  into: FieldValue[],
  mayLack: boolean,
): boolean {
  if (at < path.length) {
    const key = path[at]!;
    if (key === "*") {
      if (value === undefined) return true;
      return (
        Array.isArray(value) &&
        value.every(one => gather(one, path, at + 1, entry, definition, into, mayLack))
      );
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value === undefined;
    if (!(key in value)) return mayLack;
    return gather((value as Record<string, unknown>)[key], path, at + 1, entry, definition, into, mayLack);
  }
  if (value === undefined) return true;
  // Neither looks at its place: see `isPlain`.
  const place = undefined as never;
  if (entry.when && !entry.when(value, place)) return true;
  const made = ofType(definition, entry.value ? entry.value(value, place) : value);
  if (made === undefined) return false;
  into.push(made);
  return true;
}

/** What a value of a type is; where none is said, a whole number. */
export const kinds: Readonly<Record<string, "octets" | "text" | "wide" | "nothing">> = {
  none: "nothing",
  protocol: "octets",
  bytes: "octets",
  ether: "octets",
  guid: "octets",
  ipv6: "octets",
  string: "text",
  oid: "text",
  uint64: "wide",
  int64: "wide",
  "absolute time": "wide",
  "relative time": "wide",
};

export function ofType({ type }: Definition, value: unknown): FieldValue | undefined {
  const kind = kinds[type];
  if (kind === "octets") return value instanceof Uint8Array ? value : undefined;
  if (kind === "text") return typeof value === "string" ? value : undefined;
  if (kind === "wide")
    return typeof value === "bigint" ? value : typeof value === "number" ? BigInt(value) : undefined;
  if (kind === "nothing") return "";
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" ? value : undefined;
}
