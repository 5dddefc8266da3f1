// What a server says by four letters at stratum 0: the kiss codes (RFC 5905 §7.4, RFC 8915 §5.7).

/** `obey`: the client must ask less often, or must not ask again; without it, it may try another time. */
export interface Kiss {
  readonly en: string;
  readonly es: string;
  readonly obey?: "slower" | "stop";
}

export const kisses: Readonly<Record<string, Kiss>> = {
  ACST: { en: "the association belongs to an anycast server", es: "la asociación es de un servidor anycast" },
  AUTH: { en: "the authentication failed", es: "falló la autenticación" },
  AUTO: { en: "Autokey failed", es: "falló Autokey" },
  BCST: {
    en: "the association belongs to a broadcast server",
    es: "la asociación es de un servidor de difusión",
  },
  CRYP: { en: "the cryptographic identification failed", es: "falló la identificación criptográfica" },
  DENY: { en: "it will not answer this client", es: "no responderá a este cliente", obey: "stop" },
  DROP: { en: "the peer was lost", es: "se perdió el par" },
  RSTR: { en: "it will not answer this client", es: "no responderá a este cliente", obey: "stop" },
  INIT: { en: "it has not been set yet", es: "aún no se ha puesto en hora" },
  MCST: {
    en: "the association belongs to a dynamically found server",
    es: "la asociación es de un servidor hallado dinámicamente",
  },
  NKEY: { en: "it has no such key", es: "no tiene esa clave" },
  NTSN: {
    en: "it can't open the cookies of Network Time Security",
    es: "no puede abrir las cookies de Network Time Security",
  },
  RATE: { en: "it was asked too often", es: "se le preguntó demasiado", obey: "slower" },
  RMOT: { en: "somebody changes it from afar", es: "alguien lo cambia a distancia" },
  STEP: {
    en: "its clock has just been stepped, and is not set yet",
    es: "su reloj acaba de dar un salto y aún no está en hora",
  },
};
