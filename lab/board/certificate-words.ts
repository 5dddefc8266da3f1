// What x509 says of a certificate in English, in Spanish.

/** A line of it: what, and its value. What has no Spanish word stays as it is. */
export function inSpanish(what: string, value: string): readonly [what: string, value: string] {
  const said = phrases.reduce((text, [english, spanish]) => text.replaceAll(english, spanish), value);
  return [terms[what] ?? what, what === "issuer" || what === "subject" ? value : said];
}

const terms: Readonly<Record<string, string>> = {
  version: "versión",
  "serial number": "número de serie",
  issuer: "emisor",
  subject: "sujeto",
  "valid from": "válido desde",
  "valid until": "válido hasta",
  "signed with": "firmado con",
  key: "clave",
  "basic constraints": "restricciones",
  "for the hosts": "para los equipos",
  "key usage": "uso de la clave",
  "extended key usage": "uso ampliado",
};

/** The longer ones first, where one begins another. */
const phrases: readonly (readonly [english: string, spanish: string])[] = [
  ["no authority", "no es autoridad"],
  ["authority, path length", "autoridad, longitud de ruta"],
  ["authority", "autoridad"],
  ["certificate signature", "firma de certificados"],
  ["CRL signature", "firma de CRL"],
  ["digital signature", "firma digital"],
  ["key encipherment", "cifrado de claves"],
  ["TLS server", "servidor TLS"],
  ["TLS client", "cliente TLS"],
  [" with ", " con "],
];
