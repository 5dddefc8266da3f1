// What the walk through the PKI says, part by part, in both languages.
import type { Said } from "../words.ts";

export type Part = "key" | "request" | "certificate" | "chain" | "clock" | "use" | "revocation" | "broken";

interface Words {
  readonly title: Said;
  readonly says: Said;
  readonly command: string;
}

export const parts: Readonly<Record<Part, Words>> = {
  key: {
    title: { en: "The key", es: "La clave" },
    says: {
      en: `It begins with two numbers that belong together. The private one never leaves its holder: what it signs, anybody
checks with the public one, and nobody else can sign so. Whoever copies the private one is its holder, to everybody.`,
      es: `Todo empieza con dos números que van juntos. El privado no sale nunca de su titular: lo que firma lo comprueba
cualquiera con el público, y nadie más puede firmarlo. Quien copia el privado es, para todos, el titular.`,
    },
    command: "bun lab pki issue web --request",
  },
  request: {
    title: { en: "The request (CSR)", es: "La solicitud (CSR)" },
    says: {
      en: `The holder writes down its name, the hosts that it is, and its public key, and signs that: so the authority
sees that whoever asks has the private key, and never sees the key itself (RFC 2986).`,
      es: `El titular escribe su nombre, los nombres de máquina que tiene y su clave pública, y lo firma: así la autoridad ve
que quien pide tiene la clave privada, sin verla nunca (RFC 2986).`,
    },
    command: "bun lab pki inspect web",
  },
  certificate: {
    title: { en: "The certificate", es: "El certificado" },
    says: {
      en: `The authority checks who asks, and signs: whose the key is, from when until when, and what it is for. The limits
are its own words, not the holder's (RFC 5280 §4).`,
      es: `La autoridad comprueba quién pide, y firma: de quién es la clave, desde cuándo hasta cuándo y para qué. Los límites
los pone ella, no el titular (RFC 5280 §4).`,
    },
    command: "bun lab pki sign REQUEST --profile server",
  },
  chain: {
    title: { en: "Who signs what, and what each may do", es: "Quién firma qué, y qué puede hacer cada uno" },
    says: {
      en: `Root CA signs itself: one must know it beforehand. It signs MQTT CA, which may sign hosts but no authority below
it (path length 0); so Root CA's key can stay in a safe. A host sends its certificate and MQTT CA's, and whoever holds
the root checks each signature from there down (RFC 5280 §6).`,
      es: `Root CA se firma a sí misma: hay que conocerla de antes. Firma a MQTT CA, que puede firmar a hosts pero a ninguna
autoridad por debajo (longitud de ruta 0); así la clave de Root CA puede quedarse en una caja fuerte. Un host envía su
certificado y el de MQTT CA, y quien tiene la raíz comprueba cada firma desde ahí hacia abajo (RFC 5280 §6).`,
    },
    command: "bun lab pki verify JORGE-PC --name JORGE-PC",
  },
  clock: {
    title: { en: "The clock", es: "El reloj" },
    says: {
      en: `A certificate is worth something between two dates, on the clock of whoever checks it. A board without a battery
wakes up in 2000: before NTP has set its clock, it can trust nobody.`,
      es: `Un certificado vale entre dos fechas, según el reloj de quien lo comprueba. Una placa sin pila despierta en 2000:
hasta que NTP pone su reloj en hora, no puede confiar en nadie.`,
    },
    command: "bun lab pki verify JORGE-PC --at 2000-01-01",
  },
  use: {
    title: { en: "What each is good for, and what breaks", es: "Para qué sirve cada uno, y qué lo rompe" },
    says: {
      en: `A signature alone is not enough: the certificate must be for this name and for this purpose, and every octet
of it as it was signed.`,
      es: `La firma sola no basta: el certificado debe ser para este nombre y para este fin, y no tener ningún octeto distinto
del que se firmó.`,
    },
    command: "bun lab pki verify NUCLEO-H723ZG --purpose server",
  },
  revocation: {
    title: { en: "The revocation", es: "La revocación" },
    says: {
      en: `The key of DISCO-F769NI was copied. Its certificate can't be called back, it lies wherever it was sent; so MQTT CA
signs a list of the serial numbers that are worth nothing any more, and when the next list is due (RFC 5280 §5). Only
who reads the list knows.`,
      es: `Alguien ha copiado la clave de DISCO-F769NI. Su certificado no se puede recoger, está donde se haya enviado; por eso
MQTT CA firma una lista de los números de serie que ya no valen, y cuándo saldrá la próxima (RFC 5280 §5). Solo se
entera quien lee la lista.`,
    },
    command: "bun lab pki revoke lamp --reason keyCompromise",
  },
  broken: {
    title: { en: "Wrong on purpose, each in one way", es: "Mal a propósito, cada uno de una manera" },
    says: {
      en: "What a client should refuse, shown by somebody who calls himself JORGE-PC, and the reason:",
      es: "Lo que un cliente debe rechazar, presentado por alguien que dice ser JORGE-PC, y por qué:",
    },
    command: "bun lab pki issue late --broken expired",
  },
};

/** What is asked of a certificate, by the step that asks it. */
export const questions = {
  today: { en: "On today's clock:", es: "Con el reloj de hoy:" },
  "before NTP": {
    en: "On a board's clock before NTP has set it:",
    es: "Con el reloj de una placa antes de que NTP lo ponga en hora:",
  },
  "in 2040": { en: "In 2040:", es: "En 2040:" },
  "as a server": { en: "JORGE-PC as the server JORGE-PC:", es: "JORGE-PC como servidor JORGE-PC:" },
  "other name": { en: "JORGE-PC, where router was asked for:", es: "JORGE-PC, si se pidió router:" },
  "client as server": { en: "NUCLEO-H723ZG as a server:", es: "NUCLEO-H723ZG como servidor:" },
  "one bit": {
    en: "The certificate of JORGE-PC with one bit changed:",
    es: "El certificado de JORGE-PC con un bit cambiado:",
  },
  "no root": {
    en: "The same chain, to somebody who trusts nobody:",
    es: "La misma cadena, para quien no confía en nadie:",
  },
  before: { en: "DISCO-F769NI, before:", es: "DISCO-F769NI, antes:" },
  after: {
    en: "DISCO-F769NI, after its certificate was revoked:",
    es: "DISCO-F769NI, después de revocar su certificado:",
  },
  "without lists": {
    en: "The same, to somebody who has not read the list:",
    es: "Lo mismo, para quien no ha leído la lista:",
  },
} as const satisfies Record<string, Said>;
