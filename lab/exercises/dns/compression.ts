// Exercise: names that point into other names, decoded by hand. RFC 1035 §4.1.4.
import { compressionOf } from "../../../protocols/dns/compression.ts";
import { Draws } from "../draws.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { domainName, number, octets } from "../kinds/index.ts";
import { answerTo, layerOf, octetsOf, type Told } from "./messages.ts";
import { type Walk, walk } from "./walk.ts";

type WalkRun = Run<Walk>;

const answer = (run: WalkRun): Told => answerTo(run, run.task.chain[0]!);

/** A name's field in the message: where it lies, and what it says. */
interface NameAt {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/** The alias that the last CNAME record leads to: labels, and a pointer. Offsets in the message. */
function nameOf(run: WalkRun): NameAt {
  const layer = layerOf(answer(run));
  const { fields } = layer.tree();
  const records = fields?.find(({ key }) => key === "answers")?.fields ?? [];
  const last = records.at(-2)!.fields!.find(({ key }) => key === "data")!;
  return { start: last.start - layer.start, end: last.end - layer.start, value: last.value as string };
}

const hexOf = (run: WalkRun): string => {
  const { start, end } = nameOf(run);
  return octetsOf(answer(run))
    .subarray(start, end)
    .toHex()
    .replace(/..(?=.)/g, "$& ");
};

/** The pointer at its end, without the two highest bits. */
const pointer = (run: WalkRun): number => {
  const { end } = nameOf(run);
  const whole = octetsOf(answer(run));
  return (whole[end - 2]! & 0x3f) * 256 + whole[end - 1]!;
};

const saved = (run: WalkRun): number => {
  const { octets, uncompressed } = compressionOf(layerOf(answer(run)));
  return uncompressed - octets;
};

/** A name without compression: labels with their lengths, and the empty one (RFC 1035 §3.1). */
const plainly = (name: string): Uint8Array =>
  Uint8Array.from([
    ...name.split(".").flatMap(label => [label.length, ...new TextEncoder().encode(label)]),
    0,
  ]);

/** The name that the student is to write. */
const wanted = (run: WalkRun): string => {
  const draws = new Draws(`${run.seed}|dns-compression`);
  return `${draws.pick(["lamp", "door", "oven"])}${draws.whole(2, 99)}.${run.task.near.name}`;
};

export const exercise = anExercise<Walk>({
  id: "dns-compression",
  subject: "dns",
  level: "compute",
  title: { en: "A name that points elsewhere", es: "Un nombre que señala a otro sitio" },
  scene: walk,
  story: run => ({
    en: `In packet ${answer(run).number}, the resolver's answer to the board, the data of the last CNAME record (octet ${nameOf(run).start} of the DNS message) are these octets:

    ${hexOf(run)}

The whole message is

    ${octetsOf(answer(run))
      .toHex()
      .replace(/.{64}(?=.)/g, "$&\n    ")}`,
    es: `En el paquete ${answer(run).number}, la respuesta del resolutor a la placa, los datos del último registro CNAME (octeto ${nameOf(run).start} del mensaje DNS) son estos octetos:

    ${hexOf(run)}

El mensaje entero es

    ${octetsOf(answer(run))
      .toHex()
      .replace(/.{64}(?=.)/g, "$&\n    ")}`,
  }),
  questions: [
    ask({
      id: "pointer",
      asks: {
        en: "At which octet of the DNS message does the pointer at their end point?",
        es: "¿A qué octeto del mensaje DNS señala el puntero que llevan al final?",
      },
      kind: number({ example: "12" }),
      expected: pointer,
      wrong: [
        {
          answer: run => pointer(run) + 0xc000,
          says: run => ({
            en: `The two highest bits say that it is a pointer and do not count (packet ${answer(run).number}; RFC 1035 §4.1.4).`,
            es: `Los dos bits más altos dicen que es un puntero y no cuentan (paquete ${answer(run).number}; RFC 1035 §4.1.4).`,
          }),
        },
        {
          answer: run => pointer(run) + 42,
          says: {
            en: "A pointer counts from the beginning of the DNS message, not of the frame: the headers of Ethernet, IP and UDP are not part of it (RFC 1035 §4.1.4).",
            es: "Un puntero cuenta desde el comienzo del mensaje DNS, no de la trama: las cabeceras de Ethernet, IP y UDP no son parte de él (RFC 1035 §4.1.4).",
          },
        },
        {
          answer: run => pointer(run) - 12,
          says: {
            en: "The header of the DNS message, its first twelve octets, counts as well (RFC 1035 §4.1.4).",
            es: "La cabecera del mensaje DNS, sus doce primeros octetos, también cuenta (RFC 1035 §4.1.4).",
          },
        },
      ],
      otherwise: run => ({
        en: `Take the last two octets of the CNAME's data in packet ${answer(run).number}, leave out the two highest bits: what is left is the offset (RFC 1035 §4.1.4).`,
        es: `Toma los dos últimos octetos de los datos del CNAME en el paquete ${answer(run).number}, quita los dos bits más altos: lo que queda es la posición (RFC 1035 §4.1.4).`,
      }),
      tshark: {
        filter: run => `frame.number == ${answer(run).number}`,
        fields: ["udp.payload"],
        concludes: ([row], run) =>
          String(
            Number.parseInt(
              row![0]!.replaceAll(":", "").slice(nameOf(run).end * 2 - 4, nameOf(run).end * 2),
              16,
            ) - 0xc000,
          ),
      },
    }),
    ask({
      id: "name",
      asks: { en: "Which name do they stand for?", es: "¿Qué nombre representan?" },
      kind: domainName,
      expected: (run: WalkRun) => nameOf(run).value,
      wrong: [
        {
          answer: run => nameOf(run).value.split(".")[0],
          says: run => ({
            en: `That is the part that is written out. Go on reading at the octet that the pointer names, in packet ${answer(run).number} (RFC 1035 §4.1.4).`,
            es: `Esa es la parte escrita. Sigue leyendo en el octeto que nombra el puntero, en el paquete ${answer(run).number} (RFC 1035 §4.1.4).`,
          }),
        },
        {
          answer: run => run.task.chain[0],
          says: run => ({
            en: `That is the question's name. The data begin with a length and a label of their own (packet ${answer(run).number}; RFC 1035 §3.1).`,
            es: `Ese es el nombre de la pregunta. Los datos empiezan con una longitud y una etiqueta propias (paquete ${answer(run).number}; RFC 1035 §3.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Each label is a length and so many letters; 0xc0 or more begins a pointer, and reading goes on where it points (packet ${answer(run).number}; RFC 1035 §3.1, §4.1.4).`,
        es: `Cada etiqueta es una longitud y tantas letras; 0xc0 o más empieza un puntero, y se sigue leyendo donde señala (paquete ${answer(run).number}; RFC 1035 §3.1, §4.1.4).`,
      }),
      tshark: {
        filter: run => `frame.number == ${answer(run).number}`,
        fields: ["dns.cname"],
        concludes: ([row]) => row![0]!.split(",").at(-1)!,
      },
    }),
    ask({
      id: "saved",
      asks: {
        en: "How many octets does compression save in the whole message?",
        es: "¿Cuántos octetos ahorra la compresión en el mensaje entero?",
      },
      kind: number({ unit: "octets", example: "40" }),
      expected: saved,
      wrong: [
        {
          answer: run => octetsOf(answer(run)).length,
          says: run => ({
            en: `That is the message's length, packet ${answer(run).number}. For each pointer count the octets that it stands for, less its own two (RFC 1035 §4.1.4).`,
            es: `Esa es la longitud del mensaje, paquete ${answer(run).number}. Por cada puntero cuenta los octetos que representa, menos los dos suyos (RFC 1035 §4.1.4).`,
          }),
        },
        {
          answer: run => saved(run) + 2 * pointersIn(run),
          says: run => ({
            en: `Each pointer costs two octets itself (packet ${answer(run).number}; RFC 1035 §4.1.4).`,
            es: `Cada puntero cuesta dos octetos (paquete ${answer(run).number}; RFC 1035 §4.1.4).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Write every name of packet ${answer(run).number} out: a length octet before each label and a zero at the end. Compare with what is there (RFC 1035 §3.1, §4.1.4).`,
        es: `Escribe por entero cada nombre del paquete ${answer(run).number}: un octeto de longitud ante cada etiqueta y un cero al final. Compara con lo que hay (RFC 1035 §3.1, §4.1.4).`,
      }),
      tshark: {
        filter: run => `frame.number == ${answer(run).number}`,
        fields: ["dns.qry.name", "dns.resp.name", "dns.cname", "udp.length"],
        concludes([row]) {
          const names = row!.slice(0, 3).flatMap(cell => cell.split(","));
          const aliases = row![2]!.split(",").length;
          // The header; type and class of the question; ten octets of each record; four of the address.
          const whole =
            12 + 4 + (aliases + 1) * 10 + 4 + names.reduce((sum, name) => sum + name.length + 2, 0);
          return String(whole - (Number(row![3]) - 8));
        },
      },
    }),
    ask({
      id: "write",
      asks: run => ({
        en: `Write the name ${wanted(run)} without compression, in hexadecimal.`,
        es: `Escribe el nombre ${wanted(run)} sin compresión, en hexadecimal.`,
      }),
      kind: octets,
      expected: (run: WalkRun) => plainly(wanted(run)),
      wrong: [
        {
          answer: run => plainly(wanted(run)).subarray(0, -1),
          says: {
            en: "The root is missing: every name ends with a label of no letters, an octet of zero (RFC 1035 §3.1).",
            es: "Falta la raíz: todo nombre acaba con una etiqueta sin letras, un octeto a cero (RFC 1035 §3.1).",
          },
        },
        {
          answer: run => new TextEncoder().encode(wanted(run)),
          says: {
            en: "Dots are not sent: in front of each label stands its length, and a zero at the end (RFC 1035 §3.1).",
            es: "Los puntos no se envían: delante de cada etiqueta va su longitud, y un cero al final (RFC 1035 §3.1).",
          },
        },
      ],
      otherwise: run => ({
        en: `A length, so many letters, for each label; then a zero. The question of packet ${answer(run).number} has a name that is written out (RFC 1035 §3.1).`,
        es: `Una longitud y tantas letras, por cada etiqueta; luego un cero. La pregunta del paquete ${answer(run).number} lleva un nombre escrito por entero (RFC 1035 §3.1).`,
      }),
      tshark: {
        fields: ["frame.number"],
        concludes: (_rows, run) =>
          wanted(run)
            .split(".")
            .map(
              label => `${label.length.toString(16).padStart(2, "0")}${Buffer.from(label).toString("hex")}`,
            )
            .join("")
            .concat("00"),
      },
    }),
  ],
  hints: [
    {
      en: "A label begins with its length, 1 to 63. An octet of 0xc0 or more begins a pointer of two octets.",
      es: "Una etiqueta empieza con su longitud, de 1 a 63. Un octeto de 0xc0 o más empieza un puntero de dos octetos.",
    },
    {
      en: "0xc012 points at octet 0x012 = 18. Octet 12 is the first behind the header: there the question's name begins.",
      es: "0xc012 señala al octeto 0x012 = 18. El octeto 12 es el primero tras la cabecera: allí empieza el nombre de la pregunta.",
    },
    {
      en: "A name written out has as many octets as letters and dots, and two more.",
      es: "Un nombre escrito por entero tiene tantos octetos como letras y puntos, y dos más.",
    },
  ],
});

/** How many names of the message end with one. */
const pointersIn = (run: WalkRun): number => {
  const { answers } = answer(run).message;
  // Every owner, and each alias: only the question's name is written out.
  return answers.length + answers.filter(({ type }) => type === 5).length;
};
