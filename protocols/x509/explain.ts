// What each field of a certificate says, in a sentence.
import type { Explanations } from "../packet/analysis.ts";

/** By path in the tree of a certificate. */
export const explain: Explanations = {
  header: {
    en: "What kind of element begins here, and how many octets it takes: everything in a certificate begins so.",
    es: "Qué clase de elemento empieza aquí y cuántos octetos ocupa: todo en un certificado empieza así.",
    reference: "X.690 §8.1",
  },
  tbsCertificate: {
    en: "What the issuer vouches for: its signature covers exactly these octets.",
    es: "Aquello de lo que responde el emisor: su firma cubre exactamente estos octetos.",
    reference: "RFC 5280 §4.1.1.1",
  },
  "tbsCertificate.version": {
    en: "The version of the format: v3 has extensions, v1 can't even say who is an authority.",
    es: "La versión del formato: v3 tiene extensiones; v1 ni siquiera puede decir quién es una autoridad.",
    reference: "RFC 5280 §4.1.2.1",
  },
  "tbsCertificate.serialNumber": {
    en: "A number that the issuer gives no other certificate; revocation lists name certificates by it.",
    es: "Un número que el emisor no da a ningún otro certificado; las listas de revocación los nombran por él.",
    reference: "RFC 5280 §4.1.2.2",
  },
  "tbsCertificate.signature": {
    en: "How the issuer signed; it stands inside the signed part, so that nobody can change it.",
    es: "Cómo firmó el emisor; está dentro de la parte firmada para que nadie pueda cambiarlo.",
    reference: "RFC 5280 §4.1.2.3",
  },
  "tbsCertificate.issuer": {
    en: "Who issued the certificate: the subject of the next one up in the chain.",
    es: "Quién emitió el certificado: el sujeto del siguiente hacia arriba en la cadena.",
    reference: "RFC 5280 §4.1.2.4",
  },
  "tbsCertificate.issuer.*.*.type": {
    en: "What this part of the name is: a country, an organization, a common name.",
    es: "Qué es esta parte del nombre: un país, una organización, un nombre común.",
    reference: "RFC 5280 §4.1.2.4",
  },
  "tbsCertificate.validity.notBefore": {
    en: "The certificate counts from this moment on; a clock that is behind takes it for invalid.",
    es: "El certificado vale desde este momento; un reloj atrasado lo dará por no válido.",
    reference: "RFC 5280 §4.1.2.5",
  },
  "tbsCertificate.validity.notAfter": {
    en: "The certificate counts up to this moment; whoever does not know the time can't check it.",
    es: "El certificado vale hasta este momento; quien no sabe la hora no puede comprobarlo.",
    reference: "RFC 5280 §4.1.2.5",
  },
  "tbsCertificate.subject": {
    en: "Whose certificate it is; MQTT brokers take the common name of a client for its user name.",
    es: "De quién es el certificado; los brokers MQTT toman el nombre común del cliente como nombre de usuario.",
    reference: "RFC 5280 §4.1.2.6",
  },
  "tbsCertificate.subjectPublicKeyInfo.algorithm": {
    en: "What kind of key it is, and on which curve.",
    es: "De qué clase es la clave y en qué curva está.",
    reference: "RFC 5280 §4.1.2.7",
  },
  "tbsCertificate.subjectPublicKeyInfo.subjectPublicKey": {
    en: "The holder's public key: whoever proves to have the private one is the holder.",
    es: "La clave pública del titular: quien demuestra tener la privada es el titular.",
    reference: "RFC 5280 §4.1.2.7",
  },
  "tbsCertificate.subjectPublicKeyInfo.subjectPublicKey.modulus": {
    en: "The product of two secret primes; its length is the key's.",
    es: "El producto de dos primos secretos; su longitud es la de la clave.",
    reference: "RFC 8017 §3.1",
  },
  "tbsCertificate.subjectPublicKeyInfo.subjectPublicKey.publicExponent": {
    en: "The exponent of the public operation, nearly always 65537.",
    es: "El exponente de la operación pública, casi siempre 65537.",
    reference: "RFC 8017 §3.1",
  },
  "tbsCertificate.extensions.*.id": {
    en: "Which extension this is.",
    es: "Qué extensión es esta.",
    reference: "RFC 5280 §4.2",
  },
  "tbsCertificate.extensions.*.critical": {
    en: "Whoever does not understand this extension must refuse the certificate.",
    es: "Quien no entienda esta extensión debe rechazar el certificado.",
    reference: "RFC 5280 §4.2",
  },
  "tbsCertificate.extensions.*.value": {
    en: "What the extension says, in an element of its own kind.",
    es: "Lo que dice la extensión, en un elemento de su propia clase.",
    reference: "RFC 5280 §4.2",
  },
  "tbsCertificate.extensions.*.value.ca": {
    en: "Whether the holder is an authority and may issue certificates itself.",
    es: "Si el titular es una autoridad y puede emitir certificados.",
    reference: "RFC 5280 §4.2.1.9",
  },
  "tbsCertificate.extensions.*.value.pathLength": {
    en: "How many authorities may stand between this one and a leaf.",
    es: "Cuántas autoridades puede haber entre esta y una hoja.",
    reference: "RFC 5280 §4.2.1.9",
  },
  "tbsCertificate.extensions.*.value.keyIdentifier": {
    en: "Which key of the issuer signed, for issuers that have several.",
    es: "Con qué clave firmó el emisor, por si tiene varias.",
    reference: "RFC 5280 §4.2.1.1",
  },
  signatureAlgorithm: {
    en: "How the issuer signed, once more: it must say the same as inside.",
    es: "Cómo firmó el emisor, otra vez: debe decir lo mismo que dentro.",
    reference: "RFC 5280 §4.1.1.2",
  },
  signature: {
    en: "The issuer's signature: only its private key can make it, and its public key checks it.",
    es: "La firma del emisor: solo su clave privada puede hacerla y su clave pública la comprueba.",
    reference: "RFC 5280 §4.1.1.3",
  },
  "tbsCertList.issuer": {
    en: "Whose list this is: it names certificates that this authority issued, and no others.",
    es: "De quién es la lista: nombra certificados que emitió esta autoridad y ningún otro.",
    reference: "RFC 5280 §5.1.2.3",
  },
  "tbsCertList.thisUpdate": {
    en: "When the list was made: what was revoked later stands on the next one.",
    es: "Cuándo se hizo la lista: lo revocado después estará en la siguiente.",
    reference: "RFC 5280 §5.1.2.4",
  },
  "tbsCertList.nextUpdate": {
    en: "By when there is a new list; after that this one tells nothing any more.",
    es: "Para cuándo habrá una lista nueva; después, esta ya no dice nada.",
    reference: "RFC 5280 §5.1.2.5",
  },
  "tbsCertList.revokedCertificates.*.serialNumber": {
    en: "Which certificate is valid no more.",
    es: "Qué certificado ya no vale.",
    reference: "RFC 5280 §5.1.2.6",
  },
  "tbsCertList.revokedCertificates.*.revocationDate": {
    en: "Since when its issuer takes it back.",
    es: "Desde cuándo su emisor lo retira.",
    reference: "RFC 5280 §5.1.2.6",
  },
  "tbsCertList.revokedCertificates.*.extensions.*.value": {
    en: "Why: a key that was compromised asks for more care than a holder who moved on.",
    es: "Por qué: una clave comprometida pide más cuidado que un titular que se fue.",
    reference: "RFC 5280 §5.3.1",
  },
  "certificationRequestInfo.subject": {
    en: "What the holder wants to be called; the authority decides.",
    es: "Cómo quiere llamarse el titular; la autoridad decide.",
    reference: "RFC 2986 §4.1",
  },
  "certificationRequestInfo.subjectPublicKeyInfo": {
    en: "The key that is to be certified; the request is signed with its private half, which proves who asks.",
    es: "La clave que se ha de certificar; la solicitud va firmada con su mitad privada, prueba de quién la pide.",
    reference: "RFC 2986 §4.1",
  },
};
