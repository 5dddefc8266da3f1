// Recorded conversations deciphered: what the dissector shows of them with the secrets, without, and with wrong ones.
import { describe, expect, test } from "bun:test";
import { infoOf, type Packet } from "../packet/index.ts";
import { malformations, rest } from "../wire/index.ts";
import { partition } from "../wire/vectors.ts";
import { packetsOf } from "./frames.ts";
import { bodyOf } from "./handshake.ts";
import { KeyLog, kinds, tls } from "./index.ts";
import { native } from "./native.ts";
import { portable } from "./portable.ts";
import { authority, type Recording, record } from "./recording.ts";

const ecdsa = authority();
const said = ["Hola XD", "LD2OFF", "x".repeat(40_000)];

/** Stands in for whatever TLS carries: the octets as they come. */
const carried = {
  name: "carried",
  title: "Carried",
  reference: "",
  format: rest,
  over: [{ table: "tls.port", key: 8883 }] as const,
  summary: (octets: Uint8Array) => `${octets.length} octets`,
};

const protocols = (keyLog: string, ciphers = native) => [
  ...tls({ keyLog: new KeyLog(keyLog), ciphers }),
  carried,
];

/** The text of each way, put together. */
const heard = (packets: readonly Packet[], way: 0 | 1): string =>
  packets
    .flatMap(packet => packet.all(carried))
    .filter(layer => layer.way === way)
    .map(layer => new TextDecoder().decode(layer.value))
    .join("");

const listed = (packets: readonly Packet[]): string[] =>
  packets.filter(packet => packet.layer(kinds.record)).map(infoOf);

const sessions = [
  ["TLSv1.2", "ECDHE-ECDSA-AES256-GCM-SHA384"],
  ["TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"],
  ["TLSv1.2", "ECDHE-ECDSA-CHACHA20-POLY1305"],
  ["TLSv1.3", undefined],
] as const;

for (const [version, suite] of sessions)
  describe(`${version} ${suite ?? "AES-128-GCM"}`, async () => {
    const recording = await record({ ...ecdsa, version, suite, mutual: true, said });

    for (const [name, ciphers] of Object.entries({ native, portable }))
      test(`is read both ways with ${name} ciphers`, () => {
        const packets = packetsOf(recording, protocols(recording.keyLog, ciphers));
        expect(heard(packets, 0)).toBe(said.join(""));
        expect(heard(packets, 1)).toBe(said.join(""));
        for (const packet of packets)
          for (const layer of packet.layers) {
            expect(String(layer.malformed ?? "")).toBe("");
            expect(malformations(layer.tree())).toEqual([]);
          }
      });

    test("without the secrets shows what everybody may know", () => {
      const packets = packetsOf(recording, protocols(""));
      expect(heard(packets, 0) + heard(packets, 1)).toBe("");
      expect(listed(packets)[0]).toBe("Client Hello (JORGE-PC)");
      expect(listed(packets).join()).toContain("Application Data");
      expect(listed(packets).join().includes("Certificate")).toBe(version === "TLSv1.2");
    });

    test("with the secrets of another session shows no more", async () => {
      const [, random = ""] = recording.keyLog.split(/\s+/);
      const foreign = await record({ ...ecdsa, version, suite, said: [] });
      const [, other = ""] = foreign.keyLog.split(/\s+/);
      const packets = packetsOf(recording, protocols(foreign.keyLog.replaceAll(other, random)));
      expect(heard(packets, 0) + heard(packets, 1)).toBe("");
      expect(listed(packets)).toEqual(listed(packetsOf(recording, protocols(""))));
    });

    test("a record with one bit turned is not opened, and the next one is", () => {
      const packets = packetsOf(spoiled(recording), protocols(recording.keyLog));
      expect(heard(packets, 0)).toBe(said.slice(1).join(""));
      expect(heard(packets, 1)).toBe(said.join(""));
    });

    test("every record is one field after another, to its end", () => {
      const packets = packetsOf(recording, protocols(recording.keyLog));
      const records = packets.flatMap(packet => packet.all(kinds.record));
      const enciphered = records.filter(({ value }) => value?.fragment);
      expect(enciphered.length).toBeGreaterThan(5);
      for (const layer of enciphered) {
        partition(layer.tree());
        expect(layer.tree().end).toBe(layer.end);
        const keys = Object.keys(layer.value!.fragment!);
        expect(keys).toEqual(suite?.includes("GCM") ? ["explicitNonce", "enciphered"] : ["enciphered"]);
      }
    });
  });

/** The first record in which the client says something, damaged. */
function spoiled({ pieces, ...rest }: Recording): Recording {
  let found = false;
  const applicationData = pieces.findIndex(
    ({ way, octets }, i) => way === 0 && octets[0] === 23 && octets.length < 60 && i > 2,
  );
  return {
    ...rest,
    pieces: pieces.map((piece, i) => {
      if (i !== applicationData || found) return piece;
      found = true;
      const octets = piece.octets.slice();
      octets[octets.length - 1]! ^= 1;
      return { ...piece, octets };
    }),
  };
}

