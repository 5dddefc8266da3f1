// Exercise: on which topic was that published, by whom, and when did it reach the panel?
import { anExercise, ask, type Run } from "../exercise.ts";
import { packet, text } from "../kinds/index.ts";
import { type Greenhouse, greenhouse } from "./greenhouse.ts";
import { connectOf, hexOf, parted, passedOn, publishOf } from "./messages.ts";

type DayRun = Run<Greenhouse>;

const published = (run: DayRun) => publishOf(run, run.task.asked.text);
const reached = (run: DayRun) => passedOn(run, run.task.asked.text, run.task.broker);
const publisher = (run: DayRun) => connectOf(run, published(run).packet.source);

/** The frame in which tshark shows that payload first. */
const rowOf = (rows: readonly (readonly string[])[], task: Greenhouse, from?: (source: string) => boolean) =>
  rows.find(
    ([, source, , payloads]) =>
      parted(payloads).includes(hexOf(task.asked.text)) && (from === undefined || from(source!)),
  )!;

export const exercise = anExercise<Greenhouse>({
  id: "mqtt-topic",
  subject: "mqtt",
  level: "find",
  title: { en: "Who said that, and about what?", es: "¿Quién dijo eso, y sobre qué?" },
  scene: greenhouse,
  story: ({ task: { site, broker, panel } }) => ({
    en: `At the place called "${site}" sensors publish what they measure to the broker at ${broker}. A panel, ${panel.clientId}, has subscribed to all of it. No TLS: everything can be read.`,
    es: `En el lugar llamado «${site}» unos sensores publican lo que miden en el broker ${broker}. Un panel, ${panel.clientId}, está suscrito a todo. Sin TLS: todo se puede leer.`,
  }),
  questions: [
    ask({
      id: "topic",
      asks: ({ task: { asked } }: DayRun) => ({
        en: `Somebody published the value ${asked.text}. On which topic?`,
        es: `Alguien publicó el valor ${asked.text}. ¿En qué tema?`,
      }),
      kind: text,
      expected: (run: DayRun) => published(run).message.topic,
      wrong: [
        {
          answer: ({ task: { panel } }) => panel.filter,
          says: run => ({
            en: `That is the filter that the panel subscribed to; a message has a topic, without wildcards (MQTT 5 §4.7.1). Look at the topic name of packet ${published(run).number}.`,
            es: `Ese es el filtro al que se suscribió el panel; un mensaje tiene un tema, sin comodines (MQTT 5 §4.7.1). Mira el nombre del tema en el paquete ${published(run).number}.`,
          }),
        },
        {
          answer: ({ task: { sensors, asked } }) =>
            sensors.flatMap(({ readings }) => readings).find(({ topic }) => topic !== asked.topic)!.topic,
          says: run => ({
            en: `Something else was published there. Search for the payload: mqtt.msg contains "${run.task.asked.text}", and read the topic name of that packet (MQTT 5 §3.3.2.1).`,
            es: `Ahí se publicó otra cosa. Busca la carga: mqtt.msg contains "${run.task.asked.text}", y lee el nombre del tema de ese paquete (MQTT 5 §3.3.2.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Read the topic name of packet ${published(run).number}, all its levels (MQTT 5 §3.3.2.1).`,
        es: `Lee el nombre del tema del paquete ${published(run).number}, con todos sus niveles (MQTT 5 §3.3.2.1).`,
      }),
      tshark: {
        filter: "mqtt.msgtype == 3",
        fields: ["frame.number", "ip.src", "mqtt.topic", "mqtt.msg"],
        concludes(rows, { task }) {
          const row = rowOf(rows, task);
          return parted(row[2])[parted(row[3]).indexOf(hexOf(task.asked.text))]!;
        },
      },
    }),
    ask({
      id: "client",
      asks: {
        en: "What is the client identifier of whoever published it?",
        es: "¿Cuál es el identificador de cliente de quien lo publicó?",
      },
      kind: text,
      expected: (run: DayRun) => publisher(run).message.clientIdentifier,
      wrong: [
        {
          answer: ({ task: { panel } }) => panel.clientId,
          says: run => ({
            en: `The panel receives it. Packet ${published(run).number} comes from an address; look for the CONNECT from that address (MQTT 5 §3.1.3.1).`,
            es: `El panel lo recibe. El paquete ${published(run).number} viene de una dirección; busca el CONNECT de esa dirección (MQTT 5 §3.1.3.1).`,
          }),
        },
        {
          answer: run => published(run).packet.source,
          says: run => ({
            en: `That is its address. It told the broker its name in CONNECT, packet ${publisher(run).number}: the client identifier (MQTT 5 §3.1.3.1).`,
            es: `Esa es su dirección. Su nombre se lo dijo al broker en el CONNECT, paquete ${publisher(run).number}: el identificador de cliente (MQTT 5 §3.1.3.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `PUBLISH does not say who publishes. Follow the connection of packet ${published(run).number} back to its CONNECT, and read the client identifier (MQTT 5 §3.1.3.1).`,
        es: `PUBLISH no dice quién publica. Sigue la conexión del paquete ${published(run).number} hacia atrás hasta su CONNECT, y lee el identificador de cliente (MQTT 5 §3.1.3.1).`,
      }),
      tshark: {
        filter: "mqtt.msgtype == 3 || mqtt.msgtype == 1",
        fields: ["frame.number", "ip.src", "mqtt.clientid", "mqtt.msg"],
        concludes(rows, { task }) {
          const source = rowOf(rows, task)[1];
          return rows.find(([, from, id]) => from === source && id)![2]!;
        },
      },
    }),
    ask({
      id: "reached",
      asks: {
        en: "In which packet does the value reach the panel?",
        es: "¿En qué paquete le llega el valor al panel?",
      },
      kind: packet,
      expected: (run: DayRun) => reached(run).number,
      wrong: [
        {
          answer: run => published(run).number,
          says: run => ({
            en: `There the sensor hands it to the broker. Publisher and subscriber never meet: look for the PUBLISH whose source is ${run.task.broker} (MQTT 5 §1.2).`,
            es: `Ahí el sensor se lo entrega al broker. Quien publica y quien está suscrito no se encuentran nunca: busca el PUBLISH cuyo origen es ${run.task.broker} (MQTT 5 §1.2).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `The broker passes it on right after packet ${published(run).number}: a PUBLISH from ${run.task.broker}, with the same topic name and payload (MQTT 5 §3.3).`,
        es: `El broker lo pasa justo después del paquete ${published(run).number}: un PUBLISH de ${run.task.broker}, con el mismo tema y la misma carga (MQTT 5 §3.3).`,
      }),
      tshark: {
        filter: "mqtt.msgtype == 3",
        fields: ["frame.number", "ip.src", "mqtt.topic", "mqtt.msg"],
        concludes: (rows, { task }) => rowOf(rows, task, source => source === task.broker)[0]!,
      },
    }),
  ],
  hints: [
    {
      en: "PUBLISH is control packet type 3: mqtt.msgtype == 3.",
      es: "PUBLISH es el tipo de paquete 3: mqtt.msgtype == 3.",
    },
    ({ task: { asked } }) => ({
      en: `The payload is text here: mqtt.msg contains "${asked.text}".`,
      es: `La carga es aquí texto: mqtt.msg contains "${asked.text}".`,
    }),
    {
      en: "A client names itself once, in CONNECT; from then on the connection stands for it.",
      es: "Un cliente se nombra una vez, en CONNECT; a partir de ahí la conexión está por él.",
    },
  ],
});
