// An IPv6 address written into a line, as RFC 5952 recommends.
import type { Line } from "../packet/line.ts";
import { colonHex } from "./address.ts";

const colon = 0x3a;

/** "2001:db8::1", of the sixteen octets at `at`. */
export function sayColonHex(to: Line, view: DataView, at: number): void {
  let [start, length] = [-1, 1];
  for (let group = 0; group < 8; group++) {
    let zeros = 0;
    while (group + zeros < 8 && view.getUint16(at + 2 * (group + zeros)) === 0) zeros++;
    if (zeros > length) [start, length] = [group, zeros];
    group += zeros;
  }
  // An IPv4 address may stand in it, which is written otherwise.
  if (start === 0 && length === 5) {
    to.text(colonHex(new Uint8Array(view.buffer, view.byteOffset + at, 16)));
    return;
  }
  for (let group = 0; group < 8; group++) {
    if (group === start) {
      // The group before has written one of the two.
      if (group === 0) to.octet(colon);
      to.octet(colon);
      group += length - 1;
      continue;
    }
    const value = view.getUint16(at + 2 * group);
    to.hex(value, value > 0xfff ? 4 : value > 0xff ? 3 : value > 0xf ? 2 : 1);
    if (group < 7) to.octet(colon);
  }
}
