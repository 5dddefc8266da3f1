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
  retried: {
    id: "dns.retried",
    severity: "note",
    reference: "RFC 1035 §4.2.1",
    says: {
      en: "A question had to be asked again before an answer came: a datagram was lost, or the server is slow.",
      es: "Hubo que repetir una pregunta antes de recibir respuesta: se perdió un datagrama o el servidor es lento.",
    },
  },
  truncated: {
    id: "dns.truncated",
    severity: "note",
    reference: "RFC 7766 §5",
    says: {
      en: "An answer did not fit into its datagram; the client is to ask again by TCP.",
      es: "Una respuesta no cabía en su datagrama; el cliente debe preguntar de nuevo por TCP.",
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
  refused: {
    id: "dns.refused",
    severity: "warning",
    reference: "RFC 1035 §4.1.1",
    says: {
      en: "The server does not want to answer: the name is none of its own, or the client may not ask.",
      es: "El servidor no quiere responder: el nombre no es suyo o el cliente no puede preguntar.",
    },
  },
  mismatched: {
    id: "dns.mismatched",
    severity: "warning",
    reference: "RFC 5452 §9.1",
    says: {
      en: "An answer reached a waiting question with another identifier or about something else: a forger who guesses looks like that.",
      es: "A una pregunta pendiente llegó una respuesta con otro identificador o sobre otra cosa: así se ve un falsificador que adivina.",
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
  contradicted: {
    id: "dns.contradicted",
    severity: "warning",
    reference: "RFC 5452 §4.6",
    says: {
      en: "One question got two answers that say different things: one of them is forged, or the server changed its mind; the client believes the first.",
      es: "Una pregunta recibió dos respuestas que dicen cosas distintas: una de ellas es falsa, o el servidor cambió de parecer; el cliente cree la primera.",
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
  transfer: {
    id: "dns.transfer",
    severity: "error",
    reference: "RFC 5936 §2.2",
    says: {
      en: "A zone transfer does not begin and end with the zone's SOA record, or breaks off.",
      es: "Una transferencia de zona no empieza y acaba con el registro SOA de la zona, o se interrumpe.",
    },
  },
  inTheClear: {
    id: "dns.in-the-clear",
    severity: "chat",
    reference: "RFC 9076 §6.1.1",
    says: {
      en: "These names were asked for in the clear: everyone on the way can read who looks for what.",
      es: "Estos nombres se preguntaron sin cifrar: cualquiera en el camino puede leer quién busca qué.",
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
