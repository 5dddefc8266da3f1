// What should not be seen of TLS any more, and what is worth knowing: rules that the analyzer goes by.
import type { Rule } from "../packet/analysis.ts";

export const rules = {
  alert: {
    id: "tls.fatal-alert",
    severity: "warning",
    reference: "RFC 8446 §6.2",
    says: {
      en: "One side broke the conversation off, and says why.",
      es: "Un lado interrumpió la conversación y dice por qué.",
    },
  },
  oldVersion: {
    id: "tls.old-version",
    severity: "warning",
    reference: "RFC 8996",
    says: {
      en: "The server chose a version older than TLS 1.2: it must not be used any more.",
      es: "El servidor eligió una versión anterior a TLS 1.2, que ya no debe usarse.",
    },
  },
  noForwardSecrecy: {
    id: "tls.no-forward-secrecy",
    severity: "warning",
    reference: "RFC 9325 §4.1",
    says: {
      en: "The secret travels under the server's key: whoever gets that key later can read this recording.",
      es: "El secreto viaja cifrado con la clave del servidor: quien la obtenga más tarde podrá leer esta captura.",
    },
  },
  notYetValid: {
    id: "tls.certificate-not-yet-valid",
    severity: "warning",
    reference: "RFC 5280 §4.1.2.5",
    says: {
      en: "A certificate is shown before its validity begins; or a clock is behind.",
      es: "Se muestra un certificado antes de que empiece su validez, o hay un reloj atrasado.",
    },
  },
  expired: {
    id: "tls.certificate-expired",
    severity: "warning",
    reference: "RFC 5280 §4.1.2.5",
    says: {
      en: "A certificate is shown after its validity has ended; or a clock is ahead.",
      es: "Se muestra un certificado después de terminar su validez, o hay un reloj adelantado.",
    },
  },
  weakSuite: {
    id: "tls.weak-suite",
    severity: "warning",
    reference: "RFC 9325 §4.1",
    says: {
      en: "This suite protects nobody any more: it can be broken, or enciphers or proves nothing.",
      es: "Este conjunto ya no protege a nadie: se puede romper, o no cifra o no demuestra nada.",
    },
  },
  wrongName: {
    id: "tls.certificate-wrong-name",
    severity: "warning",
    reference: "RFC 9525 §6",
    says: {
      en: "The certificate is not for the host that the client asked for.",
      es: "El certificado no es para el servidor por el que preguntó el cliente.",
    },
  },
  brokenChain: {
    id: "tls.broken-chain",
    severity: "note",
    reference: "RFC 8446 §4.4.2",
    says: {
      en: "The certificates do not vouch for one another in the order in which they are shown.",
      es: "Los certificados no se avalan unos a otros en el orden en que se muestran.",
    },
  },
  shortKey: {
    id: "tls.short-key",
    severity: "warning",
    reference: "RFC 9325 §4.5",
    says: {
      en: "The key of a certificate is too short for today.",
      es: "La clave de un certificado es demasiado corta para hoy.",
    },
  },
  damaged: {
    id: "tls.damaged-record",
    severity: "warning",
    reference: "RFC 8446 §5.2",
    says: {
      en: "This record does not fit the keys that opened one before it: it was damaged, or some before it were lost.",
      es: "Este registro no encaja con las claves que abrieron uno anterior: está dañado, o se perdieron otros antes.",
    },
  },
  wrongKeys: {
    id: "tls.wrong-keys",
    severity: "note",
    reference: "RFC 8446 §5.2",
    says: {
      en: "Keys are known for this session, and do not open it: they are of another, or were garbled.",
      es: "Se conocen claves para esta sesión, y no la abren: son de otra, o están corrompidas.",
    },
  },
  malformed: {
    id: "tls.malformed",
    severity: "error",
    reference: "RFC 8446 §6.2",
    says: {
      en: "These octets are not what the standard describes.",
      es: "Estos octetos no son lo que describe la norma.",
    },
  },
} as const satisfies Record<string, Rule>;
