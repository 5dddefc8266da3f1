// MQTT told: a session from CONNECT to DISCONNECT (MQTT 5 §3).
import type { Packet } from "../../protocols/mqtt/format.ts";
import { Reason, reasonInWords } from "../../protocols/mqtt/reasons.ts";
import { Type } from "../../protocols/mqtt/types.ts";
import { nameOf } from "../../protocols/wire/index.ts";
import { mostQuoted, type Parties, quoted, type State, step, type Telling, telling } from "./telling.ts";

export function tellMqtt(packet: Packet, { from, to }: Parties): Telling {
  switch (packet.type) {
    case Type.CONNECT:
      return telling(
        `${from} asks for a session ${packet.clientIdentifier === "" ? "under a name that the broker is to choose" : `as ${quoted(packet.clientIdentifier)}`}${packet.flags.cleanStart ? ", from a clean start" : ""}.`,
        `${from} pide una sesión ${packet.clientIdentifier === "" ? "con un nombre que elija el broker" : `como ${quoted(packet.clientIdentifier)}`}${packet.flags.cleanStart ? ", desde cero" : ""}.`,
        step(from, undefined, waits("CONNACK")),
      );
    case Type.CONNACK:
      return packet.reasonCode === 0
        ? telling(
            `${from} accepts the session.`,
            `${from} acepta la sesión.`,
            step(from, undefined, sessionOf(to)),
            step(to, waits("CONNACK"), open),
          )
        : telling(
            `${from} refuses the session: ${nameOf(Reason, packet.reasonCode) ?? packet.reasonCode}.`,
            `${from} rechaza la sesión: ${nameOf(Reason, packet.reasonCode) ?? packet.reasonCode}.`,
            step(to, waits("CONNACK"), { en: "no session", es: "sin sesión" }),
          );
    case Type.SUBSCRIBE: {
      const filters = quoted(packet.subscriptions.map(one => one.filter).join(", "));
      return telling(
        `${from} subscribes to ${filters}.`,
        `${from} se suscribe a ${filters}.`,
        step(from, undefined, waits("SUBACK")),
      );
    }
    case Type.SUBACK: {
      const refused = packet.reasonCodes.filter(code => code >= 0x80);
      if (refused.length === packet.reasonCodes.length)
        return telling(
          `${from} refuses the subscription: ${inWords(refused)}.`,
          `${from} rechaza la suscripción: ${inWords(refused)}.`,
          step(to, waits("SUBACK"), notSubscribed),
        );
      return telling(
        `${from} takes the subscription: from now on messages of that topic go to ${to}.`,
        `${from} acepta la suscripción: desde ahora los mensajes de ese tema van a ${to}.`,
        step(from, undefined, { en: `${to} is subscribed`, es: `${to} está suscrita` }),
        step(to, waits("SUBACK"), subscribed),
      );
    }
    case Type.PUBLISH: {
      const text = quoted(
        new TextDecoder().decode(packet.payload.subarray(0, 4 * mostQuoted)),
        packet.payload.length,
      );
      const has: State = { en: "has the message", es: "tiene el mensaje" };
      const sender: State =
        packet.qos === 0
          ? { en: "has forgotten it (QoS 0)", es: "lo ha olvidado (QoS 0)" }
          : keeps(packet.qos === 1 ? "PUBACK" : "PUBREC");
      return telling(
        `${from} publishes to ${quoted(packet.topic)}: "${text}".`,
        `${from} publica en ${quoted(packet.topic)}: «${text}».`,
        step(from, undefined, sender),
        step(to, undefined, has),
      );
    }
    case Type.PUBACK:
    case Type.PUBREC:
    case Type.PUBREL:
    case Type.PUBCOMP:
      return tellFlow(packet, { from, to });
    case Type.UNSUBSCRIBE:
      return telling(
        `${from} no longer wants ${quoted(packet.filters.join(", "))}.`,
        `${from} ya no quiere ${quoted(packet.filters.join(", "))}.`,
        step(from, subscribed, waits("UNSUBACK")),
      );
    case Type.UNSUBACK: {
      const refused = (packet.reasonCodes ?? []).filter(code => code >= 0x80);
      if (refused.length > 0)
        return telling(
          `${from} does not end the subscription: ${inWords(refused)}.`,
          `${from} no termina la suscripción: ${inWords(refused)}.`,
        );
      return telling(
        `${from} ends the subscription.`,
        `${from} termina la suscripción.`,
        step(from, undefined, { en: `${to} is not subscribed`, es: `${to} no está suscrita` }),
        step(to, waits("UNSUBACK"), notSubscribed),
      );
    }
    case Type.PINGREQ:
      return telling(
        `${from} asks whether ${to} is still there.`,
        `${from} pregunta si ${to} sigue ahí.`,
        step(from, undefined, waits("PINGRESP")),
      );
    case Type.PINGRESP:
      return telling(
        `${from} is still there.`,
        `${from} sigue ahí.`,
        step(to, waits("PINGRESP"), {
          en: "knows that the broker is there",
          es: "sabe que el broker sigue ahí",
        }),
      );
    case Type.DISCONNECT: {
      const code = packet.reasonCode ?? 0;
      const why = code === 0 ? "" : `: ${reasonInWords(code)}`;
      return telling(
        `${from} ends the session${why}; nothing more may follow.`,
        `${from} termina la sesión${why}; ya no puede seguir nada.`,
        step(from, undefined, ended),
        step(to, undefined, ended),
      );
    }
    default: {
      const name = nameOf(Type, packet.type) ?? String(packet.type);
      return telling(`${from} sends ${name}.`, `${from} envía ${name}.`);
    }
  }
}

