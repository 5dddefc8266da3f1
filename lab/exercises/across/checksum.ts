// Exercise: the checksum of an IPv4 header, by hand.
import { ipv4 } from "../../../protocols/ipv4/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { number } from "../kinds/index.ts";
import type { Home } from "./board.ts";
import { wholeStart } from "./start.ts";

type StartRun = Run<Home>;

/** The board's first question to DNS. */
const question = (run: StartRun) =>
  run.select(`dns.flags.response == 0 && eth.src == ${run.task.board.mac}`)[0]!;
const layerOf = (run: StartRun) => question(run).all(ipv4)[0]!;
function header(run: StartRun): Uint8Array {
  const { source, start, headerEnd } = layerOf(run);
  const octets = new Uint8Array(
    source.view.buffer,
    source.view.byteOffset + start,
    headerEnd - start,
  ).slice();
  octets.fill(0, 10, 12);
  return octets;
}
const sum = (octets: Uint8Array): number => {
  let total = 0;
  for (let i = 0; i < octets.length; i += 2) total += (octets[i]! << 8) | octets[i + 1]!;
  return total;
};
const folded = (total: number): number => (total >> 16) + (total & 0xffff);
const quoted = (run: StartRun): string => header(run).toHex().replace(/..../g, "$& ").trim();

export const exercise = anExercise<Home>({
  id: "across-checksum",
  subject: "across",
  level: "compute",
  title: { en: "Ones' complement", es: "Complemento a uno" },
  scene: wholeStart,
  story: run => ({
    en: `The header of a packet from ${run.task.board.name}, with its checksum taken out (0000):

    ${quoted(run)}

Every router on the way computes the checksum again, for it changes the TTL. Do it once by hand.`,
    es: `La cabecera de un paquete de ${run.task.board.name}, sin su suma de comprobación (0000):

    ${quoted(run)}

Cada router del camino vuelve a calcular la suma, porque cambia el TTL. Hazlo una vez a mano.`,
  }),
  questions: [
    ask({
      id: "sum",
      asks: {
        en: "The plain sum of its ten 16-bit words, in hexadecimal, carries and all.",
        es: "La suma simple de sus diez palabras de 16 bits, en hexadecimal, con acarreos y todo.",
      },
      kind: number({ hex: true, example: "0x2bc4f" }),
      expected: (run: StartRun) => sum(header(run)),
      wrong: [
        {
          answer: run => sum(header(run)) & 0xffff,
          says: {
            en: "The carry is missing: the sum is longer than sixteen bits (RFC 1071 §1). Look at the field ip.checksum only afterwards.",
            es: "Falta el acarreo: la suma tiene más de dieciséis bits (RFC 1071 §1). El campo ip.checksum, míralo solo después.",
          },
        },
        {
          answer: run => folded(sum(header(run))),
          says: {
            en: "There the carry is added in already: that is the next step (RFC 1071 §1).",
            es: "Ahí el acarreo ya está sumado: ese es el paso siguiente (RFC 1071 §1).",
          },
        },
      ],
      otherwise: run => ({
        en: `Add the ten words one by one: ${quoted(run).split(" ").slice(0, 3).join(" + ")} + … (RFC 1071 §1; packet ${question(run).number}).`,
        es: `Suma las diez palabras una a una: ${quoted(run).split(" ").slice(0, 3).join(" + ")} + … (RFC 1071 §1; paquete ${question(run).number}).`,
      }),
      tshark: {
        filter: ({ task }: StartRun) => `dns.flags.response == 0 && eth.src == ${task.board.mac}`,
        fields: [
          "ip.dsfield",
          "ip.len",
          "ip.id",
          "ip.flags",
          "ip.frag_offset",
          "ip.ttl",
          "ip.proto",
          "ip.src",
          "ip.dst",
        ],
        concludes([row]) {
          const [service, length, id, flags, fragment, ttl, protocol] = row!
            .slice(0, 7)
            .map(Number) as number[];
          const addresses = row!.slice(7).flatMap(address => {
            const [a, b, c, d] = address.split(".").map(Number) as [number, number, number, number];
            return [(a << 8) | b, (c << 8) | d];
          });
          const words = [
            0x4500 | service!,
            length!,
            id!,
            (flags! << 13) | fragment!,
            (ttl! << 8) | protocol!,
          ];
          return `0x${[...words, ...addresses].reduce((total, word) => total + word, 0).toString(16)}`;
        },
      },
    }),
    ask({
      id: "checksum",
      asks: { en: "And the checksum, in hexadecimal?", es: "¿Y la suma de comprobación, en hexadecimal?" },
      kind: number({ hex: true, example: "0x1c46" }),
      expected: (run: StartRun) => 0xffff - folded(sum(header(run))),
      wrong: [
        {
          answer: run => folded(sum(header(run))),
          says: run => ({
            en: `One step is missing: the complement, every bit turned over (RFC 791 §3.1, field header checksum; packet ${question(run).number}).`,
            es: `Falta un paso: el complemento, con todos los bits invertidos (RFC 791 §3.1, campo header checksum; paquete ${question(run).number}).`,
          }),
        },
        {
          answer: run => 0xffff - (sum(header(run)) & 0xffff),
          says: run => ({
            en: `The carry was thrown away; in ones' complement it is added at the low end (RFC 1071 §1; packet ${question(run).number}).`,
            es: `Se ha perdido el acarreo; en complemento a uno se suma por el extremo bajo (RFC 1071 §1; paquete ${question(run).number}).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Add the carry to the low sixteen bits, and turn every bit over (RFC 1071 §1). Packet ${question(run).number} shows it in its field ip.checksum.`,
        es: `Suma el acarreo a los dieciséis bits bajos, e invierte todos los bits (RFC 1071 §1). El paquete ${question(run).number} la enseña en su campo ip.checksum.`,
      }),
      tshark: {
        filter: ({ task }: StartRun) => `dns.flags.response == 0 && eth.src == ${task.board.mac}`,
        fields: ["ip.checksum"],
        concludes: rows => rows[0]![0]!,
      },
    }),
  ],
  hints: [
    {
      en: "Sixteen bits at a time, for example 4500 + 0039 = 4539, and on.",
      es: "De dieciséis en dieciséis bits, por ejemplo 4500 + 0039 = 4539, y así.",
    },
    {
      en: "0x2bc4f has a carry of 2: 0xbc4f + 2 = 0xbc51; its complement is 0x43ae.",
      es: "0x2bc4f tiene un acarreo de 2: 0xbc4f + 2 = 0xbc51; su complemento es 0x43ae.",
    },
  ],
});
