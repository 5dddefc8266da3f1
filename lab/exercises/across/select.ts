// Exercise: the display filter for what a board sends before it has an address.
import { anExercise, ask, type Run } from "../exercise.ts";
import { filter } from "../kinds/index.ts";
import type { Home } from "./board.ts";
import { wholeStart } from "./start.ts";

type StartRun = Run<Home>;

const first = (run: StartRun): number => run.select(`eth.src == ${run.task.board.mac}`)[0]!.number;
const questions = (run: StartRun): string => `udp && eth.src == ${run.task.board.mac} && ip.src != 0.0.0.0`;

export const exercise = anExercise<Home>({
  id: "across-filter",
  subject: "across",
  level: "build",
  title: { en: "Everything it asked", es: "Todo lo que preguntó" },
  scene: wholeStart,
  story: ({ task: { board } }) => ({
    en: `Wanted are the packets in which ${board.name} (${board.mac}) asks something over UDP once it has an address: all of them, and nothing else. Not what it said before it had one, not the answers, not its neighbours' packets.`,
    es: `Se buscan los paquetes en los que ${board.name} (${board.mac}) pregunta algo por UDP cuando ya tiene dirección: todos, y nada más. Ni lo que dijo antes de tenerla, ni las respuestas, ni los paquetes de sus vecinos.`,
  }),
  questions: [
    ask({
      id: "filter",
      asks: {
        en: "Write a display filter that selects exactly these packets.",
        es: "Escribe un filtro de visualización que seleccione exactamente esos paquetes.",
      },
      kind: filter,
      expected: questions,
      wrong: [
        {
          answer: run => `udp && eth.src == ${run.task.board.mac}`,
          says: run => ({
            en: `What it says without an address is among them, such as packet ${first(run)}: its source is 0.0.0.0 then (field ip.src, RFC 2131 §4.1).`,
            es: `Está entre ellos lo que dice sin dirección, como el paquete ${first(run)}: entonces su origen es 0.0.0.0 (campo ip.src, RFC 2131 §4.1).`,
          }),
        },
        {
          answer: run => `udp && eth.addr == ${run.task.board.mac} && ip.src != 0.0.0.0`,
          says: {
            en: "eth.addr stands for both directions: answers are among them. Say eth.src (IEEE 802.3 §3.2.5).",
            es: "eth.addr está por los dos sentidos: hay respuestas entre ellos. Di eth.src (IEEE 802.3 §3.2.5).",
          },
        },
        {
          answer: run => `dns && eth.src == ${run.task.board.mac}`,
          says: {
            en: "Those are its questions to DNS. It asks for the time over UDP as well (RFC 5905 §7.2; field udp.dstport).",
            es: "Esas son sus preguntas a DNS. También por UDP pregunta la hora (RFC 5905 §7.2; campo udp.dstport).",
          },
        },
      ],
      otherwise: run => ({
        en: `Three conditions, joined by &&: the transport (udp), the sender (eth.src), and that it has an address (ip.src); packet ${first(run)} must not be among them (RFC 2131 §4.1).`,
        es: `Tres condiciones, unidas con &&: el transporte (udp), el remitente (eth.src), y que tenga dirección (ip.src); el paquete ${first(run)} no debe estar (RFC 2131 §4.1).`,
      }),
    }),
  ],
  hints: [
    {
      en: "Who has no address yet sends from 0.0.0.0.",
      es: "Quien no tiene dirección todavía envía desde 0.0.0.0.",
    },
    {
      en: "eth.src is the sender alone, eth.addr sender or receiver.",
      es: "eth.src es solo el remitente; eth.addr, remitente o destinatario.",
    },
  ],
});
