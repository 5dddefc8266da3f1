// What DNS's analyzer reports, in lines for people: each question with its answer, and figures over all of them.
import type { Report, ReportedExchange } from "../../protocols/dns/index.ts";
import { printable, table } from "../terminal.ts";
import type { Language } from "../words.ts";

export function* dnsLines({ exchanges }: Report, language: Language): Generator<string> {
  const es = language === "es";
  if (exchanges.length === 0) {
    yield es ? "No hay mensajes DNS." : "No DNS messages.";
    return;
  }
  const heads = es
    ? ["paquete", "cliente", "servidor", "pregunta", "respuesta", "tiempo", "veces", "TTL", "octetos"]
    : ["packet", "client", "server", "question", "answer", "time", "sent", "TTL", "octets"];
  yield* table(
    heads,
    exchanges.map(one => rowOf(one, es)),
  ).split("\n");
  yield* figures(exchanges, es);
}

function rowOf(one: ReportedExchange, es: boolean): string[] {
  const { asked, client, server, name, type, transport, time, reply } = one;
  return [
    String(asked[0]),
    client,
    `${server}${transport === "tcp" ? " (TCP)" : ""}`,
    printable(`${type} ${name}`),
    printable(answerOf(one, es)),
    time === undefined ? "" : `${(Number(time) / 1e6).toFixed(3)} ms`,
    `${asked.length}×`,
    reply?.ttl === undefined ? "" : `${reply.ttl} s`,
    reply ? `${reply.octets} (${percent(reply.octets, reply.uncompressed)})` : "",
  ];
}

function answerOf({ code, reply }: ReportedExchange, es: boolean): string {
  if (!reply || code === undefined) return es ? "sin respuesta" : "no answer";
  if (reply.truncated)
    return reply.askedByTcp === undefined
      ? es
        ? "cortada"
        : "cut short"
      : `${es ? "cortada; por TCP, paquete" : "cut short; by TCP, packet"} ${reply.askedByTcp}`;
  if (code !== "NOERROR") return code;
  if (reply.referral !== undefined) return `${es ? "véase" : "see"} ${reply.referral}`;
  const aliases = reply.aliases.map(alias => `→ ${alias}`).join(" ");
  const count = es
    ? `${reply.records} ${reply.records === 1 ? "registro" : "registros"}`
    : `${reply.records} ${reply.records === 1 ? "record" : "records"}`;
  return [aliases, count].filter(Boolean).join(" ");
}

function* figures(exchanges: readonly ReportedExchange[], es: boolean): Generator<string> {
  const answered = exchanges.filter(({ reply }) => reply !== undefined);
  const times = answered.map(({ time }) => Number(time) / 1e6).sort((a, b) => a - b);
  const sum = (of: (one: ReportedExchange) => number) => exchanges.reduce((all, one) => all + of(one), 0);
  const repeated = sum(({ asked }) => asked.length - 1);
  yield es
    ? `${exchanges.length} preguntas, ${answered.length} con respuesta, ${repeated} repeticiones`
    : `${exchanges.length} questions, ${answered.length} answered, ${repeated} sent again`;
  if (times.length === 0) return;
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))]!.toFixed(3);
  yield es
    ? `tiempo de respuesta: mediana ${at(0.5)} ms, entre ${at(0)} y ${at(1)} ms`
    : `round trip: median ${at(0.5)} ms, from ${at(0)} to ${at(1)} ms`;
  const [octets, whole] = [
    sum(({ reply }) => reply?.octets ?? 0),
    sum(({ reply }) => reply?.uncompressed ?? 0),
  ];
  yield es
    ? `respuestas: ${octets} octetos, ${percent(octets, whole)} de los ${whole} que ocuparían con los nombres sin comprimir`
    : `answers: ${octets} octets, ${percent(octets, whole)} of the ${whole} that they would be with every name written out`;
}

const percent = (part: number, whole: number): string => `${Math.round((100 * part) / Math.max(1, whole))} %`;
