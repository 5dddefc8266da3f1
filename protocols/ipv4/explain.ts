// What the fields of an IPv4 header mean (RFC 791).
import type { Explanations } from "../packet/index.ts";

export const explain: Explanations = {
  start: {
    en: "The version and the length of this header, four bits each.",
    es: "La versión y la longitud de esta cabecera, cuatro bits cada una.",
    reference: "RFC 791 §3.1",
  },
  service: {
    en: "How the packet is to be treated, and whether a router on the way was congested.",
    es: "Cómo debe tratarse el paquete y si un encaminador del camino estaba congestionado.",
    reference: "RFC 2474 §3, RFC 3168 §5",
  },
  fragment: {
    en: "Whether the packet may be cut, whether it was, and where this piece belongs.",
    es: "Si el paquete puede cortarse, si se cortó y dónde va este trozo.",
    reference: "RFC 791 §3.1",
  },
  "fragment.reserved": {
    en: "Always 0.",
    es: "Siempre 0.",
    reference: "RFC 791 §3.1",
  },
  "start.version": {
    en: "Version 4 of the Internet Protocol.",
    es: "Versión 4 del Protocolo de Internet.",
    reference: "RFC 791 §3.1",
  },
  "start.headerLength": {
    en: "How long this header is, in words of four octets: 5 unless there are options.",
    es: "Longitud de esta cabecera en palabras de cuatro octetos: 5 si no hay opciones.",
    reference: "RFC 791 §3.1",
  },
  "service.dscp": {
    en: "How routers shall treat the packet against others: 0 is the usual way.",
    es: "Cómo deben tratar el paquete los encaminadores frente a otros: 0 es lo habitual.",
    reference: "RFC 2474 §3",
  },
  "service.ecn": {
    en: "Routers that are about to be congested set this to 3 instead of dropping the packet.",
    es: "Los encaminadores a punto de congestionarse ponen aquí un 3 en vez de descartar el paquete.",
    reference: "RFC 3168 §5",
  },
  totalLength: {
    en: "Header and payload together; what follows in the frame is padding.",
    es: "Cabecera y datos juntos; lo que sigue en la trama es relleno.",
    reference: "RFC 791 §3.1",
  },
  identification: {
    en: "All fragments of one packet carry the same number.",
    es: "Todos los fragmentos de un paquete llevan el mismo número.",
    reference: "RFC 791 §3.1; RFC 6864",
  },
  "fragment.dontFragment": {
    en: "Set: a router for whose link the packet is too long drops it and says so.",
    es: "A uno: si el paquete no cabe en el enlace, el encaminador lo descarta y lo avisa.",
    reference: "RFC 791 §3.1",
  },
  "fragment.moreFragments": {
    en: "Set: this is a fragment, and others follow it.",
    es: "A uno: esto es un fragmento, y le siguen otros.",
    reference: "RFC 791 §3.1",
  },
  "fragment.offset": {
    en: "Where this fragment belongs in the whole payload, in units of eight octets.",
    es: "Lugar de este fragmento dentro de los datos completos, en unidades de ocho octetos.",
    reference: "RFC 791 §3.1",
  },
  timeToLive: {
    en: "Each router takes one off; at zero the packet is dropped, so that none circles for ever.",
    es: "Cada encaminador resta uno; en cero el paquete se descarta, para que ninguno dé vueltas sin fin.",
    reference: "RFC 791 §3.1",
  },
  protocol: {
    en: "What the packet carries: 1 ICMP, 6 TCP, 17 UDP.",
    es: "Lo que transporta el paquete: 1 ICMP, 6 TCP, 17 UDP.",
    reference: "RFC 791 §3.1",
  },
  checksum: {
    en: "Shows whether this header was damaged on the way; every router works it out anew.",
    es: "Indica si esta cabecera se dañó por el camino; cada encaminador la recalcula.",
    reference: "RFC 791 §3.1; RFC 1071",
  },
  source: {
    en: "The address of the sender; 0.0.0.0 while it has none yet.",
    es: "La dirección del emisor; 0.0.0.0 mientras aún no tiene ninguna.",
    reference: "RFC 791 §3.1",
  },
  destination: {
    en: "The address of the receiver; 255.255.255.255 is every host of this link.",
    es: "La dirección del receptor; 255.255.255.255 son todos los equipos de este enlace.",
    reference: "RFC 791 §3.1; RFC 919 §7",
  },
  options: {
    en: "Rarely used extras, such as the route that the packet shall take.",
    es: "Extras poco usados, como la ruta que debe seguir el paquete.",
    reference: "RFC 791 §3.1",
  },
};
