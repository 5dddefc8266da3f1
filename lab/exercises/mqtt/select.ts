// Exercise: the display filter that selects one room's acknowledged readings, as the sensors sent them.
import { anExercise, ask, type Run } from "../exercise.ts";
import { filter } from "../kinds/index.ts";
import { type Greenhouse, greenhouse } from "./greenhouse.ts";

type DayRun = Run<Greenhouse>;

/** The room with most readings above QoS 0. */
const place = ({ task: { sensors } }: DayRun): string => {
  const counts = sensors.map(({ readings }) => ({
    room: readings[0]!.topic.split("/")[1]!,
    count: readings.filter(({ qos }) => qos > 0).length,
  }));
  return counts.toSorted((a, b) => b.count - a.count)[0]!.room;
};

const parts = (run: DayRun) => ({
  publish: "mqtt.msgtype == 3",
  qos: "mqtt.qos > 0",
  topic: `mqtt.topic contains "/${place(run)}/"`,
  way: `ip.dst == ${run.task.broker}`,
});
const all = (run: DayRun) => Object.values(parts(run)).join(" && ");

export const exercise = anExercise<Greenhouse>({
  id: "mqtt-filter",
  subject: "mqtt",
  level: "build",
  title: { en: "Exactly these packets", es: "Exactamente estos paquetes" },
  scene: greenhouse,
  story: run => ({
    en: `In the capture are ${run.packets.length} packets. Wanted are those in which the sensor of "${place(run)}" hands the broker (${run.task.broker}) a message that the broker has to acknowledge: QoS 1 or 2, on a topic of that room. Not what the broker passes on, not acknowledgements.`,
    es: `En la captura hay ${run.packets.length} paquetes. Se buscan aquellos en los que el sensor de «${place(run)}» entrega al broker (${run.task.broker}) un mensaje que el broker tiene que confirmar: QoS 1 o 2, en un tema de ese lugar. Ni lo que el broker pasa adelante, ni las confirmaciones.`,
  }),
  questions: [
    ask({
      id: "filter",
      asks: {
        en: "Write a display filter that selects exactly these packets.",
        es: "Escribe un filtro de visualización que seleccione exactamente esos paquetes.",
      },
      kind: filter,
      expected: all,
      wrong: [
        {
          answer: run => `${parts(run).topic}`,
          says: {
            en: "That is everything about the room, also with QoS 0 and from the broker. Say which packet type (mqtt.msgtype), which QoS (mqtt.qos) and which way (ip.dst); MQTT 5 §3.3.1.",
            es: "Eso es todo lo de ese lugar, también con QoS 0 y desde el broker. Di qué tipo de paquete (mqtt.msgtype), qué QoS (mqtt.qos) y en qué sentido (ip.dst); MQTT 5 §3.3.1.",
          },
        },
        {
          answer: run => `${parts(run).publish} && ${parts(run).topic} && ${parts(run).way}`,
          says: {
            en: "Messages with QoS 0 are among them: mqtt.qos says so (MQTT 5 §3.3.1.2).",
            es: "Hay mensajes con QoS 0 entre ellos: lo dice mqtt.qos (MQTT 5 §3.3.1.2).",
          },
        },
        {
          answer: run => `${parts(run).publish} && ${parts(run).qos} && ${parts(run).way}`,
          says: run => ({
            en: `Other rooms are among them: the topic names the room on its second level, as in ${run.task.site}/…/ (MQTT 5 §4.7; field mqtt.topic).`,
            es: `Hay otros lugares entre ellos: el tema nombra el lugar en su segundo nivel, como en ${run.task.site}/…/ (MQTT 5 §4.7; campo mqtt.topic).`,
          }),
        },
      ],
      otherwise: {
        en: "Four conditions, joined by &&: the packet type (mqtt.msgtype), the QoS (mqtt.qos), the topic (mqtt.topic contains …) and the way (ip.dst); MQTT 5 §3.3.1.",
        es: "Cuatro condiciones, unidas con &&: el tipo de paquete (mqtt.msgtype), la QoS (mqtt.qos), el tema (mqtt.topic contains …) y el sentido (ip.dst); MQTT 5 §3.3.1.",
      },
    }),
  ],
  hints: [
    { en: "PUBLISH is mqtt.msgtype == 3.", es: "PUBLISH es mqtt.msgtype == 3." },
    {
      en: "A report of that room counts as well, if its QoS is above 0: don't name quantities, name the room.",
      es: "Un informe de ese lugar también cuenta, si su QoS es mayor que 0: no nombres magnitudes, nombra el lugar.",
    },
    {
      en: "Try it: bun lab inspect capture.pcapng -Y '…'",
      es: "Pruébalo: bun lab inspect capture.pcapng -Y '…'",
    },
  ],
});
