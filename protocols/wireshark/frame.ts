// Wireshark's pseudo-protocol "frame": what is known of a packet before anything of it is read.
import type { Packet } from "../packet/index.ts";
import {
  absoluteTime,
  boolean,
  type Definition,
  type Item,
  int16,
  relativeTime,
  string,
  uint32,
} from "../packet/wireshark.ts";

export const frameFields: Readonly<Record<string, Definition>> = {
  frame: { type: "protocol" },
  "frame.encap_type": int16,
  "frame.time": absoluteTime,
  "frame.offset_shift": relativeTime,
  "frame.time_epoch": relativeTime,
  "frame.time_delta": relativeTime,
  "frame.time_delta_displayed": relativeTime,
  "frame.time_relative": relativeTime,
  "frame.number": uint32,
  "frame.len": uint32,
  "frame.cap_len": uint32,
  "frame.marked": boolean,
  "frame.ignored": boolean,
  "frame.protocols": string,
  "frame.comment": string,
  "frame.interface_id": uint32,
  "frame.interface_name": string,
  "frame.section_number": uint32,
};

/** Wireshark's own numbers for the link types of captures (wiretap/wtap.h). */
const encapsulations: Readonly<Record<number, number>> = {
  0: 15,
  1: 1,
  12: 7,
  14: 7,
  101: 7,
  108: 32,
  113: 25,
  228: 129,
  229: 130,
  276: 210,
};

/** Times of a capture's packets, as they count from others. */
export class FrameTimes {
  #first: bigint | undefined;
  #before: bigint | undefined;
  last = { delta: 0n, relative: 0n };

  of({ time }: Packet): FrameTimes["last"] {
    this.#first ??= time;
    this.last = { delta: time - (this.#before ?? time), relative: time - this.#first };
    this.#before = time;
    return this.last;
  }
}

/** The frame's item. */
export function frameItem(packet: Packet, { delta, relative }: FrameTimes["last"], chain: string): Item {
  const { frame } = packet;
  const at = { start: frame.start, size: 0 };
  const captured = frame.end - frame.start;
  return {
    name: "frame",
    start: frame.start,
    size: captured,
    items: [
      { ...at, name: "frame.encap_type", value: encapsulations[frame.linkType] ?? 0 },
      { ...at, name: "frame.time", value: packet.time },
      { ...at, name: "frame.offset_shift", value: 0n },
      { ...at, name: "frame.time_epoch", value: packet.time },
      { ...at, name: "frame.time_delta", value: delta },
      { ...at, name: "frame.time_delta_displayed", value: delta },
      { ...at, name: "frame.time_relative", value: relative },
      { ...at, name: "frame.number", value: packet.number },
      { ...at, name: "frame.len", value: frame.originalLength },
      { ...at, name: "frame.cap_len", value: captured },
      { ...at, name: "frame.marked", value: 0 },
      { ...at, name: "frame.ignored", value: 0 },
      { ...at, name: "frame.protocols", value: chain },
    ],
  };
}
