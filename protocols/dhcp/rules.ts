// What DHCP demands of those who speak it. The client objects by these rules live, the analyzer afterwards.
import type { Rule } from "../packet/index.ts";

export const rules = {
  noOffer: {
    id: "dhcp.no-offer",
    severity: "warning",
    reference: "RFC 2131 §3.1",
    says: {
      en: "A client asked for an address and no server offered one.",
      es: "Un cliente pidió una dirección y ningún servidor le ofreció ninguna.",
    },
  },
  nak: {
    id: "dhcp.nak",
    severity: "warning",
    reference: "RFC 2131 §4.3.2",
    says: {
      en: "A server refused the address that the client asked to use.",
      es: "Un servidor rechazó la dirección que el cliente pidió usar.",
    },
  },
  declined: {
    id: "dhcp.declined",
    severity: "warning",
    reference: "RFC 2131 §3.1",
    says: {
      en: "A client found that its new address is in use by another host and gave it back.",
      es: "Un cliente vio que otro equipo usa ya su nueva dirección y la devolvió.",
    },
  },
  twoServers: {
    id: "dhcp.two-servers",
    severity: "note",
    reference: "RFC 2131 §3.1",
    says: {
      en: "Several servers offered an address to the same client.",
      es: "Varios servidores ofrecieron una dirección al mismo cliente.",
    },
  },
  rogueServer: {
    id: "dhcp.rogue-server",
    severity: "error",
    reference: "RFC 2131 §7",
    says: {
      en: "A server that nobody configured answers here: it can give clients a false router or DNS server.",
      es: "Responde un servidor que nadie configuró: puede dar a los clientes un router o un DNS falsos.",
    },
  },
  noServerIdentifier: {
    id: "dhcp.no-server-identifier",
    severity: "error",
    reference: "RFC 2131 §4.3.1, table 3",
    says: {
      en: "A server's message does not say which server sent it (option 54).",
      es: "El mensaje de un servidor no dice qué servidor lo envió (opción 54).",
    },
  },
  noLeaseTime: {
    id: "dhcp.no-lease-time",
    severity: "error",
    reference: "RFC 2131 §4.3.1, table 3",
    says: {
      en: "An address is given without saying for how long (option 51).",
      es: "Se da una dirección sin decir por cuánto tiempo (opción 51).",
    },
  },
  unusableAddress: {
    id: "dhcp.unusable-address",
    severity: "error",
    reference: "RFC 1122 §3.2.1.3",
    says: {
      en: "The address given to the client is one that no host can have.",
      es: "La dirección dada al cliente no puede ser la de ningún equipo.",
    },
  },
  wrongTransaction: {
    id: "dhcp.wrong-transaction",
    severity: "note",
    reference: "RFC 2131 §4.4.1",
    says: {
      en: "A reply to this client carries a transaction ID that it does not use: it is late, or forged.",
      es: "Una respuesta a este cliente lleva un identificador de transacción que no usa: llega tarde o es falsa.",
    },
  },
  wrongClient: {
    id: "dhcp.wrong-client",
    severity: "error",
    reference: "RFC 2131 §4.1",
    says: {
      en: "A reply has the client's transaction ID but another hardware address.",
      es: "Una respuesta lleva el identificador de transacción del cliente pero otra dirección física.",
    },
  },
  wrongServer: {
    id: "dhcp.wrong-server",
    severity: "error",
    reference: "RFC 2131 §4.4.1",
    says: {
      en: "The client chose one server, and another one answered in its place.",
      es: "El cliente eligió un servidor y respondió otro en su lugar.",
    },
  },
  wrongAddress: {
    id: "dhcp.wrong-address",
    severity: "error",
    reference: "RFC 2131 §4.3.2",
    says: {
      en: "The server acknowledged another address than the client asked for.",
      es: "El servidor confirmó una dirección distinta de la que pidió el cliente.",
    },
  },
  duplicateAddress: {
    id: "dhcp.duplicate-address",
    severity: "error",
    reference: "RFC 2131 §3.1, RFC 5227 §2.4",
    says: {
      en: "Two hosts use the same address at a time: neither can rely on being reached.",
      es: "Dos equipos usan la misma dirección a la vez: ninguno puede contar con que le lleguen los paquetes.",
    },
  },
  retransmission: {
    id: "dhcp.retransmission",
    severity: "note",
    reference: "RFC 2131 §4.1, §4.4.5",
    says: {
      en: "A client asked again sooner or later than it should: after 4, 8, 16, 32 and 64 s, each ± 1 s, or after a minute at the least when it renews.",
      es: "Un cliente repitió la pregunta antes o después de lo debido: a los 4, 8, 16, 32 y 64 s, cada uno ± 1 s, o pasado al menos un minuto cuando renueva.",
    },
  },
  shortLease: {
    id: "dhcp.short-lease",
    severity: "note",
    reference: "RFC 2131 §4.4.5",
    says: {
      en: "The lease lasts less than a minute, so the client renews it all the time.",
      es: "La concesión dura menos de un minuto, así que el cliente la renueva sin parar.",
    },
  },
  malformed: {
    id: "dhcp.malformed",
    severity: "error",
    reference: "RFC 2132 §2",
    says: {
      en: "The message does not follow its description, most often in the length of an option.",
      es: "El mensaje no sigue su descripción, casi siempre en la longitud de una opción.",
    },
  },
} as const satisfies Record<string, Rule>;
