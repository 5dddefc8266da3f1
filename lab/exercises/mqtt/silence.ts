// Exercise: a client falls silent. When does the broker give it up, and what do the others hear of it?
import { anExercise, ask, type Run } from "../exercise.ts";
import { number, packet } from "../kinds/index.ts";
import { type Greenhouse, greenhouse } from "./greenhouse.ts";
import { connectOf, hexOf, messagesOf, parted, passedOn, said } from "./messages.ts";

type DayRun = Run<Greenhouse>;

const opened = (run: DayRun) => connectOf(run, run.task.silent.address);
/** The last thing that it says. */
const last = (run: DayRun) =>
  messagesOf(run, "PUBLISH").findLast(({ packet }) => packet.source === run.task.silent.address)!;
const will = (run: DayRun) =>
  passedOn(run, run.task.silent.will.text, run.task.broker, run.task.panel.address);
const seconds = (run: DayRun): number => Number(will(run).packet.time - last(run).packet.time) / 1e9;
const shown = (value: number): number => Number(value.toFixed(1));

export const exercise = anExercise<Greenhouse>({
  id: "mqtt-silence",
  subject: "mqtt",
  level: "compute",
  title: { en: "The client that said nothing more", es: "El cliente que no dijo más" },
  scene: greenhouse,
  story: ({ task: { silent, broker } }) => ({
    en: `${silent.clientId} (${silent.address}) connects to the broker ${broker}, says that it is alive, and then nothing any more: its battery is empty. Its TCP connection is never closed, for nobody is there to close it.`,
    es: `${silent.clientId} (${silent.address}) se conecta al broker ${broker}, dice que está vivo, y después nada más: se le ha acabado la pila. Su conexión TCP no se cierra nunca, porque no queda nadie que la cierre.`,
  }),
  questions: [
    ask({
      id: "keepalive",
      asks: { en: "Which keep alive had it announced?", es: "¿Qué keep alive había anunciado?" },
      kind: number({ unit: "s", example: "60 s" }),
      expected: (run: DayRun) => opened(run).message.keepAlive,
      wrong: [
        {
          answer: run =>
            messagesOf(run, "CONNECT").find(({ number }) => number !== opened(run).number)!.message.keepAlive,
          says: run => ({
            en: `That is another client's. Its own CONNECT is packet ${opened(run).number}: the field keep alive (MQTT 5 §3.1.2.10).`,
            es: `Ese es el de otro cliente. Su propio CONNECT es el paquete ${opened(run).number}: el campo keep alive (MQTT 5 §3.1.2.10).`,
          }),
        },
        {
          answer: run => shown(seconds(run)),
          says: run => ({
            en: `That is how long the broker waited. What the client announced stands in its CONNECT, packet ${opened(run).number} (MQTT 5 §3.1.2.10).`,
            es: `Eso es lo que esperó el broker. Lo que el cliente anunció está en su CONNECT, paquete ${opened(run).number} (MQTT 5 §3.1.2.10).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `It stands in the CONNECT from ${run.task.silent.address}, packet ${opened(run).number}, in seconds (MQTT 5 §3.1.2.10).`,
        es: `Está en el CONNECT de ${run.task.silent.address}, paquete ${opened(run).number}, en segundos (MQTT 5 §3.1.2.10).`,
      }),
      tshark: {
        filter: "mqtt.msgtype == 1",
        fields: ["mqtt.clientid", "mqtt.kalive"],
        concludes: (rows, { task }) => rows.find(([id]) => id === task.silent.clientId)![1]!,
      },
    }),
    ask({
      id: "will",
      asks: {
        en: "In which packet does the panel learn that it is lost?",
        es: "¿En qué paquete se entera el panel de que se ha perdido?",
      },
      kind: packet,
      expected: (run: DayRun) => will(run).number,
      wrong: [
        {
          answer: run => opened(run).number,
          says: run => ({
            en: `There it leaves its will with the broker, for later. The broker publishes it when it gives the client up: a PUBLISH from ${run.task.broker} (MQTT 5 §3.1.2.5).`,
            es: `Ahí le deja al broker su testamento, para después. El broker lo publica cuando da al cliente por perdido: un PUBLISH de ${run.task.broker} (MQTT 5 §3.1.2.5).`,
          }),
        },
        {
          answer: run => passedOn(run, said(last(run)), run.task.broker)?.number,
          says: run => ({
            en: `There it hears that it is alive. The same topic comes again, much later, with another payload: the will (MQTT 5 §3.1.2.5; packet ${opened(run).number} holds it).`,
            es: `Ahí oye que está vivo. El mismo tema vuelve mucho después, con otra carga: el testamento (MQTT 5 §3.1.2.5; lo lleva el paquete ${opened(run).number}).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Read the will's topic and message in packet ${opened(run).number}, and find the PUBLISH from ${run.task.broker} that carries them (MQTT 5 §3.1.2.5).`,
        es: `Lee el tema y el mensaje del testamento en el paquete ${opened(run).number}, y busca el PUBLISH de ${run.task.broker} que los lleva (MQTT 5 §3.1.2.5).`,
      }),
      tshark: {
        filter: "mqtt.msgtype == 3",
        fields: ["frame.number", "ip.src", "mqtt.msg"],
        concludes: (rows, { task }) =>
          rows.find(
            ([, from, all]) => from === task.broker && parted(all).includes(hexOf(task.silent.will.text)),
          )![0]!,
      },
    }),
    ask({
      id: "waited",
      asks: {
        en: "How many seconds passed between the last thing that it said and that packet? To a tenth.",
        es: "¿Cuántos segundos pasaron entre lo último que dijo y ese paquete? Con una décima.",
      },
      kind: number({ unit: "s", tolerance: 0.1, example: "12.5 s" }),
      expected: (run: DayRun) => shown(seconds(run)),
      wrong: [
        {
          answer: ({ task }) => task.silent.keepAlive,
          says: run => ({
            en: `The broker is to wait half as long again before it gives a client up (MQTT 5 §3.1.2.10). Subtract the times of packets ${last(run).number} and ${will(run).number}.`,
            es: `El broker debe esperar la mitad más antes de dar a un cliente por perdido (MQTT 5 §3.1.2.10). Resta los tiempos de los paquetes ${last(run).number} y ${will(run).number}.`,
          }),
        },
        {
          answer: ({ task }) => task.silent.keepAlive * 2,
          says: run => ({
            en: `Twice would be too long: one and a half times the keep alive (MQTT 5 §3.1.2.10). Subtract the times of packets ${last(run).number} and ${will(run).number}.`,
            es: `El doble sería demasiado: una vez y media el keep alive (MQTT 5 §3.1.2.10). Resta los tiempos de los paquetes ${last(run).number} y ${will(run).number}.`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Subtract the time of packet ${last(run).number} from that of packet ${will(run).number}, and hold it against the keep alive (MQTT 5 §3.1.2.10).`,
        es: `Resta el tiempo del paquete ${last(run).number} del del paquete ${will(run).number}, y compáralo con el keep alive (MQTT 5 §3.1.2.10).`,
      }),
      tshark: {
        filter: "mqtt.msgtype == 3",
        fields: ["frame.time_epoch", "ip.src", "mqtt.msg"],
        concludes(rows, { task }) {
          const mine = rows.findLast(([, from]) => from === task.silent.address)!;
          const lost = rows.find(
            ([, from, all]) => from === task.broker && parted(all).includes(hexOf(task.silent.will.text)),
          )!;
          return (Number(lost[0]) - Number(mine[0])).toFixed(2);
        },
      },
    }),
  ],
  hints: [
    {
      en: "Start from its CONNECT: ip.src and mqtt.msgtype == 1.",
      es: "Empieza por su CONNECT: ip.src y mqtt.msgtype == 1.",
    },
    {
      en: "A will is left in CONNECT, and published by the broker if the connection ends without DISCONNECT.",
      es: "Un testamento se deja en CONNECT, y lo publica el broker si la conexión acaba sin DISCONNECT.",
    },
    {
      en: "A broker gives a client up after one and a half times its keep alive.",
      es: "Un broker da a un cliente por perdido tras una vez y media su keep alive.",
    },
  ],
});
