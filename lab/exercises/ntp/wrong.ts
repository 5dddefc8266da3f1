// Exercise: three servers, and one of them does not know the time.
import { anExercise, ask, type Run } from "../exercise.ts";
import { address, choice, chosen, number } from "../kinds/index.ts";
import { exchangeWith, offsetOf, timesIn } from "./exchange.ts";
import { type Hall, hall } from "./hall.ts";

type HallRun = Run<Hall>;

/** Each server with its offset as the board measures it, in seconds. */
const measured = (run: HallRun) =>
  run.task.servers.map(({ address }) => {
    const exchange = exchangeWith(run, address);
    return { address, ...exchange, offset: offsetOf(exchange.times) / 1000 };
  });

/** The one that is furthest from the one in the middle (RFC 5905 §11.2.1: the majority is believed). */
function apart<T extends { readonly offset: number }>(all: readonly T[]): T {
  const middle = all.toSorted((a, b) => a.offset - b.offset)[1]!.offset;
  return all.toSorted((a, b) => Math.abs(b.offset - middle) - Math.abs(a.offset - middle))[0]!;
}
const liar = (run: HallRun) => apart(measured(run));
const honest = (run: HallRun) => measured(run).filter(({ address }) => address !== liar(run).address);
const wrongBy = (run: HallRun): number => {
  const others = honest(run);
  return liar(run).offset - (others[0]!.offset + others[1]!.offset) / 2;
};

const reasons = choice(
  [
    {
      id: "majority",
      says: {
        en: "The two others agree with each other, and not with it.",
        es: "Los otros dos coinciden entre sí, y no con él.",
      },
    },
    { id: "stratum", says: { en: "Its stratum is the highest.", es: "Su estrato es el más alto." } },
    {
      id: "board",
      says: {
        en: "Its time differs most from the board's.",
        es: "Su hora es la que más difiere de la de la placa.",
      },
    },
    {
      id: "leap",
      says: {
        en: "It says itself that it is not synchronized.",
        es: "Él mismo dice que no está sincronizado.",
      },
    },
  ],
  { en: "its reply to the board", es: "su respuesta a la placa" },
);

const asked = {
  filter: (run: HallRun) => `ntp.flags.mode == 4 && ip.dst == ${run.task.board.address}`,
  fields: ["frame.number", "ntp.org", "ntp.rec", "ntp.xmt", "ip.src"],
};
const offsetsIn = (rows: readonly (readonly string[])[], run: HallRun) =>
  rows.map(row => ({
    number: row[0]!,
    address: row[4]!,
    offset: offsetOf(timesIn(row, run, row[4]!)) / 1000,
  }));

const replies = (run: HallRun): string =>
  measured(run)
    .map(({ reply }) => reply.number)
    .join(", ");

