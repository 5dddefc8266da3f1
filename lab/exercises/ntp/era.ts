// Exercise: a timestamp of 64 bits decoded by hand, and the year 2036. RFC 5905 §6.
import { fromUnix, timestamp } from "../../../protocols/ntp/timestamp.ts";
import { Draws } from "../draws.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { choice, chosen, encoded, moment, number } from "../kinds/index.ts";
import { messagesOf, type Told, timeOf, tsharkTime } from "./messages.ts";
import { endOfEra, type Rollover, rollover } from "./rollover.ts";

type EraRun = Run<Rollover>;

const reply = (run: EraRun): Told => messagesOf(run, "server", { to: run.task.board })[0]!;
const stamp = (run: EraRun): bigint => reply(run).message.transmitTimestamp;
const hexOf = (value: bigint): string =>
  value
    .toString(16)
    .padStart(16, "0")
    .replace(/..(?=.)/g, "$& ");
const secondsOf = (run: EraRun): number => Number(stamp(run) >> 32n);
const fractionOf = (run: EraRun): number => Number(stamp(run) & 0xffff_ffffn) / 2 ** 32;
const unix = (run: EraRun): number => Number(timeOf(stamp(run), reply(run)) / 1_000_000n);
const eraOf = (run: EraRun): 0 | 1 => (unix(run) < endOfEra ? 0 : 1);
/** Seconds from 1900 to 1970: 70 years and 17 leap days (RFC 5905 §6, figure 4). */
const epoch = 2_208_988_800;

/** A moment that the student is to write: of the other era, and half a second. */
const wanted = (run: EraRun): number => {
  const away = new Draws(`${run.seed}|ntp-era`).whole(100, 5_000_000) * 1000 + 500;
  return eraOf(run) === 0 ? endOfEra + away : endOfEra - away;
};
const written = (run: EraRun): Uint8Array => timestamp.encode(fromUnix(BigInt(wanted(run)) * 1_000_000n));

const eras = choice(
  [
    {
      id: "0",
      says: { en: "Era 0: its seconds count from 1900.", es: "Era 0: sus segundos cuentan desde 1900." },
    },
    {
      id: "1",
      says: { en: "Era 1: its seconds count from 2036.", es: "Era 1: sus segundos cuentan desde 2036." },
    },
    {
      id: "-1",
      says: {
        en: "Era −1: its seconds count from 1763.",
        es: "Era −1: sus segundos cuentan desde 1763.",
      },
    },
    {
      id: "unix",
      says: { en: "None: its seconds count from 1970.", es: "Ninguna: sus segundos cuentan desde 1970." },
    },
  ],
  { en: "the server's reply to the board", es: "la respuesta del servidor a la placa" },
);

const compare = (run: EraRun) => ({
  en: `Nothing in the message tells the era: it is the one that brings the time near to what one knows already, such as the capture's own time of packet ${reply(run).number} (RFC 5905 §6).`,
  es: `Nada en el mensaje dice la era: es la que acerca la hora a lo que ya se sabe, como el tiempo de captura del paquete ${reply(run).number} (RFC 5905 §6).`,
});

const asked = {
  filter: (run: EraRun) => `ntp.flags.mode == 4 && ip.dst == ${run.task.board}`,
  fields: ["frame.number", "ntp.xmt", "udp.payload", "frame.time_epoch"],
};
const stampIn = (row: readonly string[]): string => row[2]!.replaceAll(":", "").slice(80, 96);

