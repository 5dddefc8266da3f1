// What MQTT's analyzer reports, in lines for people: sessions, topics, messages under way, and what an eavesdropper learns.

import {
  type Exposure,
  type FlowReport,
  type Report,
  type SessionReport,
  typeName,
  Version,
} from "../../protocols/mqtt/index.ts";
import { nameOf } from "../../protocols/wire/index.ts";
import { printable, table } from "../terminal.ts";
import type { Language } from "../words.ts";

export function* mqttLines(
  { sessions, topics, flows, reasons }: Report,
  language: Language,
): Generator<string> {
  const es = language === "es";
  if (sessions.length === 0) {
    yield es ? "No hay mensajes MQTT." : "No MQTT messages.";
    return;
  }
  yield* table(
    es
      ? [
          "cliente",
          "servidor",
          "identificador",
          "versión",
          "inicio",
          "keep alive",
          "testamento",
          "usuario",
          "pings",
          "fin",
        ]
      : ["client", "server", "identifier", "version", "start", "keep alive", "will", "user", "pings", "end"],
    sessions.map(one => sessionRow(one, es)),
  ).split("\n");
  yield "";
  yield* table(
    es
      ? ["tema", "mensajes", "octetos", "retenidos", "duplicados"]
      : ["topic", "messages", "octets", "retained", "duplicates"],
    topics
      .slice(0, 50)
      .map(({ topic, ...sums }) => [
        printable(topic),
        ...[sums.messages, sums.octets, sums.retained, sums.duplicates].map(String),
      ]),
  ).split("\n");
  if (topics.length > 50)
    yield es ? `… y ${topics.length - 50} temas más` : `… and ${topics.length - 50} more topics`;
  if (flows.total > 0) {
    yield "";
    yield* flowLines(flows.each.slice(0, 20), es);
    if (flows.total > 20) {
      const open = flows.total - flows.complete;
      yield es
        ? `… de ${flows.total} mensajes de QoS 1 y 2, ${open} sin terminar`
        : `… of ${flows.total} messages of QoS 1 and 2, ${open} not finished`;
    }
  }
  for (const { reason, count } of reasons) yield `${reason} ×${count}`;
  yield "";
  yield* exposure(sessions, es);
}

function sessionRow(one: SessionReport, es: boolean): string[] {
  const { pings, will } = one;
  const best = pings.roundTrips.reduce<bigint | undefined>(
    (least, each) => (least !== undefined && least < each ? least : each),
    undefined,
  );
  const start =
    one.cleanStart === undefined
      ? "?"
      : one.cleanStart
        ? es
          ? "limpio"
          : "clean"
        : es
          ? "reanuda"
          : "resume";
  return [
    one.client,
    one.server,
    printable(one.clientIdentifier ?? "?"),
    nameOf(Version, one.version) ?? String(one.version),
    one.sessionExpiry === undefined ? start : `${start}, ${one.sessionExpiry} s`,
    one.keepAlive === undefined ? "?" : `${one.keepAlive} s`,
    will ? printable(`${will.topic} (QoS ${will.qos}${will.retain ? ", r" : ""})`) : "–",
    printable(one.userName ?? "–"),
    `${pings.answered}/${pings.sent}${best === undefined ? "" : ` (${milliseconds(best)})`}`,
    one.ended ?? "–",
  ];
}

/** Each message with its packets, and how long its sender waited in all. */
function flowLines(flows: readonly FlowReport[], es: boolean): string[] {
  return table(
    es ? ["mensaje", "tema", "QoS", "paquetes", "espera"] : ["message", "topic", "QoS", "packets", "waited"],
    flows.map(({ stream, way, identifier, topic, qos, steps, isComplete }) => [
      `${stream}${way === 0 ? "→" : "←"}${identifier}`,
      printable(topic),
      String(qos),
      steps.map(({ type, packet }) => `${typeName(type)} ${packet}`).join(", "),
      isComplete ? milliseconds(steps.at(-1)!.time - steps[0]!.time) : es ? "sin terminar" : "not finished",
    ]),
  ).split("\n");
}

/** What anybody on the way learns: addresses, times and sizes always; the rest, only without TLS. */
function exposure(sessions: readonly SessionReport[], es: boolean): string[] {
  const hidden = es ? "cifrado" : "enciphered";
  const kinds = es
    ? { plain: "sin TLS", tls: "TLS", mutual: "TLS mutuo" }
    : { plain: "plain", tls: "TLS", mutual: "mutual TLS" };
  const whose = es
    ? { client: "del cliente", server: "del servidor", both: "de ambos" }
    : { client: "the client's", server: "the server's", both: "both" };
  const certificates = ({ certificates: [one, other] }: Exposure) =>
    one === undefined ? "–" : other === undefined ? whose[one] : whose.both;
  const rows = sessions.map(({ stream, clientIdentifier, security, exposed }) => {
    const open = security === "plain";
    const credentials = [
      exposed.userName && (es ? "usuario" : "user"),
      exposed.password && (es ? "contraseña" : "password"),
    ];
    return [
      `${stream} ${printable(open ? (clientIdentifier ?? "?") : "")}`.trim(),
      kinds[security],
      open ? (exposed.clientIdentifier ? printable(clientIdentifier ?? "") : "–") : hidden,
      open ? credentials.filter(Boolean).join(", ") || "–" : hidden,
      open ? printable(exposed.topics.slice(0, 4).join(" ")) || "–" : hidden,
      open ? String(exposed.octets) : hidden,
      certificates(exposed),
    ];
  });
  const heads = es
    ? ["un espía aprende", "canal", "identificador", "credenciales", "temas", "octetos", "certificados"]
    : ["an eavesdropper learns", "channel", "identifier", "credentials", "topics", "octets", "certificates"];
  return table(heads, rows).split("\n");
}

const milliseconds = (nanoseconds: bigint): string => `${(Number(nanoseconds) / 1e6).toFixed(3)} ms`;