export const exercise = anExercise<Hall>({
  id: "ntp-wrong",
  subject: "ntp",
  level: "diagnose",
  title: { en: "Which clock is wrong?", es: "¿Qué reloj va mal?" },
  scene: hall,
  story: ({ task: { board, servers } }) => ({
    en: `The board (${board.address}) asks three servers for the time: ${servers.map(({ address }) => address).join(", ")}. Its own clock is not right either. When each reply arrived, by that clock, stands in board.txt.`,
    es: `La placa (${board.address}) pregunta la hora a tres servidores: ${servers.map(({ address }) => address).join(", ")}. Su propio reloj tampoco va bien. Cuándo llegó cada respuesta, según ese reloj, está en board.txt.`,
  }),
  questions: [
    ask({
      id: "server",
      asks: { en: "Which server tells a wrong time?", es: "¿Qué servidor da mal la hora?" },
      kind: address,
      expected: run => liar(run).address,
      wrong: [
        {
          answer: run => honest(run)[0]!.address,
          says: run => ({
            en: `It agrees with one of the others: compute the offset of each from packets ${replies(run)} (RFC 5905 §8, §11.2.1).`,
            es: `Coincide con uno de los otros: calcula el desfase de cada uno con los paquetes ${replies(run)} (RFC 5905 §8, §11.2.1).`,
          }),
        },
        {
          answer: run => run.task.board.address,
          says: {
            en: "The board's clock is wrong, but the board is no server: which of the three does not agree with the others? (RFC 5905 §11.2.1)",
            es: "El reloj de la placa va mal, pero la placa no es un servidor: ¿cuál de los tres no coincide con los otros? (RFC 5905 §11.2.1)",
          },
        },
      ],
      otherwise: run => ({
        en: `Compute the offset of each server (packets ${replies(run)}, T4 from board.txt): two of them are nearly the same (RFC 5905 §8).`,
        es: `Calcula el desfase de cada servidor (paquetes ${replies(run)}, T4 de board.txt): dos son casi iguales (RFC 5905 §8).`,
      }),
      tshark: { ...asked, concludes: (rows, run) => apart(offsetsIn(rows, run)).address },
    }),
    ask({
      id: "by",
      asks: {
        en: "By how much is it wrong, compared with the others? Positive, if it is ahead.",
        es: "¿Por cuánto va mal, comparado con los otros? Positivo si va adelantado.",
      },
      kind: number({ unit: "s", tolerance: 0.05, example: "-12.3 s" }),
      expected: wrongBy,
      wrong: [
        {
          answer: run => -wrongBy(run),
          says: run => ({
            en: `The sign is the other one: is its transmit timestamp (packet ${liar(run).reply.number}) before or after what the others would show then?`,
            es: `El signo es el contrario: ¿su marca de transmisión (paquete ${liar(run).reply.number}) es anterior o posterior a lo que marcarían entonces los otros?`,
          }),
        },
        {
          answer: run => liar(run).offset,
          says: run => ({
            en: `That is compared with the board's clock, which is wrong itself: take the offset of an honest server (packet ${honest(run)[0]!.reply.number}) from it.`,
            es: `Eso es comparado con el reloj de la placa, que también va mal: réstale el desfase de un servidor honrado (paquete ${honest(run)[0]!.reply.number}).`,
          }),
        },
        {
          answer: run => honest(run)[0]!.offset,
          says: {
            en: "So far off is the board; asked for is the server.",
            es: "Eso se desvía la placa; se pregunta por el servidor.",
          },
        },
      ],
      otherwise: run => ({
        en: `Its offset less that of the others, from packets ${replies(run)} and board.txt (RFC 5905 §8).`,
        es: `Su desfase menos el de los otros, con los paquetes ${replies(run)} y board.txt (RFC 5905 §8).`,
      }),
      tshark: {
        ...asked,
        concludes(rows, run) {
          const all = offsetsIn(rows, run);
          const wrong = apart(all);
          const right = all.find(one => one !== wrong)!;
          return String(wrong.offset - right.offset);
        },
      },
    }),
    ask({
      id: "why",
      asks: { en: "By what can one know?", es: "¿Por qué se puede saber?" },
      kind: reasons,
      expected: (run: HallRun) => chosen("majority", liar(run).reply.number),
      wrong: [
        {
          answer: run => chosen("stratum", liar(run).reply.number),
          says: run => ({
            en: `Stratum says how many servers away the reference clock is, not whether the time is right: compare packets ${replies(run)} (RFC 5905 §7.3).`,
            es: `El estrato dice a cuántos servidores está el reloj de referencia, no si la hora es correcta: compara los paquetes ${replies(run)} (RFC 5905 §7.3).`,
          }),
        },
        {
          answer: run => chosen("board", liar(run).reply.number),
          says: {
            en: "The board's clock is wrong as well, so that what differs most from it may be right (RFC 5905 §11.2.1).",
            es: "El reloj de la placa también va mal, así que lo que más difiere de él puede ser correcto (RFC 5905 §11.2.1).",
          },
        },
        {
          answer: run => chosen("leap", liar(run).reply.number),
          says: run => ({
            en: `Look at the leap indicator of packet ${liar(run).reply.number}: 3 would say so (RFC 5905 §7.3, figure 9).`,
            es: `Mira el indicador de salto del paquete ${liar(run).reply.number}: 3 lo diría (RFC 5905 §7.3, figura 9).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `With two clocks one knows nothing; with three, two may agree. The packet asked for is one of ${replies(run)} (RFC 5905 §11.2.1).`,
        es: `Con dos relojes no se sabe nada; con tres, dos pueden coincidir. El paquete que se pide es uno de ${replies(run)} (RFC 5905 §11.2.1).`,
      }),
      tshark: {
        ...asked,
        concludes: (rows, run) => `majority ${apart(offsetsIn(rows, run)).number}`,
      },
    }),
  ],
  hints: [
    {
      en: "Compute the offset of each server: ((T2 − T1) + (T3 − T4)) / 2.",
      es: "Calcula el desfase de cada servidor: ((T2 − T1) + (T3 − T4)) / 2.",
    },
    {
      en: "The board's own error is in all three offsets alike.",
      es: "El error de la propia placa está por igual en los tres desfases.",
    },
    {
      en: "Two offsets are within milliseconds of one another; the third is seconds away.",
      es: "Dos desfases distan milisegundos; el tercero está a segundos.",
    },
  ],
});
