// What each extension of TLS is for, in one plain sentence.
import type { Explanations } from "../packet/analysis.ts";

/** By type: reference, English, Spanish. */
const sentences: Readonly<Record<number, readonly [reference: string, en: string, es: string]>> = {
  0: [
    "RFC 6066 §3",
    "The host that the client wants, in the clear: one address may serve many, and an eavesdropper reads it too.",
    "El servidor que quiere el cliente, en claro: una dirección puede atender a muchos, y el fisgón también lo lee.",
  ],
  1: [
    "RFC 6066 §4",
    "A client with little memory asks for small records.",
    "Un cliente con poca memoria pide registros pequeños.",
  ],
  2: [
    "RFC 6066 §5",
    "The client may send an address where its certificate lies, instead of the certificate.",
    "El cliente puede enviar la dirección donde está su certificado, en lugar del certificado.",
  ],
  3: [
    "RFC 6066 §6",
    "The authorities whose roots a client with little memory holds, so that the server shows the right chain.",
    "Las autoridades cuyas raíces tiene un cliente con poca memoria, para que el servidor muestre la cadena adecuada.",
  ],
  4: [
    "RFC 6066 §7",
    "MACs cut to ten octets, to save some on narrow links; nobody should use it any more.",
    "MAC recortados a diez octetos, para ahorrar en enlaces estrechos; ya nadie debería usarlo.",
  ],
  5: [
    "RFC 6066 §8",
    "The client wants the authority's word that the certificate was not revoked.",
    "El cliente quiere la palabra de la autoridad de que el certificado no está revocado.",
  ],
  9: [
    "RFC 6091 §3.1",
    "Certificates of X.509 or of OpenPGP: an idea that did not last.",
    "Certificados X.509 u OpenPGP: una idea que no cuajó.",
  ],
  10: [
    "RFC 8446 §4.2.7",
    "The curves and groups in which keys may be agreed on, in order of preference.",
    "Las curvas y grupos en que pueden acordarse claves, por orden de preferencia.",
  ],
  11: [
    "RFC 8422 §5.1.2",
    "How points of a curve may be written: uncompressed, today.",
    "Cómo pueden escribirse los puntos de una curva: hoy, sin comprimir.",
  ],
  12: [
    "RFC 5054 §2.8.1",
    "The user's name, for keys made from a password; anybody can read it.",
    "El nombre de usuario, para claves hechas de una contraseña; cualquiera puede leerlo.",
  ],
  13: [
    "RFC 8446 §4.2.3",
    "The signatures that this side can check, in order of preference.",
    "Las firmas que este lado sabe comprobar, por orden de preferencia.",
  ],
  14: [
    "RFC 5764 §4.1.1",
    "How voice and video shall be protected with the keys that are agreed on here.",
    "Cómo se protegerán voz y vídeo con las claves que se acuerdan aquí.",
  ],
  16: [
    "RFC 7301 §3.1",
    "What shall be spoken inside, such as HTTP or MQTT.",
    "Qué se hablará dentro, como HTTP o MQTT.",
  ],
  17: [
    "RFC 6961 §2.2",
    "As the status request, for every certificate of the chain.",
    "Como la petición de estado, para cada certificado de la cadena.",
  ],
  18: [
    "RFC 6962 §3.3.1",
    "The client wants proof that the certificate was published in a log.",
    "El cliente quiere prueba de que el certificado se publicó en un registro.",
  ],
  19: [
    "RFC 7250 §3",
    "Which kinds of certificate the client can show: X.509, or a bare key.",
    "Qué tipos de certificado puede mostrar el cliente: X.509 o una clave sin más.",
  ],
  20: [
    "RFC 7250 §3",
    "Which kinds of certificate the server may show: X.509, or a bare key.",
    "Qué tipos de certificado puede mostrar el servidor: X.509 o una clave sin más.",
  ],
  22: [
    "RFC 7366 §2",
    "Records of the old ciphers shall be authenticated after they were enciphered, which is safer.",
    "Los registros de los cifrados antiguos se autenticarán después de cifrarse, que es más seguro.",
  ],
  23: [
    "RFC 7627 §5.1",
    "The master secret shall depend on the whole handshake, so that nobody can splice two of them.",
    "El secreto maestro dependerá de toda la negociación, para que nadie pueda empalmar dos.",
  ],
  24: [
    "RFC 8472 §2",
    "Cookies and tokens shall be tied to a key of the client, so that a stolen one is worth nothing.",
    "Las cookies y los tokens se atarán a una clave del cliente, para que robarlos no sirva de nada.",
  ],
  27: ["RFC 8879 §3", "How certificates may be compressed.", "Cómo pueden comprimirse los certificados."],
  28: ["RFC 8449 §4", "The largest record that this side takes.", "El mayor registro que acepta este lado."],
  34: [
    "RFC 9345 §4.1",
    "A server may sign with a key that its certificate's holder vouched for, for a few days: with these algorithms, or this is it.",
    "Un servidor puede firmar con una clave que avala por unos días el titular del certificado: con estos algoritmos, o es esta.",
  ],
  35: [
    "RFC 5077 §3.2",
    "The client takes tickets, with which a session is taken up again without certificates; or it brings one.",
    "El cliente acepta tiques, con los que se reanuda una sesión sin certificados; o trae uno.",
  ],
  40: [
    "RFC 8446 §4.2.8",
    "The key share as drafts of TLS 1.3 had it, up to the 22nd: its number was found taken.",
    "La mitad de la clave como en los borradores de TLS 1.3 hasta el 22: su número resultó estar ocupado.",
  ],
  41: [
    "RFC 8446 §4.2.11",
    "A session is taken up again: the client names it and proves that it knows its secret, the server says which it takes.",
    "Se reanuda una sesión: el cliente la nombra y demuestra que sabe su secreto; el servidor dice cuál acepta.",
  ],
  42: [
    "RFC 8446 §4.2.10",
    "Data are sent along with the first message, before the server has answered; they could be replayed.",
    "Se envían datos con el primer mensaje, antes de que responda el servidor; podrían repetirse.",
  ],
  43: [
    "RFC 8446 §4.2.1",
    "The versions that the client speaks, or the one that the server chose: the old field only keeps old devices quiet.",
    "Las versiones que habla el cliente, o la que eligió el servidor: el campo antiguo solo calma a equipos viejos.",
  ],
  44: [
    "RFC 8446 §4.2.2",
    "Something that the server wants back with the next hello, so that it need not remember the first.",
    "Algo que el servidor quiere de vuelta con el siguiente saludo, para no tener que recordar el primero.",
  ],
  45: [
    "RFC 8446 §4.2.9",
    "Whether a session that is taken up again also agrees on a fresh key.",
    "Si una sesión reanudada acuerda además una clave nueva.",
  ],
  46: [
    "RFC 8446 §4.6.1",
    "How much early data the server takes, as drafts of TLS 1.3 said it.",
    "Cuántos datos tempranos acepta el servidor, como lo decían los borradores de TLS 1.3.",
  ],
  47: [
    "RFC 8446 §4.2.4",
    "The authorities whose certificates this side accepts.",
    "Las autoridades cuyos certificados acepta este lado.",
  ],
  49: [
    "RFC 8446 §4.2.6",
    "The client may be asked for a certificate later, in the middle of the conversation.",
    "Al cliente se le puede pedir un certificado más tarde, en plena conversación.",
  ],
  50: [
    "RFC 8446 §4.2.3",
    "The signatures that this side can check in certificates, where they differ.",
    "Las firmas que este lado sabe comprobar en certificados, si son otras.",
  ],
  51: [
    "RFC 8446 §4.2.8",
    "This side's half of the key: with both halves each side works out the same secret, and who only listens can't.",
    "La mitad de la clave de este lado: con ambas mitades cada uno calcula el mismo secreto; quien solo escucha, no.",
  ],
  54: [
    "RFC 9146 §3",
    "A name for this conversation, by which it is known even if addresses change.",
    "Un nombre para esta conversación, por el que se la conoce aunque cambien las direcciones.",
  ],
  58: [
    "RFC 9149 §3",
    "How many tickets the client can use, so that the server does not make others in vain.",
    "Cuántos tiques puede usar el cliente, para que el servidor no haga otros en vano.",
  ],
  62: [
    "RFC 8446 §4.2",
    "Flags of one bit each, to spare extensions that only say yes.",
    "Banderas de un bit, que ahorran extensiones que solo dicen sí.",
  ],
  13172: [
    "RFC 7301 §1",
    "What shall be spoken inside, in the way from before ALPN: the client chose, and enciphered what.",
    "Qué se hablará dentro, a la manera anterior a ALPN: elegía el cliente y lo cifraba.",
  ],
  30032: [
    "RFC 8446 §4.2",
    "A browser proves a key of its own for each site; replaced by token binding, then given up.",
    "Un navegador demuestra una clave propia para cada sitio; lo sustituyó token binding y se abandonó.",
  ],
  65037: [
    "RFC 9849 §5",
    "The hello that is meant, enciphered inside this one: even the host's name is hidden.",
    "El saludo verdadero, cifrado dentro de este: hasta el nombre del servidor queda oculto.",
  ],
  65281: [
    "RFC 5746 §3.2",
    "Ties a renegotiation to what was agreed on before; empty at the first time.",
    "Ata una renegociación a lo acordado antes; vacío la primera vez.",
  ],
};

export const extensionExplanations: Explanations = Object.fromEntries(
  Object.entries(sentences).map(([type, [reference, en, es]]) => [
    `body.extensions.${type}`,
    { en, es, reference },
  ]),
);
