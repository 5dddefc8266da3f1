// What the fields of a TCP header mean (RFC 9293).
import type { Explanations } from "../packet/index.ts";

export const explain: Explanations = {
  control: {
    en: "How long the header is, and the flags that open, close and steer the connection.",
    es: "Longitud de la cabecera y los indicadores que abren, cierran y dirigen la conexión.",
    reference: "RFC 9293 §3.1",
  },
  "control.reserved": {
    en: "Always 0, kept for later use.",
    es: "Siempre 0, reservado para el futuro.",
    reference: "RFC 9293 §3.1",
  },
  options: {
    en: "What the two ends agree on at the start, and what some segments add: sizes, scales, times, acknowledgments.",
    es: "Lo que ambos extremos acuerdan al principio y lo que añaden algunos segmentos: tamaños, escalas, tiempos, confirmaciones.",
    reference: "RFC 9293 §3.2",
  },
  sourcePort: {
    en: "The program that sent this; clients take a free port, and keep it for the whole connection.",
    es: "El programa que lo envió; los clientes toman un puerto libre y lo conservan toda la conexión.",
    reference: "RFC 9293 §3.1",
  },
  destinationPort: {
    en: "The service that this is for: 1883 is MQTT, 8883 MQTT over TLS.",
    es: "El servicio al que va: 1883 es MQTT, 8883 MQTT sobre TLS.",
    reference: "RFC 9293 §3.1",
  },
  sequence: {
    en: "The number of the first octet of data in this segment; it begins at a random one.",
    es: "El número del primer octeto de datos de este segmento; empieza en uno aleatorio.",
    reference: "RFC 9293 §3.4",
  },
  acknowledgment: {
    en: "The number of the next octet that the sender expects: all before it have arrived.",
    es: "El número del siguiente octeto que se espera: todos los anteriores han llegado.",
    reference: "RFC 9293 §3.4",
  },
  "control.dataOffset": {
    en: "How long this header is, in words of four octets: 5 unless there are options.",
    es: "Longitud de esta cabecera en palabras de cuatro octetos: 5 si no hay opciones.",
    reference: "RFC 9293 §3.1",
  },
  "control.ae": {
    en: "Counts congestion marks more exactly, where both ends know how.",
    es: "Cuenta con más exactitud los avisos de congestión, si ambos extremos saben hacerlo.",
    reference: "RFC 9768",
  },
  "control.cwr": {
    en: "The sender has slowed down because of congestion.",
    es: "El emisor ha reducido su ritmo por congestión.",
    reference: "RFC 3168 §6.1",
  },
  "control.ece": {
    en: "The receiver saw that a router marked congestion; in a SYN: it can tell of it.",
    es: "El receptor vio que un encaminador marcó congestión; en un SYN: sabe avisar de ella.",
    reference: "RFC 3168 §6.1",
  },
  "control.urg": {
    en: "The urgent pointer counts; hardly anything uses it.",
    es: "Vale el puntero de urgencia; casi nadie lo usa.",
    reference: "RFC 9293 §3.8.5",
  },
  "control.ack": {
    en: "The acknowledgment number counts: set on every segment but the first.",
    es: "Vale el número de acuse: a uno en todos los segmentos salvo el primero.",
    reference: "RFC 9293 §3.1",
  },
  "control.psh": {
    en: "Hand the data to the program at once: the sender has no more for now.",
    es: "Entregar los datos al programa ya: el emisor no tiene más por ahora.",
    reference: "RFC 9293 §3.9.1",
  },
  "control.rst": {
    en: "The connection ends at once: nobody listens there, or something went wrong.",
    es: "La conexión termina de inmediato: nadie escucha ahí, o algo fue mal.",
    reference: "RFC 9293 §3.5.2",
  },
  "control.syn": {
    en: "Opens a connection: tells the first sequence number.",
    es: "Abre una conexión: comunica el primer número de secuencia.",
    reference: "RFC 9293 §3.5",
  },
  "control.fin": {
    en: "The sender has no more data; the other direction may go on.",
    es: "El emisor no tiene más datos; el otro sentido puede continuar.",
    reference: "RFC 9293 §3.6",
  },
  window: {
    en: "How many octets the sender has room for beyond those acknowledged, times the window scale.",
    es: "Cuántos octetos más puede recibir quien envía esto, multiplicado por la escala de ventana.",
    reference: "RFC 9293 §3.8.6; RFC 7323 §2",
  },
  checksum: {
    en: "Shows whether header, data or addresses were damaged on the way.",
    es: "Indica si cabecera, datos o direcciones se dañaron por el camino.",
    reference: "RFC 9293 §3.1",
  },
  urgent: {
    en: "Where urgent data end, if URG is set.",
    es: "Dónde acaban los datos urgentes, si URG está a uno.",
    reference: "RFC 9293 §3.8.5",
  },
  "options.2": {
    en: "The most data that its sender takes in one segment: 1460 octets on Ethernet.",
    es: "El máximo de datos que acepta en un segmento: 1460 octetos en Ethernet.",
    reference: "RFC 9293 §3.7.1",
  },
  "options.3": {
    en: "By how many bits its sender's windows are to be shifted to the left.",
    es: "Cuántos bits hay que desplazar a la izquierda sus ventanas.",
    reference: "RFC 7323 §2",
  },
  "options.4": {
    en: "Its sender understands selective acknowledgments.",
    es: "Quien lo envía entiende los acuses selectivos.",
    reference: "RFC 2018 §2",
  },
  "options.5": {
    en: "Ranges that arrived beyond a gap, so that only what is missing is sent again.",
    es: "Tramos que llegaron tras un hueco, para que solo se reenvíe lo que falta.",
    reference: "RFC 2018 §3",
  },
  "options.8": {
    en: "The sender's clock and the last one it saw of the other side: both measure the round trip with it.",
    es: "El reloj del emisor y el último que vio del otro: con ello ambos miden el tiempo de ida y vuelta.",
    reference: "RFC 7323 §3",
  },
};
