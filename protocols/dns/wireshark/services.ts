// The parameters of SVCB and HTTPS records in Wireshark's fields (RFC 9460 §2.2).
import type { Cursor } from "./cursor.ts";
import type { Place } from "./part.ts";

export function serviceBinding(cursor: Cursor, { end }: Place): void {
  cursor.number("dns.svcb.svcpriority", 2);
  cursor.name("dns.svcb.targetname");
  while (cursor.at < end)
    cursor.within({ name: "dns.svcb.svcparam" }, () => {
      const key = cursor.number("dns.svcb.svcparam.key", 2);
      parameter(cursor, key, cursor.number("dns.svcb.svcparam.value.length", 2));
    });
}

function parameter(cursor: Cursor, key: number, size: number): void {
  const end = cursor.at + size;
  const each = (read: () => void): void => {
    while (cursor.at < end) read();
  };
  switch (key) {
    case 0:
      return each(() => cursor.number("dns.svcb.svcparam.mandatory.key", 2));
    case 1:
      return each(() => {
        cursor.text("dns.svcb.svcparam.alpn", cursor.number("dns.svcb.svcparam.alpn.length", 1));
      });
    case 2:
      return;
    case 3:
      return void cursor.number("dns.svcb.svcparam.port", 2);
    case 4:
      return each(() => cursor.number("dns.svcb.svcparam.ipv4hint.ip", 4));
    case 5:
      return cursor.bytes("dns.svcb.svcparam.echconfig", size);
    case 6:
      return each(() => cursor.bytes("dns.svcb.svcparam.ipv6hint.ip", 16));
    case 0x8001:
      return cursor.bytes("dns.svcb.svcparam.odohconfig", size);
    default:
      if (size > 0) cursor.bytes("dns.svcb.svcparam.value", size);
  }
}
