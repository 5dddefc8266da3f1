// Which codec reads which vector of this folder: the one that its header names.
import type { CodecOf } from "../../wire/vector.ts";
import { element } from "../any.ts";
import { certificate, certificateList, certificationRequest } from "../format.ts";
import { pfx } from "../pkcs12.ts";
import {
  encryptedPrivateKeyInfo,
  passwordEncryptedKey,
  privateKeyInfo,
  scryptEncryptedKey,
} from "../private-key.ts";

const codecs = {
  certificate,
  "certification request": certificationRequest,
  "certificate list": certificateList,
  "private key": privateKeyInfo,
  "encrypted private key": encryptedPrivateKeyInfo,
  "password-encrypted private key": passwordEncryptedKey,
  "scrypt-encrypted private key": scryptEncryptedKey,
  bundle: pfx,
  element,
} as const;

export const codecOf: CodecOf = ({ name, about }) => {
  const codec = codecs[(about.format ?? "certificate") as keyof typeof codecs];
  if (!codec) throw new Error(`${name}: no format is called "${about.format}"`);
  return { codec };
};
