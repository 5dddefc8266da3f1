// Exercise: how sure one can be of a time: precision, root delay and root dispersion, octet by octet.
import { anExercise, ask, type Run } from "../exercise.ts";
import { number } from "../kinds/index.ts";
import { delayOf, exchangeWith, timesIn } from "./exchange.ts";
import { type Hall, hall } from "./hall.ts";
import type { Told } from "./messages.ts";

type HallRun = Run<Hall>;

/** A server that is set by another one: only those have a root delay. */
const server = (run: HallRun): string => run.task.servers.find(({ stratum }) => stratum > 1)!.address;
const reply = (run: HallRun): Told => exchangeWith(run, server(run)).reply;
const rootDelay = (run: HallRun): number => reply(run).message.rootDelay * 1000;
const rootDispersion = (run: HallRun): number => reply(run).message.rootDispersion * 1000;
const delay = (run: HallRun): number => delayOf(exchangeWith(run, server(run)).times);
/** Half of all ways, and the dispersion (RFC 5905 appendix A.5.5.2, without what grows with time). */
const distance = (run: HallRun): number => (rootDelay(run) + delay(run)) / 2 + rootDispersion(run);
const hex = (milliseconds: number): string =>
  Math.round((milliseconds / 1000) * 65_536)
    .toString(16)
    .padStart(8, "0")
    .replace(/..(?=.)/g, "$& ");

const kind = number({ unit: "ms", tolerance: 0.05, example: "12.34 ms" });
const asked = {
  filter: (run: HallRun) => `ntp && ip.src == ${server(run)} && ip.dst == ${run.task.board.address}`,
  fields: [
    "frame.number",
    "ntp.org",
    "ntp.rec",
    "ntp.xmt",
    "ntp.rootdelay",
    "ntp.rootdispersion",
    "ntp.precision",
  ],
};
/** tshark gives them in units of 2^-16 s, or, in later versions, in seconds. */
const shortOf = (text: string): number =>
  text.includes(".") ? Number(text) * 1000 : (Number(text) / 65_536) * 1000;

