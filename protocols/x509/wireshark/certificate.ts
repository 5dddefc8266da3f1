// Certificates by Wireshark's names (RFC 5280 §4.1), from its file x509af.
import type { Item } from "../../packet/wireshark.ts";
import { Oid } from "../oid.ts";
import { Tag } from "../tag.ts";
import { algorithm } from "./algorithms.ts";
import {
  any,
  bitString,
  boolean,
  bytes,
  type Element,
  elements,
  explicit,
  type From,
  first,
  implicit,
  integer,
  listOf,
  oid,
  oidOf,
  part,
  type Shape,
  sequence,
  time,
  unknown,
} from "./ber.ts";
import { extensionValue } from "./extensions.ts";
import { nameAs } from "./names.ts";

/** The key; that of RSA is opened. */
function subjectPublicKey(from: From, element: Element, type: string | undefined): Item[] {
  const items = bitString("x509af.subjectPublicKey")(from, element);
  if (type !== Oid.rsaEncryption) return items;
  const key = items[1];
  const inner = key && first(from, element.at + 1, element.end);
  if (!inner) return items;
  const parts = sequence(undefined, [any(bytes("pkcs1.modulus")), any(integer("pkcs1.publicExponent"))])(
    from,
    inner,
  );
  return [{ ...key, items: parts }];
}

const subjectPublicKeyInfo: Shape = (from, element) => {
  const [type, key] = elements(from, element.at, element.end);
  const items = type ? algorithm("x509af.algorithm_element")(from, type) : [];
  const identifier = type && first(from, type.at, type.end);
  if (key) items.push(...subjectPublicKey(from, key, identifier && oidOf(from, identifier)));
  const { start, end } = element;
  return [{ name: "x509af.subjectPublicKeyInfo_element", start, size: end - start, items }];
};

/** RFC 5280 §4.1.2.9: an extension's identifier, and its value by that. `names`: of the element, and of the identifier. */
export const extension =
  (name = "x509af.Extension_element", identifier = "x509af.extension.id"): Shape =>
  (from, element) => {
    let type = "";
    return sequence(name, [
      part(Tag.objectIdentifier, (_, inner) => {
        type = oidOf(from, inner);
        return oid(identifier)(from, inner);
      }),
      part(Tag.boolean, boolean("x509af.critical")),
      part(Tag.octetString, (_, inner) => {
        const shape = extensionValue(type);
        return shape ? shape(from, inner) : unknown(from, inner);
      }),
    ])(from, element);
  };

const signedCertificate: Shape = sequence("x509af.signedCertificate_element", [
  explicit(0, integer("x509af.version")),
  part(Tag.integer, bytes("x509af.serialNumber")),
  part(Tag.sequence, algorithm("x509af.signature_element")),
  part(Tag.sequence, nameAs("x509af.issuer")),
  part(
    Tag.sequence,
    sequence("x509af.validity_element", [any(time("x509af.notBefore")), any(time("x509af.notAfter"))]),
  ),
  part(Tag.sequence, nameAs("x509af.subject", "x509af.rdnSequence")),
  part(Tag.sequence, subjectPublicKeyInfo),
  implicit(1, bitString("x509af.issuerUniqueIdentifier")),
  implicit(2, bitString("x509af.subjectUniqueIdentifier")),
  explicit(3, listOf("x509af.extensions", extension())),
]);

/** A certificate; without a name of its own its parts stand in what is around it. */
export const certificate = (name?: string): Shape =>
  sequence(name, [
    any(signedCertificate),
    any(algorithm("x509af.algorithmIdentifier_element")),
    any(bitString("x509af.encrypted")),
  ]);
