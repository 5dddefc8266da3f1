// TLS told: how two hosts agree on keys, and who proves what (RFC 5246 §7.3, RFC 8446 §2).
import { bodyOf, type Handshake } from "../../protocols/tls/handshake.ts";
import { isRetry } from "../../protocols/tls/hello.ts";
import { AlertDescription, HandshakeType, Version } from "../../protocols/tls/numbers.ts";
import type { Alert } from "../../protocols/tls/records.ts";
import type { TlsState } from "../../protocols/tls/state.ts";
import { nameOf } from "../../protocols/wire/index.ts";
import { type Parties, type State, step, type Telling, telling } from "./telling.ts";

export function tellHandshake(message: Handshake, { from, to }: Parties): Telling {
  const { type } = message;
  const serverHello = bodyOf(message, HandshakeType.server_hello);
  switch (type) {
    case HandshakeType.client_hello:
      return telling(
        `${from} proposes TLS: versions, cipher suites, and the name of the server that it wants.`,
        `${from} propone TLS: versiones, conjuntos de cifrado y el nombre del servidor que quiere.`,
        step(from, "START", "WAIT_SH"),
        step(to, "START", "RECVD_CH"),
      );
    case HandshakeType.server_hello:
      if (serverHello && isRetry(serverHello))
        return telling(
          `${from} wants another hello: with a key of the group that it names.`,
          `${from} quiere otro saludo: con una clave del grupo que nombra.`,
          step(to, "WAIT_SH", "START"),
        );
      return telling(
        `${from} chooses version and cipher suite.`,
        `${from} elige versión y conjunto de cifrado.`,
        step(from, "RECVD_CH", "NEGOTIATED"),
        step(to, "WAIT_SH", { en: "knows version and suite", es: "conoce versión y conjunto" }),
      );
    case HandshakeType.encrypted_extensions:
      return telling(
        `${from} adds what the eavesdropper need not see.`,
        `${from} añade lo que el fisgón no tiene por qué ver.`,
        step(to, "WAIT_EE", "WAIT_CERT_CR"),
      );
    case HandshakeType.certificate:
      return telling(
        `${from} shows its certificate and who issued it.`,
        `${from} enseña su certificado y quién lo emitió.`,
        step(to, undefined, {
          en: `checks the chain of ${from} on its own clock`,
          es: `comprueba la cadena de ${from} con su propio reloj`,
        }),
      );
    case HandshakeType.server_key_exchange:
      return telling(
        `${from} sends its half of the key exchange, signed with its certificate's key.`,
        `${from} envía su mitad del intercambio de claves, firmada con la clave de su certificado.`,
        step(to, undefined, holdsKey(from)),
      );
    case HandshakeType.certificate_request:
      return telling(
        `${from} wants a certificate as well.`,
        `${from} pide también un certificado.`,
        step(to, undefined, { en: "will show its certificate", es: "enseñará su certificado" }),
      );
    case HandshakeType.server_hello_done:
      return telling(
        `${from} has said all it had to say.`,
        `${from} ha dicho todo lo que tenía que decir.`,
        step(from, "NEGOTIATED", {
          en: `waits for the key exchange of ${to}`,
          es: `espera el intercambio de claves de ${to}`,
        }),
      );
    case HandshakeType.client_key_exchange:
      return telling(
        `${from} sends its half of the key exchange: both sides can now work out the keys.`,
        `${from} envía su mitad del intercambio: ambos lados ya pueden calcular las claves.`,
        step(from, undefined, hasKeys),
        step(to, undefined, hasKeys),
      );
    case HandshakeType.certificate_verify:
      return telling(
        `${from} signs the handshake so far: it proves that it holds its certificate's key.`,
        `${from} firma lo dicho hasta ahora: demuestra que tiene la clave de su certificado.`,
        step(to, undefined, holdsKey(from)),
      );
    case HandshakeType.finished:
      return telling(
        `${from} seals the whole handshake: had anybody changed an octet of it, this would not match.`,
        `${from} sella toda la negociación: si alguien hubiera cambiado un octeto, no coincidiría.`,
        step(from, undefined, { en: "handshake finished", es: "negociación terminada" }),
      );
    case HandshakeType.new_session_ticket:
      return telling(
        `${from} hands out a ticket, with which the next handshake can be shorter.`,
        `${from} da un tique, con el que la próxima negociación puede ser más corta.`,
        step(to, undefined, { en: "holds a ticket", es: "tiene un tique" }),
      );
    case HandshakeType.end_of_early_data:
      return telling(
        `${from} ends what it sent before the handshake was done; somebody could send that part again.`,
        `${from} termina lo que envió antes de acabar la negociación; alguien podría repetir esa parte.`,
      );
    case HandshakeType.hello_request:
      return telling(
        `${from} wants to shake hands anew, in the middle of the conversation.`,
        `${from} quiere negociar de nuevo, en plena conversación.`,
      );
    case HandshakeType.key_update:
      return telling(
        `${from} changes its keys.`,
        `${from} cambia sus claves.`,
        step(from, undefined, { en: "sends with new keys", es: "envía con claves nuevas" }),
      );
    default: {
      const name = nameOf(HandshakeType, type) ?? String(type);
      return telling(`${from} sends ${name}.`, `${from} envía ${name}.`);
    }
  }
}

/**
 * `state`: what the conversation knew before. Before the ServerHello only a client with early data says it.
 * RFC 8446 §5: whoever receives it in TLS 1.3 drops it.
 */
export function tellChangeCipherSpec(state: unknown, { from, to }: Parties): Telling {
  const { version, clientRandom } = (state ?? {}) as Partial<TlsState>;
  if (version === Version["TLS 1.3"] || (version === undefined && clientRandom))
    return telling(
      `${from} says this for old middleboxes only: in TLS 1.3 it means nothing: the hellos change the keys.`,
      `${from} lo dice solo por equipos intermedios antiguos: en TLS 1.3 no significa nada: las claves cambian con los saludos.`,
      step(to, undefined, {
        en: "drops it: its keys stay as they are",
        es: "lo descarta: sus claves siguen igual",
      }),
    );
  return telling(
    `${from}: from here on this way is enciphered.`,
    `${from}: desde aquí este sentido va cifrado.`,
    step(from, hasKeys, { en: "enciphers", es: "cifra" }),
  );
}

export function tellAlert({ description }: Alert, { from, to }: Parties): Telling {
  const name = nameOf(AlertDescription, description) ?? String(description);
  if (description === AlertDescription.close_notify)
    return telling(
      `${from} ends TLS properly: nobody cut the session short.`,
      `${from} termina TLS como es debido: nadie ha recortado la sesión.`,
      step(from, undefined, { en: "TLS closed", es: "TLS cerrado" }),
    );
  return telling(
    `${from} gives the handshake or the session up: ${name}.`,
    `${from} abandona la negociación o la sesión: ${name}.`,
    step(from, undefined, failed),
    step(to, undefined, failed),
  );
}

/** A record that could not be deciphered: all that anybody sees of it. */
export const tellEnciphered = (octets: number, { from }: Parties): Telling =>
  telling(
    `${from} sends ${octets} enciphered octets: an eavesdropper learns their number and the time.`,
    `${from} envía ${octets} octetos cifrados: un fisgón conoce su número y la hora.`,
  );

const holdsKey = (who: string): State => ({
  en: `knows that ${who} holds the key`,
  es: `sabe que ${who} tiene la clave`,
});
const hasKeys: State = { en: "has the session's keys", es: "tiene las claves de la sesión" };
const failed: State = { en: "TLS failed", es: "TLS fallido" };
