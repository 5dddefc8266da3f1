// Exercise: what a record of TLS 1.2 costs beyond what it carries.
import { anExercise, ask, type Run } from "../exercise.ts";
import { number, packet } from "../kinds/index.ts";
import { applicationRecords, records, serverHello } from "./messages.ts";
import { session12, type TlsSession } from "./session.ts";

type CostRun = Run<TlsSession>;

/** The first thing that the lock says once there are keys: MQTT's CONNECT. */
const first = (run: CostRun) => applicationRecords(run, run.task.lock.address)[0]!;
/** Of MQTT 3.1.1 without will, user or password: ten octets, and the client identifier with its length. */
const inside = ({ task }: CostRun): number => 2 + 10 + 2 + task.lock.name.length;
const handshake = (run: CostRun) =>
  records(run)
    .filter(({ number }) => number < first(run).number)
    .reduce((sum, { value }) => sum + 5 + value.length, 0);

export const exercise = anExercise<TlsSession>({
  id: "tls-overhead",
  subject: "tls",
  level: "compute",
  title: { en: "The price of a secret", es: "El precio de un secreto" },
  scene: session12,
  story: run => ({
    en: `The first thing that ${run.task.lock.name} says inside TLS is MQTT's CONNECT, of ${inside(run)} octets. The records in which things are said are longer. By how much, and what did it cost to get that far?`,
    es: `Lo primero que dice ${run.task.lock.name} dentro de TLS es el CONNECT de MQTT, de ${inside(run)} octetos. Los registros en los que se dice son más largos. ¿Cuánto más, y cuánto costó llegar hasta ahí?`,
  }),
  questions: [
    ask({
      id: "packet",
      asks: {
        en: "In which packet stands the client's first application data?",
        es: "¿En qué paquete están los primeros datos de aplicación del cliente?",
      },
      kind: packet,
      expected: (run: CostRun) => first(run).number,
      wrong: [
        {
          answer: run => serverHello(run).number,
          says: run => ({
            en: `That belongs to the handshake, content type 22. Look for a record from ${run.task.lock.address} with content type 23 (RFC 5246 §6.2.1).`,
            es: `Eso es de la negociación, tipo de contenido 22. Busca un registro de ${run.task.lock.address} con tipo de contenido 23 (RFC 5246 §6.2.1).`,
          }),
        },
        {
          answer: run => applicationRecords(run, run.task.broker.address)[0]!.number,
          says: run => ({
            en: `That is the server's answer: look at ip.src. The client is ${run.task.lock.address} (content type 23, RFC 5246 §6.2.1).`,
            es: `Esa es la respuesta del servidor: mira ip.src. El cliente es ${run.task.lock.address} (tipo de contenido 23, RFC 5246 §6.2.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `tls.record.content_type == 23 && ip.src == ${run.task.lock.address}: the first one (RFC 5246 §6.2.1).`,
        es: `tls.record.content_type == 23 && ip.src == ${run.task.lock.address}: el primero (RFC 5246 §6.2.1).`,
      }),
      tshark: {
        filter: "tls.record.content_type == 23",
        fields: ["frame.number", "ip.src"],
        concludes: (rows, { task }) => rows.find(([, from]) => from === task.lock.address)![0]!,
      },
    }),
    ask({
      id: "extra",
      asks: {
        en: "By how many octets is that whole record, its header included, longer than the CONNECT inside?",
        es: "¿En cuántos octetos es más largo ese registro entero, con su cabecera, que el CONNECT que lleva dentro?",
      },
      kind: number({ unit: "octets", example: "12" }),
      expected: (run: CostRun) => 5 + first(run).value.length - inside(run),
      wrong: [
        {
          answer: run => first(run).value.length - inside(run),
          says: run => ({
            en: `The record's own header is missing: type, version and length (RFC 5246 §6.2.1; packet ${first(run).number}).`,
            es: `Falta la cabecera del propio registro: tipo, versión y longitud (RFC 5246 §6.2.1; paquete ${first(run).number}).`,
          }),
        },
        {
          answer: run => 5 + first(run).value.length,
          says: run => ({
            en: `That is the whole record of packet ${first(run).number}. Take away the ${inside(run)} octets that it carries (field length, RFC 5246 §6.2.3).`,
            es: `Ese es el registro entero del paquete ${first(run).number}. Quítale los ${inside(run)} octetos que lleva (campo length, RFC 5246 §6.2.3).`,
          }),
        },
        {
          answer: () => 5,
          says: run => ({
            en: `The cipher adds something as well: a tag, and in some suites a nonce in each record (RFC 5246 §6.2.3.3, RFC 5288 §3). Compare the length in packet ${first(run).number}.`,
            es: `El cifrado también añade algo: una etiqueta, y en algunos conjuntos un nonce por registro (RFC 5246 §6.2.3.3, RFC 5288 §3). Compara la longitud en el paquete ${first(run).number}.`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Five octets of header, and the field length of packet ${first(run).number}; less the ${inside(run)} octets of the CONNECT (RFC 5246 §6.2.1). The suite in packet ${serverHello(run).number} explains the rest.`,
        es: `Cinco octetos de cabecera, y el campo length del paquete ${first(run).number}; menos los ${inside(run)} octetos del CONNECT (RFC 5246 §6.2.1). El conjunto del paquete ${serverHello(run).number} explica el resto.`,
      }),
      tshark: {
        filter: "tls.record.content_type == 23",
        fields: ["ip.src", "tls.record.length"],
        concludes: (rows, { task }) =>
          String(
            5 +
              Number(rows.find(([from]) => from === task.lock.address)![1]!.split(",")[0]) -
              (14 + task.lock.name.length),
          ),
      },
    }),
    ask({
      id: "handshake",
      asks: {
        en: "How many octets of TLS records, headers included, crossed the wire before it, both ways together?",
        es: "¿Cuántos octetos de registros TLS, con sus cabeceras, cruzaron antes el cable, sumando los dos sentidos?",
      },
      kind: number({ unit: "octets", example: "1234" }),
      expected: handshake,
      wrong: [
        {
          answer: run =>
            handshake(run) - 5 * records(run).filter(({ number }) => number < first(run).number).length,
          says: run => ({
            en: `The header of each record is missing: five octets (RFC 5246 §6.2.1). Count the records before packet ${first(run).number}.`,
            es: `Falta la cabecera de cada registro: cinco octetos (RFC 5246 §6.2.1). Cuenta los registros anteriores al paquete ${first(run).number}.`,
          }),
        },
        {
          answer: run =>
            records(run, run.task.broker.address)
              .filter(({ number }) => number < first(run).number)
              .reduce((sum, { value }) => sum + 5 + value.length, 0),
          says: run => ({
            en: `That is the server's part alone. Add those of ${run.task.lock.address} before packet ${first(run).number} (field tls.record.length, RFC 5246 §6.2.1).`,
            es: `Esa es solo la parte del servidor. Suma los de ${run.task.lock.address} anteriores al paquete ${first(run).number} (campo tls.record.length, RFC 5246 §6.2.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Add up tls.record.length of all records before packet ${first(run).number}, and five octets for each (RFC 5246 §6.2.1): bun lab inspect capture.pcapng -Y tls -T fields -e tls.record.length`,
        es: `Suma tls.record.length de todos los registros anteriores al paquete ${first(run).number}, y cinco octetos por cada uno (RFC 5246 §6.2.1): bun lab inspect capture.pcapng -Y tls -T fields -e tls.record.length`,
      }),
      tshark: {
        filter: "tls",
        fields: ["ip.src", "tls.record.content_type", "tls.record.length"],
        concludes(rows, { task }) {
          const end = rows.findIndex(([from, type]) => from === task.lock.address && type === "23");
          const lengths = rows.slice(0, end).flatMap(row => row[2]!.split(",").map(Number));
          return String(lengths.reduce((sum, length) => sum + 5 + length, 0));
        },
      },
    }),
  ],
  hints: [
    {
      en: "Content type 23 is application data, 22 the handshake.",
      es: "El tipo de contenido 23 son datos de aplicación, el 22 la negociación.",
    },
    {
      en: "A record's header has five octets: type, version (2), length (2).",
      es: "La cabecera de un registro tiene cinco octetos: tipo, versión (2), longitud (2).",
    },
    {
      en: "AES-GCM in TLS 1.2 sends eight octets of nonce and sixteen of tag with each record; ChaCha20-Poly1305 only the tag.",
      es: "AES-GCM en TLS 1.2 envía con cada registro ocho octetos de nonce y dieciséis de etiqueta; ChaCha20-Poly1305 solo la etiqueta.",
    },
  ],
});
