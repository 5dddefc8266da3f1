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
  kissIgnored: {
    id: "ntp.kiss-ignored",
    severity: "warning",
    reference: "RFC 5905 §7.4",
    says: {
      en: "The client asks on though the server told it to stop, or sooner than it was told to.",
      es: "El cliente sigue preguntando aunque el servidor le dijo que parase, o antes de lo que le dijo.",
    },
  },
  frequent: {
    id: "ntp.frequent",
    severity: "note",
    reference: "RFC 5905 §7.2, MINPOLL",
    says: {
      en: "The client asks more than eight times in sixteen seconds: public servers refuse that.",
      es: "El cliente pregunta más de ocho veces en dieciséis segundos: los servidores públicos lo rechazan.",
    },
  },
  fixedPort: {
    id: "ntp.fixed-port",
    severity: "note",
    reference: "RFC 9109 §3",
    says: {
      en: "The client asks from port 123: who forges replies needs not guess the port.",
      es: "El cliente pregunta desde el puerto 123: quien falsifique respuestas no tiene que adivinarlo.",
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
  stratum: {
    id: "ntp.stratum",
    severity: "error",
    reference: "RFC 5905 §7.3, figure 11",
    says: {
      en: "The stratum is one that does not exist: above 16 all are reserved.",
      es: "El estrato no existe: los mayores de 16 están reservados.",
    },
  },
  leap: {
    id: "ntp.leap-second",
    severity: "note",
    reference: "RFC 5905 §7.3, figure 9",
    says: {
      en: "The server announces a leap second: the last minute of this day has a second more, or less.",
      es: "El servidor anuncia un segundo intercalar: el último minuto del día tiene un segundo más, o menos.",
    },
  },
  distance: {
    id: "ntp.root-distance",
    severity: "warning",
    reference: "RFC 5905 appendix A.5.5.2, MAXDIST",
    says: {
      en: "Between the server and its reference clock more can be wrong than clients allow, 1.5 s.",
      es: "Entre el servidor y su reloj de referencia puede haber más error del que admiten los clientes, 1,5 s.",
    },
  },
  times: {
    id: "ntp.times",
    severity: "warning",
    reference: "RFC 5905 §8",
    says: {
      en: "The times of a reply contradict one another: a clock was set between them, or they are made up.",
      es: "Las horas de una respuesta se contradicen: un reloj cambió entre medias, o son inventadas.",
    },
  },
  cryptoNak: {
    id: "ntp.crypto-nak",
    severity: "warning",
    reference: "RFC 5905 §9.2",
    says: {
      en: "The server could not verify the client's digest: they do not have the same key.",
      es: "El servidor no pudo comprobar el resumen del cliente: no tienen la misma clave.",
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
  step: {
    id: "ntp.step",
    severity: "warning",
    reference: "RFC 5905 §11.3",
    says: {
      en: "The server's clock, or that of the capture, has jumped between two replies.",
      es: "El reloj del servidor, o el de la captura, ha saltado entre dos respuestas.",
    },
  },
  drift: {
    id: "ntp.drift",
    severity: "warning",
    reference: "RFC 5905 §11.3, MAXFREQ",
    says: {
      en: "The server's clock runs faster or slower than that of the capture by more than NTP can correct, 500 parts in a million.",
      es: "El reloj del servidor adelanta o atrasa respecto al de la captura más de lo que NTP corrige, 500 partes por millón.",
    },
  },
  asymmetric: {
    id: "ntp.asymmetric-path",
    severity: "note",
    reference: "RFC 5905 §8, §15",
    says: {
      en: "What slowed these messages down did so in one direction only: the offset is wrong by half of it.",
      es: "Lo que retrasó estos mensajes lo hizo en un solo sentido: el desfase se equivoca en la mitad.",
    },
  },
  falseticker: {
    id: "ntp.falseticker",
    severity: "warning",
    reference: "RFC 5905 §11.2.1",
    says: {
      en: "The times of these servers can't all be right: they are further apart than their errors allow.",
      es: "Las horas de estos servidores no pueden ser todas correctas: distan más de lo que admiten sus errores.",
    },
  },
  private: {
    id: "ntp.private",
    severity: "warning",
    reference: "RFC 9327 §8",
    says: {
      en: "A request in ntpd's private mode: old servers answer with far more than was asked, to whomever the sender claims to be.",
      es: "Una petición en el modo privado de ntpd: servidores viejos responden con mucho más de lo pedido, a quien el remitente diga ser.",
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
