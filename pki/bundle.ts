// PKCS #12 bundles: a key with its certificates, as browsers and other systems take them in (RFC 7292).
import { createHash, createHmac, type KeyObject, randomBytes } from "node:crypto";
import { certificate } from "../protocols/x509/format.ts";
import { Oid } from "../protocols/x509/oid.ts";
import { authenticatedSafe, bagAttribute, pfx } from "../protocols/x509/pkcs12.ts";
import { encryptedPrivateKeyInfo } from "../protocols/x509/private-key.ts";
import { encryptKey } from "./keys.ts";

/**
 * A bundle in DER. `chain`: the key's own certificate first. The key is encrypted as this lab's keys are (PBES2), the
 * certificates, which anybody may see, are not; a MAC over all of it tells a wrong password and a changed file.
 */
export async function bundle(
  name: string,
  key: KeyObject,
  chain: readonly Uint8Array[],
  password: string,
): Promise<Uint8Array> {
  const attributes = attributesOf(name, chain[0]!);
  const certificates = chain.map((der, i) => ({
    type: Oid.certBag,
    value: { type: Oid.x509Certificate, certificate: certificate.decode(der) },
    attributes: i === 0 ? attributes : undefined,
  }));
  const keys = [
    {
      type: Oid.pkcs8ShroudedKeyBag,
      value: encryptedPrivateKeyInfo.decode(await encryptKey(key, password)),
      attributes,
    },
  ];
  const parts = [certificates, keys].map(contents => ({ type: Oid["pkcs7-data"], contents }));
  const salt = new Uint8Array(randomBytes(16));
  const covered = authenticatedSafe.encode(parts).slice();
  const digest = createHmac("sha256", macKey(password, salt)).update(covered).digest();
  return pfx
    .encode({
      version: 3,
      safe: { type: Oid["pkcs7-data"], contents: parts },
      mac: {
        mac: { algorithm: { algorithm: Oid["id-sha256"], parameters: none }, digest: new Uint8Array(digest) },
        salt,
        iterations,
      },
    })
    .slice();
}

const none = { tag: 0x05, octets: new Uint8Array() };

/** Of the MAC; a tenth of a second here. */
const iterations = 100_000;

/** RFC 7292 appendix B.2 for SHA-256 and one block of it: the password as BMPString with its end, diversifier 3. */
function macKey(password: string, salt: Uint8Array): Uint8Array {
  const text = Buffer.from(`${password}\0`, "utf16le").swap16();
  const blocks = [Buffer.alloc(block, 3), repeated(salt), repeated(text)];
  let digest = createHash("sha256").update(Buffer.concat(blocks)).digest();
  for (let i = 1; i < iterations; i++) digest = createHash("sha256").update(digest).digest();
  return digest;
}

/** Octets of a block of SHA-256. */
const block = 64;

/** As often as it takes to fill whole blocks. */
const repeated = (octets: Uint8Array): Uint8Array => {
  const filled = new Uint8Array(Math.ceil(octets.length / block) * block);
  return filled.map((_, i) => octets[i % octets.length]!);
};

/** The name that people see, and what says which certificate is the key's: as OpenSSL writes both. In DER's order of sets. */
function attributesOf(name: string, der: Uint8Array) {
  const characters = new Uint8Array(Buffer.from(name, "utf16le").swap16());
  const identifier = new Uint8Array(createHash("sha1").update(der).digest());
  return [
    { type: Oid.friendlyName, values: [{ tag: 0x1e, octets: characters }] },
    { type: Oid.localKeyId, values: [{ tag: 0x04, octets: identifier }] },
  ].sort((a, b) => Buffer.compare(bagAttribute.encode(a).slice(), bagAttribute.encode(b).slice()));
}
