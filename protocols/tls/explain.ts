// What each field of TLS says, in a sentence: records, handshake messages, alerts.
import type { Explanations } from "../packet/analysis.ts";
import { explain as certificate } from "../x509/explain.ts";
import { extensionExplanations } from "./explain-extensions.ts";

const records: Explanations = {
  contentType: {
    en: "What the record carries; once TLS 1.3 enciphers, every record claims to be application data.",
    es: "Qué lleva el registro; cuando TLS 1.3 cifra, todos dicen ser datos de aplicación.",
    reference: "RFC 8446 §5.1",
  },
  version: {
    en: "A version that no longer means anything: TLS 1.3 writes 1.2 here, and the first record may say 1.0.",
    es: "Una versión que ya no significa nada: TLS 1.3 escribe aquí 1.2, y el primer registro puede decir 1.0.",
    reference: "RFC 8446 §5.1",
  },
  length: {
    en: "How many octets follow; sizes stay visible in spite of all enciphering.",
    es: "Cuántos octetos siguen; los tamaños quedan a la vista por mucho que se cifre.",
    reference: "RFC 8446 §5.1",
  },
  "fragment.explicitNonce": {
    en: "The part of the nonce that each record brings itself: no two records may use the same one.",
    es: "La parte del nonce que trae cada registro: no puede haber dos registros con el mismo.",
    reference: "RFC 5288 §3",
  },
  "fragment.iv": {
    en: "What the first block is chained to, fresh for each record: TLS 1.0 took the end of the one before, which gave secrets away.",
    es: "A qué se encadena el primer bloque, nuevo en cada registro: TLS 1.0 tomaba el final del anterior, y eso revelaba secretos.",
    reference: "RFC 4346 §6.2.3.2",
  },
  "fragment.enciphered": {
    en: "What only the two sides can read, and a tag or a MAC by which they notice any change.",
    es: "Lo que solo pueden leer los dos lados, y una etiqueta o un MAC con que notan cualquier cambio.",
    reference: "RFC 8446 §5.2",
  },
};

const hellos: Explanations = {
  type: {
    en: "Which message of the handshake this is.",
    es: "Qué mensaje de la negociación es este.",
    reference: "RFC 8446 §4",
  },
  body: {
    en: "The message itself; a long one may take several records.",
    es: "El mensaje en sí; uno largo puede ocupar varios registros.",
    reference: "RFC 8446 §4",
  },
  "body.version": {
    en: "The highest version up to TLS 1.2; whether 1.3 is meant, an extension says.",
    es: "La versión más alta hasta TLS 1.2; si se trata de la 1.3, lo dice una extensión.",
    reference: "RFC 8446 §4.1.2",
  },
  "body.random": {
    en: "Fresh random octets, so that no two handshakes give the same keys; key logs name sessions by the client's.",
    es: "Octetos aleatorios nuevos, para que no haya dos negociaciones con las mismas claves; los registros de claves nombran las sesiones por los del cliente.",
    reference: "RFC 8446 §4.1.2",
  },
  "body.sessionId": {
    en: "The session that the client wants to take up again; in TLS 1.3 only there to look like 1.2.",
    es: "La sesión que el cliente quiere reanudar; en TLS 1.3 solo está para parecerse a 1.2.",
    reference: "RFC 8446 §4.1.2, RFC 5246 §7.4.1.2",
  },
  "body.cipherSuites": {
    en: "The suites that the client offers, in order of preference.",
    es: "Los conjuntos de cifrado que ofrece el cliente, por orden de preferencia.",
    reference: "RFC 8446 §4.1.2",
  },
  "body.cipherSuite": {
    en: "The suite that the server chose: how keys are agreed on, who signs, what enciphers and what hashes.",
    es: "El conjunto que eligió el servidor: cómo se acuerdan claves, quién firma, qué cifra y qué resume.",
    reference: "RFC 8446 §4.1.3",
  },
  "body.compressionMethods": {
    en: "Nothing is compressed any more, for the size of what is compressed gives secrets away.",
    es: "Ya no se comprime nada, porque el tamaño de lo comprimido delata secretos.",
    reference: "RFC 8446 §4.1.2",
  },
  "body.compressionMethod": {
    en: "No compression, always.",
    es: "Sin compresión, siempre.",
    reference: "RFC 8446 §4.1.3",
  },
  "body.extensions": {
    en: "What else is offered, asked for or answered; unknown ones are passed over.",
    es: "Qué más se ofrece, se pide o se responde; las desconocidas se pasan por alto.",
    reference: "RFC 8446 §4.2",
  },
};

