// Exercise: a board is switched off in the middle of QoS 2. Who held what, and how often did the message arrive?
import { Type } from "../../../protocols/mqtt/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { choice, chosen, number, packets } from "../kinds/index.ts";
import { messagesOf, said, type Told } from "./messages.ts";
import { type Kept, type SwitchedOff, switchedOff } from "./switched-off.ts";

type OffRun = Run<SwitchedOff>;

const by = (address: string) => (one: Told<"PUBLISH">) => one.packet.source === address;
const connects = (run: OffRun) =>
  messagesOf(run, "CONNECT").filter(({ packet }) => packet.source === run.task.board.address);
/** When the power came back. */
const again = (run: OffRun): number => connects(run)[1]!.number;
const release = (run: OffRun): Told<"PUBREL"> =>
  messagesOf(run, "PUBREL").findLast(({ message }) => message.packetIdentifier === run.task.identifier)!;
const copies = (run: OffRun) =>
  messagesOf(run, "PUBLISH").filter(one => said(one) === run.task.text && by(run.task.board.address)(one));
const delivered = (run: OffRun) =>
  messagesOf(run, "PUBLISH").filter(one => said(one) === run.task.text && by(run.task.broker)(one));
/** What the board sends first after its second CONNECT. */
const resumed = (run: OffRun): number => {
  const copy = copies(run).find(({ number }) => number > again(run));
  return copy?.number ?? release(run).number;
};

const states = choice(
  [
    {
      id: "message",
      says: {
        en: "The board still held the message, to send it again; the broker held its identifier.",
        es: "La placa guardaba todavía el mensaje, para reenviarlo; el broker guardaba su identificador.",
      },
    },
    {
      id: "release",
      says: {
        en: "The board held only the identifier, and owed PUBREL; the broker held the identifier too.",
        es: "La placa guardaba solo el identificador, y debía PUBREL; el broker también guardaba el identificador.",
      },
    },
    {
      id: "complete",
      says: {
        en: "The board held only the identifier, and owed PUBREL; the broker had forgotten it already.",
        es: "La placa guardaba solo el identificador, y debía PUBREL; el broker ya lo había olvidado.",
      },
    },
    {
      id: "nothing",
      says: {
        en: "The board held nothing any more; the broker held the message, to deliver it later.",
        es: "La placa ya no guardaba nada; el broker guardaba el mensaje, para entregarlo después.",
      },
    },
  ],
  {
    en: "the first MQTT packet of the board after its second CONNECT",
    es: "el primer paquete MQTT de la placa después de su segundo CONNECT",
  },
);

/** Read off what the board sends again, and whether the broker had seen a PUBREL before. */
function stateIn(run: OffRun): Kept {
  if (copies(run).some(({ number }) => number > again(run))) return "message";
  const before = messagesOf(run, "PUBREL").some(
    ({ message, number }) => message.packetIdentifier === run.task.identifier && number < again(run),
  );
  return before ? "complete" : "release";
}

const look = (run: OffRun) => ({
  en: `Compare two things: what the board sends in packet ${resumed(run)}, and whether a PUBREL with identifier ${run.task.identifier} crossed the wire before packet ${again(run)} (MQTT 3.1.1 §4.3.3).`,
  es: `Compara dos cosas: qué envía la placa en el paquete ${resumed(run)}, y si antes del paquete ${again(run)} pasó por el cable un PUBREL con el identificador ${run.task.identifier} (MQTT 3.1.1 §4.3.3).`,
});

