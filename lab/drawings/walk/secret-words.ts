// What each secret of a session is for, in both languages.
import type { Said } from "../../words.ts";

export const words = {
  premaster: {
    en: "What the two halves of the key exchange come to. Only the two sides can work it out; it is forgotten at once.",
    es: "El resultado de las dos mitades del intercambio. Solo los dos lados pueden calcularlo; se olvida enseguida.",
  },
  master: {
    en: "What all keys of the session come from. Whoever has it reads everything: it is what the key log holds.",
    es: "De él salen todas las claves de la sesión. Quien lo tiene lo lee todo: es lo que guarda el registro de claves.",
  },
  mac: { en: "Proves that no record was changed.", es: "Demuestra que no se ha cambiado ningún registro." },
  key: { en: "Enciphers the records of this way.", es: "Cifra los registros de este sentido." },
  iv: {
    en: "The first part of each nonce; the rest stands in the record.",
    es: "La primera parte de cada nonce; el resto está en el registro.",
  },
  iv13: {
    en: "Joined (XOR) with the record's number it is the nonce: no nonce is used twice.",
    es: "Unido (XOR) al número del registro es el nonce: ninguno se usa dos veces.",
  },
  early: {
    en: "There is no key from before, so anybody can work this out; it only begins the chain.",
    es: "No hay clave anterior, así que cualquiera puede calcularlo; solo empieza la cadena.",
  },
  earlyShared: {
    en: "It comes from the key of an earlier session, which both sides kept.",
    es: "Sale de la clave de una sesión anterior, que ambos lados guardaron.",
  },
  handshake: {
    en: "Here the key exchange comes in: only the two sides can work it out.",
    es: "Aquí entra el intercambio de claves: solo los dos lados pueden calcularlo.",
  },
  traffic: {
    en: "Bound to all messages so far: whoever changed one of them has other keys.",
    es: "Ligado a todos los mensajes hasta aquí: quien cambiara uno tendría otras claves.",
  },
  finishedKey: {
    en: "The key of the checksum over the whole handshake.",
    es: "La clave de la suma de comprobación de toda la negociación.",
  },
  verify: {
    en: "What Finished carries: it fits only if both sides saw the same handshake, to the last octet.",
    es: "Lo que lleva Finished: solo coincide si ambos lados vieron la misma negociación, hasta el último octeto.",
  },
  master13: {
    en: "The last of the chain: from here on the handshake's secrets can be forgotten.",
    es: "El último de la cadena: desde aquí se pueden olvidar los secretos de la negociación.",
  },
  exporter: {
    en: "For other protocols that want keys bound to this session.",
    es: "Para otros protocolos que quieren claves ligadas a esta sesión.",
  },
} as const satisfies Record<string, Said>;
