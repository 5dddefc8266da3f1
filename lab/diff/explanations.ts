// Why two runs differ, where the reason is known: TLS, its version, who is authenticated, the quality of service, whose servers.
import type { Said } from "../words.ts";
import type { AlignedBoard, Comparison, Difference } from "./differences.ts";
import type { Board, Message } from "./messages.ts";
import type { Side } from "./side.ts";

export interface Explanation {
  readonly says: Said;
  readonly reference: string;
  readonly explained: readonly Difference[];
}

export interface Explained {
  readonly explanations: readonly Explanation[];
  /** For which no reason is known. */
  readonly left: readonly Difference[];
}

interface Reason {
  readonly says: Said;
  readonly reference: string;
  readonly explains: (difference: Difference) => boolean;
}

/** Each difference is explained by the first reason that does. */
export function explain(a: Side, b: Side, { boards, differences }: Comparison): Explained {
  const both = boards.find(board => board.a && board.b);
  const reasons = both ? reasonsOf(a, b, both) : [];
  let left = differences;
  const explanations = reasons.flatMap(({ says, reference, explains }): Explanation[] => {
    const explained = left.filter(explains);
    if (explained.length === 0) return [];
    left = left.filter(one => !explains(one));
    return [{ says, reference, explained }];
  });
  return { explanations, left };
}

/** How a board's connection with the broker is made. */
export interface Manner {
  /** "TLS 1.2"; `undefined` in the clear. */
  readonly version: string | undefined;
  readonly suite: string | undefined;
  readonly isMutual: boolean;
  /** The highest of what is published. */
  readonly qos: number;
  /** Messages and octets of the handshake, and milliseconds from the SYN to CONNECT. */
  readonly handshake: { readonly messages: number; readonly octets: number; readonly milliseconds: number };
  /** Octets that TLS adds to an MQTT message: the median. */
  readonly overhead: number;
}

export function mannerOf({ messages }: Board): Manner {
  const talk = messages.filter(({ dialogue }) => dialogue === "broker");
  const connect = talk.findIndex(({ name }) => name === "CONNECT");
  const opening = talk.slice(0, connect < 0 ? talk.length : connect);
  const handshake = opening.filter(({ name }) => isHandshake(name));
  const hello = talk.find(({ name }) => name === "Server Hello");
  const levels = talk.filter(({ name }) => name === "PUBLISH").map(({ facts }) => Number(facts.qos ?? 0));
  const added = talk.flatMap(({ record, octets }) => (record === undefined ? [] : [record - octets]));
  added.sort((x, y) => x - y);
  const [first, last] = [opening.find(({ name }) => name === "SYN"), talk[connect]];
  return {
    version: hello?.facts.version ?? (handshake.length > 0 ? "TLS" : undefined),
    suite: hello?.facts.suite,
    isMutual: talk.some(({ name }) => name === "Certificate Request"),
    qos: Math.max(0, ...levels),
    handshake: {
      messages: handshake.length,
      octets: handshake.reduce((sum, { octets }) => sum + octets, 0),
      milliseconds: first && last ? (last.time - first.time) * 1000 : 0,
    },
    overhead: added[added.length >> 1] ?? 0,
  };
}

const handshakeNames = new Set([
  ...["Client Hello", "Server Hello", "Encrypted Extensions", "Certificate", "Server Key Exchange"],
  ...["Certificate Request", "Server Hello Done", "Client Key Exchange", "Certificate Verify", "Finished"],
  ...["New Session Ticket", "Change Cipher Spec", "Hello Retry Request"],
]);
export const isHandshake = (name: string): boolean => handshakeNames.has(name);
const isTls = (name: string): boolean =>
  isHandshake(name) || name.startsWith("Alert ") || name === "enciphered";
const acknowledgements = ["PUBACK", "PUBREC", "PUBREL", "PUBCOMP"];
const nameOf = ({ id }: Difference): string => id.split(".")[0]!;
const messageOf = ({ a, b }: Difference): Message | undefined => a ?? b;

function reasonsOf(a: Side, b: Side, board: AlignedBoard): Reason[] {
  const [one, other] = [mannerOf(board.a!), mannerOf(board.b!)];
  return [
    ...enciphering(one, other),
    ...authentication(one, other),
    ...version(one, other),
    ...quality(one, other),
    ...servers(a, b),
  ];
}

function enciphering(a: Manner, b: Manner): Reason[] {
  if ((a.version === undefined) === (b.version === undefined)) return [];
  const [plain, safe] = a.version === undefined ? ["A", "B"] : ["B", "A"];
  const { version, suite, handshake, overhead } = a.version === undefined ? b : a;
  const inTheClear = (a.version === undefined ? a : b).handshake.milliseconds.toFixed(1);
  const { messages, octets, milliseconds } = handshake;
  const with_ = suite ? `${version}, ${suite}` : version;
  const ms = milliseconds.toFixed(1);
  return [
    {
      says: {
        en: `${plain} talks in the clear, ${safe} enciphers (${with_}): before CONNECT a handshake of ${messages} messages and ${octets} octets, so that CONNECT comes ${ms} ms after the SYN instead of ${inTheClear}; and on each MQTT message ${overhead} octets of record header, nonce and tag.`,
        es: `${plain} habla en claro, ${safe} cifra (${with_}): antes de CONNECT, una negociación de ${messages} mensajes y ${octets} octetos, con lo que CONNECT llega ${ms} ms después del SYN en vez de ${inTheClear}; y en cada mensaje MQTT, ${overhead} octetos de cabecera de registro, nonce y etiqueta.`,
      },
      reference: version === "TLS 1.3" ? "RFC 8446 §2, §5.2" : "RFC 5246 §7.3, RFC 5288 §3",
      explains: difference => isTls(nameOf(difference)) || difference.id === "finding.mqtt.readable-secrets",
    },
  ];
}