const exchange: Explanations = {
  "body.curveType": {
    en: "The curve is one with a name, as all are today.",
    es: "La curva es una con nombre, como hoy todas.",
    reference: "RFC 8422 §5.4",
  },
  "body.group": {
    en: "The curve in which the secret is agreed on.",
    es: "La curva en que se acuerda el secreto.",
    reference: "RFC 8422 §5.4",
  },
  "body.identityHint": {
    en: "Which of the keys that both sides have from before the server means.",
    es: "A cuál de las claves que ambos lados tienen de antes se refiere el servidor.",
    reference: "RFC 4279 §2",
  },
  "body.identity": {
    en: "The name of a key that both sides have from before; the key itself is never sent.",
    es: "El nombre de una clave que ambos lados tienen de antes; la clave en sí nunca se envía.",
    reference: "RFC 4279 §2",
  },
  "body.publicKey": {
    en: "This side's half of the key, made for this session alone: nobody can read the recording later.",
    es: "La mitad de la clave de este lado, hecha solo para esta sesión: nadie podrá leer la captura más tarde.",
    reference: "RFC 8422 §5.4, §5.7",
  },
  "body.p": {
    en: "The prime of the group in which the secret is agreed on.",
    es: "El primo del grupo en que se acuerda el secreto.",
    reference: "RFC 5246 §7.4.3",
  },
  "body.g": {
    en: "The generator of the group in which the secret is agreed on.",
    es: "El generador del grupo en que se acuerda el secreto.",
    reference: "RFC 5246 §7.4.3",
  },
  "body.encryptedPremasterSecret": {
    en: "The secret itself, under the server's key: whoever gets that key later can read everything.",
    es: "El propio secreto, cifrado con la clave del servidor: quien la obtenga más tarde podrá leerlo todo.",
    reference: "RFC 5246 §7.4.7.1",
  },
  "body.octets": {
    en: "How the secret was agreed on here is not known without the hellos.",
    es: "Sin los saludos no se sabe cómo se acordó aquí el secreto.",
    reference: "RFC 5246 §7.4.7",
  },
  "body.algorithm": {
    en: "How it is signed, or compressed.",
    es: "Cómo se firma o se comprime.",
    reference: "RFC 8446 §4.4.3, RFC 8879 §4",
  },
  "body.signature": {
    en: "A signature with the certificate's key: it proves that the sender holds it.",
    es: "Una firma con la clave del certificado: demuestra que el remitente la tiene.",
    reference: "RFC 8446 §4.4.3, RFC 5246 §7.4.3",
  },
};

const identities: Explanations = {
  "body.context": {
    en: "Which request a certificate answers; empty in the handshake.",
    es: "A qué petición responde un certificado; vacío en la negociación.",
    reference: "RFC 8446 §4.3.2",
  },
  "body.certificates": {
    en: "The sender's certificate and then those that vouch for it; the root may be left out. None: the client has none.",
    es: "El certificado del remitente y después los que responden por él; la raíz puede faltar. Ninguno: el cliente no tiene.",
    reference: "RFC 8446 §4.4.2",
  },
  "body.types": {
    en: "The kinds of certificate that the server takes of a client.",
    es: "Las clases de certificado que el servidor acepta de un cliente.",
    reference: "RFC 5246 §7.4.4",
  },
  "body.signatureAlgorithms": {
    en: "The signatures that the server can check.",
    es: "Las firmas que el servidor sabe comprobar.",
    reference: "RFC 5246 §7.4.4",
  },
  "body.authorities": {
    en: "The authorities whose certificates the server takes.",
    es: "Las autoridades cuyos certificados acepta el servidor.",
    reference: "RFC 5246 §7.4.4",
  },
  "body.verifyData": {
    en: "A summary of the whole handshake under the new keys: had anybody changed an octet, it would not fit.",
    es: "Un resumen de toda la negociación con las claves nuevas: si alguien hubiera cambiado un octeto, no encajaría.",
    reference: "RFC 8446 §4.4.4",
  },
  "body.type": {
    en: "What kind of answer on revocation this is.",
    es: "Qué clase de respuesta sobre revocación es esta.",
    reference: "RFC 6066 §8",
  },
  "body.response": {
    en: "The authority's signed word that the certificate was not revoked.",
    es: "La palabra firmada de la autoridad de que el certificado no está revocado.",
    reference: "RFC 6066 §8",
  },
  "body.uncompressedLength": {
    en: "How large the certificates are once they are opened.",
    es: "Cuánto ocupan los certificados una vez descomprimidos.",
    reference: "RFC 8879 §4",
  },
  "body.compressed": {
    en: "The certificates, compressed.",
    es: "Los certificados, comprimidos.",
    reference: "RFC 8879 §4",
  },
};

