// What each field of an NTP message says, in a sentence.
import type { Explanations } from "../packet/index.ts";

/** By path in the tree. */
export const explain: Explanations = {
  operation: {
    en: "In control messages: question or answer, whether it failed, whether more follows, and what is asked.",
    es: "En los mensajes de control: pregunta o respuesta, si falló, si sigue más y qué se pide.",
    reference: "RFC 9327 §2",
  },
  flags: {
    en: "Leap indicator, version and mode in one octet.",
    es: "Indicador de salto, versión y modo en un octeto.",
    reference: "RFC 5905 §7.3",
  },
  authenticator: {
    en: "Shows that the message comes from one who has the key.",
    es: "Demuestra que el mensaje viene de quien tiene la clave.",
    reference: "RFC 5905 §7.3, RFC 8573",
  },
  extensions: {
    en: "Further fields of their own type and length, such as those of NTS.",
    es: "Más campos con tipo y longitud propios, como los de NTS.",
    reference: "RFC 7822 §3",
  },
  "flags.leap": {
    en: "Whether the last minute of this day has a second more or less; 3: the clock is not set.",
    es: "Si el último minuto del día tiene un segundo de más o de menos; 3: el reloj no está en hora.",
    reference: "RFC 5905 §7.3, figure 9",
  },
  "flags.version": {
    en: "The protocol's version: 4 today, and 3 has the same header.",
    es: "La versión del protocolo: hoy la 4; la 3 tiene la misma cabecera.",
    reference: "RFC 5905 §7.3",
  },
  "flags.mode": {
    en: "Who speaks: 3 a client that asks, 4 a server that answers, 5 a server that calls out to all.",
    es: "Quién habla: 3 un cliente que pregunta, 4 un servidor que responde, 5 un servidor que difunde a todos.",
    reference: "RFC 5905 §7.3, figure 10",
  },
  stratum: {
    en: "How far from a reference clock: 1 is set by one directly, each further server adds one, 16 is not set; 0 refuses.",
    es: "A qué distancia de un reloj de referencia: 1 lo tiene, cada servidor más suma uno, 16 no está en hora; 0 rechaza.",
    reference: "RFC 5905 §7.3, figure 11",
  },
  poll: {
    en: "How long the client waits between requests, as a power of two in seconds.",
    es: "Cuánto espera el cliente entre peticiones, como potencia de dos en segundos.",
    reference: "RFC 5905 §7.3",
  },
  precision: {
    en: "How finely the clock can be read, as a power of two in seconds: -20 is about a microsecond.",
    es: "Con qué finura se lee el reloj, como potencia de dos en segundos: -20 es cerca de un microsegundo.",
    reference: "RFC 5905 §7.3",
  },
  rootDelay: {
    en: "How long a message takes to the reference clock and back.",
    es: "Cuánto tarda un mensaje en ir al reloj de referencia y volver.",
    reference: "RFC 5905 §7.3",
  },
  rootDispersion: {
    en: "How far off the server's clock may be from the reference clock, not counting the way.",
    es: "Cuánto puede apartarse el reloj del servidor del de referencia, sin contar el camino.",
    reference: "RFC 5905 §7.3",
  },
  referenceId: {
    en: "What the server is set by: letters such as GPS at stratum 1, an address from 2 on; at 0 why it refuses.",
    es: "Con qué se pone en hora el servidor: letras como GPS en estrato 1, una dirección desde el 2; en el 0, por qué rechaza.",
    reference: "RFC 5905 §7.3, figures 12 and 13",
  },
  referenceTimestamp: {
    en: "When the server's clock was last set.",
    es: "Cuándo se puso en hora por última vez el reloj del servidor.",
    reference: "RFC 5905 §7.3",
  },
  originTimestamp: {
    en: "The request's transmit timestamp, returned (T1): only who saw the request can know it.",
    es: "La marca de transmisión de la petición, devuelta (T1): solo quien la vio puede saberla.",
    reference: "RFC 5905 §7.3, §8",
  },
  receiveTimestamp: {
    en: "When the request reached the server, by the server's clock (T2).",
    es: "Cuándo llegó la petición al servidor, según su reloj (T2).",
    reference: "RFC 5905 §7.3, §8",
  },
  transmitTimestamp: {
    en: "When this message was sent (T3 in a reply); in a request any number will do, and a random one gives nothing away.",
    es: "Cuándo se envió este mensaje (T3 en una respuesta); en una petición vale cualquier número, y uno al azar no revela nada.",
    reference: "RFC 5905 §7.3, §8",
  },
  "extensions.*.type": {
    en: "What the extension field is for; those of Network Time Security protect the message.",
    es: "Para qué sirve el campo de extensión; los de Network Time Security protegen el mensaje.",
    reference: "RFC 7822 §3, RFC 8915 §5.7",
  },
  "extensions.*.length": {
    en: "How many octets the extension field has, type and length included.",
    es: "Cuántos octetos tiene el campo de extensión, con tipo y longitud.",
    reference: "RFC 7822 §3",
  },
  "extensions.*.value": {
    en: "What the extension field says; zeros fill it up to a multiple of four octets.",
    es: "Lo que dice el campo de extensión; se rellena con ceros hasta un múltiplo de cuatro octetos.",
    reference: "RFC 7822 §3",
  },
  "authenticator.keyId": {
    en: "Which of the keys that both sides hold the digest was made with; 0 says that the peer's was wrong.",
    es: "Con cuál de las claves comunes se hizo el resumen; 0 dice que el del otro era incorrecto.",
    reference: "RFC 5905 §7.3",
  },
  "authenticator.digest": {
    en: "The message's digest with that key: who does not have the key can't make it.",
    es: "El resumen del mensaje con esa clave: quien no la tiene no puede hacerlo.",
    reference: "RFC 5905 §7.3, RFC 8573 §3",
  },
  "operation.response": {
    en: "0 in a request, 1 in the answer to it.",
    es: "0 en una petición, 1 en su respuesta.",
    reference: "RFC 9327 §2",
  },
  "operation.error": {
    en: "1: the request could not be served; the status says why.",
    es: "1: no se pudo atender la petición; el estado dice por qué.",
    reference: "RFC 9327 §2",
  },
  "operation.more": {
    en: "1: the answer goes on in another message.",
    es: "1: la respuesta continúa en otro mensaje.",
    reference: "RFC 9327 §2",
  },
  "operation.opcode": {
    en: "What is asked of the server: 2 reads its variables, as ntpq does.",
    es: "Qué se le pide al servidor: 2 lee sus variables, como hace ntpq.",
    reference: "RFC 9327 §2",
  },
  sequence: {
    en: "Ties an answer to its request.",
    es: "Relaciona una respuesta con su petición.",
    reference: "RFC 9327 §2",
  },
  status: {
    en: "How the system, or the association, is doing: leap indicator, what it is set by, and the last event; or the error.",
    es: "Cómo está el sistema, o la asociación: indicador de salto, con qué se pone en hora y el último suceso; o el error.",
    reference: "RFC 9327 §3",
  },
  associationId: {
    en: "Which of the server's own servers is meant; 0 is the system itself.",
    es: "De cuál de sus propios servidores se trata; 0 es el sistema mismo.",
    reference: "RFC 9327 §2",
  },
  offset: {
    en: "Where in the whole answer the data of this message belongs.",
    es: "En qué lugar de la respuesta completa van los datos de este mensaje.",
    reference: "RFC 9327 §2",
  },
  count: {
    en: "How many octets of data there are, without the zeros that fill them up.",
    es: "Cuántos octetos de datos hay, sin los ceros de relleno.",
    reference: "RFC 9327 §2",
  },
  data: {
    en: "Variables as text, name=value, with commas between them; what ntpd's private mode has here is no standard.",
    es: "Variables como texto, nombre=valor, separadas por comas; lo que pone aquí el modo privado de ntpd no está en ninguna norma.",
    reference: "RFC 9327 §4",
  },
  "flags.response": {
    en: "In ntpd's private mode: 0 asks, 1 answers.",
    es: "En el modo privado de ntpd: 0 pregunta, 1 responde.",
    reference: "RFC 5905 §7.3, figure 10",
  },
  "flags.more": {
    en: "In ntpd's private mode, 1: the answer goes on in another message.",
    es: "En el modo privado de ntpd, 1: la respuesta continúa en otro mensaje.",
    reference: "RFC 5905 §7.3, figure 10",
  },
};
