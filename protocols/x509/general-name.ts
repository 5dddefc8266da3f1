// General names: hosts, mailboxes, addresses and places (RFC 5280 §4.2.1.6).
import { rest, text, type Value } from "../wire/index.ts";
import { choice } from "./choice.ts";
import { Constructed, explicit, Primitive, sequenceOf } from "./der.ts";
import { name } from "./name.ts";
import { objectIdentifier } from "./primitives.ts";

/** The identifier octet that tells one kind from another. */
export const GeneralNameTag = {
  otherName: 0xa0,
  rfc822Name: 0x81,
  dnsName: 0x82,
  x400Address: 0xa3,
  directoryName: 0xa4,
  ediPartyName: 0xa5,
  uri: 0x86,
  ipAddress: 0x87,
  registeredId: 0x88,
} as const;

/** Four or sixteen octets; eight or thirty-two with a mask, in name constraints. */
const address = rest.with({ show: addressText });

export const generalName = choice({
  [GeneralNameTag.otherName]: new Constructed(GeneralNameTag.otherName, rest).with({ label: "Other name" }),
  [GeneralNameTag.rfc822Name]: new Primitive(GeneralNameTag.rfc822Name, text).with({ label: "Mailbox" }),
  [GeneralNameTag.dnsName]: new Primitive(GeneralNameTag.dnsName, text).with({ label: "DNS name" }),
  [GeneralNameTag.x400Address]: new Constructed(GeneralNameTag.x400Address, rest).with({
    label: "X.400 address",
  }),
  [GeneralNameTag.directoryName]: explicit(4, name).with({ label: "Directory name" }),
  [GeneralNameTag.ediPartyName]: new Constructed(GeneralNameTag.ediPartyName, rest).with({
    label: "EDI party",
  }),
  [GeneralNameTag.uri]: new Primitive(GeneralNameTag.uri, text).with({ label: "URI" }),
  [GeneralNameTag.ipAddress]: new Primitive(GeneralNameTag.ipAddress, address).with({ label: "IP address" }),
  [GeneralNameTag.registeredId]: new Primitive(GeneralNameTag.registeredId, objectIdentifier.content).with({
    label: "Registered ID",
  }),
});
export type GeneralName = Value<typeof generalName>;

export const generalNames = sequenceOf(generalName);

/** "192.168.1.20", "2001:db8:0:0:0:0:0:1"; the octets themselves if they are no address. */
export function addressText(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join(".");
  if (octets.length !== 16) return octets.toHex();
  return octets
    .toHex()
    .match(/.{4}/g)!
    .map(group => group.replace(/^0{1,3}/, ""))
    .join(":");
}
