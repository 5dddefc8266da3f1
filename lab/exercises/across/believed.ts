// Exercise: on whose word does the board do what it does?
import type { Packet } from "../../../protocols/packet/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { packet, packets } from "../kinds/index.ts";
import type { Home } from "./board.ts";
import { wholeStart } from "./start.ts";

type StartRun = Run<Home>;

const board = ({ task }: StartRun): string => `eth.dst == ${task.board.mac}`;
/** Answers to DHCP are broadcast here: they are told apart by the client's address in them. */
const ack = (run: StartRun): Packet =>
  run.select(`dhcp.option.dhcp == 5 && dhcp.hw.mac_addr == ${run.task.board.mac}`)[0]!;
const offer = (run: StartRun): Packet =>
  run.select(`dhcp.option.dhcp == 2 && dhcp.hw.mac_addr == ${run.task.board.mac}`)[0]!;
const names = (run: StartRun): Packet[] => run.select(`dns.flags.response == 1 && ${board(run)}`);
const time = (run: StartRun): Packet => run.select(`ntp.flags.mode == 4 && ${board(run)}`)[0]!;

const mine = (task: Home) => (row: readonly string[]) =>
  row[1] === task.board.mac || row[2] === task.board.mac;

export const exercise = anExercise<Home>({
  id: "across-believed",
  subject: "across",
  level: "explain",
  title: { en: "On whose word?", es: "¿Por boca de quién?" },
  scene: wholeStart,
  story: ({ task: { board, pc } }) => ({
    en: `Nobody has set up ${board.name} but for one name: ${pc.name}. All else it was told on its way, and believed. Name the packets that told it.`,
    es: `Nadie ha configurado ${board.name} salvo un nombre: ${pc.name}. Todo lo demás se lo contaron por el camino, y se lo creyó. Nombra los paquetes que se lo contaron.`,
  }),
  questions: [
    ask({
      id: "resolver",
      asks: {
        en: "Which packet finally tells the board, not as a mere offer, to ask the router for names?",
        es: "¿Qué paquete le dice por fin a la placa, y no como simple oferta, que pregunte los nombres al router?",
      },
      kind: packet,
      expected: (run: StartRun) => ack(run).number,
      wrong: [
        {
          answer: run => offer(run).number,
          says: run => ({
            en: `Packet ${offer(run).number} is an offer: its options may be looked at, but nothing is leased before the ACK (RFC 2131 §3.1, option 53).`,
            es: `El paquete ${offer(run).number} es una oferta: sus opciones se pueden mirar, pero nada está concedido antes del ACK (RFC 2131 §3.1, opción 53).`,
          }),
        },
        {
          answer: run => names(run)[0]!.number,
          says: {
            en: "There the router answers already. Who told the board to ask it? Option 6, in a message of DHCP (RFC 2132 §3.8).",
            es: "Ahí el router ya responde. ¿Quién le dijo a la placa que le preguntara? La opción 6, en un mensaje DHCP (RFC 2132 §3.8).",
          },
        },
      ],
      otherwise: run => ({
        en: `Option 6 (domain name server) of the DHCPACK to ${run.task.board.mac}; there are others for its neighbours (RFC 2132 §3.8).`,
        es: `La opción 6 (servidor DNS) del DHCPACK para ${run.task.board.mac}; hay otros para sus vecinos (RFC 2132 §3.8).`,
      }),
      tshark: {
        filter: "dhcp.option.dhcp == 5",
        fields: ["frame.number", "dhcp.hw.mac_addr"],
        concludes: (rows, { task }) => rows.find(row => row[1]!.includes(task.board.mac))![0]!,
      },
    }),
    ask({
      id: "names",
      asks: ({ task }: StartRun) => ({
        en: `Which packets told it the IP address of ${task.pc.name}?`,
        es: `¿Qué paquetes le dijeron la dirección IP de ${task.pc.name}?`,
      }),
      kind: packets,
      expected: (run: StartRun) => names(run).map(({ number }) => number),
      wrong: [
        {
          answer: run => [names(run)[0]!.number],
          says: run => ({
            en: `It asks twice: once for the time, once for the broker. Look after packet ${time(run).number} too (RFC 1035 §4.1.3, field dns.a).`,
            es: `Pregunta dos veces: una por la hora, otra por el broker. Mira también después del paquete ${time(run).number} (RFC 1035 §4.1.3, campo dns.a).`,
          }),
        },
        {
          answer: run => run.select(`dns && eth.addr == ${run.task.board.mac}`).map(({ number }) => number),
          says: run => ({
            en: `The board's own questions are among them. An answer has the bit QR set: dns.flags.response == 1, as in packet ${names(run)[0]!.number} (RFC 1035 §4.1.1).`,
            es: `Entre ellos están las preguntas de la propia placa. Una respuesta lleva el bit QR: dns.flags.response == 1, como en el paquete ${names(run)[0]!.number} (RFC 1035 §4.1.1).`,
          }),
        },
      ],
      otherwise: {
        en: "dns.flags.response == 1, to the board (eth.dst): the answers with an A record (RFC 1035 §4.1.3).",
        es: "dns.flags.response == 1, hacia la placa (eth.dst): las respuestas con un registro A (RFC 1035 §4.1.3).",
      },
      tshark: {
        filter: "dns.flags.response == 1",
        fields: ["frame.number", "eth.src", "eth.dst"],
        concludes: (rows, { task }) =>
          rows
            .filter(mine(task))
            .map(([number]) => number)
            .join(", "),
      },
    }),
    ask({
      id: "clock",
      asks: { en: "Which packet set its clock?", es: "¿Qué paquete puso su reloj?" },
      kind: packet,
      expected: (run: StartRun) => time(run).number,
      wrong: [
        {
          answer: run => run.select(`ntp.flags.mode == 3 && eth.src == ${run.task.board.mac}`)[0]!.number,
          says: {
            en: "There it asks (mode 3, client). The one who answers has mode 4 (RFC 5905 §7.3, field ntp.flags.mode).",
            es: "Ahí pregunta (modo 3, cliente). Quien responde tiene el modo 4 (RFC 5905 §7.3, campo ntp.flags.mode).",
          },
        },
      ],
      otherwise: {
        en: "ntp.flags.mode == 4: the server's answer (RFC 5905 §7.3).",
        es: "ntp.flags.mode == 4: la respuesta del servidor (RFC 5905 §7.3).",
      },
      tshark: {
        filter: "ntp.flags.mode == 4",
        fields: ["frame.number", "eth.src", "eth.dst"],
        concludes: (rows, { task }) => rows.find(mine(task))![0]!,
      },
    }),
  ],
  hints: [
    {
      en: "Whoever wants to lead the board astray has to forge just these packets.",
      es: "Quien quiera descarriar a la placa no tiene más que falsificar estos paquetes.",
    },
    {
      en: "DHCP's options say: 3 the router, 6 the name server, 42 the time server.",
      es: "Las opciones de DHCP dicen: 3 el router, 6 el servidor de nombres, 42 el de la hora.",
    },
  ],
});
