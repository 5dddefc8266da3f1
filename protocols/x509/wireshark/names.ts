// Distinguished names by Wireshark's names (X.501, X.520), from its files x509if and x509sat.
import type { Item } from "../../packet/wireshark.ts";
import { Oid } from "../oid.ts";
import { Tag } from "../tag.ts";
import { choice, elements, listOf, oid, oidOf, type Shape, text } from "./ber.ts";

/** X.520: text of any of five types. */
export const directoryString: Shape = choice("x509sat.DirectoryString", {
  [Tag.teletexString]: { number: 0, shape: text("x509sat.teletexString", "latin1") },
  [Tag.printableString]: { number: 1, shape: text("x509sat.printableString") },
  [Tag.universalString]: { number: 2, shape: text("x509sat.universalString") },
  [Tag.bmpString]: { number: 3, shape: text("x509sat.bmpString", "bmp") },
  [Tag.utf8String]: { number: 4, shape: text("x509sat.uTF8String") },
});

/** Attributes of names that are no DirectoryString. */
const attributes: Readonly<Record<string, Shape>> = {
  [Oid.countryName]: text("x509sat.CountryName"),
  [Oid.jurisdictionCountryName]: text("x509sat.CountryName"),
  [Oid.serialNumber]: text("x509sat.PrintableString"),
  [Oid.dnQualifier]: text("x509sat.PrintableString"),
  [Oid.emailAddress]: text("x509sat.IA5String"),
  [Oid.domainComponent]: text("x509sat.IA5String"),
};

/** An attribute's type, and its value by that. */
const attribute: Shape = (from, element) => {
  const [type, value] = elements(from, element.at, element.end);
  const items: Item[] = type ? oid("x509if.oid")(from, type) : [];
  if (type && value) items.push(...(attributes[oidOf(from, type)] ?? directoryString)(from, value));
  const { start, end } = element;
  return [{ name: "x509if.RelativeDistinguishedName_item_element", start, size: end - start, items }];
};
const sequenceOfNames = (name: string): Shape => listOf(name, listOf("x509if.RDNSequence_item", attribute));

/** A distinguished name, as the choice that X.501 has it be. */
export const nameAs = (name: string, rdns = "x509if.rdnSequence"): Shape =>
  choice(name, { [Tag.sequence]: { number: 0, shape: sequenceOfNames(rdns) } });

/** The names of authorities in a request for a certificate. */
export const relativeNames: Shape = sequenceOfNames("x509if.rdnSequence");
