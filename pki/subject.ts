// Names of holders, as people type them and as certificates hold them: "C=GB, O=Mosquitto, CN=mosquitto.org" (RFC 4514).
import { type Name, nameOf } from "../protocols/x509/name.ts";
import { Oid } from "../protocols/x509/oid.ts";
import { Tag } from "../protocols/x509/tag.ts";

/** A name of one common name. */
export const named = (commonName: string): Name => nameOf([[Oid.commonName, commonName]]);

/**
 * The name that the text says, in its order, the most general first. A comma or a plus sign inside a value is written
 * with a backslash. @throws Error, a sentence, where the text says none
 */
export function parseSubject(text: string): Name {
  const parts = text.split(/(?<!\\),/).map(part => part.trim());
  return parts.map(part => {
    const [, keyword, value] = /^([A-Za-z]+)\s*=\s*(.+)$/s.exec(part) ?? [];
    const attribute = keyword && attributes[keyword.toUpperCase()];
    if (!attribute || !value)
      throw new Error(
        `"${part}" is no part of a name; write it as in "C=ES, O=Lab, CN=Root CA", with ${Object.keys(attributes).join(", ")}`,
      );
    const [type, longest, tag = Tag.utf8String] = attribute;
    const plain = value.replace(/\\(.)/g, "$1");
    if (plain.length > longest)
      throw new Error(`"${plain}" has ${plain.length} characters, and ${keyword} may have ${longest}`);
    if (keyword.toUpperCase() === "C" && !/^[A-Za-z]{2}$/.test(plain))
      throw new Error(`"${plain}" is no country; write its two letters, such as ES`);
    return [{ type, value: { tag, text: plain } }];
  });
}

/** Their types, the longest that they may be (RFC 5280 §A.1), and the type of text that the standard asks for. */
const attributes: Readonly<Record<string, readonly [type: string, longest: number, tag?: number]>> = {
  C: [Oid.countryName, 2, Tag.printableString],
  ST: [Oid.stateOrProvinceName, 128],
  L: [Oid.localityName, 128],
  O: [Oid.organizationName, 64],
  OU: [Oid.organizationalUnitName, 64],
  CN: [Oid.commonName, 64],
  DC: [Oid.domainComponent, 63, Tag.ia5String],
};
