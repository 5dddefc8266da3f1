// What NTP's analyzer reports, in lines for people: each exchange, then each client with its server over time.
import type { Report, ReportedAssociation, ReportedExchange } from "../../protocols/ntp/index.ts";
import { paint, table } from "../terminal.ts";
import type { Language } from "../words.ts";

/** Of a longer capture the last ones are left out of the table, and counted. */
const mostLines = 200;

export function* ntpLines(
  { exchanges, associations, broadcasts }: Report,
  language: Language,
): Generator<string> {
  const words = language === "es" ? spanish : english;
  if (exchanges.length === 0 && broadcasts.length === 0) {
    yield words.nothing;
    return;
  }
  if (exchanges.length > 0) {
    yield* table(
      [...words.heads],
      exchanges.slice(0, mostLines).map(one => row(one, words)),
    ).split("\n");
    if (exchanges.length > mostLines) yield `… ${exchanges.length - mostLines} ${words.more}`;
    yield words.meaning;
  }
  for (const one of associations) yield* overTime(one, words);
  for (const { packet, server, stratum, offset } of broadcasts.slice(0, mostLines))
    yield `${words.call} ${packet}: ${server}, ${words.stratum} ${stratum}, ${milliseconds(offset, true)} ms`;
}

function row(
  {
    asked,
    answered,
    client,
    server,
    stratum,
    kiss,
    offset,
    delay,
    dispersion,
    rootDistance,
  }: ReportedExchange,
  words: typeof english,
): string[] {
  const parties = [`${asked}${answered === undefined ? "" : `, ${answered}`}`, `${client} → ${server}`];
  if (answered === undefined) return [...parties, "", words.silence, "", "", ""];
  if (kiss !== undefined) return [...parties, "0", kiss, "", "", ""];
  if (offset === undefined) return [...parties, `${stratum}`, words.unset, "", "", ""];
  return [
    ...parties,
    `${stratum}`,
    milliseconds(offset, true),
    milliseconds(delay!),
    milliseconds(dispersion!),
    milliseconds(rootDistance!),
  ];
}

function* overTime(
  { client, server, asked, answered, best, jitter, dispersion, drift }: ReportedAssociation,
  words: typeof english,
): Generator<string> {
  yield paint(`${client} → ${server}: ${asked} ${words.asked}, ${answered} ${words.answered}`, "bold");
  if (!best) return;
  const { packets, offset, error } = best;
  yield `  ${words.best} (${packets.join(", ")}): ${words.offset} ${milliseconds(offset, true)} ± ${milliseconds(error)} ms`;
  yield `  ${words.jitter} ${milliseconds(jitter!)} ms, ${words.dispersion} ${milliseconds(dispersion!)} ms`;
  if (drift) yield `  ${words.drift} ${drift.ppm.toFixed(1)} ± ${drift.error.toFixed(1)} ppm`;
}

const milliseconds = (nanoseconds: bigint, signed = false): string =>
  `${signed && nanoseconds >= 0n ? "+" : ""}${(Number(nanoseconds) / 1e6).toFixed(3)}`;

const english = {
  nothing: "No NTP messages that tell time.",
  heads: [
    "packets",
    "client → server",
    "stratum",
    "offset ms",
    "delay ms",
    "dispersion ms",
    "to the root ms",
  ],
  more: "more",
  meaning:
    "Offset: the server's clock against the capture's. It can't be seen if one way always takes longer than the other: half the difference is in it.",
  silence: "no reply",
  unset: "not set",
  asked: "asked",
  answered: "answered",
  best: "best exchange",
  offset: "offset",
  jitter: "jitter",
  dispersion: "dispersion",
  drift: "the server's clock gains",
  call: "broadcast, packet",
  stratum: "stratum",
};

const spanish: typeof english = {
  nothing: "No hay mensajes NTP que den la hora.",
  heads: [
    "paquetes",
    "cliente → servidor",
    "estrato",
    "desfase ms",
    "retardo ms",
    "dispersión ms",
    "hasta la raíz ms",
  ],
  more: "más",
  meaning:
    "Desfase: el reloj del servidor frente al de la captura. Si un sentido tarda siempre más que el otro no se ve: la mitad de la diferencia está en él.",
  silence: "sin respuesta",
  unset: "sin hora",
  asked: "preguntas",
  answered: "respuestas",
  best: "mejor intercambio",
  offset: "desfase",
  jitter: "fluctuación",
  dispersion: "dispersión",
  drift: "el reloj del servidor adelanta",
  call: "difusión, paquete",
  stratum: "estrato",
};
