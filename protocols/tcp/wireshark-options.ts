// TCP's options as Wireshark shows them.
import { expert, type Item, type Place } from "../packet/wireshark.ts";
import type { Field } from "../wire/index.ts";
import type { Analysis } from "./analysis.ts";
import type { Header } from "./format.ts";

/** Options of one octet: no-operations, and ends of the list up to the header's end. */
export function* single({ field, layer: { source } }: Place): Generator<Item> {
  for (let at = field.start; at < field.end; at++) {
    const code = source.view.getUint8(at);
    const name = code === 1 ? "tcp.options.nop" : "tcp.options.eol";
    const items = [{ name: "tcp.option_kind", value: code, start: at, size: 1 }];
    yield { name, value: Uint8Array.of(code), start: at, size: 1, items };
  }
}

/** An option of one number, or of none. */
export function option(name: string, inner?: { readonly name: string; readonly scale?: boolean }) {
  return function* ({ field, layer: { source } }: Place): Generator<Item> {
    const { start, end } = field;
    const items = headOf(field, source.view);
    if (inner && end - start > 2) {
      const value = typeof field.value === "number" ? field.value : source.view.getUint8(start + 2);
      items.push({ name: inner.name, value, start: start + 2, size: end - start - 2 });
      if (inner.scale)
        items.push({
          name: "tcp.options.wscale.multiplier",
          value: 2 ** Math.min(value, 14),
          start: start + 2,
          size: 1,
          generated: true,
        });
    }
    yield { name, value: octetsOf(source.view, start, end), start, size: end - start, items };
  };
}

function headOf({ start, end }: Field, view: DataView): Item[] {
  const kind = { name: "tcp.option_kind", value: view.getUint8(start), start, size: 1 };
  if (end < start + 2) return [kind];
  return [kind, { name: "tcp.option_len", value: view.getUint8(start + 1), start: start + 1, size: 1 }];
}

export const octetsOf = (view: DataView, start: number, end: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + start, end - start);

/** RFC 2018 §3: blocks of octets that came, beyond a gap; counted from the connection's first octet. */
export function* selective({ field, layer, facts }: Place<Analysis | undefined>): Generator<Item> {
  const { start, end, value } = field;
  const items = headOf(field, layer.source.view);
  const blocks = (value as readonly { left: number; right: number }[] | undefined) ?? [];
  const raw = (layer.value as Header | undefined)?.acknowledgment ?? 0;
  const base = facts ? (raw - facts.acknowledgment) >>> 0 : 0;
  for (const [i, { left, right }] of blocks.entries()) {
    const at = start + 2 + i * 8;
    items.push({ name: "tcp.options.sack_le", value: (left - base) >>> 0, start: at, size: 4 });
    items.push({ name: "tcp.options.sack_re", value: (right - base) >>> 0, start: at + 4, size: 4 });
    if (i === 0 && isDuplicate(blocks, raw)) {
      const side = { size: 4, generated: true };
      items.push(
        { ...side, name: "tcp.options.sack.dsack_le", value: (left - base) >>> 0, start: at },
        { ...side, name: "tcp.options.sack.dsack_re", value: (right - base) >>> 0, start: at + 4 },
        expert("tcp.options.sack.dsack", "warning", "sequence", "D-SACK Sequence", at),
      );
    }
  }
  items.push({
    name: "tcp.options.sack.count",
    value: blocks.length,
    start: start,
    size: 0,
    generated: true,
  });
  yield {
    name: "tcp.options.sack",
    value: octetsOf(layer.source.view, start, end),
    start,
    size: end - start,
    items,
  };
}

/** RFC 2883 §4: the first block tells of octets that came twice, if they are acknowledged, or in the second block. */
function isDuplicate(blocks: readonly { left: number; right: number }[], acknowledgment: number): boolean {
  const [first, second] = blocks;
  if (!first) return false;
  if (((acknowledgment - first.right) | 0) >= 0) return true;
  if (!second) return false;
  return ((first.left - second.left) | 0) >= 0 && ((second.right - first.right) | 0) >= 0;
}
