// Algorithms and their parameters by Wireshark's names (RFC 3279, RFC 4055), from its files x509af and pkcs1.
import { Oid } from "../oid.ts";
import { Tag } from "../tag.ts";
import {
  any,
  bitString,
  bytes,
  choice,
  explicit,
  integer,
  nothing,
  oid,
  oidOf,
  part,
  type Shape,
  sequence,
} from "./ber.ts";

/** What an algorithm needs to know, by its identifier. */
const parameters: Readonly<Record<string, Shape>> = {
  [Oid["id-dsa"]]: sequence("x509af.DSS_Params_element", [
    any(bytes("x509af.p")),
    any(bytes("x509af.q")),
    any(bytes("x509af.g")),
  ]),
  [Oid["id-ecPublicKey"]]: choice("pkcs1.ECParameters", {
    [Tag.sequence]: { number: 0, shape: (from, element) => specifiedCurve(from, element) },
    [Tag.objectIdentifier]: { number: 1, shape: oid("pkcs1.namedCurve") },
    [Tag.null]: {
      number: 2,
      shape: (_, { at }) => [{ name: "pkcs1.implicitCurve_element", start: at, size: 0 }],
    },
  }),
  [Oid["id-RSASSA-PSS"]]: sequence("pkcs1.RSASSA_PSS_params_element", [
    explicit(0, (from, element) => algorithm("pkcs1.hashAlgorithm_element")(from, element)),
    explicit(1, (from, element) => algorithm("pkcs1.maskGenAlgorithm_element")(from, element)),
    explicit(2, integer("pkcs1.saltLength")),
    explicit(3, integer("pkcs1.trailerField")),
  ]),
};

/** RFC 3279 §2.3.5 */
const specifiedCurve: Shape = sequence("pkcs1.specifiedCurve_element", [
  part(Tag.integer, integer("pkcs1.version")),
  any(
    sequence("pkcs1.fieldID_element", [
      part(Tag.objectIdentifier, oid("pkcs1.fieldType")),
      part(Tag.integer, integer("pkcs1.Prime_p")),
    ]),
  ),
  any(
    sequence("pkcs1.curve_element", [
      part(Tag.octetString, bytes("pkcs1.a")),
      part(Tag.octetString, bytes("pkcs1.b")),
      part(Tag.bitString, bitString("pkcs1.seed")),
    ]),
  ),
  part(Tag.octetString, bytes("pkcs1.base")),
  part(Tag.integer, bytes("pkcs1.order")),
  part(Tag.integer, integer("pkcs1.cofactor")),
]);

/** RFC 5280 §4.1.1.2 */
export const algorithm = (name: string): Shape => {
  let type: string;
  return sequence(name, [
    part(Tag.objectIdentifier, (from, element) => {
      type = oidOf(from, element);
      return oid("x509af.algorithm.id")(from, element);
    }),
    any((from, element) => (parameters[type] ?? nothing)(from, element)),
  ]);
};