function authentication(a: Manner, b: Manner): Reason[] {
  if (!a.version || !b.version || a.isMutual === b.isMutual) return [];
  const [one, mutual] = a.isMutual ? ["B", "A"] : ["A", "B"];
  return [
    {
      says: {
        en: `In ${one} the broker alone shows a certificate; in ${mutual} it asks for the board's too, and the board signs the handshake to prove that the key is its own.`,
        es: `En ${one} solo el broker enseña un certificado; en ${mutual} pide también el de la placa, que firma la negociación para demostrar que la clave es suya.`,
      },
      reference: "RFC 5246 §7.4.4, §7.4.8; RFC 8446 §4.3.2",
      explains: difference =>
        nameOf(difference) === "Certificate Request" ||
        (["Certificate", "Certificate Verify"].includes(difference.id) &&
          messageOf(difference)!.isAsking === true),
    },
  ];
}

function version(a: Manner, b: Manner): Reason[] {
  if (!a.version || !b.version || (a.version === b.version && a.suite === b.suite)) return [];
  const isTlsOnly = (difference: Difference): boolean => isTls(nameOf(difference));
  if (a.version === b.version)
    return [
      {
        says: {
          en: `The same version with another cipher suite: ${a.suite} in A, ${b.suite} in B.`,
          es: `La misma versión con otro conjunto de cifrado: ${a.suite} en A, ${b.suite} en B.`,
        },
        reference: "RFC 5246 §7.4.1.3, RFC 8446 §4.1.3",
        explains: isTlsOnly,
      },
    ];
  const old = a.version === "TLS 1.3" ? ["B", b] : ["A", a];
  const cost = (side: string, { handshake, overhead }: Manner) => ({
    en: `${side} ${handshake.messages} messages, ${handshake.octets} octets, ${overhead} on each MQTT message`,
    es: `${side} ${handshake.messages} mensajes, ${handshake.octets} octetos, ${overhead} en cada mensaje MQTT`,
  });
  const costs = [cost("A", a), cost("B", b)];
  const [side] = old;
  return [
    {
      says: {
        en: `${a.version} in A, ${b.version} in B. TLS 1.3 puts both halves of the key exchange into the hellos and saves a round trip: ${side} alone has Server Key Exchange, Client Key Exchange and Server Hello Done. What follows the hellos is enciphered in 1.3, Encrypted Extensions and certificates included, and tickets come after the handshake. Handshake: ${costs.map(({ en }) => en).join("; ")}.`,
        es: `${a.version} en A, ${b.version} en B. TLS 1.3 mete las dos mitades del intercambio de claves en los saludos y ahorra una ida y vuelta: solo ${side} tiene Server Key Exchange, Client Key Exchange y Server Hello Done. En 1.3, lo que sigue a los saludos va cifrado, incluidos Encrypted Extensions y los certificados, y los tiques llegan tras la negociación. Negociación: ${costs.map(({ es }) => es).join("; ")}.`,
      },
      reference: "RFC 8446 §2, §1.2; RFC 5246 §7.3",
      explains: isTlsOnly,
    },
  ];
}

function quality(a: Manner, b: Manner): Reason[] {
  if (a.qos === b.qos) return [];
  const flows = [
    { en: "nothing follows a PUBLISH", es: "nada sigue a un PUBLISH" },
    { en: "a PUBACK follows each PUBLISH", es: "a cada PUBLISH le sigue un PUBACK" },
    {
      en: "PUBREC, PUBREL and PUBCOMP follow each PUBLISH",
      es: "a cada PUBLISH le siguen PUBREC, PUBREL y PUBCOMP",
    },
  ] as const;
  const flow = ({ qos }: Manner): Said => flows[qos] ?? flows[0];
  return [
    {
      says: {
        en: `QoS ${a.qos} in A: ${flow(a).en}; QoS ${b.qos} in B: ${flow(b).en}. 0 delivers at most once, 1 at least once, 2 exactly once.`,
        es: `QoS ${a.qos} en A: ${flow(a).es}; QoS ${b.qos} en B: ${flow(b).es}. 0 entrega como mucho una vez, 1 al menos una, 2 exactamente una.`,
      },
      reference: "MQTT 5 §4.3",
      explains: ({ id }) =>
        acknowledgements.includes(id.split(".")[0]!) || id.endsWith(".qos") || id === "SUBACK.reasonCodes",
    },
  ];
}

/** What servers say and do by their own lights: options, flags, how they close a connection. */
function servers(a: Side, b: Side): Reason[] {
  if (a.servers === undefined || b.servers === undefined || a.servers === b.servers) return [];
  const en = (text: string) => (text === "embedded" ? "the lab's own servers" : text);
  const es = (text: string) => (text === "embedded" ? "los servidores del laboratorio" : text);
  return [
    {
      says: {
        en: `A is answered by ${en(a.servers)}, B by ${en(b.servers)}: what a standard leaves to a server, each does its own way.`,
        es: `A A responden ${es(a.servers)}; a B, ${es(b.servers)}: lo que una norma deja al servidor, cada uno lo hace a su manera.`,
      },
      reference: "RFC 2131 §4.3.1, RFC 1035 §4.1.1, MQTT 5 §3.2.2.3",
      explains: difference => {
        const message = messageOf(difference);
        if (!message || message.isAsking) return false;
        return difference.how === "other" || ["RST", "FIN"].includes(difference.id) || isTls(difference.id);
      },
    },
  ];
}
