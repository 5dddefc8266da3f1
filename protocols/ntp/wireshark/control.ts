// NTP's control messages in Wireshark's fields: mode 6 (RFC 9327).
import { type Bits, Cursor, Ended } from "../../packet/cursor.ts";
import type { Item, Place } from "../../packet/wireshark.ts";
import type { Control } from "../format.ts";

const system: Bits = [
  ["ntp.ctrl.sys_status.li", 0xc000],
  ["ntp.ctrl.sys_status.clksrc", 0x3f00],
  ["ntp.ctrl.sys_status.count", 0xf0],
  ["ntp.ctrl.sys_status.code", 0xf],
];
const peer: Bits = [
  ["ntp.ctrl.peer_status.config", 0x8000],
  ["ntp.ctrl.peer_status.authenable", 0x4000],
  ["ntp.ctrl.peer_status.authentic", 0x2000],
  ["ntp.ctrl.peer_status.reach", 0x1000],
  ["ntp.ctrl.peer_status.bcast", 0x800],
  ["ntp.ctrl.peer_status.selection", 0x700],
  ["ntp.ctrl.peer_status.count", 0xf0],
  ["ntp.ctrl.peer_status.code", 0xf],
];
const clock: Bits = [
  ["ntp.ctrl.clock_status.status", 0xff00],
  ["ntp.ctrl.clock_status.code", 0xff],
];
const failure: Bits = [["ntp.ctrl.err_status", 0xff00]];

const Opcode = { readStatus: 1, readVariables: 2, readClock: 4, asyncMessage: 7 } as const;

/** Whose status it is, by what was asked (RFC 9327 §3). */
function meaning({ operation: { response, error, opcode }, associationId }: Control): Bits {
  if (error) return failure;
  if (!response && opcode !== Opcode.asyncMessage) return [];
  if (opcode === Opcode.readClock) return clock;
  return associationId === 0 ? system : peer;
}

export function* status({ field, layer }: Place): Generator<Item> {
  const cursor = new Cursor(layer.source.view, field.end, field.start);
  const message = layer.value as Control | undefined;
  if (cursor.at + 2 > cursor.end) return;
  cursor.bits("ntp.ctrl.status", 2, message ? meaning(message) : []);
  const [item] = cursor.items;
  yield item!.items?.length === 0 ? { ...item!, items: undefined } : item!;
}

/** What is there once `count` octets of it are taken: a key's number, and what was made with the key. */
export function* data({ field, layer }: Place): Generator<Item> {
  const message = layer.value as Control | undefined;
  if (!message || message.count === 0) return;
  const end = Math.min(field.end, field.start + message.count);
  const cursor = new Cursor(layer.source.view, end, field.start);
  const { operation, associationId } = message;
  const associations = operation.response && operation.opcode === Opcode.readStatus && associationId === 0;
  try {
    cursor.within({ name: "ntp.ctrl.data" }, () => {
      while (associations && cursor.at < end)
        cursor.within({ name: "ntp.ctrl.item" }, () => {
          cursor.number("ntp.ctrl.associd", 2);
          cursor.bits("ntp.ctrl.status", 2, peer);
        });
      cursor.take(end - cursor.at);
    });
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
  yield* cursor.items;
}
