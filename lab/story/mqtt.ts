// MQTT told: a session from CONNECT to DISCONNECT (MQTT 5 §3).
import type { Packet } from "../../protocols/mqtt/format.ts";
import { Reason } from "../../protocols/mqtt/reasons.ts";
import { Type } from "../../protocols/mqtt/types.ts";
import { nameOf } from "../../protocols/wire/index.ts";
import { type Parties, type State, step, type Telling, telling } from "./telling.ts";

export function tellMqtt(packet: Packet, { from, to }: Parties): Telling {
  switch (packet.type) {
    case Type.CONNECT:
      return telling(
        `${from} asks for a session as ${packet.clientIdentifier}${packet.flags.cleanStart ? ", from a clean start" : ""}.`,
        `${from} pide una sesión como ${packet.clientIdentifier}${packet.flags.cleanStart ? ", desde cero" : ""}.`,
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
      const filters = packet.subscriptions.map(one => one.filter).join(", ");
      return telling(
        `${from} subscribes to ${filters}.`,
        `${from} se suscribe a ${filters}.`,
        step(from, undefined, waits("SUBACK")),
      );
    }
    case Type.SUBACK:
      return telling(
        `${from} takes the subscription: from now on messages of that topic go to ${to}.`,
        `${from} acepta la suscripción: desde ahora los mensajes de ese tema van a ${to}.`,
        step(from, undefined, { en: `${to} is subscribed`, es: `${to} está suscrita` }),
        step(to, waits("SUBACK"), subscribed),
      );
    case Type.PUBLISH: {
      const text = new TextDecoder().decode(packet.payload);
      return telling(
        `${from} publishes to ${packet.topic}: "${text}".`,
        `${from} publica en ${packet.topic}: «${text}».`,
      );
    }
    case Type.UNSUBSCRIBE:
      return telling(
        `${from} no longer wants ${packet.filters.join(", ")}.`,
        `${from} ya no quiere ${packet.filters.join(", ")}.`,
        step(from, subscribed, waits("UNSUBACK")),
      );
    case Type.UNSUBACK:
      return telling(
        `${from} ends the subscription.`,
        `${from} termina la suscripción.`,
        step(from, undefined, { en: `${to} is not subscribed`, es: `${to} no está suscrita` }),
        step(to, waits("UNSUBACK"), { en: "not subscribed", es: "no suscrita" }),
      );
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
    case Type.DISCONNECT:
      return telling(
        `${from} ends the session; nothing more may follow.`,
        `${from} termina la sesión; ya no puede seguir nada.`,
        step(from, open, { en: "disconnected", es: "desconectada" }),
        step(to, sessionOf(from), { en: "session ended", es: "sesión terminada" }),
      );
    default: {
      const name = nameOf(Type, packet.type) ?? String(packet.type);
      return telling(`${from} sends ${name}.`, `${from} envía ${name}.`);
    }
  }
}

const waits = (what: string): State => ({ en: `waits for ${what}`, es: `espera ${what}` });
const sessionOf = (who: string): State => ({ en: `session of ${who} open`, es: `sesión de ${who} abierta` });
const open: State = { en: "MQTT session open", es: "sesión MQTT abierta" };
const subscribed: State = { en: "subscribed", es: "suscrita" };
