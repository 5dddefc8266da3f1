// How much the compression of names saves in a message (RFC 1035 §4.1.4).
import type { Layer } from "../packet/index.ts";
import type { Field } from "../wire/index.ts";
import { name, plainName } from "./name.ts";

/** The octets of a message, and those that it would have with every name written out. */
export function compressionOf(layer: Pick<Layer, "start" | "end" | "tree">): {
  octets: number;
  uncompressed: number;
} {
  const octets = layer.end - layer.start;
  return { octets, uncompressed: octets + saved(layer.tree()) };
}

function saved({ codec, fields, value, start, end }: Field): number {
  if (fields) return fields.reduce((sum, field) => sum + saved(field), 0);
  // Names are known by their standard, which every description of one keeps.
  if (codec.notes.reference !== name.notes.reference || typeof value !== "string") return 0;
  return plainName.encode(value).length - (end - start);
}
