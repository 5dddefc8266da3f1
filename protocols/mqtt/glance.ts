// An MQTT control packet in the words of its summary; what decides how others are read is read whole.
import type { Line } from "../packet/line.ts";
import type { Glance } from "../packet/protocol.ts";
import { Type } from "./types.ts";
import { inWords } from "./words.ts";

/** Types whose packets say nothing but their name, and those that begin with a packet identifier. */
const bare: ReadonlySet<number> = new Set([Type.CONNACK, Type.PINGREQ, Type.PINGRESP, Type.DISCONNECT]);
const identified: ReadonlySet<number> = new Set([
  Type.PUBACK,
  Type.PUBREC,
  Type.PUBREL,
  Type.PUBCOMP,
  Type.SUBACK,
  Type.UNSUBSCRIBE,
  Type.UNSUBACK,
]);

export const glance: Glance<undefined> = {
  memory: () => undefined,
  say({ source: { view }, start, end }, to) {
    const first = view.getUint8(start);
    const type = first >>> 4;
    let at = start + 1;
    while (at < end && view.getUint8(at) >= 0x80) at++;
    at++;
    if (bare.has(type)) {
      to.text(words[type]!);
      return true;
    }
    if (identified.has(type) && at + 2 <= end) {
      to.text(words[type]!);
      identifier(to, view.getUint16(at));
      return true;
    }
    return type === Type.PUBLISH && publish(view, at, end, (first >> 1) & 3, to);
  },
};

function publish(view: DataView, start: number, end: number, qos: number, to: Line): boolean {
  if (start + 2 > end) return false;
  const size = view.getUint16(start);
  const topicEnd = start + 2 + size;
  if (topicEnd + (qos > 0 ? 2 : 0) > end) return false;
  for (let at = start + 2; at < topicEnd; at++) {
    const octet = view.getUint8(at);
    if (octet < 0x20 || octet >= 0x7f) return false;
  }
  to.text(words[Type.PUBLISH]!);
  if (qos > 0) identifier(to, view.getUint16(topicEnd));
  to.text(" [");
  to.reserve(size + 1);
  for (let at = start + 2; at < topicEnd; at++) to.octet(view.getUint8(at));
  to.octet(0x5d);
  return true;
}

function identifier(to: Line, identifier: number): void {
  to.text(" (id=");
  to.number(identifier);
  to.octet(0x29);
}

const words: readonly string[] = Array.from(
  { length: 16 },
  (_, type) => (inWords as Record<number, string>)[type] ?? "",
);
