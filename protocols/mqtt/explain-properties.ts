// What each of the 27 properties of MQTT 5 says, in a sentence.
import type { Explanations } from "../packet/index.ts";
import { definitions, type PropertyName, WILL } from "./properties.ts";

type Sentence = Explanations[string];

const sentence = (reference: string, en: string, es: string): Sentence => ({
  en,
  es,
  reference: `MQTT 5 ${reference}`,
});

const sentences: Readonly<Record<PropertyName, Sentence>> = {
  payloadFormatIndicator: sentence(
    "§3.3.2.3.2",
    "Whether the message is UTF-8 text (1) or octets of any kind (0).",
    "Si el mensaje es texto UTF-8 (1) u octetos cualesquiera (0).",
  ),
  messageExpiryInterval: sentence(
    "§3.3.2.3.3",
    "For how many seconds the message is worth delivering; after that the broker throws it away.",
    "Durante cuántos segundos vale la pena entregar el mensaje; después el broker lo descarta.",
  ),
  contentType: sentence(
    "§3.3.2.3.9",
    "What the message contains, in words that publisher and subscriber agreed on, such as a MIME type.",
    "Qué contiene el mensaje, en palabras acordadas entre quien publica y quien recibe, como un tipo MIME.",
  ),
  responseTopic: sentence(
    "§3.3.2.3.5",
    "The topic to which an answer to this message should be published.",
    "El tema en el que se debe publicar la respuesta a este mensaje.",
  ),
  correlationData: sentence(
    "§3.3.2.3.6",
    "Octets that the answer repeats, so that who asked knows which question it belongs to.",
    "Octetos que la respuesta repite, para que quien preguntó sepa a qué pregunta corresponde.",
  ),
  subscriptionIdentifier: sentence(
    "§3.8.2.1.2",
    "A number of the client's own for a subscription; messages that it brings carry the number.",
    "Un número que el cliente da a su suscripción; los mensajes que llegan por ella lo llevan.",
  ),
  sessionExpiryInterval: sentence(
    "§3.1.2.11.2",
    "For how many seconds the session outlives its connection: 0 means that it ends with it.",
    "Cuántos segundos sobrevive la sesión a su conexión: 0 significa que termina con ella.",
  ),
  assignedClientIdentifier: sentence(
    "§3.2.2.3.7",
    "The name that the broker gave to a client that came without one.",
    "El nombre que el broker ha dado a un cliente que vino sin él.",
  ),
  serverKeepAlive: sentence(
    "§3.2.2.3.14",
    "The keep alive that the broker wants, in seconds; it replaces the one that the client asked for.",
    "El keep alive que quiere el broker, en segundos; sustituye al que pidió el cliente.",
  ),
  authenticationMethod: sentence(
    "§3.1.2.11.9",
    "The name of the procedure by which client and broker prove who they are.",
    "El nombre del procedimiento con el que cliente y broker demuestran quiénes son.",
  ),
  authenticationData: sentence(
    "§3.1.2.11.10",
    "What the authentication method has to say at this step.",
    "Lo que el método de autenticación tiene que decir en este paso.",
  ),
  requestProblemInformation: sentence(
    "§3.1.2.11.7",
    "Whether the client wants reasons in words, and user properties, when something fails.",
    "Si el cliente quiere motivos en palabras y propiedades de usuario cuando algo falla.",
  ),
  willDelayInterval: sentence(
    "§3.1.3.2.2",
    "How many seconds the broker waits before it publishes the will, in case the client comes back.",
    "Cuántos segundos espera el broker antes de publicar el testamento, por si el cliente vuelve.",
  ),
  requestResponseInformation: sentence(
    "§3.1.2.11.6",
    "Whether the client would like to be told where answers to it should be published.",
    "Si el cliente quiere saber dónde se deben publicar las respuestas dirigidas a él.",
  ),
  responseInformation: sentence(
    "§3.2.2.3.15",
    "The beginning of the topics that the client may use for answers.",
    "El comienzo de los temas que el cliente puede usar para las respuestas.",
  ),
  serverReference: sentence(
    "§3.2.2.3.16",
    "Another broker that the client should use instead.",
    "Otro broker que el cliente debe usar en lugar de este.",
  ),
  reasonString: sentence(
    "§3.2.2.3.9",
    "The reason in words, for people; programs go by the reason code.",
    "El motivo en palabras, para las personas; los programas miran el código.",
  ),
  receiveMaximum: sentence(
    "§3.1.2.11.3",
    "How many messages of QoS 1 and 2 the sender of this takes before it has acknowledged the first.",
    "Cuántos mensajes de QoS 1 y 2 acepta quien lo envía antes de haber confirmado el primero.",
  ),
  topicAliasMaximum: sentence(
    "§3.1.2.11.5",
    "How many topics the other side may replace by a number; 0 or none: no aliases.",
    "Cuántos temas puede sustituir el otro lado por un número; 0 o ausente: sin alias.",
  ),
  topicAlias: sentence(
    "§3.3.2.3.4",
    "A number that stands for the topic in later messages, so that it need not be sent again.",
    "Un número que representa al tema en mensajes posteriores, para no enviarlo de nuevo.",
  ),
  maximumQoS: sentence(
    "§3.2.2.3.4",
    "The highest quality of service at which the broker takes messages; without it, 2.",
    "La máxima calidad de servicio con la que el broker acepta mensajes; si falta, 2.",
  ),
  retainAvailable: sentence(
    "§3.2.2.3.5",
    "Whether the broker keeps retained messages.",
    "Si el broker conserva mensajes retenidos.",
  ),
  userProperty: sentence(
    "§3.1.2.11.8",
    "A name and a value that mean something to the applications; the only property that may come often.",
    "Un nombre y un valor con significado para las aplicaciones; la única propiedad que puede repetirse.",
  ),
  maximumPacketSize: sentence(
    "§3.1.2.11.4",
    "The largest packet that the sender of this takes, in octets.",
    "El mayor paquete que acepta quien lo envía, en octetos.",
  ),
  wildcardSubscriptionAvailable: sentence(
    "§3.2.2.3.11",
    "Whether filters may contain the wildcards + and #.",
    "Si los filtros pueden contener los comodines + y #.",
  ),
  subscriptionIdentifierAvailable: sentence(
    "§3.2.2.3.12",
    "Whether subscriptions may have identifiers.",
    "Si las suscripciones pueden tener identificador.",
  ),
  sharedSubscriptionAvailable: sentence(
    "§3.2.2.3.13",
    "Whether several clients may share a subscription, each message going to one of them.",
    "Si varios clientes pueden compartir una suscripción, de modo que cada mensaje llega a uno de ellos.",
  ),
};

/** By path: in a packet, in a will, or in both, as table 2-4 has it. */
export const explainProperties: Explanations = Object.fromEntries(
  Object.entries(definitions).flatMap(([name, { within }]) => {
    const places: readonly number[] = within;
    const lists = [
      ...(places.some(place => place !== WILL) ? ["properties"] : []),
      ...(places.includes(WILL) ? ["willProperties"] : []),
    ];
    return lists.map(list => [`${list}.${name}`, sentences[name as PropertyName]]);
  }),
);
