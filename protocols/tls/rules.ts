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
