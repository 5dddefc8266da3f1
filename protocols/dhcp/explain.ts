// What each field of the message is for, in one plain sentence. The options stand in explain-options.ts.
import type { Explanations } from "../packet/index.ts";
import { optionExplanations } from "./explain-options.ts";

const reference = "RFC 2131 §2, table 1";

export const explain: Explanations = {
  flags: {
    en: "One bit is used: that the answer shall come by broadcast.",
    es: "Se usa un bit: que la respuesta llegue por difusión.",
    reference: "RFC 2131 §2, figure 2",
  },
  op: {
    en: "Whether a client asks (1) or a server answers (2).",
    es: "Si pregunta un cliente (1) o responde un servidor (2).",
    reference,
  },
  htype: {
    en: "The kind of network card that the client's hardware address belongs to; 1 is Ethernet.",
    es: "El tipo de tarjeta de red al que pertenece la dirección física del cliente; 1 es Ethernet.",
    reference,
  },
  hlen: {
    en: "How many octets the hardware address has: 6 for a MAC address.",
    es: "Cuántos octetos tiene la dirección física: 6 en una dirección MAC.",
    reference,
  },
  hops: {
    en: "How many relay agents have passed the message on; clients send 0.",
    es: "Cuántos agentes relé han reenviado el mensaje; los clientes envían 0.",
    reference,
  },
  xid: {
    en: "A random number chosen by the client, by which it knows the answers that are meant for it.",
    es: "Un número al azar que elige el cliente para reconocer las respuestas que le corresponden.",
    reference,
  },
  secs: {
    en: "For how long the client has been trying to get an address.",
    es: "Cuánto tiempo lleva el cliente intentando obtener una dirección.",
    reference,
  },
  "flags.broadcast": {
    en: "The client asks for answers to everyone, because it can't receive to an address that it does not have yet.",
    es: "El cliente pide respuestas a todos, porque aún no puede recibir en una dirección que no tiene.",
    reference: "RFC 2131 §4.1",
  },
  "flags.reserved": {
    en: "Bits without a use, always 0.",
    es: "Bits sin uso, siempre 0.",
    reference: "RFC 2131 §2, figure 2",
  },
  ciaddr: {
    en: "The address that the client already has and can answer at; 0.0.0.0 while it has none.",
    es: "La dirección que el cliente ya tiene y en la que responde; 0.0.0.0 mientras no tenga ninguna.",
    reference,
  },
  yiaddr: {
    en: "'Your' address: the one that the server offers or gives to the client.",
    es: "«Tu» dirección: la que el servidor ofrece o da al cliente.",
    reference,
  },
  siaddr: {
    en: "The server from which the client is to load its system, if it starts over the network.",
    es: "El servidor del que el cliente carga su sistema, si arranca por la red.",
    reference,
  },
  giaddr: {
    en: "The relay agent that passed the message on; the answer goes to it, and its network decides the address.",
    es: "El agente relé que reenvió el mensaje; la respuesta va a él, y su red decide la dirección.",
    reference,
  },
  chaddr: {
    en: "The client's hardware (MAC) address: while it has no other, this is who it is.",
    es: "La dirección física (MAC) del cliente: mientras no tenga otra, es quien es.",
    reference,
  },
  "chaddr.padding": {
    en: "The room is 16 octets whatever the card's address needs; the rest stays 0.",
    es: "El espacio es de 16 octetos sea cual sea la dirección; el resto queda a 0.",
    reference,
  },
  sname: {
    en: "The server's name, hardly ever used; with option 52 the room holds more options.",
    es: "El nombre del servidor, casi nunca usado; con la opción 52 el espacio contiene más opciones.",
    reference,
  },
  file: {
    en: "The file that the client is to start from; with option 52 the room holds more options.",
    es: "El fichero con el que arranca el cliente; con la opción 52 el espacio contiene más opciones.",
    reference,
  },
  cookie: {
    en: "Four fixed octets, 99.130.83.99, that say: what follows are options.",
    es: "Cuatro octetos fijos, 99.130.83.99, que dicen: lo que sigue son opciones.",
    reference: "RFC 2131 §3",
  },
  options: {
    en: "What the message really says: a code, a length and a value for each thing.",
    es: "Lo que de verdad dice el mensaje: un código, una longitud y un valor para cada cosa.",
    reference: "RFC 2132 §2",
  },
  "options.end": {
    en: "Nothing more follows; what is left is padding.",
    es: "No sigue nada más; lo que queda es relleno.",
    reference: "RFC 2132 §3.2",
  },
  "options.padding": {
    en: "Zeros that only make the message long enough for old BOOTP relays.",
    es: "Ceros que solo dan al mensaje la longitud que esperan los relés BOOTP antiguos.",
    reference: "RFC 2132 §3.1",
  },
  vendor: {
    en: "BOOTP, the protocol before DHCP, has a room here whose meaning each vendor chose.",
    es: "BOOTP, el protocolo anterior a DHCP, tiene aquí un espacio con el significado que eligió cada fabricante.",
    reference: "RFC 951 §3",
  },
  ...optionExplanations,
};