export const exercise = anExercise<Hall>({
  id: "ntp-distance",
  subject: "ntp",
  level: "compute",
  title: { en: "How sure can one be?", es: "¿Con cuánta certeza?" },
  scene: hall,
  story: run => ({
    en: `The server ${server(run)} has the time from another one, and says how well it knows it. In its reply to the board (${run.task.board.address}), packet ${reply(run).number}, root delay and root dispersion are these octets:

    ${hex(rootDelay(run))}    ${hex(rootDispersion(run))}

Each is a number of seconds, 16 bits before the point and 16 behind it. When the reply arrived stands in board.txt.`,
    es: `El servidor ${server(run)} saca la hora de otro, y dice con cuánta seguridad la sabe. En su respuesta a la placa (${run.task.board.address}), paquete ${reply(run).number}, el retardo y la dispersión hasta la raíz son estos octetos:

    ${hex(rootDelay(run))}    ${hex(rootDispersion(run))}

Cada uno es un número de segundos, 16 bits antes de la coma y 16 después. Cuándo llegó la respuesta está en board.txt.`,
  }),
  questions: [
    ask({
      id: "root",
      asks: { en: "How long is the root delay?", es: "¿Cuánto es el retardo hasta la raíz?" },
      kind,
      expected: rootDelay,
      wrong: [
        {
          answer: run => Math.round(reply(run).message.rootDelay * 65_536),
          says: run => ({
            en: `That is the number in units of 2^-16 s: divide by 65536 to have seconds (packet ${reply(run).number}; RFC 5905 §6, figure 3).`,
            es: `Ese es el número en unidades de 2^-16 s: divide por 65536 para tener segundos (paquete ${reply(run).number}; RFC 5905 §6, figura 3).`,
          }),
        },
        {
          answer: rootDispersion,
          says: run => ({
            en: `That is the root dispersion, which stands behind it in packet ${reply(run).number} (RFC 5905 §7.3, figure 8).`,
            es: `Esa es la dispersión, que va detrás en el paquete ${reply(run).number} (RFC 5905 §7.3, figura 8).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Octets 4 to 7 of packet ${reply(run).number}: as a whole number by 65536, in seconds (RFC 5905 §6, figure 3).`,
        es: `Octetos 4 a 7 del paquete ${reply(run).number}: como número entero entre 65536, en segundos (RFC 5905 §6, figura 3).`,
      }),
      tshark: { ...asked, concludes: ([row]) => String(shortOf(row![4]!)) },
    }),
    ask({
      id: "precision",
      asks: {
        en: "How finely can the server read its clock? Its precision, in microseconds.",
        es: "¿Con qué finura lee el servidor su reloj? Su precisión, en microsegundos.",
      },
      kind: number({ unit: "ms", tolerance: 0.00001, example: "3.81 µs" }),
      expected: (run: HallRun) => 2 ** reply(run).message.precision * 1000,
      wrong: [
        {
          answer: run => Math.abs(reply(run).message.precision) / 1000,
          says: run => ({
            en: `That is the exponent; the precision is a power of two: fourth octet of packet ${reply(run).number} (RFC 5905 §7.3, precision).`,
            es: `Ese es el exponente; la precisión es una potencia de dos: cuarto octeto del paquete ${reply(run).number} (RFC 5905 §7.3, precision).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `The fourth octet of packet ${reply(run).number} is a number with a sign, n: the precision is 2^n s (RFC 5905 §7.3).`,
        es: `El cuarto octeto del paquete ${reply(run).number} es un número con signo, n: la precisión es 2^n s (RFC 5905 §7.3).`,
      }),
      tshark: {
        ...asked,
        concludes: ([row]) => String(2 ** ((Number(row![6]) << 24) >> 24) * 1000),
      },
    }),
    ask({
      id: "distance",
      asks: {
        en: "How far off may the time be at the most? Half of the root delay and of the delay between board and server, and the root dispersion, together.",
        es: "¿Cuánto puede desviarse la hora como mucho? La mitad del retardo hasta la raíz y del retardo entre placa y servidor, más la dispersión, todo junto.",
      },
      kind,
      expected: distance,
      wrong: [
        {
          answer: run => rootDelay(run) + delay(run) + rootDispersion(run),
          says: run => ({
            en: `Only half of each delay counts: the whole of it might have been one way. ((T4 − T1) − (T3 − T2)) from packet ${reply(run).number} (RFC 5905 appendix A.5.5.2).`,
            es: `De cada retardo cuenta solo la mitad: todo él pudo ser de un sentido. ((T4 − T1) − (T3 − T2)) del paquete ${reply(run).number} (RFC 5905 apéndice A.5.5.2).`,
          }),
        },
        {
          answer: run => rootDelay(run) / 2 + rootDispersion(run),
          says: run => ({
            en: `The way between board and server is missing: half of (T4 − T1) − (T3 − T2), packet ${reply(run).number} and board.txt (RFC 5905 §8).`,
            es: `Falta el camino entre placa y servidor: la mitad de (T4 − T1) − (T3 − T2), paquete ${reply(run).number} y board.txt (RFC 5905 §8).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `(root delay + delay) / 2 + root dispersion; the delay is (T4 − T1) − (T3 − T2) of packet ${reply(run).number} (RFC 5905 §8, appendix A.5.5.2).`,
        es: `(retardo raíz + retardo) / 2 + dispersión; el retardo es (T4 − T1) − (T3 − T2) del paquete ${reply(run).number} (RFC 5905 §8, apéndice A.5.5.2).`,
      }),
      tshark: {
        ...asked,
        concludes: ([row], run) =>
          String((shortOf(row![4]!) + delayOf(timesIn(row!, run, server(run)))) / 2 + shortOf(row![5]!)),
      },
    }),
  ],
  hints: [
    {
      en: "0x00000800 is 2048, and 2048 / 65536 is 0.03125 s.",
      es: "0x00000800 es 2048, y 2048 / 65536 es 0,03125 s.",
    },
    {
      en: "0xec is 236, with a sign −20: 2^-20 s is about a microsecond.",
      es: "0xec es 236, con signo −20: 2^-20 s es cerca de un microsegundo.",
    },
    {
      en: "If all of the delay was on one way, the time is off by half of it. That holds for each piece of the way to the reference clock.",
      es: "Si todo el retardo fue en un sentido, la hora se desvía la mitad. Vale para cada tramo hasta el reloj de referencia.",
    },
  ],
});
