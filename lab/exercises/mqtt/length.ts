// Exercise: the remaining length of a PUBLISH, computed and written as its octets.
import { anExercise, ask, type Run } from "../exercise.ts";
import { number, octets } from "../kinds/index.ts";
import { type Greenhouse, greenhouse } from "./greenhouse.ts";
import { publishOf } from "./messages.ts";

type DayRun = Run<Greenhouse>;

const report = (run: DayRun) => publishOf(run, run.task.report.text);
/** Fixed header: one octet, and two of length, for it is longer than 127 octets and shorter than 16 384. */
const remaining = (run: DayRun): number => report(run).octets.length - 3;
const written = (run: DayRun): Uint8Array => report(run).octets.slice(1, 3);
const octetsOf = (text: string): number => new TextEncoder().encode(text).length;

export const exercise = anExercise<Greenhouse>({
  id: "mqtt-length",
  subject: "mqtt",
  level: "compute",
  title: { en: "How long is the rest?", es: "¿Cuánto mide el resto?" },
  scene: greenhouse,
  story: run => {
    const { report: sent, broker } = run.task;
    return {
      en: `A sensor publishes a report of ${octetsOf(sent.text)} octets to the broker ${broker}, by MQTT 5, with QoS 1, on the topic ${sent.topic}, with no properties. Work it out by hand first; packet ${report(run).number} then shows whether you were right.`,
      es: `Un sensor publica un informe de ${octetsOf(sent.text)} octetos en el broker ${broker}, con MQTT 5, QoS 1, en el tema ${sent.topic}, sin propiedades. Calcúlalo primero a mano; el paquete ${report(run).number} te dirá después si acertaste.`,
    };
  },
  questions: [
    ask({
      id: "length",
      asks: {
        en: "What is the remaining length of that PUBLISH?",
        es: "¿Cuál es la longitud restante de ese PUBLISH?",
      },
      kind: number({ unit: "octets", example: "201" }),
      expected: remaining,
      wrong: [
        {
          answer: ({ task }: DayRun) => octetsOf(task.report.text),
          says: run => ({
            en: `That is the payload alone. What stands before it in packet ${report(run).number}, behind the length, counts too: topic name and packet identifier (MQTT 5 §2.1.4, §3.3.2).`,
            es: `Eso es solo la carga. Lo que va delante de ella en el paquete ${report(run).number}, detrás de la longitud, también cuenta: el nombre del tema y el identificador de paquete (MQTT 5 §2.1.4, §3.3.2).`,
          }),
        },
        {
          answer: run => remaining(run) - 2,
          says: run => ({
            en: `Two octets are missing. In packet ${report(run).number} a string begins with its own length in two octets (MQTT 5 §1.5.4), and with QoS 1 there is a packet identifier (§2.2.1).`,
            es: `Faltan dos octetos. En el paquete ${report(run).number} una cadena empieza con su propia longitud en dos octetos (MQTT 5 §1.5.4), y con QoS 1 hay un identificador de paquete (§2.2.1).`,
          }),
        },
        {
          answer: run => remaining(run) - 1,
          says: run => ({
            en: `One octet is missing: "no properties" is written down too, as a property length of 0 (§2.2.2.1; packet ${report(run).number}).`,
            es: `Falta un octeto: también «sin propiedades» se escribe, como longitud de propiedades 0 (§2.2.2.1; paquete ${report(run).number}).`,
          }),
        },
        {
          answer: run => remaining(run) + 3,
          says: run => ({
            en: `That is the whole packet ${report(run).number} of MQTT. The remaining length counts what remains behind itself: without the fixed header (MQTT 5 §2.1.4).`,
            es: `Ese es el paquete MQTT entero (paquete ${report(run).number}). La longitud restante cuenta lo que queda detrás de ella: sin la cabecera fija (MQTT 5 §2.1.4).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Add up what stands behind the length in packet ${report(run).number}: two octets and the topic name, two of packet identifier, one of property length, and the payload (§3.3.2).`,
        es: `Suma lo que va detrás de la longitud en el paquete ${report(run).number}: dos octetos y el nombre del tema, dos de identificador de paquete, uno de longitud de propiedades, y la carga (§3.3.2).`,
      }),
      tshark: {
        filter: 'mqtt.msgtype == 3 && mqtt.topic contains "/report"',
        fields: ["mqtt.len"],
        concludes: rows => rows[0]![0]!,
      },
    }),
    ask({
      id: "octets",
      asks: {
        en: "And the octets by which it is written, in hexadecimal, in the order in which they are sent?",
        es: "¿Y los octetos con los que se escribe, en hexadecimal, en el orden en que se envían?",
      },
      kind: octets,
      expected: written,
      wrong: [
        {
          answer: run => written(run).toReversed(),
          says: run => ({
            en: `The other way round: the least significant seven bits come first (MQTT 5 §1.5.5). Compare the octets of packet ${report(run).number}.`,
            es: `Al revés: van primero los siete bits de menos peso (MQTT 5 §1.5.5). Compara los octetos del paquete ${report(run).number}.`,
          }),
        },
        {
          answer: run => Uint8Array.of(remaining(run) >> 8, remaining(run) & 0xff),
          says: run => ({
            en: `Those are sixteen bits as they are. Here an octet carries seven, and its highest bit says that another follows (MQTT 5 §1.5.5; packet ${report(run).number}).`,
            es: `Esos son dieciséis bits tal cual. Aquí un octeto lleva siete, y su bit más alto dice que sigue otro (MQTT 5 §1.5.5; paquete ${report(run).number}).`,
          }),
        },
        {
          answer: run => Uint8Array.of(written(run)[0]! & 0x7f, written(run)[1]!),
          says: run => ({
            en: `The first octet lacks its highest bit: so it would be the last one (MQTT 5 §1.5.5; packet ${report(run).number}).`,
            es: `Al primer octeto le falta el bit más alto: así sería el último (MQTT 5 §1.5.5; paquete ${report(run).number}).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Divide by 128: the rest, with 0x80 added since more follows, is the first octet; the quotient is the second (MQTT 5 §1.5.5, packet ${report(run).number}).`,
        es: `Divide entre 128: el resto, con 0x80 sumado porque sigue otro, es el primer octeto; el cociente es el segundo (MQTT 5 §1.5.5, paquete ${report(run).number}).`,
      }),
      tshark: {
        filter: 'mqtt.msgtype == 3 && mqtt.topic contains "/report"',
        fields: ["tcp.payload"],
        concludes: rows => rows[0]![0]!.slice(2, 6),
      },
    }),
  ],
  hints: [
    {
      en: "PUBLISH has a variable header: topic name, packet identifier (QoS above 0), and properties. The payload is what is left.",
      es: "PUBLISH tiene una cabecera variable: nombre del tema, identificador de paquete (QoS mayor que 0), y propiedades. La carga es lo que queda.",
    },
    {
      en: "A string is preceded by its length in two octets. A packet identifier has two octets.",
      es: "Una cadena va precedida de su longitud en dos octetos. Un identificador de paquete tiene dos octetos.",
    },
    {
      en: "321 = 2 × 128 + 65 is written c1 02.",
      es: "321 = 2 × 128 + 65 se escribe c1 02.",
    },
  ],
});
