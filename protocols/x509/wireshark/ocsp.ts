// Answers on revocation by Wireshark's names (RFC 6960 §4.2.1).
import type { Item } from "../../packet/wireshark.ts";
import { Tag } from "../tag.ts";
import { algorithm } from "./algorithms.ts";
import {
  any,
  bitString,
  bytes,
  choice,
  type Element,
  enumerated,
  explicit,
  type From,
  first,
  generalizedTime,
  integer,
  listOf,
  oid,
  opened,
  part,
  type Shape,
  sequence,
} from "./ber.ts";
import { certificate, extension } from "./certificate.ts";
import { nameAs } from "./names.ts";

const marked =
  (name: string): Shape =>
  (_, { at, end }) => [{ name, start: at, size: end - at }];

const singleResponse: Shape = sequence("ocsp.SingleResponse_element", [
  part(
    Tag.sequence,
    sequence("ocsp.certID_element", [
      any(algorithm("ocsp.hashAlgorithm_element")),
      any(bytes("ocsp.issuerNameHash")),
      any(bytes("ocsp.issuerKeyHash")),
      any(bytes("ocsp.serialNumber")),
    ]),
  ),
  part(
    [0x80, 0xa1, 0x82],
    choice("ocsp.certStatus", {
      128: { number: 0, own: "implicit", shape: marked("ocsp.good_element") },
      129: {
        number: 1,
        own: "implicit",
        shape: sequence("ocsp.revoked_element", [
          part(Tag.generalizedTime, generalizedTime("ocsp.revocationTime")),
          explicit(0, enumerated("ocsp.revocationReason")),
        ]),
      },
      130: { number: 2, own: "implicit", shape: marked("ocsp.unknown_element") },
    }),
  ),
  part(Tag.generalizedTime, generalizedTime("ocsp.thisUpdate")),
  explicit(0, generalizedTime("ocsp.nextUpdate")),
  explicit(
    1,
    listOf("ocsp.singleExtensions", extension("pkix1explicit.Extension_element", "pkix1explicit.id")),
  ),
]);

const basicResponse: Shape = sequence("ocsp.BasicOCSPResponse_element", [
  any(
    sequence("ocsp.tbsResponseData_element", [
      explicit(0, integer("ocsp.version")),
      part(
        [0xa1, 0xa2],
        choice("ocsp.responderID", {
          129: { number: 1, own: "explicit", shape: nameAs("ocsp.byName") },
          130: { number: 2, own: "explicit", shape: bytes("ocsp.byKey") },
        }),
      ),
      part(Tag.generalizedTime, generalizedTime("ocsp.producedAt")),
      part(Tag.sequence, listOf("ocsp.responses", singleResponse)),
      explicit(
        1,
        listOf("ocsp.responseExtensions", extension("pkix1explicit.Extension_element", "pkix1explicit.id")),
      ),
    ]),
  ),
  any(algorithm("ocsp.signatureAlgorithm_element")),
  any(bitString("ocsp.signature")),
  explicit(0, listOf("ocsp.certs", certificate("ocsp.Certificate_element"))),
]);

const response: Shape = sequence(undefined, [
  part(0x0a, enumerated("ocsp.responseStatus")),
  explicit(
    0,
    sequence("ocsp.responseBytes_element", [
      part(Tag.objectIdentifier, oid("ocsp.responseType.id")),
      part(Tag.octetString, opened(basicResponse)),
    ]),
  ),
]);

/** An answer; it has an item of its own, all around it. */
export function ocspResponse(from: From, start: number, end: number): Item[] {
  const element: Element | undefined = first(from, start, end);
  return [{ name: "ocsp", start, size: end - start, items: element && response(from, element) }];
}
