// What stands after the packet in its frame, as Wireshark tells padding, trailer and check sequence apart.
import type { Layer } from "../packet/index.ts";
import {
  bytes,
  type Definition,
  expert,
  hex32,
  type Item,
  none,
  type Place,
  uint8,
} from "../packet/wireshark.ts";

export const trailingFields: Readonly<Record<string, Definition>> = {
  "eth.padding": bytes,
  "eth.padding_bad": none,
  "eth.trailer": bytes,
  "eth.fcs": hex32,
  "eth.fcs.status": uint8,
};

/** The shortest frame, its check sequence not counted (IEEE 802.3 §3.2.8). */
const shortest = 60;
const checkSequence = 4;

/**
 * Zeros up to the shortest frame are padding, all else is a trailer, shown as `name`. A check sequence is at the end of
 * frames that are long enough for both, and nowhere announced; with `checked` one is looked for.
 */
export function* trailing({ layer, packet }: Place, name: string, checked = false): Generator<Item> {
  const left = leftOver(packet.layers);
  const { frame } = packet;
  if (!left || left.source.view !== frame.view || left.end !== layer.end) return;
  const { view } = left.source;
  const octets = (from: number, to: number) => new Uint8Array(view.buffer, view.byteOffset + from, to - from);
  const limit = frame.originalLength < shortest ? left.start : frame.start + shortest;
  const wanted = Math.min(left.end, Math.max(left.start, limit));
  const padded = octets(left.start, wanted).every(octet => octet === 0) ? wanted : left.start;
  if (padded > left.start)
    yield {
      name: "eth.padding",
      value: octets(left.start, padded),
      start: left.start,
      size: padded - left.start,
    };
  const hasCheck =
    checked && left.end - frame.start >= shortest + checkSequence && left.end - padded >= checkSequence;
  const end = hasCheck ? left.end - checkSequence : left.end;
  if (end > padded) {
    const items = padded < wanted ? [strange(padded)] : [];
    yield { name, value: octets(padded, end), start: padded, size: end - padded, items };
  }
  if (!hasCheck) return;
  yield { name: "eth.fcs", value: view.getUint32(end), start: end, size: checkSequence };
  yield { name: "eth.fcs.status", value: 2, start: end, size: 0, generated: true };
}

/** What the packet leaves of the frame; what UDP leaves of the packet is none of the frame's. */
function leftOver(layers: readonly Layer[]): Layer | undefined {
  const at = layers.findLastIndex(({ protocol }) => protocol.name === "padding");
  if (at < 0) return undefined;
  const left = layers[at]!;
  const owner = layers.findLast((one, i) => i < at && one.depth === left.depth - 1);
  return owner?.protocol.name === "udp" ? undefined : left;
}

const strange = (start: number): Item =>
  expert(
    "eth.padding_bad",
    "note",
    "protocol",
    "Didn't find padding of zeros, and an undecoded trailer exists. There may be padding of non-zeros.",
    start,
  );
