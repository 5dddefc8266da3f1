// A real board's capture beside the lab's: what it may mean that a step is missing, or is there more often.
import type { Said } from "../words.ts";
import type { AlignedBoard } from "./differences.ts";
import type { Dialogue } from "./messages.ts";

/** One for each step that says something about the board, or about how it was recorded. A is the lab's run, B the board's capture. */
export function hintsFor({ a, b, dialogues, differences }: AlignedBoard): Said[] {
  if (!a || !b) return [noBoard];
  const hints: Said[] = [];
  for (const { dialogue, pairs } of dialogues) {
    const missing = absent[dialogue];
    const has = (side: "a" | "b") => pairs.some(pair => pair[side]);
    if (missing && has("a") && !has("b")) hints.push(missing);
  }
  for (const { name, how, hint } of single)
    if (differences.some(one => one.id === name && one.how === how)) hints.push(hint);
  return hints;
}

const noBoard: Said = {
  en: "no board is seen: record on the segment of the board (a mirror port of the switch, or the PC as its gateway), with a filter that lets DHCP and the broker's ports through.",
  es: "no se ve ninguna placa: captura en el segmento de la placa (puerto espejo del switch, o el PC como su pasarela), con un filtro que deje pasar DHCP y los puertos del broker.",
};

const absent: Partial<Record<Dialogue, Said>> = {
  DHCP: {
    en: "no DHCP: recording began when the board had its lease already (start it, then reset the board), or the board uses its static address (dhcp.attempts).",
    es: "no hay DHCP: la captura empezó cuando la placa ya tenía dirección (iníciala y luego reinicia la placa), o la placa usa la estática (dhcp.attempts).",
  },
  DNS: {
    en: "no DNS: where a server's name is an IPv4 address the board asks nobody; or its name server is reached by another way than the one recorded.",
    es: "no hay DNS: si el nombre de un servidor es una dirección IPv4, la placa no pregunta a nadie; o llega a su servidor por un camino que no se ha capturado.",
  },
  NTP: {
    en: "no NTP: without it the clock stays where it starts, and a certificate is not valid yet.",
    es: "no hay NTP: sin él, el reloj se queda donde arranca y un certificado todavía no es válido.",
  },
  broker: {
    en: "no connection to 1883, 8883 or 8884: the board did not come that far; look at its last answer, or its console.",
    es: "no hay conexión a 1883, 8883 ni 8884: la placa no llegó tan lejos; mira su última respuesta, o su consola.",
  },
};

const single: readonly { readonly name: string; readonly how: "gone" | "more"; readonly hint: Said }[] = [
  {
    name: "enciphered",
    how: "more",
    hint: {
      en: "TLS records of the board can't be read: export its session's secrets (debug level 3 or higher) and give them with --keylog.",
      es: "los registros TLS de la placa no se pueden leer: exporta los secretos de su sesión (nivel de depuración 3 o más) y dalos con --keylog.",
    },
  },
  {
    name: "DHCPDISCOVER",
    how: "more",
    hint: {
      en: "the board asked for an address more than once: the offer came late, or not to it.",
      es: "la placa pidió dirección más de una vez: la oferta llegó tarde, o no le llegó.",
    },
  },
  {
    name: "SYN",
    how: "more",
    hint: {
      en: "the board opened more connections, or repeated its SYN: the broker did not listen, or the session was lost.",
      es: "la placa abrió más conexiones, o repitió su SYN: el broker no escuchaba, o se perdió la sesión.",
    },
  },
  {
    name: "PINGREQ",
    how: "more",
    hint: {
      en: "the board waited longer for a message, and pinged after each 10 s of silence: the real board's pace.",
      es: "la placa esperó más tiempo un mensaje, con un ping tras cada 10 s de silencio: el ritmo de la placa real.",
    },
  },
  {
    name: "DISCONNECT",
    how: "gone",
    hint: {
      en: "the board never said DISCONNECT: its button was not pressed, its cable was pulled, or recording ended before.",
      es: "la placa no dijo DISCONNECT: no se pulsó su botón, se desconectó el cable, o la captura acabó antes.",
    },
  },
];
