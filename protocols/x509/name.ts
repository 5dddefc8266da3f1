// Distinguished names, of those who hold and issue certificates (X.501, RFC 5280 §4.1.2.4).
import {
  type Codec,
  many,
  type Notes,
  type Reader,
  struct,
  text,
  utf8,
  type Value,
  type Writer,
} from "../wire/index.ts";
import { bmp } from "./bmp.ts";
import { Constructed, Element, sequence, sequenceOf } from "./der.ts";
import { Oid, oidName } from "./oid.ts";
import { objectIdentifier } from "./primitives.ts";
import { enclose, readHeader, Tag } from "./tag.ts";

/** Text, and which of ASN.1's many types it came as: equal names have equal types too. */
export interface AttributeText {
  readonly tag: number;
  readonly text: string;
}

/** Of whatever type: UTF8String and BMPString as the text they are, any other octet for octet (Latin-1). */
class AttributeValue extends Element<AttributeText> {
  override readonly notes: Notes = { show: (value: AttributeText) => JSON.stringify(value.text) };
  begins(): boolean {
    return true;
  }
  read(from: Reader): AttributeText {
    const { tag, length } = readHeader(from);
    const outer = from.confine(length);
    const value = contentsOf(tag).read(from);
    from.release(outer);
    return { tag, text: value };
  }
  write(to: Writer, value: AttributeText): void {
    enclose(to, value.tag, () => contentsOf(value.tag).write(to, value.text));
  }
}

const contentsOf = (tag: number): Codec<string> =>
  tag === Tag.utf8String ? utf8 : tag === Tag.bmpString ? bmp : text;

const attribute = sequence(struct({ type: objectIdentifier, value: new AttributeValue() }));

/** One step of a name; more than one attribute in it is rare. */
export const attributesOfOneName = many(attribute);

/** Sets of attributes, in the order they stand in: the most general first, as a rule. */
export const name = sequenceOf(new Constructed(Tag.set, attributesOfOneName)).with({ show: nameText });
export type Name = Value<typeof name>;

/** "C=GB, O=Mosquitto, CN=mosquitto.org", in the order of the certificate; escaped as RFC 4514 §2.4 has it. */
export function nameText(name: Name): string {
  return name
    .map(set =>
      set.map(({ type, value }) => `${keywords[type] ?? oidName(type) ?? type}=${escaped(value.text)}`),
    )
    .map(set => set.join("+"))
    .join(", ");
}

/** The last attribute of that type, which is the most specific: `attributeOf(name, Oid.commonName)`. */
export const attributeOf = (name: Name, type: string): string | undefined =>
  name.flat().findLast(attribute => attribute.type === type)?.value.text;

/** The common name. */
export const commonName = (name: Name): string | undefined => attributeOf(name, Oid.commonName);

/** A name of these attributes, one a set, in UTF8String: `nameOf([[Oid.commonName, "Root CA"]])`. */
export const nameOf = (attributes: readonly (readonly [type: string, text: string])[]): Name =>
  attributes.map(([type, text]) => [{ type, value: { tag: Tag.utf8String, text } }]);

/** RFC 4514 §3; those without a keyword go by the names of their standards. */
const keywords: Readonly<Record<string, string>> = {
  [Oid.commonName]: "CN",
  [Oid.localityName]: "L",
  [Oid.stateOrProvinceName]: "ST",
  [Oid.organizationName]: "O",
  [Oid.organizationalUnitName]: "OU",
  [Oid.countryName]: "C",
  [Oid.streetAddress]: "STREET",
  [Oid.domainComponent]: "DC",
  [Oid.userId]: "UID",
};

/** Control characters too: names come from strangers and go to terminals. */
const escaped = (text: string): string =>
  text
    .replace(/[,+"\\<>;=]|^[ #]| $/g, character => `\\${character}`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\x00-\x1f\x7f-\x9f]/g, control => `\\${control.charCodeAt(0).toString(16).padStart(2, "0")}`);