export const exercise = anExercise<Rollover>({
  id: "ntp-era",
  subject: "ntp",
  level: "compute",
  title: { en: "When the seconds begin anew", es: "Cuando los segundos vuelven a empezar" },
  scene: rollover,
  story: run => ({
    en: `NTP counts seconds in 32 bits, and they run out. The server ${run.task.server} tells the board (${run.task.board}) the time in packet ${reply(run).number}; its transmit timestamp is

    ${hexOf(stamp(run))}

The capture says when that was. In 1970 NTP's seconds stood at ${epoch}.`,
    es: `NTP cuenta los segundos en 32 bits, y se acaban. El servidor ${run.task.server} dice la hora a la placa (${run.task.board}) en el paquete ${reply(run).number}; su marca de transmisión es

    ${hexOf(stamp(run))}

La captura dice cuándo fue. En 1970 los segundos de NTP iban por ${epoch}.`,
  }),
  questions: [
    ask({
      id: "seconds",
      asks: {
        en: "How many whole seconds does the timestamp say?",
        es: "¿Cuántos segundos enteros dice la marca?",
      },
      kind: number({ example: "3900000000" }),
      expected: secondsOf,
      wrong: [
        {
          answer: run => Number(stamp(run) & 0xffff_ffffn),
          says: run => ({
            en: `That is the second half, the fraction; the seconds stand in front (packet ${reply(run).number}; RFC 5905 §6, figure 3).`,
            es: `Esa es la segunda mitad, la fracción; los segundos van delante (paquete ${reply(run).number}; RFC 5905 §6, figura 3).`,
          }),
        },
        {
          answer: run => Math.floor(unix(run) / 1000),
          says: {
            en: "That is Unix time, from 1970. NTP counts from another moment (RFC 5905 §6).",
            es: "Ese es el tiempo de Unix, desde 1970. NTP cuenta desde otro momento (RFC 5905 §6).",
          },
        },
      ],
      otherwise: run => ({
        en: `The first four octets of the timestamp in packet ${reply(run).number}, as a number (RFC 5905 §6, figure 3).`,
        es: `Los cuatro primeros octetos de la marca en el paquete ${reply(run).number}, como número (RFC 5905 §6, figura 3).`,
      }),
      tshark: { ...asked, concludes: ([row]) => String(Number.parseInt(stampIn(row!).slice(0, 8), 16)) },
    }),
    ask({
      id: "fraction",
      asks: {
        en: "And which part of a second, in milliseconds?",
        es: "¿Y qué parte de un segundo, en milisegundos?",
      },
      kind: number({ unit: "ms", tolerance: 0.05, example: "512.3 ms" }),
      expected: run => fractionOf(run) * 1000,
      wrong: [
        {
          answer: run => 1000 - fractionOf(run) * 1000,
          says: run => ({
            en: `The fraction is added to the seconds, not taken from the next (packet ${reply(run).number}; RFC 5905 §6).`,
            es: `La fracción se suma a los segundos, no se resta del siguiente (paquete ${reply(run).number}; RFC 5905 §6).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `The last four octets of the timestamp in packet ${reply(run).number}, by 2^32 (RFC 5905 §6, figure 3).`,
        es: `Los cuatro últimos octetos de la marca en el paquete ${reply(run).number}, entre 2^32 (RFC 5905 §6, figura 3).`,
      }),
      tshark: {
        ...asked,
        concludes: ([row]) => String((Number.parseInt(stampIn(row!).slice(8), 16) / 2 ** 32) * 1000),
      },
    }),
    ask({
      id: "era",
      asks: { en: "Which era is it of?", es: "¿De qué era es?" },
      kind: eras,
      expected: (run: EraRun) => chosen(String(eraOf(run)), reply(run).number),
      wrong: (["0", "1", "-1", "unix"] as const).map(id => ({
        answer: (run: EraRun) => chosen(id, reply(run).number),
        says: compare,
      })),
      otherwise: compare,
      tshark: {
        ...asked,
        concludes: ([row]) => `${Number(row![3]) * 1000 < endOfEra ? 0 : 1} ${row![0]}`,
      },
    }),
    ask({
      id: "date",
      asks: { en: "So what time is it? To the second, UTC.", es: "Entonces, ¿qué hora es? Al segundo, UTC." },
      kind: moment,
      expected: run => Math.floor(unix(run) / 1000) * 1000,
      wrong: [
        {
          answer: run => (Math.floor(unix(run) / 1000) + (eraOf(run) === 0 ? 1 : -1) * 2 ** 32) * 1000,
          says: compare,
        },
        {
          answer: run => secondsOf(run) * 1000,
          says: {
            en: "You counted from 1970: Unix does, NTP does not (RFC 5905 §6, figure 4).",
            es: "Contaste desde 1970: así lo hace Unix, NTP no (RFC 5905 §6, figura 4).",
          },
        },
      ],
      otherwise: run => ({
        en: `The seconds of the timestamp (packet ${reply(run).number}), less ${epoch}, are Unix time, of era 0; for era 1 add 2^32 (RFC 5905 §6, figure 4).`,
        es: `Los segundos de la marca (paquete ${reply(run).number}), menos ${epoch}, son tiempo de Unix, en la era 0; para la era 1 suma 2^32 (RFC 5905 §6, figura 4).`,
      }),
      tshark: {
        ...asked,
        concludes: ([row]) =>
          new Date(Number(tsharkTime(row![1]!) / 1_000_000n)).toISOString().slice(0, 19).replace("T", " "),
      },
    }),
    ask({
      id: "write",
      asks: run => ({
        en: `Write the timestamp of ${new Date(wanted(run)).toISOString().replace("T", " ").replace("Z", " UTC")}: eight octets.`,
        es: `Escribe la marca de ${new Date(wanted(run)).toISOString().replace("T", " ").replace("Z", " UTC")}: ocho octetos.`,
      }),
      kind: encoded(timestamp, String),
      expected: written,
      wrong: [
        {
          answer: run => {
            const octets = new DataView(new ArrayBuffer(8));
            octets.setUint32(0, (wanted(run) - 500) / 1000);
            octets.setUint32(4, 0x8000_0000);
            return new Uint8Array(octets.buffer);
          },
          says: {
            en: `You counted from 1970; NTP's era 0 began 70 years before (RFC 5905 §6, figure 4).`,
            es: `Contaste desde 1970; la era 0 de NTP empezó 70 años antes (RFC 5905 §6, figura 4).`,
          },
        },
        {
          answer: run => {
            const octets = written(run);
            return Uint8Array.of(...octets.subarray(0, 4), 0, 0, 0, 5);
          },
          says: {
            en: "Half a second is half of 2^32 in the fraction (RFC 5905 §6, figure 3).",
            es: "Medio segundo es la mitad de 2^32 en la fracción (RFC 5905 §6, figura 3).",
          },
        },
      ],
      otherwise: run => ({
        en: `Unix time and ${epoch}, without what exceeds 32 bits; behind it the fraction, half a second being 80 00 00 00. Packet ${reply(run).number} has one to compare (RFC 5905 §6).`,
        es: `Tiempo de Unix más ${epoch}, sin lo que exceda 32 bits; detrás la fracción, y medio segundo es 80 00 00 00. El paquete ${reply(run).number} tiene una para comparar (RFC 5905 §6).`,
      }),
      tshark: {
        fields: ["frame.number"],
        concludes: (_rows, run) =>
          `${(((wanted(run) - 500) / 1000 + epoch) % 2 ** 32).toString(16).padStart(8, "0")}80000000`,
      },
    }),
  ],
  hints: [
    {
      en: "32 bits of seconds, 32 bits of their fraction.",
      es: "32 bits de segundos, 32 bits de su fracción.",
    },
    {
      en: "Era 0 ends on 7 February 2036 at 06:28:16 UTC; then the seconds begin at 0.",
      es: "La era 0 acaba el 7 de febrero de 2036 a las 06:28:16 UTC; entonces los segundos empiezan en 0.",
    },
    {
      en: "date -u -d @SECONDS turns Unix time into a date.",
      es: "date -u -d @SEGUNDOS convierte tiempo de Unix en fecha.",
    },
  ],
});
