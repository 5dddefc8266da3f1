// ICMP of both families for the dissector.
import { dotted } from "../ipv4/address.ts";
import { IpProtocol } from "../ipv4/protocols.ts";
import { addressOctets, colonHex } from "../ipv6/address.ts";
import { internetChecksum, pseudoHeader, viewOf } from "../packet/checksum.ts";
import type { Protocol } from "../packet/index.ts";
import { nameOf } from "../wire/index.ts";
import { format, type Message, Type, Unreachable } from "./format.ts";
import { format6, type Message6, Type6, Unreachable6 } from "./v6.ts";

export const icmp: Protocol<Message> = {
  name: "icmp",
  title: "Internet Control Message Protocol",
  reference: "RFC 792",
  format,
  over: [{ table: "ip.proto", key: IpProtocol.ICMP }],
  summary: ({ type, code, body }) => {
    const name = nameOf(Type, type) ?? `type ${type}`;
    if (type === Type["destination unreachable"])
      return `${capital(name)} (${nameOf(Unreachable, code) ?? `code ${code}`})`;
    if ("gateway" in body) return `${capital(name)} to ${dotted(body.gateway)}`;
    return capital(name) + numbers(body);
  },
  checksum: (_, whole) => internetChecksum(viewOf(whole)) === 0,
};

export const icmpv6: Protocol<Message6> = {
  name: "icmpv6",
  title: "Internet Control Message Protocol v6",
  reference: "RFC 4443",
  format: format6,
  over: [{ table: "ip.proto", key: IpProtocol.ICMPv6 }],
  summary: ({ type, code, body }) => {
    const name = nameOf(Type6, type) ?? `type ${type}`;
    if (type === Type6["destination unreachable"])
      return `${capital(name)} (${nameOf(Unreachable6, code) ?? `code ${code}`})`;
    if ("target" in body) return `${capital(name)} for ${colonHex(body.target)}`;
    return capital(name) + numbers(body);
  },
  checksum: (_, whole, { source, destination }) => {
    const size = whole.length;
    const above = pseudoHeader(addressOctets(source), addressOctets(destination), IpProtocol.ICMPv6, size);
    return internetChecksum(viewOf(whole), 0, size, above) === 0;
  },
};

/** " id=0x0001, seq=7" of a message that is paired by them. */
const numbers = (body: object): string =>
  "identifier" in body && "sequence" in body
    ? ` id=0x${Number(body.identifier).toString(16).padStart(4, "0")}, seq=${body.sequence}`
    : "";

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
