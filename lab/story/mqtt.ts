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
        `${from} asks for a session as ${quoted(packet.clientIdentifier)}${packet.flags.cleanStart ? ", from a clean start" : ""}.`,
        `${from} pide una sesión como ${quoted(packet.clientIdentifier)}${packet.flags.cleanStart ? ", desde cero" : ""}.`,
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
          : {
              en: `keeps it until it is acknowledged (QoS ${packet.qos})`,
              es: `lo guarda hasta que se confirme (QoS ${packet.qos})`,
            };
      return telling(
        `${from} publishes to ${quoted(packet.topic)}: "${text}".`,
        `${from} publica en ${quoted(packet.topic)}: «${text}».`,
        step(from, undefined, sender),
        step(to, undefined, has),
      );
    }
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

const waits = (what: string): State => ({ en: `waits for ${what}`, es: `espera ${what}` });
const sessionOf = (who: string): State => ({ en: `session of ${who} open`, es: `sesión de ${who} abierta` });
const open: State = { en: "MQTT session open", es: "sesión MQTT abierta" };
const ended: State = { en: "MQTT session over", es: "sesión MQTT terminada" };
const notSubscribed: State = { en: "not subscribed", es: "no suscrita" };
const inWords = (codes: readonly number[]): string => codes.map(code => reasonInWords(code)).join(", ");
const subscribed: State = { en: "subscribed", es: "suscrita" };
