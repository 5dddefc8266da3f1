// What DNS demands of those who speak it, and what is worth knowing. The client objects by these rules live, the analyzer afterwards.
import type { Rule } from "../packet/index.ts";

export const rules = {
  unanswered: {
    id: "dns.unanswered",
    severity: "warning",
    reference: "RFC 1035 §4.2.1",
    says: {
      en: "A question got no answer: the server is down, out of reach, or the datagram was lost.",
      es: "Una pregunta quedó sin respuesta: el servidor no funciona, no es alcanzable o se perdió el datagrama.",
    },
  },
  noSuchName: {
    id: "dns.no-such-name",
    severity: "note",
    reference: "RFC 2308 §2.1",
    says: {
      en: "The name does not exist, says its zone.",
      es: "El nombre no existe, según su zona.",
    },
  },
  serverFailure: {
    id: "dns.server-failure",
    severity: "warning",
    reference: "RFC 1035 §4.1.1",
    says: {
      en: "The server could not find out: it, or a server that it asked, has a problem.",
      es: "El servidor no pudo averiguarlo: él, u otro al que preguntó, tiene un problema.",
    },
  },
  unsolicited: {
    id: "dns.unsolicited",
    severity: "warning",
    reference: "RFC 5452 §9.1",
    says: {
      en: "An answer that nobody asked for, by its addresses, ports, identifier and question: late, doubled or forged.",
      es: "Una respuesta que nadie pidió, según direcciones, puertos, identificador y pregunta: tardía, repetida o falsificada.",
    },
  },
  aliasLoop: {
    id: "dns.alias-loop",
    severity: "error",
    reference: "RFC 1034 §3.6.2",
    says: {
      en: "Aliases lead in a circle, so that the name stands for nothing.",
      es: "Los alias forman un círculo, de modo que el nombre no representa nada.",
    },
  },
  malformed: {
    id: "dns.malformed",
    severity: "error",
    reference: "RFC 1035 §4.1",
    says: {
      en: "The octets are no message, or a part of it breaks off or contradicts itself.",
      es: "Los octetos no son un mensaje, o una parte se interrumpe o se contradice.",
    },
  },
} as const satisfies Record<string, Rule>;
