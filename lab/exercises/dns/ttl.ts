// Exercise: how long an answer is good for, and what is left of it.
import { recordsOf, Type } from "../../../protocols/dns/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { at, inPacket, number } from "../kinds/index.ts";
import { answerTo, messagesOf, seconds, type Told } from "./messages.ts";
import { type Walk, walk } from "./walk.ts";

type WalkRun = Run<Walk>;

const wanted = (run: WalkRun): string => run.task.chain[0]!;
const first = (run: WalkRun): Told => answerTo(run, wanted(run));
const again = (run: WalkRun): Told => answerTo(run, wanted(run), "last");
/** Of the A record. */
const ttlIn = ({ message }: Told): number => recordsOf(message.answers, Type.A)[0]!.ttl;
const aliasTtlIn = ({ message }: Told): number => recordsOf(message.answers, Type.CNAME)[0]!.ttl;
/** The answer of the server in charge of the A record. */
const source = (run: WalkRun): Told =>
  messagesOf(run).find(
    ({ message, isResponse }) =>
      isResponse &&
      message.flags.authoritative === 1 &&
      recordsOf(message.answers, Type.A)[0]?.name === run.task.host.name,
  )!;

/** Two answers to the board, with their times to live and times. */
const asked = {
  filter: ({ task }: WalkRun) => `dns.flags.response == 1 && ip.dst == ${task.board.address} && dns.cname`,
  fields: ["frame.time_epoch", "dns.resp.ttl"],
};

