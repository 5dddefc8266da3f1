// What each alert means, in a sentence (RFC 8446 §6, RFC 5246 §7.2).

/** By its name in the registry. */
export const alertMeanings: Readonly<Record<string, { readonly en: string; readonly es: string }>> = {
  close_notify: {
    en: "The sender has said all it had to say: a proper end.",
    es: "El emisor ya lo ha dicho todo: un final correcto.",
  },
  unexpected_message: {
    en: "A message came that has no place there.",
    es: "Llegó un mensaje que no tocaba.",
  },
  bad_record_mac: {
    en: "A record does not fit its keys: it was changed on the way, or the keys differ.",
    es: "Un registro no encaja con sus claves: cambió por el camino, o las claves difieren.",
  },
  record_overflow: {
    en: "A record is longer than any may be.",
    es: "Un registro es más largo de lo permitido.",
  },
  handshake_failure: {
    en: "There is no suite, group or signature that both sides take; or a certificate is missing.",
    es: "No hay conjunto, grupo ni firma que acepten ambos; o falta un certificado.",
  },
  bad_certificate: {
    en: "The certificate is damaged, or its signature is wrong.",
    es: "El certificado está dañado, o su firma es errónea.",
  },
  unsupported_certificate: {
    en: "The certificate is of a kind that the sender does not take.",
    es: "El certificado es de un tipo que el emisor no acepta.",
  },
  certificate_revoked: {
    en: "Its authority revoked the certificate.",
    es: "Su autoridad revocó el certificado.",
  },
  certificate_expired: {
    en: "The certificate has expired or is not valid yet; or the sender's clock is wrong.",
    es: "El certificado ha caducado o aún no es válido; o el reloj del emisor está mal.",
  },
  certificate_unknown: {
    en: "Something else about the certificate is not accepted.",
    es: "Otra cosa del certificado no se acepta.",
  },
  illegal_parameter: { en: "A field says what it may not say.", es: "Un campo dice lo que no puede decir." },
  unknown_ca: {
    en: "The sender does not know the authority that issued the certificate.",
    es: "El emisor no conoce la autoridad que emitió el certificado.",
  },
  access_denied: {
    en: "The certificate is in order, and its holder has no access.",
    es: "El certificado está en orden, y su titular no tiene acceso.",
  },
  decode_error: {
    en: "A message can't be read: a length or a field is wrong.",
    es: "Un mensaje no se puede leer: una longitud o un campo está mal.",
  },
  decrypt_error: {
    en: "A signature or a Finished does not fit the handshake.",
    es: "Una firma o un Finished no encaja con la negociación.",
  },
  protocol_version: {
    en: "The sender does not speak a version that was offered.",
    es: "El emisor no habla ninguna versión ofrecida.",
  },
  insufficient_security: {
    en: "The sender wants stronger suites.",
    es: "El emisor quiere conjuntos más fuertes.",
  },
  internal_error: {
    en: "The sender failed for reasons of its own.",
    es: "El emisor falló por causas propias.",
  },
  inappropriate_fallback: {
    en: "The client tries an older version although the server speaks a newer one: somebody may have forced it to.",
    es: "El cliente prueba una versión más antigua que la del servidor: alguien pudo forzarlo.",
  },
  user_canceled: { en: "Somebody called it off.", es: "Alguien lo canceló." },
  no_renegotiation: { en: "The sender does not shake hands anew.", es: "El emisor no negocia de nuevo." },
  missing_extension: {
    en: "An extension is missing that must be there.",
    es: "Falta una extensión obligatoria.",
  },
  unsupported_extension: {
    en: "An extension was answered that nobody had sent.",
    es: "Se respondió una extensión que nadie envió.",
  },
  unrecognized_name: {
    en: "No host of that name is here.",
    es: "Aquí no hay ningún servidor con ese nombre.",
  },
  unknown_psk_identity: {
    en: "No key of that name is known.",
    es: "No se conoce ninguna clave con ese nombre.",
  },
  certificate_required: {
    en: "A client certificate is demanded, and none was sent.",
    es: "Se exige un certificado de cliente, y no se envió.",
  },
  no_application_protocol: {
    en: "There is no protocol inside TLS that both sides speak.",
    es: "No hay protocolo dentro de TLS que hablen ambos.",
  },
  ech_required: { en: "The hidden hello could not be opened.", es: "El saludo oculto no se pudo abrir." },
};
