// What each field of a DNS message says, in a sentence.
import type { Explanations } from "../packet/index.ts";
import { recordData } from "./explain-data.ts";

const header: Explanations = {
  flags: {
    en: "Question or answer, what kind, how it went, in two octets.",
    es: "Pregunta o respuesta, de qué clase y cómo fue, en dos octetos.",
    reference: "RFC 1035 §4.1.1",
  },
  questions: {
    en: "What is asked: nearly always one question.",
    es: "Lo que se pregunta: casi siempre una sola pregunta.",
    reference: "RFC 1035 §4.1.2",
  },
  answers: {
    en: "The records that answer the question.",
    es: "Los registros que responden a la pregunta.",
    reference: "RFC 1035 §4.1.3",
  },
  authorities: {
    en: "Who is in charge of the name, or proof that it is not there.",
    es: "Quién está a cargo del nombre, o la prueba de que no existe.",
    reference: "RFC 1035 §4.1, RFC 2308 §3",
  },
  additionals: {
    en: "What may be of use besides: addresses of the servers named, and the options of EDNS.",
    es: "Lo que además puede ser útil: direcciones de los servidores nombrados y las opciones de EDNS.",
    reference: "RFC 1035 §4.1, RFC 6891 §6.1",
  },
  length: {
    en: "How many octets the message has; only TCP needs it, which has no message boundaries.",
    es: "Cuántos octetos tiene el mensaje; solo hace falta en TCP, que no separa mensajes.",
    reference: "RFC 1035 §4.2.2",
  },
  id: {
    en: "A number that the client picks at random, so that it knows which answer belongs to which question, and a forger does not.",
    es: "Un número que el cliente elige al azar para saber qué respuesta corresponde a qué pregunta sin que un falsificador lo sepa.",
    reference: "RFC 1035 §4.1.1, RFC 5452 §9.2",
  },
  "flags.response": {
    en: "0 in a question, 1 in an answer.",
    es: "0 en una pregunta, 1 en una respuesta.",
    reference: "RFC 1035 §4.1.1",
  },
  "flags.opcode": {
    en: "What is asked of the server: nearly always a query.",
    es: "Qué se le pide al servidor: casi siempre una consulta.",
    reference: "RFC 1035 §4.1.1",
  },
  "flags.authoritative": {
    en: "The answering server is in charge of the name's zone, so this is no copy out of a cache.",
    es: "El servidor que responde está a cargo de la zona del nombre: no es una copia de una caché.",
    reference: "RFC 1035 §4.1.1",
  },
  "flags.truncated": {
    en: "The answer did not fit into the datagram; the client is to ask again by TCP.",
    es: "La respuesta no cabía en el datagrama; el cliente debe preguntar de nuevo por TCP.",
    reference: "RFC 2181 §9",
  },
  "flags.recursionDesired": {
    en: "The client wants the server to ask other servers, if it does not know.",
    es: "El cliente quiere que el servidor pregunte a otros si no lo sabe.",
    reference: "RFC 1035 §4.1.1",
  },
  "flags.recursionAvailable": {
    en: "The server is willing to ask other servers.",
    es: "El servidor está dispuesto a preguntar a otros.",
    reference: "RFC 1035 §4.1.1",
  },
  "flags.reserved": {
    en: "Always 0, kept for later use.",
    es: "Siempre 0, reservado para el futuro.",
    reference: "RFC 1035 §4.1.1",
  },
  "flags.authenticData": {
    en: "The server has verified the signatures of all that it answers; in a question: tell me whether you have.",
    es: "El servidor ha verificado las firmas de todo lo que responde; en una pregunta: dime si lo has hecho.",
    reference: "RFC 4035 §3.2.3, RFC 6840 §5.7",
  },
  "flags.checkingDisabled": {
    en: "The client verifies signatures itself, and wants the data even if they are wrong.",
    es: "El cliente verifica las firmas él mismo y quiere los datos aunque sean incorrectas.",
    reference: "RFC 4035 §3.2.2",
  },
  "flags.rcode": {
    en: "How it went: no error, no such name (NXDOMAIN), the server failed, or would not.",
    es: "Cómo fue: sin error, no existe el nombre (NXDOMAIN), el servidor falló o no quiso.",
    reference: "RFC 1035 §4.1.1",
  },
  questionCount: {
    en: "How many questions follow: in practice one.",
    es: "Cuántas preguntas siguen: en la práctica, una.",
    reference: "RFC 1035 §4.1.1",
  },
  answerCount: {
    en: "How many records answer the question.",
    es: "Cuántos registros responden a la pregunta.",
    reference: "RFC 1035 §4.1.1",
  },
  authorityCount: {
    en: "How many records say who is in charge of the zone.",
    es: "Cuántos registros dicen quién está a cargo de la zona.",
    reference: "RFC 1035 §4.1.1",
  },
  additionalCount: {
    en: "How many records were added because they will be wanted next, or to carry EDNS.",
    es: "Cuántos registros se añaden porque harán falta después, o para llevar EDNS.",
    reference: "RFC 1035 §4.1.1",
  },
  "questions.*.name": {
    en: "The name that is asked about: labels, each with its length in front, ended by an empty one.",
    es: "El nombre por el que se pregunta: etiquetas precedidas de su longitud, terminadas por una vacía.",
    reference: "RFC 1035 §4.1.2",
  },
  "questions.*.type": {
    en: "What is wanted of it: A an IPv4 address, AAAA an IPv6 address, CNAME an alias, MX a mail server.",
    es: "Qué se quiere de él: A una dirección IPv4, AAAA una IPv6, CNAME un alias, MX un servidor de correo.",
    reference: "RFC 1035 §3.2.2",
  },
  "questions.*.class": {
    en: "IN, the Internet; other classes are history, and in multicast DNS the highest bit is a flag.",
    es: "IN, Internet; las demás clases son historia, y en DNS multicast el bit más alto es una marca.",
    reference: "RFC 1035 §3.2.4, RFC 6762 §5.4",
  },
};