export const exercise = anExercise<SwitchedOff>({
  id: "mqtt-delivery",
  subject: "mqtt",
  level: "explain",
  title: { en: "Exactly once, in spite of everything", es: "Exactamente una vez, pese a todo" },
  scene: switchedOff,
  story: ({ task }) => ({
    en: `${task.board.clientId} publishes commands to ${task.topic} with QoS 2. In the middle of "${task.text}" (packet identifier ${task.identifier}) its power fails, and comes back after ${task.off / 1000} s. What it does then comes from what it had written down; the broker at ${task.broker} was never off.`,
    es: `${task.board.clientId} publica órdenes en ${task.topic} con QoS 2. En mitad de «${task.text}» (identificador de paquete ${task.identifier}) se va la corriente, y vuelve a los ${task.off / 1000} s. Lo que hace entonces sale de lo que había anotado; el broker, ${task.broker}, no se apagó nunca.`,
  }),
  questions: [
    ask({
      id: "held",
      asks: {
        en: "While the board was off: who held what?",
        es: "Mientras la placa estaba apagada: ¿quién guardaba qué?",
      },
      kind: states,
      expected: (run: OffRun) => chosen(stateIn(run), resumed(run)),
      wrong: [
        { answer: run => chosen("message", resumed(run)), says: look },
        { answer: run => chosen("release", resumed(run)), says: look },
        { answer: run => chosen("complete", resumed(run)), says: look },
        {
          answer: run => chosen("nothing", resumed(run)),
          says: run => ({
            en: `Then the board would have had nothing to send. Packet ${resumed(run)} shows that it remembered the identifier at least; and the broker passes a message on when PUBLISH comes, not when the flow is over (MQTT 3.1.1 §4.3.3).`,
            es: `Entonces la placa no habría tenido nada que enviar. El paquete ${resumed(run)} muestra que al menos recordaba el identificador; y el broker pasa un mensaje cuando llega PUBLISH, no cuando acaba el flujo (MQTT 3.1.1 §4.3.3).`,
          }),
        },
      ],
      otherwise: look,
      tshark: {
        filter: "mqtt && ip.src == ip.src",
        fields: ["frame.number", "ip.src", "mqtt.msgtype", "mqtt.msgid"],
        concludes(rows, { task }) {
          const mine = rows.filter(([, source]) => source === task.board.address);
          const connects = mine.filter(([, , type]) => type === String(Type.CONNECT));
          const [next] = mine.slice(mine.indexOf(connects[1]!) + 1);
          if (next![2] === String(Type.PUBLISH)) return `message ${next![0]}`;
          const releases = mine.filter(
            ([, , type, id]) => type === String(Type.PUBREL) && id === String(task.identifier),
          );
          return `${releases.length > 1 ? "complete" : "release"} ${next![0]}`;
        },
      },
    }),
    ask({
      id: "copies",
      asks: ({ task }: OffRun) => ({
        en: `In which packets does "${task.text}" cross the wire towards the broker?`,
        es: `¿En qué paquetes cruza el cable «${task.text}» hacia el broker?`,
      }),
      kind: packets,
      expected: (run: OffRun) => copies(run).map(({ number }) => number),
      wrong: [
        {
          answer: run => [...copies(run), ...delivered(run)].map(({ number }) => number),
          says: run => ({
            en: `Some of those go from the broker to the panel: look at the source address (ip.dst == ${run.task.broker}).`,
            es: `Algunos de esos van del broker al panel: mira la dirección de origen (ip.dst == ${run.task.broker}).`,
          }),
        },
        {
          answer: run => [copies(run)[0]!.number, resumed(run)],
          says: run => ({
            en: `Packet ${resumed(run)} is not the message: look at its type. PUBREL carries only the identifier (MQTT 3.1.1 §3.6).`,
            es: `El paquete ${resumed(run)} no es el mensaje: mira su tipo. PUBREL lleva solo el identificador (MQTT 3.1.1 §3.6).`,
          }),
        },
        {
          answer: run => [copies(run)[0]!.number],
          says: run => ({
            en: `Look after packet ${again(run)} too: a copy has the DUP flag set (MQTT 3.1.1 §3.3.1.1).`,
            es: `Mira también después del paquete ${again(run)}: una copia lleva el indicador DUP (MQTT 3.1.1 §3.3.1.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `mqtt.msgtype == 3 && ip.dst == ${run.task.broker}, with that payload; copies have DUP set (MQTT 3.1.1 §3.3.1.1). The first CONNECT after the failure is packet ${again(run)}.`,
        es: `mqtt.msgtype == 3 && ip.dst == ${run.task.broker}, con esa carga; las copias llevan DUP (MQTT 3.1.1 §3.3.1.1). El primer CONNECT tras el fallo es el paquete ${again(run)}.`,
      }),
    }),
    ask({
      id: "times",
      asks: {
        en: "How often did the panel get that command?",
        es: "¿Cuántas veces recibió el panel esa orden?",
      },
      kind: number({ example: "4" }),
      expected: (run: OffRun) => delivered(run).length,
      wrong: [
        {
          answer: () => 2,
          says: run => ({
            en: `Count PUBLISH packets from ${run.task.broker} to the panel with that payload. While the broker holds identifier ${run.task.identifier}, a PUBLISH with it is a copy and is not passed on (MQTT 3.1.1 §4.3.3).`,
            es: `Cuenta los PUBLISH de ${run.task.broker} al panel con esa carga. Mientras el broker guarda el identificador ${run.task.identifier}, un PUBLISH con él es una copia, y no se pasa (MQTT 3.1.1 §4.3.3).`,
          }),
        },
        {
          answer: () => 0,
          says: run => ({
            en: `It did get it: look for the payload in packets from ${run.task.broker} before packet ${again(run)} (MQTT 3.1.1 §4.3.3: the receiver may pass it on at once).`,
            es: `Sí lo recibió: busca la carga en paquetes de ${run.task.broker} antes del paquete ${again(run)} (MQTT 3.1.1 §4.3.3: quien recibe puede pasarlo enseguida).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Count the PUBLISH packets with ip.src == ${run.task.broker} and that payload, before and after packet ${again(run)}.`,
        es: `Cuenta los PUBLISH con ip.src == ${run.task.broker} y esa carga, antes y después del paquete ${again(run)}.`,
      }),
    }),
  ],
  hints: [
    {
      en: "QoS 2 is PUBLISH, PUBREC, PUBREL, PUBCOMP (MQTT 3.1.1 §4.3.3). At each of them one side may forget something.",
      es: "QoS 2 es PUBLISH, PUBREC, PUBREL, PUBCOMP (MQTT 3.1.1 §4.3.3). Con cada uno, una de las partes puede olvidar algo.",
    },
    ({ task }) => ({
      en: `Keep to that one message: mqtt.msgid == ${task.identifier}.`,
      es: `Quédate con ese mensaje: mqtt.msgid == ${task.identifier}.`,
    }),
    {
      en: "Whoever has kept the message sends PUBLISH again; whoever has kept only its identifier sends PUBREL. The broker forgets the identifier when a PUBREL comes.",
      es: "Quien guardó el mensaje reenvía PUBLISH; quien guardó solo su identificador envía PUBREL. El broker olvida el identificador cuando llega un PUBREL.",
    },
  ],
});
