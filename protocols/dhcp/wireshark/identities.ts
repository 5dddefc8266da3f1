// The options of DHCP that say who somebody is, in Wireshark's fields.
import type { Cursor } from "../../packet/cursor.ts";
import { textOf } from "../../packet/cursor.ts";
import { expert } from "../../packet/wireshark.ts";
import type { Kind, Problem } from "./kinds.ts";
import { labelsAt } from "./names.ts";

const Ethernet = 1;
const Ieee802 = 6;

/** RFC 2132 §9.14, RFC 4361 §6.1. */
export const clientIdentifier: Kind = (cursor, end) => {
  const size = end - cursor.at;
  if (size === 0) return;
  const start = cursor.at;
  const type = cursor.peek(1);
  if (type === 255) {
    cursor.take(1);
    identity(cursor, end);
  } else if (size === 7 && type > 0 && type < 48) {
    cursor.number("dhcp.hw.type", 1);
    address(cursor, type, end);
  } else if (size === 17 && type === 0) {
    cursor.take(1);
    uuid(cursor);
  } else if (type === 0 && size > 1) {
    cursor.number("dhcp.client_id.type", 1);
    const { text } = textOf(cursor.octets(cursor.at, size - 1));
    cursor.item("dhcp.client_id.undef", text, start + 1, size - 1);
  }
};

/** Its first three numbers lie with their lowest octet first. */
export function uuid(cursor: Cursor): void {
  const at = cursor.take(16);
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const octets = Uint8Array.from(order, i => cursor.view.getUint8(at + i));
  cursor.item("dhcp.client_id.uuid", octets, at, 16);
}

function address(cursor: Cursor, type: number, end: number): void {
  const size = end - cursor.at;
  if (type === Ethernet || type === Ieee802) cursor.bytes("dhcp.hw.mac_addr", size);
  else {
    const at = cursor.take(size);
    cursor.item("dhcp.client_hardware_address", cursor.octets(at, size).toHex(), at, size);
  }
}

/** A DUID (RFC 8415 §11), behind the identifier of what it is for. */
function identity(cursor: Cursor, end: number): void {
  const iaid = cursor.take(4);
  cursor.item("dhcp.client_id.iaid", cursor.octets(iaid, 4).toHex(), iaid, 4);
  const kind = cursor.number("dhcp.client_id.duid_type", 2);
  if (kind === 2) {
    if (end - cursor.at < 5) return;
    cursor.number("dhcp.client_id.enterprise_num", 4);
    return cursor.bytes("dhcp.client_id", end - cursor.at);
  }
  if (kind !== 1 && kind !== 3) return;
  const hardware = cursor.number(`dhcp.client_id.duid_${kind === 1 ? "llt" : "ll"}_hw_type`, 2);
  if (kind === 1) cursor.number("dhcp.client_id.time", 4);
  const size = end - cursor.at;
  if (size <= 0) return;
  const at = cursor.take(size);
  const octets = Array.from(cursor.octets(at, size), octet => octet.toString(16).padStart(2, "0"));
  const separator = size === 6 && (hardware === Ethernet || hardware === Ieee802) ? ":" : "";
  cursor.item("dhcp.client_id.link_layer_address", octets.join(separator), at, size);
}

/** RFC 3004 §4, and what clients send in its place. */
export const userClass: Kind = (cursor, end) => {
  if (end - cursor.at < 2) return { message: "length isn't >= 2" };
  for (let instance = 0; cursor.at < end; instance++) {
    const start = cursor.at;
    const size = cursor.peek(1);
    if (size === 0 || start + 1 + size > end) {
      cursor.text("dhcp.option.user_class.text", end - start);
      const last = cursor.items.pop()!;
      const message = "Non standard compliant option data";
      const objection = expert("dhcp.option.nonstd_data", "note", "protocol", message, start);
      cursor.items.push({ ...last, items: [...(last.items ?? []), objection] });
      return;
    }
    cursor.within({ name: "dhcp.option.user_class", value: instance }, () => {
      cursor.number("dhcp.option.user_class.length", 1);
      cursor.bytes("dhcp.option.user_class.data", size);
    });
  }
};

