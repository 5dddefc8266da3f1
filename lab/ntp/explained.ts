// A measurement told: the four times of each sample, and what is computed from them (RFC 5905 §8).
import type { Measurement } from "../../protocols/ntp/client.ts";
import { shownTime } from "../../protocols/ntp/timestamp.ts";
import type { Language } from "../words.ts";

export function* explained(
  { samples, delay: best, strays, slowed, server }: Measurement,
  { lang, plain }: { readonly lang: Language; readonly plain?: boolean },
): Generator<string> {
  const words = lang === "es" ? spanish : english;
  for (const [i, { t1, t2, t3, t4, offset, delay, error }] of samples.entries()) {
    const chosen = samples.length > 1 && delay === best ? words.best : "";
    yield `${words.sample} ${i + 1}/${samples.length}, ${server.address}${chosen}`;
    yield `  T1  ${shownTime(t1)}  ${words.t1}${plain ? words.plain : words.random}`;
    yield `  T2  ${shownTime(t2)}  ${words.t2}`;
    yield `  T3  ${shownTime(t3)}  ${words.t3}`;
    yield `  T4  ${shownTime(t4)}  ${words.t4}`;
    yield `  ${words.offset} ((T2 − T1) + (T3 − T4)) / 2 = (${seconds(t2 - t1)} + ${seconds(t3 - t4)}) / 2 = ${seconds(offset)} s`;
    yield `  ${words.delay} (T4 − T1) − (T3 − T2) = ${seconds(t4 - t1)} − ${seconds(t3 - t2)} = ${seconds(delay)} s`;
    yield `  ${words.error} ${seconds(error)} s: ${words.why}`;
  }
  if (slowed > 0) yield `${words.slowed}: ${slowed}`;
  const others = Object.entries(strays).filter(([, count]) => count > 0);
  if (others.length > 0)
    yield `${words.strays}: ${others.map(([why, count]) => `${count} (${why})`).join(", ")}`;
}

const seconds = (nanoseconds: bigint): string => (Number(nanoseconds) / 1e9).toFixed(9);

const english = {
  sample: "Sample",
  best: ": the best one, its delay is the least",
  t1: "this clock: the request leaves",
  random: "; a random number travels in its place, so that nobody else can answer it",
  plain: ", with this time in it",
  t2: "the server's clock: the request arrives",
  t3: "the server's clock: the reply leaves",
  t4: "this clock: the reply arrives",
  offset: "offset",
  delay: "delay ",
  error: "error ",
  why: "half the delay, for it may all be of one way, the grain of the server's clock, and 15 millionths for this clock's speed",
  slowed: "The server asked to be asked less often",
  strays: "Arrived, and no reply",
};

const spanish: typeof english = {
  sample: "Muestra",
  best: ": la mejor, la de menor retardo",
  t1: "este reloj: sale la petición",
  random: "; en su lugar viaja un número al azar, para que nadie más pueda responder",
  plain: ", con esta hora dentro",
  t2: "el reloj del servidor: llega la petición",
  t3: "el reloj del servidor: sale la respuesta",
  t4: "este reloj: llega la respuesta",
  offset: "desfase",
  delay: "retardo",
  error: "error  ",
  why: "la mitad del retardo, que puede ser todo de un sentido, el grano del reloj del servidor y 15 millonésimas por la velocidad de este",
  slowed: "El servidor pidió que se le preguntase menos",
  strays: "Llegaron, y no eran respuesta",
};
