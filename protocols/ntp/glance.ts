// An NTP message in the words of its summary: all of them stand in the first octet.
import type { Glance } from "../packet/protocol.ts";
import { nameOf, peek } from "../wire/index.ts";
import { header, Mode } from "./format.ts";

const version = peek(header, "flags.version");
const mode = peek(header, "flags.mode");
const headerOctets = header.width! / 8;

export const glance: Glance<undefined> = {
  memory: () => undefined,
  say({ source: { view }, start, end }, to) {
    const number = mode(view, start);
    // What else has this port is looked at whole, and so is what is too short to tell time.
    if (number === Mode.control || number === Mode.private || end - start < headerOctets) return false;
    to.text("NTP Version ");
    to.number(version(view, start));
    to.text(", ");
    to.text(nameOf(Mode, number) ?? String(number));
    return true;
  },
};
