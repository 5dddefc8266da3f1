// NTP told: four timestamps, and a clock that is set by them (RFC 5905 §8).
import { isTime, type Message } from "../../protocols/ntp/format.ts";
import { type Parties, type State, step, type Telling, telling } from "./telling.ts";

export function tellNtp(message: Message, { from, to }: Parties): Telling {
  if (!isTime(message))
    return telling(
      `${from} asks, or says, how a clock is doing.`,
      `${from} pregunta, o dice, cómo va un reloj.`,
    );
  const { flags, stratum } = message;
  if (flags.mode === 3)
    return telling(
      `${from} asks ${to} for the time, and notes for itself when (T1); what it sends as transmit timestamp may be a random number, to know the reply by.`,
      `${from} pregunta la hora a ${to} y anota para sí cuándo (T1); la marca que envía puede ser un número al azar, para reconocer la respuesta.`,
      step(from, undefined, knows("T1")),
    );
  if (flags.mode === 4 && stratum === 0)
    return telling(
      `${from} refuses (kiss-o'-death): ${to} must not ask again so soon.`,
      `${from} se niega (kiss-o'-death): ${to} no debe volver a preguntar tan pronto.`,
      step(to, knows("T1"), { en: "knows no time from there", es: "de ahí no sabe la hora" }),
    );
  if (flags.mode === 4)
    return telling(
      `${from} says when it received the question (T2) and when it answers (T3), at stratum ${stratum}.`,
      `${from} dice cuándo recibió la pregunta (T2) y cuándo responde (T3), en el estrato ${stratum}.`,
      step(to, knows("T1"), knows("T1, T2, T3, T4: ((T2−T1)+(T3−T4))/2")),
    );
  return telling(`${from} sends NTP of mode ${flags.mode}.`, `${from} envía NTP de modo ${flags.mode}.`);
}

const knows = (what: string): State => ({ en: `knows ${what}`, es: `conoce ${what}` });
