// What the fields of Teredo mean (RFC 4380).
import type { Explanations } from "../packet/index.ts";

export const explain: Explanations = {
  authentication: {
    en: "Lets a client know that an answer belongs to its own question.",
    es: "Permite al cliente saber que una respuesta corresponde a su propia pregunta.",
    reference: "RFC 4380 §5.1.1",
  },
  "authentication.indicator": {
    en: "1 in two octets: this is an authentication header, no IPv6 packet yet.",
    es: "Un 1 en dos octetos: esto es una cabecera de autenticación, aún no un paquete IPv6.",
    reference: "RFC 4380 §5.1.1",
  },
  "authentication.clientIdLength": {
    en: "How many octets the client's identifier takes; 0 where there is none.",
    es: "Cuántos octetos ocupa el identificador del cliente; 0 si no lo hay.",
    reference: "RFC 4380 §5.1.1",
  },
  "authentication.valueLength": {
    en: "How many octets the authentication value takes; 0 where client and server share no secret.",
    es: "Cuántos octetos ocupa el valor de autenticación; 0 si cliente y servidor no comparten un secreto.",
    reference: "RFC 4380 §5.1.1",
  },
  "authentication.clientId": {
    en: "By it the server knows which secret it shares with this client.",
    es: "Con él sabe el servidor qué secreto comparte con este cliente.",
    reference: "RFC 4380 §5.1.1, §5.2.2",
  },
  "authentication.value": {
    en: "A keyed hash of the packet: only who knows the shared secret can make it.",
    es: "Un resumen del paquete con clave: solo puede calcularlo quien conoce el secreto compartido.",
    reference: "RFC 4380 §5.1.1, §5.2.2",
  },
  "authentication.nonce": {
    en: "A random number that the answer repeats, so that nobody who did not see the question can forge one.",
    es: "Un número aleatorio que la respuesta repite, para que no pueda falsificarla quien no vio la pregunta.",
    reference: "RFC 4380 §5.1.1",
  },
  "authentication.confirmation": {
    en: "Other than 0: the client shall get a new key.",
    es: "Distinto de 0: el cliente debe obtener una clave nueva.",
    reference: "RFC 4380 §5.1.1",
  },
  origin: {
    en: "Tells the client behind which address and port of its NAT it appears, or whence a packet came.",
    es: "Dice al cliente con qué dirección y puerto de su NAT aparece, o de dónde vino un paquete.",
    reference: "RFC 4380 §5.1.1",
  },
  "origin.indicator": {
    en: "0 in two octets: this is an origin indication, no IPv6 packet yet.",
    es: "Un 0 en dos octetos: esto es una indicación de origen, aún no un paquete IPv6.",
    reference: "RFC 4380 §5.1.1",
  },
  "origin.port": {
    en: "The UDP port; sent with every bit inverted, for some NATs change what looks like one of theirs.",
    es: "El puerto UDP; se envía con todos los bits invertidos, pues algunos NAT cambian lo que parece suyo.",
    reference: "RFC 4380 §5.1.1",
  },
  "origin.address": {
    en: "The IPv4 address, sent inverted too.",
    es: "La dirección IPv4, también enviada invertida.",
    reference: "RFC 4380 §5.1.1",
  },
};