/** The acknowledgements of QoS 1 and 2, and who may forget what by them (MQTT 5 §4.3). */
function tellFlow(
  { type, packetIdentifier: id }: { readonly type: number; readonly packetIdentifier: number },
  { from, to }: Parties,
): Telling {
  switch (type) {
    case Type.PUBACK:
      return telling(
        `${from} has message ${id} and answers for it from now on.`,
        `${from} tiene el mensaje ${id} y responde de él desde ahora.`,
        step(to, keeps("PUBACK"), { en: "may forget it: delivered", es: "puede olvidarlo: entregado" }),
      );
    case Type.PUBREC:
      return telling(
        `${from} has message ${id} and remembers its number, so that a second copy would not count.`,
        `${from} tiene el mensaje ${id} y recuerda su número, para que una segunda copia no cuente.`,
        step(from, undefined, keepsNumber),
        step(to, keeps("PUBREC"), { en: "may forget the message", es: "puede olvidar el mensaje" }),
      );
    case Type.PUBREL:
      return telling(
        `${from} will not send message ${id} again: ${to} may forget its number.`,
        `${from} no volverá a enviar el mensaje ${id}: ${to} puede olvidar su número.`,
        step(from, undefined, waits("PUBCOMP")),
        step(to, keepsNumber, { en: "has forgotten the number", es: "ha olvidado el número" }),
      );
    default:
      return telling(
        `${from} has done so: message ${id} was delivered exactly once.`,
        `${from} lo ha hecho: el mensaje ${id} se ha entregado exactamente una vez.`,
        step(to, waits("PUBCOMP"), { en: "delivered exactly once", es: "entregado exactamente una vez" }),
      );
  }
}

const keeps = (until: string): State => ({
  en: `keeps it until ${until}`,
  es: `lo guarda hasta ${until}`,
});
const keepsNumber: State = { en: "keeps the number until PUBREL", es: "guarda el número hasta PUBREL" };
const waits = (what: string): State => ({ en: `waits for ${what}`, es: `espera ${what}` });
const sessionOf = (who: string): State => ({ en: `session of ${who} open`, es: `sesión de ${who} abierta` });
const open: State = { en: "MQTT session open", es: "sesión MQTT abierta" };
const ended: State = { en: "MQTT session over", es: "sesión MQTT terminada" };
const notSubscribed: State = { en: "not subscribed", es: "no suscrita" };
const inWords = (codes: readonly number[]): string => codes.map(code => reasonInWords(code)).join(", ");
const subscribed: State = { en: "subscribed", es: "suscrita" };
