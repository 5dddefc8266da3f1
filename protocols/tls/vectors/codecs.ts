// Which codec reads which vector of this folder, and what the conversation had decided: its header says so.
import type { CodecOf } from "../../wire/vector.ts";
import {
  alert,
  CipherSuite,
  changeCipherSpec,
  handshake,
  type Protection,
  record,
  Version,
} from "../format.ts";
import { ssl2ClientHello } from "../ssl2.ts";

const codecs = {
  record,
  handshake,
  alert,
  "change cipher spec": changeCipherSpec,
  "SSL 2.0 hello": ssl2ClientHello,
} as const;

export const codecOf: CodecOf = ({ name, about }) => {
  const codec = codecs[(about.format ?? "handshake") as keyof typeof codecs];
  if (!codec) throw new Error(`${name}: no format is called "${about.format}"`);
  const version = Version[about.version as keyof typeof Version];
  const suite = CipherSuite[about.suite as keyof typeof CipherSuite];
  const state =
    codec === record
      ? protections[about.protection ?? "none"]
      : { version, suite, draft: about.draft ? Number(about.draft) : undefined };
  return { codec, state };
};

const protections: Readonly<Record<string, Protection>> = {
  none: { enciphered: false, typeHidden: false, explicitNonce: 0 },
  "explicit nonce": { enciphered: true, typeHidden: false, explicitNonce: 8 },
  "explicit iv": { enciphered: true, typeHidden: false, explicitNonce: 0, iv: 16 },
  "implicit nonce": { enciphered: true, typeHidden: false, explicitNonce: 0 },
};
