// What the fields of ICMP mean (RFC 792, RFC 4443, RFC 4861).
import type { Explanations } from "../packet/index.ts";

export const explain: Explanations = {
  body: {
    en: "What follows from the type: numbers that pair request and reply, or the packet that the message is about.",
    es: "Lo que corresponde al tipo: números que emparejan petición y respuesta, o el paquete del que trata el mensaje.",
    reference: "RFC 792, RFC 4443 §2.1",
  },
  "body.options": {
    en: "What neighbours tell of themselves: hardware addresses, prefixes, the longest packet of the link.",
    es: "Lo que los vecinos dicen de sí mismos: direcciones físicas, prefijos, el paquete más largo del enlace.",
    reference: "RFC 4861 §4.6",
  },
  type: {
    en: "What the message is: 8 asks for an echo, 0 gives it, 3 says that something could not be reached.",
    es: "Qué es el mensaje: 8 pide un eco, 0 lo devuelve, 3 dice que algo no se pudo alcanzar.",
    reference: "RFC 792",
  },
  code: {
    en: 'More exactly what: of "destination unreachable", 3 is a port where nobody listens.',
    es: "Más exactamente qué: en «destino inalcanzable», 3 es un puerto en el que nadie escucha.",
    reference: "RFC 792",
  },
  checksum: {
    en: "Shows whether the message was damaged on the way.",
    es: "Indica si el mensaje se dañó por el camino.",
    reference: "RFC 792",
  },
  "body.identifier": {
    en: "Ties replies to the program that asked.",
    es: "Asocia las respuestas con el programa que preguntó.",
    reference: "RFC 792",
  },
  "body.sequence": {
    en: "Counts the requests, so that each reply is matched with its own.",
    es: "Numera las peticiones, para casar cada respuesta con la suya.",
    reference: "RFC 792",
  },
  "body.data": {
    en: "Octets that the reply must bring back unchanged.",
    es: "Octetos que la respuesta debe devolver sin cambios.",
    reference: "RFC 792",
  },
  "body.datagram": {
    en: "The beginning of the packet that this message is about, so that its sender recognises it.",
    es: "El principio del paquete del que trata el mensaje, para que su emisor lo reconozca.",
    reference: "RFC 792; RFC 4443 §2.4",
  },
  "body.mtu": {
    en: "The longest packet that fits the link on which this one did not.",
    es: "El paquete más largo que cabe en el enlace en el que este no cupo.",
    reference: "RFC 1191 §4; RFC 4443 §3.2",
  },
  "body.gateway": {
    en: "The router that is nearer to that destination.",
    es: "El encaminador que está más cerca de ese destino.",
    reference: "RFC 792",
  },
  "body.target": {
    en: "The address whose link-layer address is asked for or told: what ARP is to IPv4.",
    es: "La dirección cuya dirección de enlace se pregunta o se comunica: lo que ARP es para IPv4.",
    reference: "RFC 4861 §4.3",
  },
  "body.flags.solicited": {
    en: "Set: this advertisement answers a question.",
    es: "A uno: este anuncio responde a una pregunta.",
    reference: "RFC 4861 §4.4",
  },
  "body.flags.override": {
    en: "Set: take this link-layer address in place of the one you know.",
    es: "A uno: usar esta dirección de enlace en lugar de la conocida.",
    reference: "RFC 4861 §4.4",
  },
  "body.routerLifetime": {
    en: "For how long the sender serves as default router; 0: not at all.",
    es: "Durante cuánto tiempo sirve como encaminador por defecto; 0: en absoluto.",
    reference: "RFC 4861 §4.2",
  },
};
