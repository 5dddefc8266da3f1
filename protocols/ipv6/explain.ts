// What the fields of an IPv6 header mean (RFC 8200).
import type { Explanations } from "../packet/index.ts";

export const explain: Explanations = {
  start: {
    en: "Version, traffic class and flow label in four octets.",
    es: "Versión, clase de tráfico y etiqueta de flujo en cuatro octetos.",
    reference: "RFC 8200 §3",
  },
  extensions: {
    en: "Headers between this one and what the packet carries; most packets have none.",
    es: "Cabeceras entre esta y lo que lleva el paquete; la mayoría de los paquetes no tiene ninguna.",
    reference: "RFC 8200 §4",
  },
  "start.version": {
    en: "Version 6 of the Internet Protocol.",
    es: "Versión 6 del Protocolo de Internet.",
    reference: "RFC 8200 §3",
  },
  "start.dscp": {
    en: "How routers shall treat the packet against others: 0 is the usual way.",
    es: "Cómo deben tratar el paquete los encaminadores frente a otros: 0 es lo habitual.",
    reference: "RFC 2474 §3",
  },
  "start.ecn": {
    en: "Routers that are about to be congested set this to 3 instead of dropping the packet.",
    es: "Los encaminadores a punto de congestionarse ponen aquí un 3 en vez de descartar el paquete.",
    reference: "RFC 3168 §5",
  },
  "start.flowLabel": {
    en: "The same number on all packets of one flow, so that routers keep them on one way.",
    es: "El mismo número en todos los paquetes de un flujo, para que sigan el mismo camino.",
    reference: "RFC 6437 §2",
  },
  payloadLength: {
    en: "How many octets follow these forty, extension headers included.",
    es: "Cuántos octetos siguen a estos cuarenta, cabeceras de extensión incluidas.",
    reference: "RFC 8200 §3",
  },
  nextHeader: {
    en: "What follows: an extension header, or what the packet carries (6 TCP, 17 UDP, 58 ICMPv6).",
    es: "Lo que sigue: una cabecera de extensión o lo que transporta el paquete (6 TCP, 17 UDP, 58 ICMPv6).",
    reference: "RFC 8200 §3",
  },
  hopLimit: {
    en: "Each router takes one off; at zero the packet is dropped. Neighbour discovery demands 255.",
    es: "Cada encaminador resta uno; en cero se descarta. El descubrimiento de vecinos exige 255.",
    reference: "RFC 8200 §3; RFC 4861 §6.1",
  },
  source: {
    en: "The address of the sender; :: while it has none yet.",
    es: "La dirección del emisor; :: mientras aún no tiene ninguna.",
    reference: "RFC 8200 §3; RFC 4291 §2.5.2",
  },
  destination: {
    en: "The address of the receiver; ff02::1 is every node of this link.",
    es: "La dirección del receptor; ff02::1 son todos los nodos de este enlace.",
    reference: "RFC 8200 §3; RFC 4291 §2.7.1",
  },
  "extensions.*.next": {
    en: "What follows this extension header.",
    es: "Lo que sigue a esta cabecera de extensión.",
    reference: "RFC 8200 §4",
  },
  "extensions.*.fragment.offset": {
    en: "Where this fragment belongs in the whole, in units of eight octets; only senders fragment in IPv6.",
    es: "Lugar de este fragmento en el conjunto, en unidades de ocho octetos; en IPv6 solo fragmenta el emisor.",
    reference: "RFC 8200 §4.5",
  },
  "extensions.*.fragment.moreFragments": {
    en: "Set: other fragments follow this one.",
    es: "A uno: a este fragmento le siguen otros.",
    reference: "RFC 8200 §4.5",
  },
  "extensions.*.identification": {
    en: "All fragments of one packet carry the same number.",
    es: "Todos los fragmentos de un paquete llevan el mismo número.",
    reference: "RFC 8200 §4.5",
  },
  "extensions.*.segmentsLeft": {
    en: "How many of the listed nodes the packet has still to visit.",
    es: "Cuántos de los nodos indicados le quedan por visitar al paquete.",
    reference: "RFC 8200 §4.4",
  },
};
