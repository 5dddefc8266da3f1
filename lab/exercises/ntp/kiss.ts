// Exercise: a server that says no, and how: the kiss-o'-death. RFC 5905 §7.4.
import { codeText, kissCode } from "../../../protocols/ntp/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { at, choice, chosen, inPacket, number, text } from "../kinds/index.ts";
import { type Hall, hall } from "./hall.ts";
import { messagesOf, type Told } from "./messages.ts";

type HallRun = Run<Hall>;

const kiss = (run: HallRun): Told =>
  messagesOf(run, "server").find(({ message }) => kissCode(message) !== undefined)!;
const requests = (run: HallRun): Told[] => messagesOf(run, "client", { from: run.task.hasty.address });
const answers = (run: HallRun): Told[] => messagesOf(run, "server", { to: run.task.hasty.address });
const primary = (run: HallRun) =>
  messagesOf(run, "server").find(({ message }) => message.stratum === 1)!.message;
/** What got no reply at all. */
const unanswered = (run: HallRun): number => requests(run).length - answers(run).length;

const asked = {
  filter: (run: HallRun) => `ntp && ip.addr == ${run.task.hasty.address}`,
  fields: ["frame.number", "ntp.flags.mode", "ntp.stratum", "ntp.refid", "ntp.ppoll"],
};

const refusalIn = (rows: readonly (readonly string[])[]): readonly string[] =>
  rows.find(row => row[1] === "4" && row[2] === "0")!;
const refusal = { en: "the refusal", es: "la negativa" };

const meanings = choice(
  [
    { id: "slower", says: { en: "Ask less often.", es: "Pregunta menos a menudo." } },
    { id: "never", says: { en: "Do not ask any more at all.", es: "No preguntes nunca más." } },
    {
      id: "unset",
      says: { en: "My clock has not been set yet.", es: "Mi reloj todavía no está en hora." },
    },
    {
      id: "wrong",
      says: { en: "Your clock is wrong by a second or more.", es: "Tu reloj se desvía un segundo o más." },
    },
  ],
  refusal,
);