export const exercise = anExercise<Walk>({
  id: "dns-ttl",
  subject: "dns",
  level: "compute",
  title: { en: "Best before", es: "Consumir antes de" },
  scene: walk,
  story: run => ({
    en: `The board (${run.task.board.address}) asks for ${wanted(run)}, and some time later once more. The second time its resolver asks nobody.`,
    es: `La placa (${run.task.board.address}) pregunta por ${wanted(run)}, y un rato después otra vez. La segunda vez su resolutor no pregunta a nadie.`,
  }),
  questions: [
    ask({
      id: "ttl",
      asks: {
        en: "For how long did the server in charge say that the address (the A record) may be remembered?",
        es: "¿Cuánto tiempo dijo el servidor a cargo que se puede recordar la dirección (el registro A)?",
      },
      kind: inPacket(number({ unit: "s", example: "240 s" }), {
        en: "that server's answer",
        es: "la respuesta de ese servidor",
      }),
      expected: (run: WalkRun) => ({ value: ttlIn(source(run)), packet: source(run).number }),
      wrong: [
        {
          answer: run => at(ttlIn(again(run)), source(run).number),
          says: run => ({
            en: `That is what the resolver says later, from memory. The server in charge answers in packet ${source(run).number} (RFC 1035 §4.1.3, TTL).`,
            es: `Eso es lo que dice después el resolutor, de memoria. El servidor a cargo responde en el paquete ${source(run).number} (RFC 1035 §4.1.3, TTL).`,
          }),
        },
        {
          answer: run => at(aliasTtlIn(first(run)), source(run).number),
          says: run => ({
            en: `That is the time of the CNAME record; each record has its own. Packet ${source(run).number} has the A record (RFC 1035 §4.1.3).`,
            es: `Ese es el tiempo del registro CNAME; cada registro tiene el suyo. El paquete ${source(run).number} trae el registro A (RFC 1035 §4.1.3).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Look at the TTL of the A record in packet ${source(run).number} (RFC 1035 §4.1.3).`,
        es: `Mira el TTL del registro A en el paquete ${source(run).number} (RFC 1035 §4.1.3).`,
      }),
      tshark: {
        filter: ({ task }) => `dns.flags.authoritative == 1 && dns.qry.name == "${task.host.name}"`,
        fields: ["dns.resp.ttl", "frame.number"],
        concludes: ([row]) => `${row![0]!.split(",")[0]} ${row![1]}`,
      },
    }),
    ask({
      id: "passed",
      asks: {
        en: "How much time passed between the two answers to the board?",
        es: "¿Cuánto tiempo pasó entre las dos respuestas a la placa?",
      },
      kind: number({ unit: "s", tolerance: 0.5, example: "31.5 s" }),
      expected: (run: WalkRun) => seconds(first(run), again(run)),
      wrong: [
        {
          answer: run => ttlIn(again(run)),
          says: run => ({
            en: `That is what is left of the TTL. Take the time of packet ${first(run).number} from that of packet ${again(run).number}.`,
            es: `Eso es lo que queda del TTL. Resta el tiempo del paquete ${first(run).number} al del paquete ${again(run).number}.`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Take the time of packet ${first(run).number} from that of packet ${again(run).number}.`,
        es: `Resta el tiempo del paquete ${first(run).number} al del paquete ${again(run).number}.`,
      }),
      tshark: {
        ...asked,
        concludes: rows => String(Number(rows[1]![0]) - Number(rows[0]![0])),
      },
    }),
    ask({
      id: "left",
      asks: {
        en: "If the board asks a third time: how long after the second answer does the resolver have to ask the server in charge of the address again?",
        es: "Si la placa pregunta una tercera vez: ¿a partir de cuánto después de la segunda respuesta tiene que volver a preguntar el resolutor al servidor a cargo de la dirección?",
      },
      kind: number({ unit: "s", tolerance: 1, example: "120 s" }),
      expected: (run: WalkRun) => ttlIn(again(run)),
      wrong: [
        {
          answer: run => ttlIn(source(run)),
          says: run => ({
            en: `So long it was when it came. Since then it has been remembered for a while: compare the TTL of the A record in packets ${first(run).number} and ${again(run).number} (RFC 1034 §4.3.3, RFC 1035 §3.2.1).`,
            es: `Así era cuando llegó. Desde entonces lleva un rato recordado: compara el TTL del registro A en los paquetes ${first(run).number} y ${again(run).number} (RFC 1034 §4.3.3, RFC 1035 §3.2.1).`,
          }),
        },
        {
          answer: run => aliasTtlIn(again(run)),
          says: run => ({
            en: `The alias may be remembered longer than what it leads to. The A record of packet ${again(run).number} runs out first (RFC 1035 §3.2.1).`,
            es: `El alias se puede recordar más que aquello a lo que lleva. El registro A del paquete ${again(run).number} caduca antes (RFC 1035 §3.2.1).`,
          }),
        },
        {
          answer: run => ttlIn(first(run)) + seconds(first(run), again(run)),
          says: run => ({
            en: `Time that passed makes it less: the TTL of packet ${again(run).number} is smaller than that of packet ${first(run).number} (RFC 1035 §3.2.1).`,
            es: `El tiempo que pasa lo hace menor: el TTL del paquete ${again(run).number} es menor que el del paquete ${first(run).number} (RFC 1035 §3.2.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `The TTL of the A record, less the time since it came: what packet ${again(run).number} says (RFC 1035 §3.2.1).`,
        es: `El TTL del registro A, menos el tiempo desde que llegó: lo que dice el paquete ${again(run).number} (RFC 1035 §3.2.1).`,
      }),
      tshark: {
        ...asked,
        concludes: rows => rows[1]![1]!.split(",").at(-1)!,
      },
    }),
  ],
  hints: [
    {
      en: "A resolver gives away what it remembers with the time that is left, not with the time that it was told.",
      es: "Un resolutor entrega lo que recuerda con el tiempo que queda, no con el que le dijeron.",
    },
    {
      en: "Each record has a TTL of its own; what counts is the one that runs out.",
      es: "Cada registro tiene su propio TTL; cuenta el que se agota.",
    },
    ({ task: { board } }) => ({
      en: `Both answers to the board: dns.cname && ip.dst == ${board.address}.`,
      es: `Las dos respuestas a la placa: dns.cname && ip.dst == ${board.address}.`,
    }),
  ],
});
