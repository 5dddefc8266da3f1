// ASN.1 bombs in a conversation: a finding on that packet, and all the rest decoded and deciphered.
import { expect, test } from "bun:test";
import { rest } from "../wire/index.ts";
import { analyzer } from "./analyzer.ts";
import { packetsOf } from "./frames.ts";
import { KeyLog, kinds, tls } from "./index.ts";
import { native } from "./native.ts";
import { authority, record } from "./recording.ts";
import { rules } from "./rules.ts";

const carried = {
  name: "carried",
  title: "Carried",
  reference: "",
  format: rest,
  over: [{ table: "tls.port", key: 8883 }] as const,
  summary: (octets: Uint8Array) => `${octets.length} octets`,
};

/** As long as the certificate in whose place it stands. */
const bombs: Readonly<Record<string, (size: number) => Uint8Array>> = {
  "a tower of sequences": size => {
    const octets = new Uint8Array(size);
    for (let at = 0; at + 4 <= size; at += 4)
      octets.set([0x30, 0x82, (size - at - 4) >> 8, (size - at - 4) & 0xff], at);
    return octets;
  },
  "a length of two gibioctets": size => filled(size, [0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]),
  "a length of 127 octets": size => filled(size, [0x30, 0xff]),
  "no length at all": size => filled(size, [0x30, 0x80]),
  "nothing but zeros": size => new Uint8Array(size),
  "a certificate that is cut": size => filled(size, [0x30, 0x82, 0, size - 4 - (size >> 1)]),
};

function filled(size: number, begin: readonly number[]): Uint8Array {
  const octets = new Uint8Array(size).fill(0xa5);
  octets.set(begin);
  return octets;
}

test.each(Object.keys(bombs))("%s", async name => {
  const recording = await record({ ...authority(), version: "TLSv1.2", said: ["hola"] });
  const pieces = recording.pieces.map(({ way, octets }) => ({ way, octets: octets.slice() }));
  const shown = pieces[1]!.octets;
  const at = Buffer.from(shown).indexOf(Buffer.from([0x30, 0x82]));
  const size = 4 + ((shown[at + 2]! << 8) | shown[at + 3]!);
  shown.set(bombs[name]!(size), at);

  const analysis = analyzer();
  const protocols = [...tls({ keyLog: new KeyLog(recording.keyLog), ciphers: native }), carried];
  const packets = packetsOf({ pieces }, protocols);
  const findings = packets.flatMap(packet => [...analysis.observe(packet)]);
  const [bad, ...others] = packets.filter(({ layers }) => layers.some(({ malformed }) => malformed));
  expect(others).toEqual([]);
  expect(findings.map(({ rule, packets }) => [rule, packets])).toEqual([[rules.malformed, [bad!.number]]]);
  expect(findings[0]!.field).toStartWith("body.certificates");

  const heard = packets
    .flatMap(packet => packet.all(carried))
    .map(({ value }) => new TextDecoder().decode(value));
  expect(heard).toEqual(["hola", "hola"]);
  const told = packets
    .flatMap(packet => packet.all(kinds.handshake))
    .filter(({ value }) => value !== undefined);
  expect(told.map(({ protocol, value }) => protocol.summary(value as never))).toEqual([
    "Client Hello (JORGE-PC)",
    "Server Hello",
    "Server Key Exchange",
    "Server Hello Done",
    "Client Key Exchange",
    "Finished",
    "New Session Ticket",
    "Finished",
  ]);
  const [session] = analysis.report().conversations;
  expect(session).toMatchObject({ version: "TLS 1.2", roundTrips: 2, opened: true });
});
