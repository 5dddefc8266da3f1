// Whole conversations of TLS 1.0 to 1.3, recorded from node:tls, with one piece of them damaged: with their secrets and without.
import { analyzer } from "../../protocols/tls/analyzer.ts";
import { packetsOf } from "../../protocols/tls/frames.ts";
import { KeyLog, tls } from "../../protocols/tls/index.ts";
import { native } from "../../protocols/tls/native.ts";
import { authority, type Recording, record, type Wanted } from "../../protocols/tls/recording.ts";
import { partition } from "../../protocols/wire/vectors.ts";
import type { Subject } from "./fuzz.ts";

const kinds: readonly (Pick<Wanted, "version"> & Partial<Wanted>)[] = [
  // node:tls speaks the old ones too, when it is told to.
  { version: "TLSv1" as Wanted["version"], suite: "ECDHE-ECDSA-AES128-SHA" },
  { version: "TLSv1.1" as Wanted["version"], suite: "ECDHE-ECDSA-AES256-SHA" },
  { version: "TLSv1.2", suite: "ECDHE-ECDSA-AES128-SHA" },
  { version: "TLSv1.2", suite: "ECDHE-ECDSA-AES256-GCM-SHA384", mutual: true },
  { version: "TLSv1.2", suite: "ECDHE-ECDSA-CHACHA20-POLY1305" },
  { version: "TLSv1.3", mutual: true },
];

/** Each piece of each conversation, twice: for one who has the secrets, and for one who has not. */
export async function conversations(): Promise<Subject[]> {
  const hosts = authority();
  const subjects: Subject[] = [];
  for (const kind of kinds) {
    const recording = await record({ ...hosts, ...kind, said: ["hola", "adiós"] });
    for (const secrets of [recording.keyLog, ""])
      for (const hit of recording.pieces.keys()) subjects.push(subjectOf(recording, secrets, hit));
  }
  return subjects;
}

function subjectOf({ pieces, version, suite }: Recording, secrets: string, hit: number): Subject {
  const before = pieces.slice(0, hit);
  const sound = told(before, secrets);
  return {
    name: `${version} ${suite}, piece ${hit}, ${secrets ? "with" : "without"} secrets`,
    octets: pieces[hit]!.octets,
    read(octets, whole) {
      const damaged = pieces.map((piece, i) => (i === hit ? { ...piece, octets } : piece));
      const messages = told(damaged, secrets, whole);
      for (const [i, message] of sound.entries())
        if (messages[i] !== message)
          throw new Error(`${messages[i]} stands where ${message} was before the damage`);
    },
  };
}

/** What each message is told as, in order. `whole`: the trees of what is malformed are judged too. */
function told(pieces: Recording["pieces"], secrets: string, whole = false): string[] {
  const analysis = analyzer();
  const messages: string[] = [];
  for (const packet of packetsOf({ pieces }, tls({ keyLog: new KeyLog(secrets), ciphers: native }))) {
    for (const layer of packet.layers) {
      if (layer.value !== undefined && layer.protocol.name.startsWith("tls"))
        messages.push(layer.protocol.summary(layer.value as never));
      if (whole && layer.malformed) partition(layer.tree());
    }
    for (const _ of analysis.observe(packet));
  }
  for (const _ of analysis.conclude());
  analysis.report();
  return messages;
}
