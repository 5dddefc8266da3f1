// PKCS #12: a key with its certificates in one file, under a password (RFC 7292).
import { by, type Codec, struct, type Value } from "../wire/index.ts";
import { type Any, element } from "./any.ts";
import { defaulted, maybe } from "./choice.ts";
import { type Element, explicit, octetStringOf, sequence, sequenceOf, setOf } from "./der.ts";
import { certificate } from "./format.ts";
import { algorithmIdentifier } from "./key.ts";
import { Oid } from "./oid.ts";
import { objectIdentifier, octetString, smallInteger } from "./primitives.ts";
import { encryptedPrivateKeyInfo } from "./private-key.ts";

/** RFC 2985 §5.5: how people and programs tell the bags apart. */
export const bagAttribute = sequence(struct({ type: objectIdentifier, values: setOf(element) }));

/** RFC 7292 §4.2.3 */
const certificateBag = sequence(
  struct({ type: objectIdentifier, certificate: explicit(0, octetStringOf(certificate)) }),
);

const bagValues: Readonly<Record<string, Element<unknown, never>>> = {
  [Oid.certBag]: explicit(0, certificateBag),
  [Oid.pkcs8ShroudedKeyBag]: explicit(0, encryptedPrivateKeyInfo),
};

type BagValue = Value<typeof certificateBag> | Value<typeof encryptedPrivateKeyInfo> | Any;

/** RFC 7292 §4.2: a certificate, an encrypted key, or what is not opened here. */
const bag = sequence(
  struct({
    type: objectIdentifier,
    value: by(
      "type",
      (type: string): Codec<BagValue> => (bagValues[type] ?? explicit(0, element)) as Codec<BagValue>,
    ),
    attributes: maybe(setOf(bagAttribute)),
  }),
);

type Contents = Value<typeof bag>[] | Any;

/** RFC 7292 §4.1: parts of the bundle, in clear or (not opened here) encrypted. */
export const authenticatedSafe = sequenceOf(
  sequence(
    struct({
      type: objectIdentifier,
      contents: by(
        "type",
        (type: string): Codec<Contents> =>
          explicit(
            0,
            (type === Oid["pkcs7-data"] ? octetStringOf(sequenceOf(bag)) : element) as Element<Contents>,
          ),
      ),
    }),
  ),
);

/** RFC 7292 §4. Canonical as a certificate is. What the MAC covers is the octets of `authenticatedSafe`. */
export const pfx = sequence(
  struct({
    version: smallInteger,
    safe: sequence(
      struct({ type: objectIdentifier, contents: explicit(0, octetStringOf(authenticatedSafe)) }),
    ),
    mac: maybe(
      sequence(
        struct({
          mac: sequence(struct({ algorithm: algorithmIdentifier, digest: octetString })),
          salt: octetString,
          iterations: defaulted(smallInteger, 1),
        }),
      ),
    ),
  }),
).with({ label: "Key with certificates", reference: "RFC 7292 §4" });
export type Pfx = Value<typeof pfx>;