export const exercise = anExercise<Hall>({
  id: "ntp-kiss",
  subject: "ntp",
  level: "explain",
  title: { en: "The kiss of death", es: "El beso de la muerte" },
  scene: hall,
  story: ({ task: { hasty } }) => ({
    en: `A neighbour, ${hasty.address}, asks the same server for the time again and again, without a pause. At some point it gets another answer than before.`,
    es: `Un vecino, ${hasty.address}, pregunta la hora al mismo servidor una y otra vez, sin pausa. En algún momento recibe una respuesta distinta.`,
  }),
  questions: [
    ask({
      id: "code",
      asks: { en: "Which code does the refusal carry?", es: "¿Qué código lleva la negativa?" },
      kind: inPacket(text, refusal),
      expected: (run: HallRun) => ({
        value: codeText(kiss(run).message.referenceId),
        packet: kiss(run).number,
      }),
      wrong: [
        {
          answer: run => at("DENY", kiss(run).number),
          says: run => ({
            en: `That one there is too, but this server sends another: octets 12 to 15 of packet ${kiss(run).number}, as letters (RFC 5905 §7.4, figure 13).`,
            es: `Ese también existe, pero este servidor envía otro: octetos 12 a 15 del paquete ${kiss(run).number}, como letras (RFC 5905 §7.4, figura 13).`,
          }),
        },
        {
          answer: run => at(codeText(primary(run).referenceId), kiss(run).number),
          says: run => ({
            en: `That is a reference clock's name (stratum 1). A refusal has stratum 0: packet ${kiss(run).number} (RFC 5905 §7.4).`,
            es: `Ese es el nombre de un reloj de referencia (estrato 1). Una negativa lleva estrato 0: paquete ${kiss(run).number} (RFC 5905 §7.4).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `A refusal has stratum 0, and the code stands where else the reference ID is: packet ${kiss(run).number} (RFC 5905 §7.4).`,
        es: `Una negativa lleva estrato 0, y el código está donde iría el identificador de referencia: paquete ${kiss(run).number} (RFC 5905 §7.4).`,
      }),
      tshark: {
        ...asked,
        concludes(rows) {
          const [number, , , id] = refusalIn(rows);
          return `${Buffer.from(id!.replaceAll(":", ""), "hex").toString("latin1")} ${number}`;
        },
      },
    }),
    ask({
      id: "means",
      asks: { en: "What does it ask of the client?", es: "¿Qué le pide al cliente?" },
      kind: meanings,
      expected: (run: HallRun) => chosen("slower", kiss(run).number),
      wrong: [
        {
          answer: run => chosen("never", kiss(run).number),
          says: run => ({
            en: `That would be DENY or RSTR. Which code has packet ${kiss(run).number}? (RFC 5905 §7.4, figure 13)`,
            es: `Eso sería DENY o RSTR. ¿Qué código lleva el paquete ${kiss(run).number}? (RFC 5905 §7.4, figura 13)`,
          }),
        },
        {
          answer: run => chosen("unset", kiss(run).number),
          says: run => ({
            en: `Stratum 0 without a code would say so, or INIT. Which code has packet ${kiss(run).number}? (RFC 5905 §7.4, figure 13)`,
            es: `Lo diría un estrato 0 sin código, o INIT. ¿Qué código lleva el paquete ${kiss(run).number}? (RFC 5905 §7.4, figura 13)`,
          }),
        },
        {
          answer: run => chosen("wrong", kiss(run).number),
          says: {
            en: "A server does not judge the client's clock: it tells its own time (RFC 5905 §7.4).",
            es: "Un servidor no juzga el reloj del cliente: dice su propia hora (RFC 5905 §7.4).",
          },
        },
      ],
      otherwise: run => ({
        en: `The packet asked for is the server's with stratum 0, to ${run.task.hasty.address}; its code is listed in RFC 5905 §7.4, figure 13.`,
        es: `El paquete que se pide es el del servidor con estrato 0, hacia ${run.task.hasty.address}; su código figura en RFC 5905 §7.4, figura 13.`,
      }),
      tshark: {
        ...asked,
        concludes: rows => `slower ${refusalIn(rows)[0]}`,
      },
    }),
    ask({
      id: "interval",
      asks: {
        en: "How many seconds does it want between questions? Its poll field tells the exponent of two.",
        es: "¿Cuántos segundos quiere entre preguntas? Su campo poll da el exponente de dos.",
      },
      kind: inPacket(number({ unit: "s", example: "64 s" }), refusal),
      expected: (run: HallRun) => ({ value: 2 ** kiss(run).message.poll, packet: kiss(run).number }),
      wrong: [
        {
          answer: run => at(kiss(run).message.poll, kiss(run).number),
          says: run => ({
            en: `That is the exponent, the third octet of packet ${kiss(run).number}: the interval is two to the power of it (RFC 5905 §7.3, poll).`,
            es: `Ese es el exponente, el tercer octeto del paquete ${kiss(run).number}: el intervalo es dos elevado a él (RFC 5905 §7.3, poll).`,
          }),
        },
        {
          answer: run => at(kiss(run).message.poll * 2, kiss(run).number),
          says: {
            en: "Two to the power of it, not twice (RFC 5905 §7.3, poll).",
            es: "Dos elevado a él, no el doble (RFC 5905 §7.3, poll).",
          },
        },
      ],
      otherwise: run => ({
        en: `Two to the power of the poll field of packet ${kiss(run).number} (RFC 5905 §7.3).`,
        es: `Dos elevado al campo poll del paquete ${kiss(run).number} (RFC 5905 §7.3).`,
      }),
      tshark: {
        ...asked,
        concludes(rows) {
          const row = refusalIn(rows);
          return `${2 ** Number(row[4])} ${row[0]}`;
        },
      },
    }),
    ask({
      id: "silence",
      asks: run => ({
        en: `How many questions of ${run.task.hasty.address} get no answer at all?`,
        es: `¿Cuántas preguntas de ${run.task.hasty.address} no reciben respuesta alguna?`,
      }),
      kind: inPacket(number({ example: "3" }), refusal),
      expected: run => ({ value: unanswered(run), packet: kiss(run).number }),
      wrong: [
        {
          answer: run => at(unanswered(run) + 1, kiss(run).number),
          says: run => ({
            en: `The refusal, packet ${kiss(run).number}, is an answer too (RFC 5905 §7.4).`,
            es: `La negativa, paquete ${kiss(run).number}, también es una respuesta (RFC 5905 §7.4).`,
          }),
        },
        {
          answer: run => at(requests(run).length, kiss(run).number),
          says: run => ({
            en: `So many it asks in all; those before packet ${kiss(run).number} were answered.`,
            es: `Tantas hace en total; las anteriores al paquete ${kiss(run).number} tuvieron respuesta.`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Count the requests (mode 3) of ${run.task.hasty.address} behind the one that packet ${kiss(run).number} answers.`,
        es: `Cuenta las peticiones (modo 3) de ${run.task.hasty.address} tras la que responde el paquete ${kiss(run).number}.`,
      }),
      tshark: {
        ...asked,
        concludes: rows =>
          `${rows.filter(row => row[1] === "3").length - rows.filter(row => row[1] === "4").length} ${refusalIn(rows)[0]}`,
      },
    }),
  ],
  hints: [
    ({ task: { hasty } }) => ({
      en: `Its conversation: ntp && ip.addr == ${hasty.address}.`,
      es: `Su conversación: ntp && ip.addr == ${hasty.address}.`,
    }),
    {
      en: "A server that refuses answers with stratum 0, and puts a code of four letters into the reference ID.",
      es: "Un servidor que rechaza responde con estrato 0, y pone un código de cuatro letras en el identificador de referencia.",
    },
    {
      en: "Who does not listen to it gets no answer any more.",
      es: "A quien no hace caso ya no se le responde.",
    },
  ],
});
