// What vendors put into their option of DHCP, as far as Wireshark opens it by the vendor class (RFC 2132 §8.4, §9.13).
import type { Cursor } from "../../packet/cursor.ts";
import { textOf } from "../../packet/cursor.ts";
import type { Kind } from "./kinds.ts";

/** PXE, Apple's BSDP and cable modems have options of their own in it, which are not taken apart here. */
export const vendorOptions: Kind = (cursor, end, { vendorClass }) => {
  const size = end - cursor.at;
  const start = cursor.at;
  if (vendorClass.startsWith("ArubaAP") && size > 0)
    text(cursor, "dhcp.option.vendor.arubaap.controllerip", size);
  else cursor.bytes("dhcp.option.vendor.value", size);
  cursor.at = start + size;
};

function text(cursor: Cursor, name: string, size: number): void {
  const at = cursor.take(size);
  cursor.item(name, textOf(cursor.octets(at, size)).text, at, size);
}