describe("a TLS 1.2 conversation with client certificate, message by message", async () => {
  const recording = await record({
    ...ecdsa,
    version: "TLSv1.2",
    suite: "ECDHE-ECDSA-AES256-GCM-SHA384",
    mutual: true,
    said: ["Hola XD"],
  });
  const packets = packetsOf(recording, protocols(recording.keyLog));

  test("is listed as people know it", () => {
    expect(listed(packets)).toEqual([
      "Client Hello (JORGE-PC)",
      "Server Hello, Certificate, Server Key Exchange, Certificate Request, Server Hello Done",
      "Certificate, Client Key Exchange, Certificate Verify, Change Cipher Spec, Finished",
      "New Session Ticket, Change Cipher Spec, Finished",
      "7 octets",
      "7 octets",
      "Alert (Warning: Close Notify)",
      "Alert (Warning: Close Notify)",
    ]);
  });

  test("shows the certificates down to their fields", () => {
    const certificates = packets
      .flatMap(packet => packet.all(kinds.handshake))
      .map(layer => bodyOf(layer.value!, 11))
      .filter(body => body !== undefined);
    const names = certificates.map(body =>
      body.certificates.map(
        one => ("certificate" in one ? one.certificate : one).tbsCertificate.subject[0]![0]!.value.text,
      ),
    );
    expect(names).toEqual([["JORGE-PC", "Root CA"], ["NUCLEO-H723ZG"]]);
  });
});

test("messages over several records, and several in one, are put together", async () => {
  const recording = await record({ ...ecdsa, version: "TLSv1.2", said: ["hola"] });
  const [first, second, ...others] = recording.pieces;
  // The server's flight: its records joined to one, then cut to pieces of 50 octets, a record each.
  const fragments = recordsOf(second!.octets).map(record => record.subarray(5));
  const whole = new Uint8Array(Buffer.concat(fragments));
  const recut = Array.from({ length: Math.ceil(whole.length / 50) }, (_, i) =>
    whole.subarray(i * 50, i * 50 + 50),
  ).map(part => Uint8Array.of(22, 3, 3, 0, part.length, ...part));
  const pieces = [first!, { way: 1 as const, octets: new Uint8Array(Buffer.concat(recut)) }, ...others];
  const packets = packetsOf({ pieces }, protocols(recording.keyLog));
  expect(heard(packets, 0)).toBe("hola");
  const messages = packets.flatMap(packet => packet.all(kinds.handshake));
  expect(messages.map(({ value }) => value?.type)).toEqual([1, 2, 11, 12, 14, 16, 20, 4, 20]);
});

function recordsOf(octets: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < octets.length; ) {
    const size = 5 + new DataView(octets.buffer, octets.byteOffset).getUint16(at + 3);
    records.push(octets.subarray(at, at + size));
    at += size;
  }
  return records;
}

test("what is no TLS on its port is told once, and nothing is lost", () => {
  const mqtt = Uint8Array.from([0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 2, 0, 0, 0, 0]);
  const pieces = [
    { way: 0 as const, octets: mqtt },
    { way: 0 as const, octets: mqtt },
  ];
  const packets = packetsOf({ pieces }, protocols(""));
  const layers = packets.flatMap(packet => packet.all(kinds.record));
  expect(layers.map(({ malformed }) => malformed?.reason)).toEqual([
    "no TLS record: the content type is 16",
    "no TLS record: the content type is 16",
  ]);
});

test("an answer from the middle of a conversation is shown as far as it goes", async () => {
  const recording = await record({ ...ecdsa, version: "TLSv1.3", said: ["hola"] });
  const packets = packetsOf({ pieces: recording.pieces.slice(3) }, protocols(recording.keyLog));
  expect(listed(packets).every(info => /^(Application Data(, )?)+$/.test(info))).toBe(true);
});

test("a message beyond any certificate's length is refused, and nothing is held for it", () => {
  const pieces = [{ way: 0 as const, octets: Uint8Array.of(22, 3, 1, 0, 5, 11, 0xff, 0xff, 0xff, 0) }];
  const [layer] = packetsOf({ pieces }, protocols("")).flatMap(packet => packet.all(kinds.handshake));
  expect(String(layer?.malformed)).toContain("a message of 16777215 octets");
});

test("after records were lost the next ones open, with the numbers they have", async () => {
  const words = ["uno", "dos", "tres", "cuatro", "cinco"];
  const recording = await record({ ...ecdsa, version: "TLSv1.3", said: words });
  const small = (octets: Uint8Array) => octets[0] === 23 && octets.length < 40;
  const ours = recording.pieces.flatMap(({ way, octets }, i) => (way === 0 && small(octets) ? [i] : []));
  // "dos" and "tres" never pass: their segments are not even missed.
  const lost = new Set(ours.slice(1, 3));
  const pieces = recording.pieces.filter((_, i) => !lost.has(i));
  expect(heard(packetsOf({ pieces }, protocols(recording.keyLog)), 0)).toBe("unocuatrocinco");
});

test("a truncated certificate is told in its place, and the rest of the conversation is deciphered", async () => {
  const recording = await record({ ...ecdsa, version: "TLSv1.2", said: ["hola"] });
  const pieces = recording.pieces.map(({ way, octets }) => ({ way, octets: octets.slice() }));
  const at = Buffer.from(pieces[1]!.octets).indexOf(Buffer.from([0x30, 0x82]));
  // The certificate says that it is longer than it is.
  pieces[1]!.octets[at + 2]! += 1;
  const packets = packetsOf({ pieces }, protocols(recording.keyLog));
  const broken = packets.flatMap(packet => packet.layers).filter(({ malformed }) => malformed);
  expect(broken.map(({ protocol }) => protocol.name)).toEqual(["tls.handshake"]);
  expect(heard(packets, 0)).toBe("hola");
});
