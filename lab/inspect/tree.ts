// One packet as a tree: each layer, each field, where its octets are, and what is wrong with them.
import type { AnyProtocol, Layer, Packet, Source } from "../../protocols/packet/index.ts";
import { type Field, labelOf, type Malformed, show } from "../../protocols/wire/index.ts";
import { paint, printable } from "../terminal.ts";

/** What a field means, by its path in the tree of its protocol; `undefined`: nobody says. */
export type Explain = (protocol: string, path: readonly string[]) => string | undefined;

/** The lines of the tree. Offsets count from where the layer's source begins. */
export function* treeOf(packet: Packet, explain?: Explain): Generator<string> {
  const { frame } = packet;
  const cut =
    frame.originalLength > frame.end - frame.start ? `, ${frame.end - frame.start} of them captured` : "";
  yield paint(`Frame ${packet.number}: ${frame.originalLength} octets on the wire${cut}`, "bold");
  for (const note of packet.notes) yield paint(`  [${note}]`, "yellow");
  for (const comment of frame.comments)
    for (const line of comment.split("\n")) yield paint(`  ${printable(line)}`, "green");
  let source: Source | undefined;
  for (const layer of packet.layers) {
    if (source && layer.source !== source && layer.source.view !== frame.view)
      yield paint(`${piecesOf(layer.source)}`, "magenta");
    source = layer.source;
    yield* layerLines(layer, layer.source.view === frame.view ? frame.start : 0, explain);
    const right = checksumOf(layer, packet);
    if (right !== undefined) yield right ? "  [Checksum right]" : paint("  [Checksum wrong]", "red");
  }
}

/** Whether the layer's checksum is right; `undefined` where it has none, or was not captured whole. */
export function checksumOf(
  { protocol, source, start, end, value }: Layer,
  packet: Packet,
): boolean | undefined {
  if (value === undefined || packet.frame.originalLength > packet.frame.end - packet.frame.start)
    return undefined;
  const octets = new Uint8Array(source.view.buffer, source.view.byteOffset + start, end - start);
  return protocol.checksum?.(value, octets, packet);
}

export function piecesOf({ title, pieces }: Source): string {
  if (pieces.length === 0) return title;
  return `${title}: ${pieces.map(piece => `${piece.size} octets of packet ${piece.packet}`).join(", ")}`;
}

function* layerLines(layer: Layer, base: number, explain?: Explain): Generator<string> {
  yield* messageLines(layer.protocol, layer.tree(), layer.value, base, layer.malformed, explain);
}

/** A message's title, its fields, and what is wrong with it as a whole, or with the stream that it was cut from. */
export function* messageLines(
  protocol: AnyProtocol,
  tree: Field,
  value: unknown,
  base = 0,
  malformed?: Malformed,
  explain?: Explain,
): Generator<string> {
  const summary = value === undefined ? "" : `, ${printable(protocol.summary(value))}`;
  yield paint(`${protocol.title}${summary}`, "bold", "cyan");
  if (!tree.fields) yield* fieldLines(tree, base, 1);
  const says = explain && ((path: readonly string[]) => explain(protocol.name, path));
  for (const field of tree.fields ?? []) yield* fieldLines(field, base, 1, says);
  const whole = [tree.malformed, malformed].flatMap(one => (one?.path ? [] : (one?.reason ?? [])));
  for (const reason of new Set(whole)) yield wrong(reason, 1);
}

function* fieldLines(
  field: Field,
  base: number,
  depth: number,
  says?: (path: readonly string[]) => string | undefined,
  above: readonly string[] = [],
): Generator<string> {
  const shown = show(field);
  const said = `${"  ".repeat(depth)}${fieldLabel(field)}${shown === "" ? "" : `: ${printable(shown)}`}`;
  yield `${said}  ${paint(placeOf(field, base), "dim")}`;
  const path = [...above, field.key];
  const sentence = says?.(path);
  // What is said of a whole is not said again of each part.
  if (sentence !== undefined && sentence !== says?.(above))
    yield paint(`${"  ".repeat(depth)}  ↳ ${sentence}`, "green");
  if (field.malformed) yield wrong(field.malformed.reason, depth + 1);
  for (const inner of field.fields ?? []) yield* fieldLines(inner, base, depth + 1, says, path);
}

/** List items are numbered from 1, as people count. */
export const fieldLabel = (field: Field): string =>
  /^\d+$/.test(field.key) && !field.codec.notes.label ? `[${Number(field.key) + 1}]` : labelOf(field);

const placeOf = (field: Field, base: number): string => {
  const start = field.start - base;
  const octets = `${start}+${field.end - field.start}`;
  return field.bits
    ? `@${octets}, bits ${field.bits.first}–${field.bits.first + field.bits.width - 1}`
    : `@${octets}`;
};

const wrong = (reason: string, depth: number): string =>
  paint(`${"  ".repeat(depth)}[Malformed: ${reason}]`, "red");
