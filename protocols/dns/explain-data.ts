// What stands in the data of DNS records, of every type that is described, in a sentence.
import type { Explanations } from "../packet/index.ts";

const said = (reference: string, en: string, es: string): Explanations[string] => ({ en, es, reference });

/** By path in a record. */
export const recordData: Explanations = {
  data: said(
    "RFC 1035 §3.2.1",
    "What the record says; its type decides how it is read.",
    "Lo que dice el registro; su tipo decide cómo se lee.",
  ),
  "data.refresh": said(
    "RFC 1035 §3.3.13",
    "Seconds after which other servers of the zone ask whether it changed.",
    "Segundos tras los que los demás servidores de la zona preguntan si ha cambiado.",
  ),
  "data.retry": said(
    "RFC 1035 §3.3.13",
    "Seconds that they wait before they ask again, if nobody answered.",
    "Segundos que esperan antes de volver a preguntar si nadie respondió.",
  ),
  "data.expire": said(
    "RFC 1035 §3.3.13",
    "Seconds after which they give the zone up, if nobody ever answers.",
    "Segundos tras los que abandonan la zona si nunca responde nadie.",
  ),
  "data.typeCovered": said(
    "RFC 4034 §3.1.1",
    "The type of the records that this signature is over.",
    "El tipo de los registros que cubre esta firma.",
  ),
  "data.algorithm": said(
    "RFC 4034 §A.1, RFC 8624 §3.1",
    "The algorithm of the key: 8 is RSA with SHA-256, 13 ECDSA on P-256.",
    "El algoritmo de la clave: 8 es RSA con SHA-256, 13 es ECDSA sobre P-256.",
  ),
  "data.labels": said(
    "RFC 4034 §3.1.3",
    "How many labels the signed name has; fewer than the record's: it came of a wildcard.",
    "Cuántas etiquetas tiene el nombre firmado; si son menos que las del registro, salió de un comodín.",
  ),
  "data.originalTtl": said(
    "RFC 4034 §3.1.4",
    "The time to live that was signed, for caches count theirs down.",
    "El tiempo de vida que se firmó, pues las cachés van descontando el suyo.",
  ),
  "data.expiration": said(
    "RFC 4034 §3.1.5",
    "From then on the signature is no longer valid.",
    "Desde entonces la firma deja de ser válida.",
  ),
  "data.inception": said(
    "RFC 4034 §3.1.5",
    "Before that the signature is not yet valid.",
    "Antes de entonces la firma aún no es válida.",
  ),
  "data.keyTag": said(
    "RFC 4034 §3.1.6, §B",
    "A short sum over the key, to find it among others; it does not name it for certain.",
    "Una suma corta de la clave para encontrarla entre otras; no la identifica con certeza.",
  ),
  "data.signer": said(
    "RFC 4034 §3.1.7",
    "The zone whose key made the signature.",
    "La zona cuya clave hizo la firma.",
  ),
  "data.signature": said(
    "RFC 4034 §3.1.8",
    "The signature itself, over the records as their zone has them.",
    "La propia firma, sobre los registros tal como los tiene su zona.",
  ),
  "data.digest": said(
    "RFC 4034 §5.1.4",
    "A hash of the child zone's key: so the parent vouches for it.",
    "Un resumen de la clave de la zona hija: así responde por ella la zona madre.",
  ),
  "data.digestType": said(
    "RFC 4034 §5.1.3",
    "How that hash is made: 2 is SHA-256.",
    "Cómo se hace ese resumen: 2 es SHA-256.",
  ),
  "data.fingerprint": said(
    "RFC 4255 §3.1.3",
    "A hash of the host's SSH key, so that a client can check whom it talks to.",
    "Un resumen de la clave SSH del equipo, para que el cliente compruebe con quién habla.",
  ),
  "data.fingerprintType": said(
    "RFC 4255 §3.1.2",
    "How that hash is made: 1 SHA-1, 2 SHA-256.",
    "Cómo se hace ese resumen: 1 SHA-1, 2 SHA-256.",
  ),
  "data.flags": said(
    "RFC 4034 §2.1.1, RFC 5155 §3.1.2, RFC 8659 §4.1",
    "Bits that say what a key is for, how names are left out, or whether an unknown tag forbids issuing.",
    "Bits que dicen para qué es una clave, cómo se omiten nombres o si una etiqueta desconocida prohíbe emitir.",
  ),
  "data.hashAlgorithm": said(
    "RFC 5155 §3.1.1",
    "How names are hashed: 1 is SHA-1.",
    "Cómo se resumen los nombres: 1 es SHA-1.",
  ),
  "data.iterations": said(
    "RFC 5155 §3.1.3, RFC 9276 §3.1",
    "How many times more each name is hashed; 0 is what is recommended.",
    "Cuántas veces más se resume cada nombre; se recomienda 0.",
  ),
  "data.salt": said(
    "RFC 5155 §3.1.5",
    "Octets that go into each hash, so that tables made beforehand are of no use.",
    "Octetos que entran en cada resumen para que no sirvan tablas hechas de antemano.",
  ),
  "data.nextHashedOwner": said(
    "RFC 5155 §3.1.7",
    "The next hash in the zone: there is no name between the two.",
    "El siguiente resumen de la zona: entre ambos no hay ningún nombre.",
  ),
  "data.next": said(
    "RFC 4034 §4.1.1",
    "The next name in the zone: there is none between the two.",
    "El siguiente nombre de la zona: no hay ninguno entre los dos.",
  ),
  "data.types": said(
    "RFC 4034 §4.1.2, RFC 5155 §3.1.8",
    "The types of records that the name has: it has no others.",
    "Los tipos de registro que tiene el nombre: no tiene otros.",
  ),
  "data.key": said("RFC 4034 §2.1.4", "The public key itself.", "La propia clave pública."),
  "data.protocol": said("RFC 4034 §2.1.2", "Always 3, which is DNSSEC.", "Siempre 3, que es DNSSEC."),
  "data.order": said(
    "RFC 3403 §4.1",
    "Which rule is tried first: the lowest.",
    "Qué regla se prueba primero: la más baja.",
  ),
  "data.services": said("RFC 3403 §4.1", "For which service the rule is.", "Para qué servicio es la regla."),
  "data.regexp": said(
    "RFC 3403 §4.1",
    "How the name is rewritten, if not replaced.",
    "Cómo se reescribe el nombre si no se sustituye.",
  ),
  "data.replacement": said(
    "RFC 3403 §4.1",
    "The name to ask for next.",
    "El nombre por el que preguntar después.",
  ),
  "data.parameters": said(
    "RFC 9460 §2.2, §7",
    "What a client should know before it connects: protocols, port, addresses, keys.",
    "Lo que un cliente debe saber antes de conectar: protocolos, puerto, direcciones, claves.",
  ),
  "data.tag": said(
    "RFC 8659 §4.1",
    "What is said: issue names an authority that may issue certificates, iodef where to report.",
    "Qué se dice: issue nombra una autoridad que puede emitir certificados, iodef dónde avisar.",
  ),
  "data.*.code": said("RFC 6891 §6.1.2", "Which option of EDNS this is.", "Qué opción de EDNS es esta."),
  "data.*": said(
    "RFC 6891 §6.1.2, RFC 1035 §3.3.14",
    "One of several parts: a text, or an option of EDNS.",
    "Una de varias partes: un texto o una opción de EDNS.",
  ),
  "data.*.family": said(
    "RFC 7871 §6",
    "The kind of address: 1 IPv4, 2 IPv6.",
    "El tipo de dirección: 1 IPv4, 2 IPv6.",
  ),
  "data.*.sourcePrefix": said(
    "RFC 7871 §6",
    "How many bits of the client's address are told.",
    "Cuántos bits de la dirección del cliente se revelan.",
  ),
  "data.*.scopePrefix": said(
    "RFC 7871 §6",
    "For how many bits of it the answer holds; 0 in a question.",
    "Para cuántos de sus bits vale la respuesta; 0 en una pregunta.",
  ),
  "data.*.address": said(
    "RFC 7871 §6",
    "The first bits of the address of whoever asked, so that the answer can be near it.",
    "Los primeros bits de la dirección de quien preguntó, para que la respuesta pueda ser cercana.",
  ),
  "data.*.client": said(
    "RFC 7873 §4.1",
    "The client's cookie, which the server must repeat: a forger does not know it.",
    "La cookie del cliente, que el servidor debe repetir: un falsificador no la conoce.",
  ),
  "data.*.server": said(
    "RFC 7873 §4.2",
    "The server's cookie: who shows it again has received an answer before.",
    "La cookie del servidor: quien la muestra de nuevo ya recibió antes una respuesta.",
  ),
};