const afterwards: Explanations = {
  "body.lifetimeHint": {
    en: "How long the ticket may be worth something.",
    es: "Cuánto puede valer el tique.",
    reference: "RFC 5077 §3.3",
  },
  "body.lifetime": {
    en: "How long the ticket is good for, a week at the most.",
    es: "Cuánto vale el tique, una semana como mucho.",
    reference: "RFC 8446 §4.6.1",
  },
  "body.ageAdd": {
    en: "Added to the ticket's age, so that nobody can follow a client by it.",
    es: "Se suma a la edad del tique para que nadie pueda seguir por ella a un cliente.",
    reference: "RFC 8446 §4.6.1",
  },
  "body.nonce": {
    en: "Makes the secret of each ticket another.",
    es: "Hace que el secreto de cada tique sea otro.",
    reference: "RFC 8446 §4.6.1",
  },
  "body.ticket": {
    en: "All that the server must remember of the session, enciphered for itself: the client keeps it.",
    es: "Todo lo que el servidor debe recordar de la sesión, cifrado para sí mismo: lo guarda el cliente.",
    reference: "RFC 8446 §4.6.1, RFC 5077 §3.3",
  },
  "body.requestUpdate": {
    en: "The sender changes its keys from here on, and may ask the other side to do so too.",
    es: "El remitente cambia sus claves desde aquí y puede pedir que el otro lado también lo haga.",
    reference: "RFC 8446 §4.6.3",
  },
  changeCipherSpec: {
    en: "From the next record on this way is enciphered; in TLS 1.3 it means nothing, and is there for old devices in between.",
    es: "Desde el próximo registro este sentido va cifrado; en TLS 1.3 no significa nada y está por los equipos viejos del camino.",
    reference: "RFC 5246 §7.1, RFC 8446 §D.4",
  },
  level: {
    en: "A fatal alert ends the conversation; a warning does not have to.",
    es: "Una alerta fatal termina la conversación; un aviso no tiene por qué.",
    reference: "RFC 8446 §6",
  },
  description: {
    en: "What went wrong, or, with close_notify, that this side has nothing more to say.",
    es: "Qué ha fallado o, con close_notify, que este lado no tiene más que decir.",
    reference: "RFC 8446 §6",
  },
};

/** The hello of SSL 2.0. */
const old: Explanations = {
  cipherSpecs: {
    en: "Suites of three octets: those of SSL 2.0, and those of later versions with a zero before them.",
    es: "Conjuntos de tres octetos: los de SSL 2.0, y los de versiones posteriores con un cero delante.",
    reference: "RFC 5246 §E.2",
  },
  cipherSpecsLength: {
    en: "How many octets of suites follow, three each.",
    es: "Cuántos octetos de conjuntos siguen, tres por cada uno.",
    reference: "RFC 5246 §E.2",
  },
  sessionIdLength: {
    en: "How long the session's name is; none here, for sessions are taken up again in the new hello.",
    es: "Lo que mide el nombre de la sesión; aquí nada, pues se reanuda con el saludo nuevo.",
    reference: "RFC 5246 §E.2",
  },
  challengeLength: {
    en: "How many random octets the client sends.",
    es: "Cuántos octetos aleatorios envía el cliente.",
    reference: "RFC 5246 §E.2",
  },
  sessionId: {
    en: "The session that the client wants to take up again.",
    es: "La sesión que el cliente quiere reanudar.",
    reference: "RFC 5246 §E.2",
  },
  challenge: {
    en: "Fresh random octets; with zeros before them they are the client's random.",
    es: "Octetos aleatorios nuevos; con ceros delante son el aleatorio del cliente.",
    reference: "RFC 5246 §E.2",
  },
};

/** By path in the tree of a record, a handshake message or an alert; extensions by their type. */
export const explain: Explanations = {
  fragment: {
    en: "What the record carries, sealed: only who has the keys can read it.",
    es: "Lo que lleva el registro, sellado: solo lo lee quien tiene las claves.",
    reference: "RFC 8446 §5.2",
  },
  ...records,
  ...hellos,
  ...extensionExplanations,
  ...exchange,
  ...identities,
  ...within("body.certificates.*", certificate),
  ...within("body.certificates.*.certificate", certificate),
  ...afterwards,
  ...old,
};

/** TLS 1.3 has extensions beside each certificate. */
function within(path: string, explanations: Explanations): Explanations {
  return Object.fromEntries(Object.entries(explanations).map(([key, each]) => [`${path}.${key}`, each]));
}
