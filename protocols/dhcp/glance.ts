// A DHCP message in the words of its summary: its type and whose transaction it is.
import type { Glance } from "../packet/protocol.ts";
import { nameOf, offsetOf, peek } from "../wire/index.ts";
import { MessageType, magic, message } from "./format.ts";

const xid = peek(message, "xid");
const hlen = peek(message, "hlen");
const pad = 0;
const end = 255;
const messageType = 53;
/** Other rooms hold options too. */
const overload = 52;
const cookieOctets = 4;
const cookieAt = offsetOf(message, "cookie");

export const glance: Glance<undefined> = {
  memory: () => undefined,
  say({ source: { view }, start, end: stop }, to) {
    if (start + cookieAt + cookieOctets > stop || view.getUint32(start + cookieAt) !== magic) return false;
    if (hlen(view, start) > 16) return false;
    let type = -1;
    for (let at = start + cookieAt + cookieOctets; ; ) {
      if (at >= stop) return false;
      const code = view.getUint8(at++);
      if (code === end) break;
      if (code === pad) continue;
      if (code === overload || at >= stop) return false;
      const size = view.getUint8(at++);
      if (code === messageType && size === 1 && type < 0) type = view.getUint8(at);
      else if (code === messageType) return false;
      at += size;
    }
    const name = type < 0 ? undefined : nameOf(MessageType, type);
    if (name === undefined) return false;
    to.text("DHCP ");
    to.text(name);
    to.text(" - Transaction ID 0x");
    const id = xid(view, start);
    to.hex(id, Math.max(1, Math.ceil((32 - Math.clz32(id)) / 4)));
    return true;
  },
};
