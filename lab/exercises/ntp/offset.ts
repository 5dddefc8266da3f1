// Exercise: four times, and how far off a clock is.
import { anExercise, ask, type Run } from "../exercise.ts";
import { number } from "../kinds/index.ts";
import { byTshark, delayOf, type Exchange, exchangeWith, offsetOf, timesIn } from "./exchange.ts";
import { type Hall, hall } from "./hall.ts";

type HallRun = Run<Hall>;

/** The first server that tells the right time: of the others one does not, which is another exercise. */
const server = (run: HallRun): string => run.task.servers.find(({ ahead }) => ahead === 0)!.address;
const exchange = (run: HallRun): Exchange => exchangeWith(run, server(run));
const milliseconds = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6;
const kind = number({ unit: "ms", tolerance: 0.05, example: "-1234.567 ms" });

const where = (run: HallRun) => {
  const { request, reply } = exchange(run);
  return {
    en: `T1 is the transmit timestamp of packet ${request.number}, T2 and T3 are receive and transmit timestamp of packet ${reply.number}, T4 stands in board.txt (RFC 5905 §8, figure 15).`,
    es: `T1 es la marca de transmisión del paquete ${request.number}, T2 y T3 son las de recepción y transmisión del paquete ${reply.number}, T4 está en board.txt (RFC 5905 §8, figura 15).`,
  };
};

export const exercise = anExercise<Hall>({
  id: "ntp-offset",
  subject: "ntp",
  level: "compute",
  title: { en: "Four times", es: "Cuatro tiempos" },
  scene: hall,
  story: run => ({
    en: `The board (${run.task.board.address}) compares its clock with the server ${server(run)}. Three of the four times are in the messages; the fourth, when the reply arrived by the board's own clock, it wrote into the file board.txt beside the capture.`,
    es: `La placa (${run.task.board.address}) compara su reloj con el servidor ${server(run)}. Tres de los cuatro tiempos están en los mensajes; el cuarto, cuándo llegó la respuesta según el reloj de la placa, lo anotó en el archivo board.txt, junto a la captura.`,
  }),
  questions: [
    ask({
      id: "work",
      asks: {
        en: "How long did the server take between receiving the request and sending its reply?",
        es: "¿Cuánto tardó el servidor entre recibir la petición y enviar su respuesta?",
      },
      kind: number({ unit: "ms", tolerance: 0.001, example: "0.412 ms" }),
      expected: (run: HallRun) => {
        const [, t2, t3] = exchange(run).times;
        return milliseconds(t3 - t2);
      },
      wrong: [
        {
          answer: run => Number(exchange(run).reply.packet.time - exchange(run).request.packet.time) / 1e6,
          says: run => ({
            en: `That is the time between the packets on the wire, which were under way as well. The server tells its own: T3 − T2 in packet ${exchange(run).reply.number} (RFC 5905 §8).`,
            es: `Ese es el tiempo entre los paquetes en el cable, que además estuvieron de camino. El servidor dice el suyo: T3 − T2 en el paquete ${exchange(run).reply.number} (RFC 5905 §8).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Transmit timestamp less receive timestamp of packet ${exchange(run).reply.number} (RFC 5905 §7.3).`,
        es: `Marca de transmisión menos marca de recepción del paquete ${exchange(run).reply.number} (RFC 5905 §7.3).`,
      }),
      tshark: {
        ...byTshark(server),
        concludes([row], run) {
          const [, t2, t3] = timesIn(row!, run, server(run));
          return String(milliseconds(t3 - t2));
        },
      },
    }),
    ask({
      id: "delay",
      asks: {
        en: "How long was the way there and back (the delay)?",
        es: "¿Cuánto duró el camino de ida y vuelta (el retardo)?",
      },
      kind,
      expected: (run: HallRun) => delayOf(exchange(run).times),
      wrong: [
        {
          answer: run => {
            const [t1, , , t4] = exchange(run).times;
            return milliseconds(t4 - t1);
          },
          says: run => ({
            en: `T4 − T1 holds the server's own time too; take T3 − T2 (packet ${exchange(run).reply.number}) from it (RFC 5905 §8).`,
            es: `T4 − T1 incluye también el tiempo del servidor; réstale T3 − T2 (paquete ${exchange(run).reply.number}) (RFC 5905 §8).`,
          }),
        },
        {
          answer: run => delayOf(exchange(run).times) / 2,
          says: {
            en: "That is one way, if both were equally long, which nobody knows: the delay is of both (RFC 5905 §8).",
            es: "Eso es un solo sentido, si los dos fueran iguales, que nadie lo sabe: el retardo es de ambos (RFC 5905 §8).",
          },
        },
      ],
      otherwise: run => ({
        en: `(T4 − T1) − (T3 − T2). ${where(run).en}`,
        es: `(T4 − T1) − (T3 − T2). ${where(run).es}`,
      }),
      tshark: {
        ...byTshark(server),
        concludes: ([row], run) => String(delayOf(timesIn(row!, run, server(run)))),
      },
    }),
    ask({
      id: "offset",
      asks: {
        en: "What has to be added to the board's clock so that it shows the server's time (the offset)? Negative, if the board is ahead.",
        es: "¿Qué hay que sumar al reloj de la placa para que marque la hora del servidor (el desfase)? Negativo si la placa va adelantada.",
      },
      kind,
      expected: (run: HallRun) => offsetOf(exchange(run).times),
      wrong: [
        {
          answer: run => -offsetOf(exchange(run).times),
          says: run => ({
            en: `The sign is the other one: is the board's T1 (packet ${exchange(run).request.number}) earlier or later than the server's T2 (packet ${exchange(run).reply.number})? (RFC 5905 §8)`,
            es: `El signo es el contrario: ¿el T1 de la placa (paquete ${exchange(run).request.number}) es anterior o posterior al T2 del servidor (paquete ${exchange(run).reply.number})? (RFC 5905 §8)`,
          }),
        },
        {
          answer: run => offsetOf(exchange(run).times) * 2,
          says: {
            en: "That is the sum of both differences; half of it is their mean (RFC 5905 §8).",
            es: "Esa es la suma de las dos diferencias; la mitad es su media (RFC 5905 §8).",
          },
        },
        {
          answer: run => {
            const [t1, t2] = exchange(run).times;
            return milliseconds(t2 - t1);
          },
          says: run => ({
            en: `T2 − T1 holds the way there as well; T3 − T4 holds the way back, with the other sign. ${where(run).en}`,
            es: `T2 − T1 incluye también el camino de ida; T3 − T4 incluye el de vuelta, con el signo contrario. ${where(run).es}`,
          }),
        },
      ],
      otherwise: run => ({
        en: `((T2 − T1) + (T3 − T4)) / 2. ${where(run).en}`,
        es: `((T2 − T1) + (T3 − T4)) / 2. ${where(run).es}`,
      }),
      tshark: {
        ...byTshark(server),
        concludes: ([row], run) => String(offsetOf(timesIn(row!, run, server(run)))),
      },
    }),
  ],
  hints: [
    {
      en: "Draw two axes, the board's clock and the server's, and the four times on them.",
      es: "Dibuja dos ejes, el reloj de la placa y el del servidor, y en ellos los cuatro tiempos.",
    },
    {
      en: "Times of one clock may be taken from one another without a thought; times of two clocks hold their difference.",
      es: "Los tiempos de un mismo reloj se restan sin pensarlo; los de dos relojes llevan dentro su diferencia.",
    },
    where,
  ],
});
