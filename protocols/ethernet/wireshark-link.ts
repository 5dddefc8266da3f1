// Wireshark's names for logical link control: a protocol of its own to it (IEEE 802.2, RFC 1042).
import type { Layer, Packet } from "../packet/index.ts";
import {
  boolean,
  type Definition,
  hex8,
  hex16,
  type Item,
  protocol,
  uint8,
  uint16,
  uint24,
} from "../packet/wireshark.ts";
import type { LogicalLink } from "./format.ts";

export const linkFields: Readonly<Record<string, Definition>> = {
  llc: protocol,
  "llc.dsap": hex8,
  "llc.dsap.sap": uint8,
  "llc.dsap.ig": boolean,
  "llc.ssap": hex8,
  "llc.ssap.sap": uint8,
  "llc.ssap.cr": boolean,
  "llc.control": hex16,
  "llc.control.n_r": uint16,
  "llc.control.n_s": uint16,
  "llc.control.p": boolean,
  "llc.control.f": boolean,
  "llc.control.s_ftype": hex16,
  "llc.control.u_modifier_cmd": hex8,
  "llc.control.u_modifier_resp": hex8,
  "llc.control.ftype": hex16,
  "llc.oui": uint24,
  "llc.type": hex16,
  "llc.cisco_pid": hex16,
  "llc.pid": hex16,
};

/** The item of the logical link control that begins at `start`. */
export function linkItem(
  { control, sequence, snap }: LogicalLink,
  { source, headerEnd }: Layer,
  start: number,
  packet: Packet,
): Item {
  const { destination, source: from } = control;
  const first = { start, size: 1 };
  const second = { start: start + 1, size: 1 };
  const items: Item[] = [
    {
      ...first,
      name: "llc.dsap",
      value: destination,
      items: [
        { ...first, name: "llc.dsap.sap", value: destination >> 1 },
        { ...first, name: "llc.dsap.ig", value: destination & 1 },
      ],
    },
    {
      ...second,
      name: "llc.ssap",
      value: from,
      items: [
        { ...second, name: "llc.ssap.sap", value: from >> 1 },
        { ...second, name: "llc.ssap.cr", value: from & 1 },
      ],
    },
    controlOf(control.control, sequence, (from & 1) === 1, start + 2),
  ];
  if (snap) {
    const [high, middle, low] = snap.organization as Uint8Array & [number, number, number];
    const oui = (high << 16) | (middle << 8) | low;
    const name = { 0: "llc.type", 12: "llc.cisco_pid" }[oui] ?? "llc.pid";
    items.push(
      { name: "llc.oui", value: oui, start: start + 3, size: 3 },
      { name, value: snap.type, start: start + 6, size: 2 },
    );
  }
  const own = source.view === packet.frame.view ? undefined : source;
  return { name: "llc", start, size: headerEnd - start, source: own, items };
}

/** IEEE 802.2 §5.2: information, supervisory and unnumbered frames; the two octets of the former, the low one first. */
function controlOf(low: number, high: number | undefined, isResponse: boolean, start: number): Item {
  const at = { start, size: high === undefined ? 1 : 2 };
  const value = low | ((high ?? 0) << 8);
  const poll = { ...at, name: isResponse ? "llc.control.f" : "llc.control.p", value: 1 };
  const items: Item[] = [];
  if (high === undefined) {
    if (low & 0x10) items.push(poll);
    const modifier = ((low >> 3) & 0x1c) | ((low >> 2) & 3);
    items.push(
      { ...at, name: `llc.control.u_modifier_${isResponse ? "resp" : "cmd"}`, value: modifier },
      { ...at, name: "llc.control.ftype", value: 3, show: "0x03" },
    );
    return { ...at, name: "llc.control", value, items };
  }
  items.push({ ...at, name: "llc.control.n_r", value: value >> 9 });
  const isInformation = (low & 1) === 0;
  if (isInformation) items.push({ ...at, name: "llc.control.n_s", value: (value >> 1) & 0x7f });
  if (value & 0x100) items.push(poll);
  if (!isInformation) items.push({ ...at, name: "llc.control.s_ftype", value: (value >> 2) & 3 });
  items.push({ ...at, name: "llc.control.ftype", value: isInformation ? 0 : 1 });
  return { ...at, name: "llc.control", value, items };
}
