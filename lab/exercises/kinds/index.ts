// The kinds of answers.

export { address, encoded, mac, octets } from "./address.ts";
export { at, inPacket } from "./in-packet.ts";
export { moment } from "./moment.ts";
export { number, type Quantity, type Unit } from "./number.ts";
export { type Chosen, choice, chosen, filter, packet, packets } from "./packets.ts";
export { domainName, text } from "./text.ts";
