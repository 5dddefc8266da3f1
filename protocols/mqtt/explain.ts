// What each field of a control packet says, in a sentence.
import type { Explanations } from "../packet/index.ts";
import { explainProperties } from "./explain-properties.ts";

const sentence = (reference: string, en: string, es: string): Explanations[string] => ({
  en,
  es,
  reference: `MQTT 5 ${reference}`,
});

/**
 * By path. The length in front of a string, and the string itself, are explained by the field that they are in;
 * so are identifier and value of a property.
 */
export const explain: Explanations = {
  type: sentence(
    "§2.1.2",
    "Which of the 15 packets this is: it decides what follows.",
    "Cuál de los 15 paquetes es: de ello depende lo que sigue.",
  ),
  reservedFlags: sentence(
    "§2.1.3",
    "Four bits that each packet type fixes; another value means that the sender is broken.",
    "Cuatro bits que cada tipo de paquete fija; otro valor significa que quien envía está averiado.",
  ),
  dup: sentence(
    "§3.3.1.1",
    "Set if this message was sent before and may have been lost; never at QoS 0.",
    "Activo si este mensaje ya se envió y pudo perderse; nunca con QoS 0.",
  ),
  qos: sentence(
    "§3.3.1.2, §4.3",
    "How hard sender and receiver try: 0 at most once, 1 at least once, 2 exactly once.",
    "Cuánto se esfuerzan ambos lados: 0 como mucho una vez, 1 al menos una, 2 exactamente una.",
  ),
  retain: sentence(
    "§3.3.1.3",
    "Set if the broker should keep the message for those who subscribe later, or if it is such a kept one.",
    "Activo si el broker debe guardar el mensaje para quien se suscriba después, o si es uno guardado.",
  ),
  remainingLength: sentence(
    "§2.1.4",
    "How many octets of this packet follow, seven bits an octet, so that short packets spend one octet on it.",
    "Cuántos octetos quedan de este paquete, siete bits por octeto, para que en los cortos baste uno.",
  ),
  protocolName: sentence(
    "§3.1.2.1",
    "Always MQTT (MQIsdp in version 3.1), so that a stray connection is recognised at once.",
    "Siempre MQTT (MQIsdp en la versión 3.1), para reconocer enseguida una conexión equivocada.",
  ),
  protocolVersion: sentence(
    "§3.1.2.2",
    "The version that the client speaks from here on: 3, 4 (which is 3.1.1) or 5.",
    "La versión que el cliente habla a partir de aquí: 3, 4 (que es 3.1.1) o 5.",
  ),
  "flags.userName": sentence("§3.1.2.8", "Whether a user name follows.", "Si sigue un nombre de usuario."),
  "flags.password": sentence("§3.1.2.9", "Whether a password follows.", "Si sigue una contraseña."),
  "flags.willRetain": sentence(
    "§3.1.2.7",
    "Whether the will is to be kept for later subscribers.",
    "Si el testamento se guarda para suscriptores posteriores.",
  ),
  "flags.willQoS": sentence(
    "§3.1.2.6",
    "The quality of service at which the will is published.",
    "La calidad de servicio con que se publica el testamento.",
  ),
  "flags.will": sentence(
    "§3.1.2.5",
    "Whether the client leaves a will: a message for the broker to publish if the connection is lost.",
    "Si el cliente deja un testamento: un mensaje que el broker publica si se pierde la conexión.",
  ),
  "flags.cleanStart": sentence(
    "§3.1.2.4",
    "Set if the broker should forget whatever it kept of this client.",
    "Activo si el broker debe olvidar lo que guardaba de este cliente.",
  ),
  "flags.reserved": sentence("§3.1.2.3, §3.2.2.1", "Always 0.", "Siempre 0."),
  "flags.sessionPresent": sentence(
    "§3.2.2.1.1",
    "Set if the broker still has the client's session: its subscriptions and unfinished messages.",
    "Activo si el broker conserva la sesión del cliente: sus suscripciones y mensajes pendientes.",
  ),
  keepAlive: sentence(
    "§3.1.2.10",
    "The longest silence of the client, in seconds: after one and a half times that, the broker gives it up. 0: no limit.",
    "El silencio más largo del cliente, en segundos: pasada una vez y media, el broker lo da por perdido. 0: sin límite.",
  ),
  properties: sentence(
    "§2.2.2",
    "What MQTT 5 added: settings and information, each with an identifier, and the length of them all in front.",
    "Lo que añadió MQTT 5: ajustes e información, cada uno con su identificador, y delante la longitud de todos.",
  ),
  clientIdentifier: sentence(
    "§3.1.3.1",
    "The client's name with the broker; a second connection of that name takes the first one's place.",
    "El nombre del cliente ante el broker; una segunda conexión con ese nombre ocupa el lugar de la primera.",
  ),
  willProperties: sentence("§3.1.3.2", "Properties of the will.", "Propiedades del testamento."),
  willTopic: sentence("§3.1.3.3", "Where the will is published.", "Dónde se publica el testamento."),
  willPayload: sentence("§3.1.3.4", "What the will says.", "Qué dice el testamento."),
  userName: sentence(
    "§3.1.3.5",
    "Who the client says it is; without TLS everybody on the way can read it.",
    "Quién dice ser el cliente; sin TLS lo puede leer cualquiera en el camino.",
  ),
  password: sentence(
    "§3.1.3.6",
    "How the client proves it; without TLS everybody on the way can read it.",
    "Cómo lo demuestra el cliente; sin TLS la puede leer cualquiera en el camino.",
  ),
  reasonCode: sentence(
    "§2.4",
    "How it went: below 0x80 well, from there on not, and why.",
    "Cómo fue: por debajo de 0x80, bien; a partir de ahí, mal, y por qué.",
  ),
  "reasonCodes.*": sentence(
    "§3.9.3, §3.11.3",
    "How it went with one filter, in the order in which they were asked for: the QoS granted, or why not.",
    "Cómo fue con un filtro, en el orden en que se pidieron: la QoS concedida, o por qué no.",
  ),
  packetIdentifier: sentence(
    "§2.2.1",
    "A number that ties answers to what they answer, until the exchange is over.",
    "Un número que une cada respuesta con lo que responde, hasta que termina el intercambio.",
  ),
  topic: sentence(
    "§3.3.2.1, §4.7",
    "Under which name the message is published; levels are separated by slashes.",
    "Con qué nombre se publica el mensaje; los niveles se separan con barras.",
  ),
  payload: sentence(
    "§3.3.3",
    "The message itself: octets that mean something to the applications only.",
    "El mensaje en sí: octetos que solo significan algo para las aplicaciones.",
  ),
  "subscriptions.*.filter": sentence(
    "§3.8.3, §4.7.1",
    "Which topics are wanted: + stands for any one level, # for all that follow.",
    "Qué temas se quieren: + vale por un nivel cualquiera, # por todos los que sigan.",
  ),
  "subscriptions.*.options.reserved": sentence("§3.8.3.1", "Always 0.", "Siempre 0."),
  "subscriptions.*.options.retainHandling": sentence(
    "§3.8.3.1",
    "Whether messages that the broker has kept are sent now.",
    "Si los mensajes que el broker guardaba se envían ahora.",
  ),
  "subscriptions.*.options.retainAsPublished": sentence(
    "§3.8.3.1",
    "Whether messages keep the retain flag that they were published with.",
    "Si los mensajes conservan la marca retain con la que se publicaron.",
  ),
  "subscriptions.*.options.noLocal": sentence(
    "§3.8.3.1",
    "Whether the client does not want its own messages back.",
    "Si el cliente no quiere recibir sus propios mensajes.",
  ),
  "subscriptions.*.options.qos": sentence(
    "§3.8.3.1",
    "The highest quality of service at which the client wants these messages.",
    "La máxima calidad de servicio con la que el cliente quiere estos mensajes.",
  ),
  "filters.*": sentence(
    "§3.10.3",
    "A filter that is no longer wanted, exactly as it was subscribed to.",
    "Un filtro que ya no se quiere, tal como se pidió.",
  ),
  ...explainProperties,
};
