// Exercise: a session is opened with its key log, and what was said in it is read.
import { anExercise, ask, type Run } from "../exercise.ts";
import { packet, text } from "../kinds/index.ts";
import { applicationRecords, clientHello } from "./messages.ts";
import { session, type TlsSession } from "./session.ts";

type OpenedRun = Run<TlsSession>;

const keylog = ["-o", "tls.keylog_file:{files}/keylog.txt"];

export const exercise = anExercise<TlsSession>({
  id: "tls-decrypt",
  subject: "tls",
  level: "find",
  title: { en: "With the keys in hand", es: "Con las claves en la mano" },
  scene: session,
  story: ({ task: { lock } }) => ({
    en: `Somebody has kept the secrets of ${lock.name}'s session: keylog.txt beside the capture, in the format that browsers write too. Without it the capture shows sizes and times; with it everything.`,
    es: `Alguien ha guardado los secretos de la sesión de ${lock.name}: keylog.txt, junto a la captura, en el formato que también escriben los navegadores. Sin él la captura muestra tamaños y tiempos; con él, todo.`,
  }),
  questions: [
    ask({
      id: "secret",
      asks: {
        en: "What is the payload of the message that was published?",
        es: "¿Cuál es la carga del mensaje que se publicó?",
      },
      kind: text,
      expected: ({ task }: OpenedRun) => task.secret,
      wrong: [
        {
          answer: ({ task }) => task.topic,
          says: run => ({
            en: `That is the topic. The payload stands behind it, in the same PUBLISH; the session begins in packet ${clientHello(run).number} (MQTT 3.1.1 §3.3.3).`,
            es: `Ese es el tema. La carga va detrás, en el mismo PUBLISH; la sesión empieza en el paquete ${clientHello(run).number} (MQTT 3.1.1 §3.3.3).`,
          }),
        },
        {
          answer: ({ task }) => task.lock.name,
          says: run => ({
            en: `That is how the client calls itself, in CONNECT. Look for the PUBLISH after packet ${clientHello(run).number}: mqtt.msgtype == 3 (MQTT 3.1.1 §3.3).`,
            es: `Así se llama el cliente a sí mismo, en CONNECT. Busca el PUBLISH después del paquete ${clientHello(run).number}: mqtt.msgtype == 3 (MQTT 3.1.1 §3.3).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `bun lab inspect capture.pcapng --keylog keylog.txt -Y mqtt -V, and read the message of the PUBLISH (MQTT 3.1.1 §3.3.3). The session begins in packet ${clientHello(run).number}.`,
        es: `bun lab inspect capture.pcapng --keylog keylog.txt -Y mqtt -V, y lee el mensaje del PUBLISH (MQTT 3.1.1 §3.3.3). La sesión empieza en el paquete ${clientHello(run).number}.`,
      }),
      tshark: {
        filter: "mqtt.msgtype == 3",
        fields: ["mqtt.msg"],
        options: keylog,
        concludes: rows => new TextDecoder().decode(Uint8Array.fromHex(rows[0]![0]!)),
      },
    }),
    ask({
      id: "topic",
      asks: { en: "And on which topic?", es: "¿Y en qué tema?" },
      kind: text,
      expected: ({ task }: OpenedRun) => task.topic,
      wrong: [
        {
          answer: ({ task }) => task.secret,
          says: run => ({
            en: `That is the payload; the topic name stands before it (MQTT 3.1.1 §3.3.2.1; the session begins in packet ${clientHello(run).number}).`,
            es: `Esa es la carga; el nombre del tema va delante (MQTT 3.1.1 §3.3.2.1; la sesión empieza en el paquete ${clientHello(run).number}).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `The field topic name of that PUBLISH (MQTT 3.1.1 §3.3.2.1); it comes after packet ${clientHello(run).number}.`,
        es: `El campo nombre del tema de ese PUBLISH (MQTT 3.1.1 §3.3.2.1); viene después del paquete ${clientHello(run).number}.`,
      }),
      tshark: {
        filter: "mqtt.msgtype == 3",
        fields: ["mqtt.topic"],
        options: keylog,
        concludes: rows => rows[0]![0]!,
      },
    }),
    ask({
      id: "packet",
      asks: { en: "In which packet was it published?", es: "¿En qué paquete se publicó?" },
      kind: packet,
      // The lock says four things once there are keys: CONNECT, PUBLISH, DISCONNECT, and TLS's own good-bye.
      expected: (run: OpenedRun) => published(run),
      wrong: [
        {
          answer: run => clientHello(run).number,
          says: {
            en: "There the session begins. The field frame.number of the PUBLISH is asked for: mqtt.msgtype == 3, with the key log (MQTT 3.1.1 §3.3).",
            es: "Ahí empieza la sesión. Se pide el frame.number del PUBLISH: mqtt.msgtype == 3, con el registro de claves (MQTT 3.1.1 §3.3).",
          },
        },
      ],
      otherwise: run => ({
        en: `With the key log, mqtt.msgtype == 3 (MQTT 3.1.1 §3.3) selects it; it comes after packet ${clientHello(run).number}.`,
        es: `Con el registro de claves, mqtt.msgtype == 3 (MQTT 3.1.1 §3.3) lo selecciona; viene después del paquete ${clientHello(run).number}.`,
      }),
      tshark: {
        filter: "mqtt.msgtype == 3",
        fields: ["frame.number"],
        options: keylog,
        concludes: rows => rows[0]![0]!,
      },
    }),
  ],
  hints: [
    {
      en: "bun lab inspect capture.pcapng --keylog keylog.txt; in Wireshark: Preferences, Protocols, TLS, (Pre)-Master-Secret log.",
      es: "bun lab inspect capture.pcapng --keylog keylog.txt; en Wireshark: Preferencias, Protocolos, TLS, (Pre)-Master-Secret log.",
    },
    { en: "Opened, the records hold MQTT: -Y mqtt.", es: "Abiertos, los registros llevan MQTT: -Y mqtt." },
  ],
});

/** By sizes alone: of the lock's records the one that is as long as topic and payload make it is the longest. */
function published(run: OpenedRun): number {
  const told = applicationRecords(run, run.task.lock.address);
  const least = run.task.topic.length + run.task.secret.length;
  return told.findLast(({ value }) => value.length > least && value.length < least + 60)!.number;
}
