// Exercise: one packet, read from the frame up.

import { colons } from "../../../protocols/ethernet/address.ts";
import { ethernet } from "../../../protocols/ethernet/index.ts";
import { tcp } from "../../../protocols/tcp/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { mac, number, packet } from "../kinds/index.ts";
import { publishOf } from "../mqtt/messages.ts";
import type { Home } from "./board.ts";
import { wholeStart } from "./start.ts";

type StartRun = Run<Home>;

const told = (run: StartRun) => publishOf(run, run.task.texts[0]!);
const port = (run: StartRun): number => told(run).packet.layer(tcp)!.sourcePort;

export const exercise = anExercise<Home>({
  id: "across-layers",
  subject: "across",
  level: "find",
  title: { en: "From the frame up", es: "De la trama hacia arriba" },
  scene: wholeStart,
  story: ({ task: { board, pc, texts } }) => ({
    en: `${board.name} has come all the way from the cable to its first message, "${texts[0]}", which it publishes at ${pc.name} (${pc.address}). That message lies in a segment, which lies in a packet, which lies in a frame.`,
    es: `${board.name} ha llegado desde el cable hasta su primer mensaje, «${texts[0]}», que publica en ${pc.name} (${pc.address}). Ese mensaje va en un segmento, que va en un paquete, que va en una trama.`,
  }),
  questions: [
    ask({
      id: "packet",
      asks: ({ task }: StartRun) => ({
        en: `In which packet does it publish "${task.texts[0]}"?`,
        es: `¿En qué paquete publica «${task.texts[0]}»?`,
      }),
      kind: packet,
      expected: (run: StartRun) => told(run).number,
      wrong: [
        {
          answer: run => run.select("mqtt.msgtype == 1")[0]!.number,
          says: run => ({
            en: `That is its CONNECT. The message is a PUBLISH to ${run.task.topic}: mqtt.msgtype == 3 (MQTT 5 §3.3).`,
            es: `Ese es su CONNECT. El mensaje es un PUBLISH en ${run.task.topic}: mqtt.msgtype == 3 (MQTT 5 §3.3).`,
          }),
        },
        {
          answer: run => publishOf(run, run.task.texts.at(-1)!).number,
          says: run => ({
            en: `Another message is in there: look at the field mqtt.msg of the packets to ${run.task.topic} (MQTT 5 §3.3.3).`,
            es: `Ahí va otro mensaje: mira el campo mqtt.msg de los paquetes en ${run.task.topic} (MQTT 5 §3.3.3).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `mqtt.msgtype == 3 && mqtt.msg contains "${run.task.texts[0]}" (MQTT 5 §3.3.3, field mqtt.msg).`,
        es: `mqtt.msgtype == 3 && mqtt.msg contains "${run.task.texts[0]}" (MQTT 5 §3.3.3, campo mqtt.msg).`,
      }),
      tshark: {
        filter: ({ task }: StartRun) => `mqtt.msgtype == 3 && frame contains "${task.texts[0]}"`,
        fields: ["frame.number"],
        concludes: rows => rows[0]![0]!,
      },
    }),
    ask({
      id: "mac",
      asks: {
        en: "Which MAC address is that frame sent to?",
        es: "¿A qué dirección MAC se envía esa trama?",
      },
      kind: mac,
      expected: (run: StartRun) => colons(told(run).packet.layer(ethernet)!.destination),
      wrong: [
        {
          answer: ({ task }) => task.board.mac,
          says: run => ({
            en: `That is the sender. An Ethernet header begins with the destination: packet ${told(run).number}, the first six octets (IEEE 802.3 §3.2.4).`,
            es: `Ese es el remitente. Una cabecera Ethernet empieza por el destino: paquete ${told(run).number}, los seis primeros octetos (IEEE 802.3 §3.2.4).`,
          }),
        },
        {
          answer: run =>
            colons(
              run.select(`arp.src.proto_ipv4 == ${run.task.router}`)[0]?.layer(ethernet)?.source ??
                new Uint8Array(6),
            ),
          says: run => ({
            en: `That is the router's. ${run.task.pc.address} is a neighbour, so no router is needed: read eth.dst of packet ${told(run).number}, and the ARP answer for that address (RFC 826).`,
            es: `Esa es la del router. ${run.task.pc.address} es vecino, así que no hace falta router: lee eth.dst del paquete ${told(run).number}, y la respuesta ARP de esa dirección (RFC 826).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Field eth.dst of packet ${told(run).number}: its first six octets (IEEE 802.3 §3.2.4).`,
        es: `Campo eth.dst del paquete ${told(run).number}: sus seis primeros octetos (IEEE 802.3 §3.2.4).`,
      }),
      tshark: {
        filter: ({ task }: StartRun) => `mqtt.msgtype == 3 && frame contains "${task.texts[0]}"`,
        fields: ["eth.dst"],
        concludes: rows => rows[0]![0]!,
      },
    }),
    ask({
      id: "port",
      asks: {
        en: "Which port of the board does the TCP connection begin at?",
        es: "¿En qué puerto de la placa empieza la conexión TCP?",
      },
      kind: number({ example: "51234" }),
      expected: port,
      wrong: [
        {
          answer: () => 1883,
          says: run => ({
            en: `That is the broker's port, by which it is found. The board's is the source port of packet ${told(run).number} (RFC 9293 §3.1).`,
            es: `Ese es el puerto del broker, por el que se le encuentra. El de la placa es el puerto de origen del paquete ${told(run).number} (RFC 9293 §3.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Field tcp.srcport of packet ${told(run).number} (RFC 9293 §3.1).`,
        es: `Campo tcp.srcport del paquete ${told(run).number} (RFC 9293 §3.1).`,
      }),
      tshark: {
        filter: ({ task }: StartRun) => `mqtt.msgtype == 3 && frame contains "${task.texts[0]}"`,
        fields: ["tcp.srcport"],
        concludes: rows => rows[0]![0]!,
      },
    }),
    ask({
      id: "headers",
      asks: {
        en: "How many octets of that frame are headers of Ethernet, IPv4 and TCP together?",
        es: "¿Cuántos octetos de esa trama son cabeceras de Ethernet, IPv4 y TCP juntas?",
      },
      kind: number({ unit: "octets", example: "42" }),
      expected: (run: StartRun) => told(run).packet.all(tcp)[0]!.headerEnd - told(run).packet.frame.start,
      wrong: [
        {
          answer: () => 40,
          says: run => ({
            en: `Ethernet's fourteen octets are missing (IEEE 802.3 §3.2): the IPv4 header of packet ${told(run).number} begins behind them.`,
            es: `Faltan los catorce octetos de Ethernet (IEEE 802.3 §3.2): la cabecera IPv4 del paquete ${told(run).number} empieza detrás.`,
          }),
        },
        {
          answer: () => 20,
          says: run => ({
            en: `That is one header. Add those of all three layers of packet ${told(run).number}; the field tcp.hdr_len says how long TCP's is (RFC 9293 §3.1).`,
            es: `Esa es una cabecera. Suma las de las tres capas del paquete ${told(run).number}; el campo tcp.hdr_len dice cuánto mide la de TCP (RFC 9293 §3.1).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Fourteen of Ethernet, ip.hdr_len and tcp.hdr_len of packet ${told(run).number} (RFC 791 §3.1, RFC 9293 §3.1).`,
        es: `Catorce de Ethernet, ip.hdr_len y tcp.hdr_len del paquete ${told(run).number} (RFC 791 §3.1, RFC 9293 §3.1).`,
      }),
      tshark: {
        filter: ({ task }: StartRun) => `mqtt.msgtype == 3 && frame contains "${task.texts[0]}"`,
        fields: ["ip.hdr_len", "tcp.hdr_len"],
        concludes: rows => String(14 + Number(rows[0]![0]) + Number(rows[0]![1])),
      },
    }),
  ],
  hints: [
    {
      en: "bun lab inspect capture.pcapng -n N -V shows a packet, layer by layer.",
      es: "bun lab inspect capture.pcapng -n N -V muestra un paquete, capa por capa.",
    },
    {
      en: "-x shows its octets: every layer begins where the one before it ends.",
      es: "-x muestra sus octetos: cada capa empieza donde acaba la anterior.",
    },
  ],
});
