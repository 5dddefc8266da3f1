// What TLS's analyzer reports, in lines for people: each session's handshake, what it is worth, what it cost, what stayed visible.
import { alertMeanings } from "../../protocols/tls/alerts.ts";
import type { ChainFault, Grade, Report, Session, ShownCertificate } from "../../protocols/tls/analyzer.ts";
import { timeText } from "../../protocols/x509/primitives.ts";
import { paint, printable } from "../terminal.ts";
import type { Language, Said } from "../words.ts";

export function* tlsLines({ conversations }: Report, language: Language): Generator<string> {
  if (conversations.length === 0)
    yield language === "es" ? "No hay negociaciones TLS." : "No TLS handshakes.";
  for (const session of conversations) yield* sessionLines(session, language);
}

function* sessionLines(session: Session, language: Language): Generator<string> {
  const es = language === "es";
  const { stream, version, suite, grade, serverName, handshakeTime, roundTrips, alerts } = session;
  const name = serverName === undefined ? "" : `: ${printable(serverName)}`;
  yield paint(`${es ? "Conversación TCP" : "TCP conversation"} ${stream}${name}`, "bold");
  yield `  ${version ? `${version}, ${suite}` : es ? "el servidor no respondió" : "the server did not answer"}`;
  if (grade) {
    yield `  ${es ? "Valoración" : "Grade"}: ${grades[grade.grade][language]}`;
    for (const reason of grade.reasons)
      yield `    ${marks[reason.grade]} ${reason[language]} (${reason.reference})`;
  }
  const start = session.timeline[0]?.time ?? 0n;
  for (const { packet, time, way, message } of session.timeline) {
    const after = `+${(Number(time - start) / 1e6).toFixed(3)} ms`.padStart(14);
    const what = message === "enciphered" ? (es ? "(cifrado)" : "(enciphered)") : message;
    yield `${after} ${way === 0 ? "→" : "←"} ${what} (${es ? "paquete" : "packet"} ${packet})`;
  }
  if (handshakeTime !== undefined) {
    const [ms, kind] = [(Number(handshakeTime) / 1e6).toFixed(3), kindOf(session)[language]];
    yield es
      ? `  Negociación: ${ms} ms, ${roundTrips} ${roundTrips === 1 ? "vuelta" : "vueltas"} (${kind})`
      : `  Handshake: ${ms} ms, ${roundTrips} round ${roundTrips === 1 ? "trip" : "trips"} (${kind})`;
  }
  for (const [way, chain] of session.certificates.entries())
    for (const certificate of chain) yield certificateLine(certificate, way, language);
  yield `  ${costOf(session)[language]}`;
  const time = timeOf(session);
  if (time) yield `  ${time[language]}`;
  for (const { packet, way, description } of alerts) {
    const who = way === 0 ? (es ? "el cliente" : "the client") : es ? "el servidor" : "the server";
    const meaning = alertMeanings[description]?.[language] ?? "";
    yield `  ${es ? "Alerta de" : "Alert of"} ${who} (${es ? "paquete" : "packet"} ${packet}): ${description}. ${meaning}`;
  }
  yield `  ${es ? "Quedó a la vista" : "Stayed visible"}: ${visible(session)[language]}`;
  if (session.ja4)
    yield `  JA4 ${session.ja4}, JA3 ${session.ja3}${session.ja3s ? `, JA3S ${session.ja3s}` : ""}`;
}

const grades: Readonly<Record<Grade, Said>> = {
  strong: { en: "strong", es: "fuerte" },
  acceptable: { en: "acceptable", es: "aceptable" },
  weak: { en: "weak", es: "débil" },
  broken: { en: "broken", es: "rota" },
};
const marks: Readonly<Record<Grade, string>> = { strong: "+", acceptable: "~", weak: "-", broken: "!" };

function kindOf({ resumed, retried, earlyData }: Session): Said {
  const [en, es] = resumed ? ["a session taken up again", "una sesión reanudada"] : ["complete", "completa"];
  const more = [
    retried && ["after another hello", "tras otro saludo"],
    earlyData && ["with early data", "con datos tempranos"],
  ].filter(one => one !== false);
  return { en: [en, ...more.map(one => one[0])].join(", "), es: [es, ...more.map(one => one[1])].join(", ") };
}

export const faults: Readonly<Record<ChainFault, Said>> = {
  expired: { en: "expired", es: "caducado" },
  "not yet valid": { en: "not yet valid", es: "aún no válido" },
  "wrong name": { en: "for another host", es: "para otro servidor" },
  "not issued by the next": { en: "not issued by the next", es: "no lo emitió el siguiente" },
  "not an authority": { en: "not an authority's", es: "no es de una autoridad" },
  "short key": { en: "key too short", es: "clave demasiado corta" },
};

function certificateLine(one: ShownCertificate, way: number, language: Language): string {
  const es = language === "es";
  const who = way === 0 ? (es ? "cliente" : "client") : es ? "servidor" : "server";
  const [kind, bits] = one.key;
  const verdict =
    one.faults.length === 0
      ? es
        ? "sin reparos a la hora de la captura"
        : "nothing against it at the capture's time"
      : one.faults.map(fault => faults[fault][language]).join(", ");
  const until = `${es ? "hasta" : "until"} ${timeText(one.notAfter)}`;
  return `  ${es ? "Certificado del" : "Certificate of the"} ${who}: ${printable(one.holder)}, ${kind}${bits === undefined ? "" : ` ${bits}`}, ${until}: ${verdict}`;
}

function costOf({ octets, payload, opened }: Session): Said {
  const share = octets === 0 ? 0 : Math.round((100 * (octets - payload)) / octets);
  return opened
    ? {
        en: `Octets: ${octets} of TLS for ${payload} carried: ${share} % is the price`,
        es: `Octetos: ${octets} de TLS para ${payload} transportados: el ${share} % es el precio`,
      }
    : {
        en: `Octets: ${octets} of TLS for at most ${payload} carried (not all opened)`,
        es: `Octetos: ${octets} de TLS para como mucho ${payload} transportados (no todo se abrió)`,
      };
}

/** How long the payload waited for TLS. */
function timeOf({ payloadAfter, duration }: Session): Said | undefined {
  if (payloadAfter === undefined) return undefined;
  const [after, whole] = [payloadAfter, duration].map(time => (Number(time) / 1e6).toFixed(3));
  return {
    en: `Time: the first payload passed after ${after} ms of ${whole} ms`,
    es: `Tiempo: lo primero que se transportó pasó a los ${after} ms, de ${whole} ms`,
  };
}

/** What an eavesdropper has, whatever the keys. */
function visible({ serverName, hiddenHello, certificates, certificatesVisible, protocols }: Session): Said {
  const shown = certificatesVisible && certificates.some(chain => chain.length > 0);
  const parts: (readonly [string, string] | false)[] = [
    serverName !== undefined && [
      `the server's name ${printable(serverName)}${hiddenHello ? " (perhaps not the true one: there is a hidden hello)" : ""}`,
      `el nombre del servidor ${printable(serverName)}${hiddenHello ? " (quizá no el verdadero: hay un saludo oculto)" : ""}`,
    ],
    shown && ["the certificates", "los certificados"],
    protocols.length > 0 && [
      `the protocols offered (${printable(protocols.join(", "))})`,
      `los protocolos ofrecidos (${printable(protocols.join(", "))})`,
    ],
    ["the size and the time of every record", "el tamaño y la hora de cada registro"],
  ];
  const there = parts.filter(one => one !== false);
  return { en: there.map(one => one[0]).join("; "), es: there.map(one => one[1]).join("; ") };
}
