// Wireshark's names for DHCP, and for BOOTP before it.
import { Cursor, Ended, textOf } from "../packet/cursor.ts";
import { expert, type Item, label, malformed, type Place, type Wireshark } from "../packet/wireshark.ts";
import { magic, size as room } from "./parts.ts";
import { fields } from "./wireshark/fields.ts";
import { optionsField } from "./wireshark/options.ts";

const [hardwareRoom, vendorArea] = [16, 64];
/** Hardware types whose addresses of six octets are MAC addresses: Ethernet, IEEE 802. */
const macTypes: ReadonlySet<number> = new Set([1, 6]);

/** From the client's hardware address on: our tree may not get that far. */
function* afterAddresses(place: Place): Generator<Item> {
  const { layer } = place;
  const { start, end, source } = layer;
  const cursor = new Cursor(source.view, end, start + 28);
  let whole = false;
  try {
    hardwareAddress(cursor, start);
    rooms(cursor, start);
    vendor(cursor, start);
    whole = true;
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
  yield* cursor.items;
  if (!whole) yield malformed("DHCP/BOOTP", place);
}

function hardwareAddress(cursor: Cursor, start: number): void {
  // Whoever has room for the address has the octets before it too.
  const at = cursor.take(hardwareRoom);
  const [type, size] = [cursor.view.getUint8(start + 1), cursor.view.getUint8(start + 2)];
  if (size === 0 || size > hardwareRoom) {
    const said = "Client address not given";
    const objection = expert("dhcp.client_address_not_given", "note", "protocol", said, at);
    cursor.items.push(label(said, at, hardwareRoom, [objection]));
    return;
  }
  if (size === 6 && macTypes.has(type)) cursor.item("dhcp.hw.mac_addr", cursor.octets(at, size), at, size);
  else cursor.item("dhcp.hw.addr", cursor.octets(at, hardwareRoom), at, hardwareRoom);
  const left = hardwareRoom - size;
  if (left > 0) cursor.item("dhcp.hw.addr_padding", cursor.octets(at + size, left), at + size, left);
}

/** Texts, or options where the options say so (RFC 2132 §9.3). */
function rooms(cursor: Cursor, start: number): void {
  const overloaded = overloadIn(cursor, start);
  const names = {
    sname: ["dhcp.server", "Server name", "server_name"],
    file: ["dhcp.file", "Boot file name", "boot_filename"],
  } as const;
  for (const [key, bit] of [
    ["sname", 2],
    ["file", 1],
  ] as const) {
    const at = cursor.take(room[key]);
    const [name, title, field] = names[key];
    if (overloaded & bit) {
      const said = `${title} option overloaded by DHCP`;
      const objection = expert(`dhcp.${field}_overloaded_by_dhcp`, "note", "protocol", said, at);
      cursor.items.push(label(said, at, room[key], [objection]));
    } else cursor.item(name, textOf(cursor.octets(at, room[key])).text, at, room[key]);
  }
}

/** Where the octets of an option lie, for what has to be known before them all. */
function find({ view, end }: Cursor, start: number, wanted: number): [at: number, size: number] | undefined {
  let at = start + 240;
  if (at > end || view.getUint32(at - 4) !== magic) return undefined;
  while (at + 2 < end) {
    const [code, size] = [view.getUint8(at), view.getUint8(at + 1)];
    if (code === 255) return undefined;
    if (code === 0) at++;
    else if (code === wanted) return at + 2 + size <= end ? [at + 2, size] : undefined;
    else at += 2 + size;
  }
  return undefined;
}

/** The value of the option that says what the rooms hold. */
function overloadIn(cursor: Cursor, start: number): number {
  const [at, size] = find(cursor, start, 52) ?? [0, 0];
  return size > 0 ? cursor.view.getUint8(at) : 0;
}

function vendorClassIn(cursor: Cursor, start: number): string {
  const [at, size] = find(cursor, start, 60) ?? [start, 0];
  return textOf(cursor.octets(at, size)).text;
}

function vendor(cursor: Cursor, start: number): void {
  const isBootp = find(cursor, start, messageType) === undefined;
  if (isBootp) cursor.items.push({ name: "dhcp.bootp", value: 1, start, size: 0, hidden: true });
  if (cursor.peek(4) !== magic) return cursor.bytes("dhcp.vendor_specific_options", vendorArea);
  cursor.number("dhcp.cookie", 4);
  optionsField(cursor, { start, vendorClass: vendorClassIn(cursor, start) });
}

const messageType = 53;

/** Some count seconds with the lower octet first, and send none in the other: more than 255 would be strange. */
const isSwapped = (seconds: number): boolean => seconds > 0xff && (seconds & 0xff) === 0;

export const wireshark: Wireshark = {
  protocols: ["dhcp"],
  fields,
  paths: {
    op: "dhcp.type",
    htype: "dhcp.hw.type",
    hlen: "dhcp.hw.len",
    hops: "dhcp.hops",
    xid: "dhcp.id",
    secs: {
      name: "dhcp.secs",
      value: (seconds: number) => (isSwapped(seconds) ? seconds >> 8 : seconds),
      *within({ field }) {
        const said = "Seconds elapsed appears to be encoded as little-endian";
        if (isSwapped(field.value as number))
          yield expert("dhcp.secs_le", "note", "protocol", said, field.start);
      },
    },
    flags: "dhcp.flags",
    "flags.broadcast": "dhcp.flags.bc",
    "flags.reserved": "dhcp.flags.reserved",
    ciaddr: "dhcp.ip.client",
    yiaddr: "dhcp.ip.your",
    siaddr: "dhcp.ip.server",
    giaddr: "dhcp.ip.relay",
  },
  span: ({ layer: { start, end } }) => ({ start, size: end - start }),
  generated: afterAddresses,
};