/** RFC 4702 §2. */
export const fullyQualified: Kind = (cursor, end) => {
  if (end - cursor.at < 3) return { message: "length isn't >= 3" };
  const flags = cursor.bits("dhcp.fqdn.flags", 1, [
    ["dhcp.fqdn.mbz", 0xf0],
    ["dhcp.fqdn.n", 8],
    ["dhcp.fqdn.e", 4],
    ["dhcp.fqdn.o", 2],
    ["dhcp.fqdn.s", 1],
  ]);
  cursor.number("dhcp.fqdn.rcode1", 1);
  cursor.number("dhcp.fqdn.rcode2", 1);
  const size = end - cursor.at;
  if (size === 0) return;
  if (flags & 4) cursor.item("dhcp.fqdn.name", labelsAt(cursor, end), cursor.at, size);
  else cursor.text("dhcp.fqdn.name", size);
};

type Opened = readonly [name: string, kind: "octets" | "text" | 1 | 4];

const agent: Readonly<Record<number, Opened>> = {
  1: ["agent_circuit_id", "octets"],
  2: ["agent_remote_id", "octets"],
  3: ["reserved", "octets"],
  4: ["docsis_device_class", 4],
  5: ["link_selection", 4],
  6: ["subscriber_id", "text"],
  7: ["radius_attributes", "octets"],
  8: ["authentication", "octets"],
  10: ["flags", 1],
  11: ["server_id_override", 4],
  12: ["relay_agent_id", "octets"],
  13: ["ani_att", 1],
  14: ["ani_network_name", "text"],
  15: ["ani_ap_name", "text"],
  16: ["ani_ap_bssid", "octets"],
  17: ["ani_operator_id", "octets"],
  18: ["ani_operator_realm", "text"],
  150: ["link_selection_cisco", 4],
  152: ["server_id_override_cisco", 4],
};

/** RFC 3046 §2.0: options within the option. */
export const agentInformation: Kind = (cursor, end) => {
  const start = cursor.at - 2;
  const objected = (name: string, message: string, at: number): undefined => {
    cursor.items.push(expert(name, "error", "protocol", message, at));
  };
  while (cursor.at < end) {
    const at = cursor.at;
    if (end - at < 2) {
      const message = `Suboption ${cursor.peek(1)}: no room left in option for suboption length`;
      return objected("dhcp.missing_subopt_length", message, start);
    }
    const [code, size] = [cursor.view.getUint8(at), cursor.view.getUint8(at + 1)];
    const room = at + 2 + size <= end;
    const outer = cursor.items;
    cursor.items = [];
    cursor.take(1);
    cursor.number("dhcp.option.suboption_length", 1);
    if (room) suboption(cursor, code, size, at);
    else {
      const message = `Suboption ${code}: no room left in option for suboption value`;
      objected("dhcp.missing_subopt_value", message, at);
    }
    const items = cursor.items;
    cursor.items = outer;
    const name = "dhcp.option.agent_information_option.suboption";
    cursor.item(name, code, at, 2 + size, items);
    if (!room) return;
    cursor.at = at + 2 + size;
  }
};

function suboption(cursor: Cursor, code: number, size: number, start: number): void {
  const name = (part: string): string => `dhcp.option.agent_information_option.${part}`;
  const data = cursor.at;
  const [part, kind] = agent[code] ?? [];
  if (code === 9) return vendorSpecific(cursor, data + size);
  if (part === undefined || kind === undefined) return cursor.bytes(name("value"), size);
  cursor.items.push({
    name: name("value"),
    value: cursor.octets(data, size),
    start: data,
    size,
    hidden: true,
  });
  const problem = value(cursor, name(part), kind, size);
  if (problem) cursor.items.push(expert("dhcp.bad_length", "error", "protocol", problem.message, start));
}

function value(cursor: Cursor, name: string, kind: Opened[1], size: number): Problem | undefined {
  if (kind === "octets") cursor.bytes(name, size);
  else if (kind === "text") cursor.text(name, size);
  else if (kind !== size) return { message: `length isn't ${kind}` };
  else cursor.number(name, kind);
  return undefined;
}

/** RFC 4243 §3. */
function vendorSpecific(cursor: Cursor, end: number): void {
  const name = (part: string): string => `dhcp.option.agent_information_option.${part}`;
  while (end - cursor.at >= 5) {
    const at = cursor.at;
    const enterprise = cursor.peek(4);
    cursor.take(4);
    const outer = cursor.items;
    cursor.items = [];
    const size = cursor.number(name("vi.data_length"), 1);
    const items = cursor.items;
    cursor.items = outer;
    cursor.item(name("vi.enterprise"), enterprise, at, 4, items);
    cursor.bytes(name("value"), Math.min(size, end - cursor.at));
  }
}
