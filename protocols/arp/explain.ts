// What the fields of ARP mean (RFC 826).
import type { Explanations } from "../packet/index.ts";

export const explain: Explanations = {
  hardwareLength: {
    en: "How many octets a hardware address takes: 6 on Ethernet.",
    es: "Cuántos octetos ocupa una dirección física: 6 en Ethernet.",
    reference: "RFC 826",
  },
  protocolLength: {
    en: "How many octets a protocol address takes: 4 for IPv4.",
    es: "Cuántos octetos ocupa una dirección de protocolo: 4 en IPv4.",
    reference: "RFC 826",
  },
  hardwareType: {
    en: "The kind of network: 1 is Ethernet.",
    es: "El tipo de red: 1 es Ethernet.",
    reference: "RFC 826",
  },
  protocolType: {
    en: "The protocol whose address is asked for: 0x0800 is IPv4.",
    es: "El protocolo cuya dirección se pregunta: 0x0800 es IPv4.",
    reference: "RFC 826",
  },
  operation: {
    en: "1 asks who has an address, 2 answers.",
    es: "1 pregunta quién tiene una dirección, 2 responde.",
    reference: "RFC 826",
  },
  senderHardware: {
    en: "The MAC address of the sender; everyone who hears it may remember it.",
    es: "La dirección MAC del emisor; quien la oiga puede recordarla.",
    reference: "RFC 826",
  },
  senderProtocol: {
    en: "The IP address of the sender; 0.0.0.0 while it still checks that nobody else has its address.",
    es: "La dirección IP del emisor; 0.0.0.0 mientras comprueba que nadie más tiene su dirección.",
    reference: "RFC 5227 §1.1",
  },
  targetHardware: {
    en: "The MAC address that is asked for: zeros in a question, since nobody knows it yet.",
    es: "La dirección MAC que se pregunta: ceros en la pregunta, porque aún no se conoce.",
    reference: "RFC 826",
  },
  targetProtocol: {
    en: "The IP address whose owner shall answer.",
    es: "La dirección IP cuyo dueño debe responder.",
    reference: "RFC 826",
  },
};
