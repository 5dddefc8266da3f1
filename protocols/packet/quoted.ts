// A packet that another one quotes: its headers read as layers, without a conversation of their own.
import { Malformed, Reader } from "../wire/index.ts";
import type { Layer, Source } from "./packet.ts";
import type { AnyProtocol } from "./protocol.ts";

/**
 * Layers of the octets from `start` to `end`: the first protocol's, then, as far as `next` knows one for its value, of
 * what it carries. The quotation may be cut short anywhere.
 */
export function quoted(
  first: AnyProtocol,
  source: Source,
  start: number,
  end: number,
  next: (value: unknown) => AnyProtocol | undefined,
): Layer[] {
  const layers: Layer[] = [];
  let protocol: AnyProtocol | undefined = first;
  let at = start;
  let last = end;
  while (protocol && at < last) {
    const layer = layerOf(protocol, source, at, last, layers.length);
    layers.push(layer);
    if (layer.value === undefined) break;
    const size = protocol.payload?.(layer.value, undefined, 0)?.size;
    at = layer.headerEnd;
    if (size !== undefined) last = Math.min(last, at + size);
    protocol = next(layer.value);
  }
  return layers;
}

function layerOf(protocol: AnyProtocol, source: Source, start: number, end: number, depth: number): Layer {
  const from = new Reader(source.view, start, end, start);
  let value: unknown;
  let malformed: Malformed | undefined;
  try {
    value = protocol.format.read(from);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    malformed = error;
  }
  const headerEnd = malformed ? end : from.at;
  const tree = () => protocol.format.dissect(new Reader(source.view, start, headerEnd, start), protocol.name);
  return { protocol, source, start, headerEnd, end, value, malformed, state: undefined, way: 0, depth, tree };
}