/** Of a record, whatever its section. */
const record: Explanations = {
  ...recordData,
  name: {
    en: "The name that the record belongs to; usually two octets that point back to where the name stood before.",
    es: "El nombre al que pertenece el registro; suelen ser dos octetos que apuntan a donde ya apareció.",
    reference: "RFC 1035 §4.1.4",
  },
  type: {
    en: "What kind of data the record has.",
    es: "Qué clase de datos contiene el registro.",
    reference: "RFC 1035 §3.2.2",
  },
  class: {
    en: "IN, the Internet; in an OPT record, how large a datagram the sender takes.",
    es: "IN, Internet; en un registro OPT, el tamaño máximo de datagrama que acepta quien lo envía.",
    reference: "RFC 1035 §3.2.4, RFC 6891 §6.1.2",
  },
  ttl: {
    en: "For how many seconds the record may be kept and used without asking again.",
    es: "Durante cuántos segundos se puede guardar y usar el registro sin volver a preguntar.",
    reference: "RFC 1035 §4.1.3",
  },
  "ttl.extendedRcode": {
    en: "The upper eight bits of the response code, whose lower four stand in the header.",
    es: "Los ocho bits altos del código de respuesta; los cuatro bajos están en la cabecera.",
    reference: "RFC 6891 §6.1.3",
  },
  "ttl.version": {
    en: "The version of EDNS: 0 is the only one.",
    es: "La versión de EDNS: 0 es la única.",
    reference: "RFC 6891 §6.1.3",
  },
  "ttl.dnssecOk": {
    en: "The sender wants signatures along with the data.",
    es: "Quien lo envía quiere las firmas junto con los datos.",
    reference: "RFC 3225 §3",
  },
  "data.length": {
    en: "How many octets of data follow.",
    es: "Cuántos octetos de datos siguen.",
    reference: "RFC 1035 §4.1.3",
  },
  "data.value": {
    en: "The data, by type: an address (A, AAAA), or another name (CNAME, NS, PTR).",
    es: "Los datos, según el tipo: una dirección (A, AAAA) u otro nombre (CNAME, NS, PTR).",
    reference: "RFC 1035 §3.3, RFC 3596 §2.2",
  },
  "data.*.value": {
    en: "Text, at most 255 octets; a TXT record may have several.",
    es: "Texto, de 255 octetos como máximo; un registro TXT puede tener varios.",
    reference: "RFC 1035 §3.3.14",
  },
  "data.primary": {
    en: "The server where the zone is edited; the others copy it.",
    es: "El servidor donde se edita la zona; los demás la copian.",
    reference: "RFC 1035 §3.3.13",
  },
  "data.mailbox": {
    en: "Who is responsible, as a name: the first label is what stands before the @.",
    es: "Quién es responsable, como nombre: la primera etiqueta es lo que va antes de la @.",
    reference: "RFC 1035 §3.3.13",
  },
  "data.serial": {
    en: "The zone's version; servers that hold a copy fetch the zone when it grows.",
    es: "La versión de la zona; los servidores con copia la descargan cuando aumenta.",
    reference: "RFC 1035 §3.3.13",
  },
  "data.minimum": {
    en: "For how many seconds, at most, the answer “there is no such thing” may be remembered.",
    es: "Durante cuántos segundos, como máximo, se puede recordar la respuesta «no existe».",
    reference: "RFC 2308 §4",
  },
  "data.preference": {
    en: "Which record to try first: the lowest number.",
    es: "Qué registro se prueba primero: el de número más bajo.",
    reference: "RFC 1035 §3.3.9",
  },
  "data.exchange": {
    en: "The host that takes mail for the name.",
    es: "El equipo que recibe el correo del nombre.",
    reference: "RFC 1035 §3.3.9",
  },
  "data.priority": {
    en: "Which record to try first: the lowest number; in SVCB and HTTPS records 0 makes an alias.",
    es: "Qué registro se prueba primero: el de número más bajo; en SVCB y HTTPS, 0 lo convierte en alias.",
    reference: "RFC 2782, RFC 9460 §2.4.1",
  },
  "data.weight": {
    en: "Among records of the same priority, how often each is to be chosen.",
    es: "Entre registros de igual prioridad, con qué frecuencia se elige cada uno.",
    reference: "RFC 2782",
  },
  "data.port": {
    en: "The port of the service.",
    es: "El puerto del servicio.",
    reference: "RFC 2782",
  },
  "data.target": {
    en: "The host where the service is.",
    es: "El equipo donde está el servicio.",
    reference: "RFC 2782, RFC 9460 §2.5",
  },
};

const inSection = (section: string): Explanations =>
  Object.fromEntries(Object.entries(record).map(([path, said]) => [`${section}.*.${path}`, said]));

/** By path in the tree. */
export const explain: Explanations = {
  ...header,
  ...inSection("answers"),
  ...inSection("authorities"),
  ...inSection("additionals"),
};
