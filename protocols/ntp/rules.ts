// What NTP demands of those who speak it, and what is worth knowing: rules that the analyzer goes by.
import type { Rule } from "../packet/index.ts";

export const rules = {
  unanswered: {
    id: "ntp.unanswered",
    severity: "warning",
    reference: "RFC 5905 §13",
    says: {
      en: "A request got no reply: the server is down, out of reach, or the datagram was lost.",
      es: "Una petición quedó sin respuesta: el servidor no funciona, no es alcanzable o se perdió el datagrama.",
    },
  },
  kiss: {
    id: "ntp.kiss-o-death",
    severity: "warning",
    reference: "RFC 5905 §7.4",
    says: {
      en: "The server refuses to tell the time, and says why in four letters.",
      es: "El servidor se niega a dar la hora y dice por qué con cuatro letras.",
    },
  },
  originMismatch: {
    id: "ntp.origin-mismatch",
    severity: "warning",
    reference: "RFC 5905 §8",
    says: {
      en: "A reply does not return the timestamp of any open request: late, doubled or forged.",
      es: "Una respuesta no devuelve la marca de ninguna petición pendiente: tardía, repetida o falsificada.",
    },
  },
  unsynchronized: {
    id: "ntp.unsynchronized",
    severity: "warning",
    reference: "RFC 5905 §7.3",
    says: {
      en: "The server says that its own clock is not set: its time is worth nothing.",
      es: "El servidor dice que su propio reloj no está en hora: su hora no vale.",
    },
  },
  offset: {
    id: "ntp.offset",
    severity: "note",
    reference: "RFC 5905 §11.2, STEPT",
    says: {
      en: "The server's clock and that of the capture are more than 128 ms apart: one of them is wrong.",
      es: "El reloj del servidor y el de la captura difieren en más de 128 ms: uno de los dos está mal.",
    },
  },
  malformed: {
    id: "ntp.malformed",
    severity: "error",
    reference: "RFC 5905 §7.3",
    says: {
      en: "The octets are no message, or a part of it breaks off or contradicts itself.",
      es: "Los octetos no son un mensaje, o una parte se interrumpe o se contradice.",
    },
  },
} as const satisfies Record<string, Rule>;
