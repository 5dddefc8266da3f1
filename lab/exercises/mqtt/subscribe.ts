// Exercise: the octets of a SUBSCRIBE, written by hand.
import { packet, requiredFlags, Type } from "../../../protocols/mqtt/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { encoded } from "../kinds/index.ts";
import { type Greenhouse, greenhouse } from "./greenhouse.ts";
import { messagesOf } from "./messages.ts";

type DayRun = Run<Greenhouse>;

interface Wish {
  readonly packetIdentifier: number;
  readonly filter: string;
  readonly qos: number;
}

/** Everything that the student's own run does not ask for already. */
const wish = ({ task }: DayRun): Wish => ({
  packetIdentifier: Number(task.person.clientId.replace(/\D/g, "")) * 7,
  filter: `${task.site}/+/door`,
  qos: task.panel.qos === 1 ? 2 : 1,
});

const octetsOf = (
  { packetIdentifier, filter, qos }: Wish,
  reservedFlags = requiredFlags(Type.SUBSCRIBE),
): Uint8Array =>
  packet.encode({
    type: Type.SUBSCRIBE,
    reservedFlags,
    packetIdentifier,
    subscriptions: [{ filter, options: { qos } }],
  });

/** MQTT 3.1.1: without a CONNECT before it, that is what a packet is read as. */
const subscription = encoded(packet, value =>
  value.type === Type.SUBSCRIBE
    ? JSON.stringify([
        value.reservedFlags,
        value.packetIdentifier,
        value.subscriptions.map(({ filter, options }) => [filter, options.qos]),
      ])
    : `type ${value.type}`,
);

const panels = (run: DayRun): number => messagesOf(run, "SUBSCRIBE")[0]!.number;

export const exercise = anExercise<Greenhouse>({
  id: "mqtt-subscribe",
  subject: "mqtt",
  level: "build",
  title: { en: "A SUBSCRIBE by hand", es: "Un SUBSCRIBE a mano" },
  scene: greenhouse,
  story: run => {
    const { filter, qos, packetIdentifier } = wish(run);
    return {
      en: `A new lock wants to hear the codes of all doors: topic filter ${filter}, QoS ${qos}, packet identifier ${packetIdentifier} (0x${packetIdentifier.toString(16)}), by MQTT 3.1.1. Its program has no library: you write the octets. Packet ${panels(run)} of the capture shows how another client subscribes.`,
      es: `Una cerradura nueva quiere oír los códigos de todas las puertas: filtro ${filter}, QoS ${qos}, identificador de paquete ${packetIdentifier} (0x${packetIdentifier.toString(16)}), con MQTT 3.1.1. Su programa no tiene biblioteca: los octetos los escribes tú. El paquete ${panels(run)} de la captura muestra cómo se suscribe otro cliente.`,
    };
  },
  questions: [
    ask({
      id: "octets",
      asks: {
        en: "The octets of the whole SUBSCRIBE packet, in hexadecimal.",
        es: "Los octetos del paquete SUBSCRIBE entero, en hexadecimal.",
      },
      kind: subscription,
      expected: (run: DayRun) => octetsOf(wish(run)),
      wrong: [
        {
          answer: run => octetsOf(wish(run), 0),
          says: run => ({
            en: `The first octet is not right: the four low bits of SUBSCRIBE's fixed header must be 0010 (MQTT 3.1.1 §3.8.1). Compare packet ${panels(run)}.`,
            es: `El primer octeto no está bien: los cuatro bits bajos de la cabecera fija de SUBSCRIBE deben ser 0010 (MQTT 3.1.1 §3.8.1). Compara con el paquete ${panels(run)}.`,
          }),
        },
        {
          answer: run => octetsOf({ ...wish(run), qos: 0 }),
          says: run => ({
            en: `That asks for QoS 0: the last octet is the requested QoS (MQTT 3.1.1 §3.8.3; packet ${panels(run)}).`,
            es: `Eso pide QoS 0: el último octeto es la QoS pedida (MQTT 3.1.1 §3.8.3; paquete ${panels(run)}).`,
          }),
        },
        {
          answer: run => octetsOf({ ...wish(run), filter: `${run.task.site}/#` }),
          says: run => ({
            en: `That filter asks for more: # stands for all levels from there on, + for one (MQTT 3.1.1 §4.7.1; packet ${panels(run)} asks so).`,
            es: `Ese filtro pide más: # está por todos los niveles desde ahí, + por uno (MQTT 3.1.1 §4.7.1; así pide el paquete ${panels(run)}).`,
          }),
        },
        {
          answer: run => octetsOf({ ...wish(run), packetIdentifier: swapped(wish(run).packetIdentifier) }),
          says: run => ({
            en: `The packet identifier's octets are the wrong way round: the most significant comes first (MQTT 3.1.1 §1.5.2, §2.3.1; packet ${panels(run)}).`,
            es: `Los octetos del identificador están al revés: va primero el más significativo (MQTT 3.1.1 §1.5.2, §2.3.1; paquete ${panels(run)}).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `In order: 82; the remaining length; the packet identifier in two octets; the filter's length in two octets; the filter; the QoS (MQTT 3.1.1 §3.8; see packet ${panels(run)}). bun lab mqtt decode shows what yours say.`,
        es: `Por orden: 82; la longitud restante; el identificador en dos octetos; la longitud del filtro en dos octetos; el filtro; la QoS (MQTT 3.1.1 §3.8; mira el paquete ${panels(run)}). bun lab mqtt decode enseña lo que dicen los tuyos.`,
      }),
    }),
  ],
  hints: [
    {
      en: "The fixed header is 82 and the remaining length. What remains: identifier, filter with its length, QoS.",
      es: "La cabecera fija es 82 y la longitud restante. Lo que resta: identificador, filtro con su longitud, QoS.",
    },
    {
      en: "ASCII: 'a' is 61, '/' is 2f, '+' is 2b.",
      es: "ASCII: 'a' es 61, '/' es 2f, '+' es 2b.",
    },
    {
      en: "Let the lab read it: bun lab mqtt decode 82…",
      es: "Deja que lo lea el laboratorio: bun lab mqtt decode 82…",
    },
  ],
});

const swapped = (value: number): number => ((value & 0xff) << 8) | (value >> 8);
