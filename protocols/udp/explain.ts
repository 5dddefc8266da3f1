// What the fields of a UDP header mean (RFC 768).
import type { Explanations } from "../packet/index.ts";

export const explain: Explanations = {
  sourcePort: {
    en: "The program that sent this, so that the answer finds it.",
    es: "El programa que lo envió, para que la respuesta lo encuentre.",
    reference: "RFC 768",
  },
  destinationPort: {
    en: "The service that this is for: 53 is DNS, 67 DHCP, 123 NTP.",
    es: "El servicio al que va: 53 es DNS, 67 DHCP, 123 NTP.",
    reference: "RFC 768",
  },
  length: {
    en: "These eight octets and the data together.",
    es: "Estos ocho octetos y los datos juntos.",
    reference: "RFC 768",
  },
  checksum: {
    en: "Shows whether ports, data or addresses were damaged on the way; 0 means that the sender left it out.",
    es: "Indica si puertos, datos o direcciones se dañaron por el camino; 0 significa que el emisor no la calculó.",
    reference: "RFC 768",
  },
};
