// Exercise: what somebody who only listens learns from a plain MQTT session.
import { anExercise, ask, type Run } from "../exercise.ts";
import { packets, text } from "../kinds/index.ts";
import { type Greenhouse, greenhouse } from "./greenhouse.ts";
import { connectOf, messagesOf, publishOf, said } from "./messages.ts";

type DayRun = Run<Greenhouse>;

const opened = (run: DayRun) => connectOf(run, run.task.person.address);
const secret = (run: DayRun) => publishOf(run, run.task.secret.text);
const readable = (run: DayRun): number[] =>
  messagesOf(run, "PUBLISH")
    .filter(one => said(one) === run.task.secret.text)
    .map(({ number }) => number);

export const exercise = anExercise<Greenhouse>({
  id: "mqtt-eavesdropper",
  subject: "mqtt",
  level: "diagnose",
  title: { en: "Who else knows the code?", es: "¿Quién más sabe el código?" },
  scene: greenhouse,
  story: ({ task: { person, secret } }) => ({
    en: `${person.userName} logs in at the broker with a password, and sends the door a new code on ${secret.topic}. "Nobody can know it", says ${person.userName}, "there is a password." You have the capture.`,
    es: `${person.userName} entra en el broker con contraseña, y le envía a la puerta un código nuevo por ${secret.topic}. «No lo puede saber nadie», dice ${person.userName}, «hay una contraseña». Tú tienes la captura.`,
  }),
  questions: [
    ask({
      id: "password",
      asks: { en: "What is the password?", es: "¿Cuál es la contraseña?" },
      kind: text,
      expected: (run: DayRun) => new TextDecoder().decode(opened(run).message.password),
      wrong: [
        {
          answer: ({ task }) => task.person.userName,
          says: run => ({
            en: `That is the user name. The field behind it in packet ${opened(run).number} is the password (MQTT 5 §3.1.3.6).`,
            es: `Ese es el nombre de usuario. El campo que le sigue en el paquete ${opened(run).number} es la contraseña (MQTT 5 §3.1.3.6).`,
          }),
        },
        {
          answer: ({ task }) => task.person.clientId,
          says: run => ({
            en: `That is the client identifier, which everybody may know. The password is the last field of packet ${opened(run).number} (MQTT 5 §3.1.3.6).`,
            es: `Ese es el identificador de cliente, que cualquiera puede saber. La contraseña es el último campo del paquete ${opened(run).number} (MQTT 5 §3.1.3.6).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `It stands in the CONNECT from ${run.task.person.address}, packet ${opened(run).number}, as it was typed (MQTT 5 §3.1.3.6).`,
        es: `Está en el CONNECT de ${run.task.person.address}, paquete ${opened(run).number}, tal como se tecleó (MQTT 5 §3.1.3.6).`,
      }),
      tshark: {
        filter: "mqtt.passwd",
        fields: ["mqtt.passwd"],
        concludes: rows => rows[0]![0]!,
      },
    }),
    ask({
      id: "readable",
      asks: {
        en: "In which packets can the code be read?",
        es: "¿En qué paquetes se puede leer el código?",
      },
      kind: packets,
      expected: readable,
      wrong: [
        {
          answer: run => [secret(run).number],
          says: run => ({
            en: `There it goes to the broker. Who else has subscribed? Look at the topic filter of the SUBSCRIBE packets, and after packet ${secret(run).number} (MQTT 5 §4.7.1.2).`,
            es: `Ahí va al broker. ¿Quién más está suscrito? Mira el filtro de los SUBSCRIBE, y después del paquete ${secret(run).number} (MQTT 5 §4.7.1.2).`,
          }),
        },
        {
          answer: run => [opened(run).number, ...readable(run)],
          says: run => ({
            en: `Packet ${opened(run).number} gives the password away, not the code. Keep to PUBLISH packets with that topic name (MQTT 5 §3.3.2.1).`,
            es: `El paquete ${opened(run).number} delata la contraseña, no el código. Quédate con los PUBLISH de ese tema (MQTT 5 §3.3.2.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `frame contains "code" shows every packet with it; the first is ${secret(run).number}, a PUBLISH to ${run.task.secret.topic} (MQTT 5 §3.3).`,
        es: `frame contains "code" muestra todos los paquetes que lo llevan; el primero es el ${secret(run).number}, un PUBLISH en ${run.task.secret.topic} (MQTT 5 §3.3).`,
      }),
      tshark: {
        filter: 'mqtt.msgtype == 3 && frame contains "code "',
        fields: ["frame.number"],
        concludes: rows => rows.map(([number]) => number).join(", "),
      },
    }),
    ask({
      id: "who",
      asks: {
        en: "Which client got the code from the broker, although it was not meant for it? Its client identifier.",
        es: "¿Qué cliente recibió el código del broker sin ser para él? Su identificador de cliente.",
      },
      kind: text,
      expected: (run: DayRun) => {
        const passed = messagesOf(run, "PUBLISH").find(
          one => said(one) === run.task.secret.text && one.packet.source === run.task.broker,
        )!;
        return connectOf(run, passed.packet.destination).message.clientIdentifier;
      },
      wrong: [
        {
          answer: ({ task }) => task.person.clientId,
          says: run => ({
            en: `That one sent it, in packet ${secret(run).number}. Look at the destination of the PUBLISH that follows (MQTT 5 §3.3), and at the CONNECT of that address.`,
            es: `Ese lo envió, en el paquete ${secret(run).number}. Mira el destino del PUBLISH que sigue (MQTT 5 §3.3), y el CONNECT de esa dirección.`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Packet ${secret(run).number} reaches the broker; the next PUBLISH with that topic goes to somebody whose filter ends with # (MQTT 5 §4.7.1.2). Its CONNECT names it.`,
        es: `El paquete ${secret(run).number} llega al broker; el siguiente PUBLISH con ese tema va a alguien cuyo filtro acaba en # (MQTT 5 §4.7.1.2). Su CONNECT lo nombra.`,
      }),
    }),
  ],
  hints: [
    {
      en: "A password is sent in CONNECT: mqtt.msgtype == 1.",
      es: "Una contraseña va en CONNECT: mqtt.msgtype == 1.",
    },
    {
      en: 'Without TLS a capture can be searched for text: frame contains "…".',
      es: 'Sin TLS se puede buscar texto en una captura: frame contains "…".',
    },
    {
      en: "A broker without access rules gives every message to everybody whose filter matches it.",
      es: "Un broker sin reglas de acceso da cada mensaje a todo aquel cuyo filtro coincida.",
    },
  ],
});
