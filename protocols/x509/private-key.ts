// Private keys as they are kept: PKCS #8 (RFC 5958), and encrypted under a password with PBES2 (RFC 8018).
import { many, struct, type Value } from "../wire/index.ts";
import { element } from "./any.ts";
import { maybe } from "./choice.ts";
import { Constructed, implicit, sequence } from "./der.ts";
import { algorithmIdentifier } from "./key.ts";
import { Oid } from "./oid.ts";
import { bitString, objectIdentifier, octetString, smallInteger } from "./primitives.ts";

/** RFC 5958 §2. Canonical as a certificate is. The key itself stays closed: what it is made of is nobody's to look at. */
export const privateKeyInfo = sequence(
  struct({
    version: smallInteger,
    algorithm: algorithmIdentifier,
    privateKey: octetString.with({ show: (key: Uint8Array) => `${key.length} octets, not shown` }),
    attributes: maybe(new Constructed(0xa0, many(element))),
    publicKey: maybe(implicit(1, bitString)),
  }),
).with({ label: "Private key", reference: "RFC 5958 §2" });

/** RFC 5958 §3: the same, encrypted by what the algorithm says. */
export const encryptedPrivateKeyInfo = sequence(
  struct({ algorithm: algorithmIdentifier, encryptedData: octetString }),
).with({ label: "Encrypted private key", reference: "RFC 5958 §3" });

/** RFC 8018 §B.2.2, §B.2.5: a block cipher, and the block that it begins with. */
const scheme = sequence(struct({ algorithm: objectIdentifier, initializationVector: octetString }));

/** RFC 8018 §A.2, §A.4: how a password became a key (PBKDF2), and what that key encrypted with. */
export const passwordEncryption = sequence(
  struct({
    algorithm: objectIdentifier,
    parameters: sequence(
      struct({
        derivation: sequence(
          struct({
            algorithm: objectIdentifier,
            parameters: sequence(
              struct({
                salt: octetString,
                iterations: smallInteger,
                keyLength: maybe(smallInteger),
                function: maybe(algorithmIdentifier),
              }),
            ),
          }),
        ),
        scheme,
      }),
    ),
  }),
).with({ label: "Encryption under a password", reference: "RFC 8018 §A.4" });
export type PasswordEncryption = Value<typeof passwordEncryption>;

/** RFC 5958 §3 for PBES2 with PBKDF2, opened down to its parameters. */
export const passwordEncryptedKey = sequence(
  struct({ algorithm: passwordEncryption, encryptedData: octetString }),
).with({ label: "Encrypted private key", reference: "RFC 8018 §6.2" });

/** RFC 5958 §3 for PBES2 with scrypt (RFC 7914 §7.1): `cost` is N, `blockSize` r, `parallelization` p. */
export const scryptEncryptedKey = sequence(
  struct({
    algorithm: sequence(
      struct({
        algorithm: objectIdentifier,
        parameters: sequence(
          struct({
            derivation: sequence(
              struct({
                algorithm: objectIdentifier,
                parameters: sequence(
                  struct({
                    salt: octetString,
                    cost: smallInteger,
                    blockSize: smallInteger,
                    parallelization: smallInteger,
                    keyLength: maybe(smallInteger),
                  }),
                ),
              }),
            ),
            scheme,
          }),
        ),
      }),
    ),
    encryptedData: octetString,
  }),
).with({ label: "Encrypted private key", reference: "RFC 7914 §7" });

/** PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC, as OpenSSL writes it too. */
export const aes256 = (
  salt: Uint8Array,
  iterations: number,
  initializationVector: Uint8Array,
): PasswordEncryption => ({
  algorithm: Oid.PBES2,
  parameters: {
    derivation: {
      algorithm: Oid.PBKDF2,
      parameters: {
        salt,
        iterations,
        keyLength: undefined,
        function: { algorithm: Oid.hmacWithSHA256, parameters: { tag: 5, octets: new Uint8Array() } },
      },
    },
    scheme: { algorithm: Oid["aes256-CBC"], initializationVector },
  },
});
