// Exercise: who tells the time here, and where they have it from.

import { dotted } from "../../../protocols/ipv4/address.ts";
import { codeText } from "../../../protocols/ntp/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { address, at, filter, inPacket, text } from "../kinds/index.ts";
import { type Hall, hall } from "./hall.ts";
import { messagesOf, type Told } from "./messages.ts";

type HallRun = Run<Hall>;

const replies = (run: HallRun): Told[] => messagesOf(run, "server", { to: run.task.board.address });
const primary = (run: HallRun): Told => replies(run).find(({ message }) => message.stratum === 1)!;
const other = (run: HallRun): Told => replies(run).find(({ message }) => message.stratum > 1)!;

const asked = {
  filter: (run: HallRun) => `ntp.flags.mode == 4 && ip.dst == ${run.task.board.address}`,
  fields: ["ntp.stratum", "ip.src", "ntp.refid", "frame.number"],
};

export const exercise = anExercise<Hall>({
  id: "ntp-find",
  subject: "ntp",
  level: "find",
  title: { en: "Where do they have it from?", es: "¿De dónde la sacan?" },
  scene: hall,
  story: ({ task: { board, servers } }) => ({
    en: `The board (${board.address}) asks ${servers.length} servers for the time. One of them has a reference clock at its side (stratum 1), the others have the time from elsewhere.`,
    es: `La placa (${board.address}) pregunta la hora a ${servers.length} servidores. Uno tiene un reloj de referencia al lado (estrato 1), los otros la sacan de otra parte.`,
  }),
  questions: [
    ask({
      id: "primary",
      asks: {
        en: "Which server has the reference clock (stratum 1)? Its address.",
        es: "¿Qué servidor tiene el reloj de referencia (estrato 1)? Su dirección.",
      },
      kind: address,
      expected: (run: HallRun) => primary(run).packet.source,
      wrong: [
        {
          answer: run => other(run).packet.source,
          says: run => ({
            en: `Look at the stratum of packet ${other(run).number}: from 2 on a server is set by another server (RFC 5905 §7.3, figure 11).`,
            es: `Mira el estrato del paquete ${other(run).number}: desde 2 un servidor se pone en hora con otro (RFC 5905 §7.3, figura 11).`,
          }),
        },
        {
          answer: run => run.task.board.address,
          says: {
            en: "That is who asks: requests have mode 3 (RFC 5905 §7.3, figure 10).",
            es: "Ese es quien pregunta: las peticiones llevan modo 3 (RFC 5905 §7.3, figura 10).",
          },
        },
      ],
      otherwise: run => ({
        en: `Look at the second octet (stratum) of the replies to ${run.task.board.address} (RFC 5905 §7.3).`,
        es: `Mira el segundo octeto (estrato) de las respuestas a ${run.task.board.address} (RFC 5905 §7.3).`,
      }),
      tshark: { ...asked, concludes: rows => rows.find(([stratum]) => stratum === "1")![1]! },
    }),
    ask({
      id: "clock",
      asks: {
        en: "What kind of clock is it? The letters of its reference ID.",
        es: "¿Qué clase de reloj es? Las letras de su identificador de referencia.",
      },
      kind: inPacket(text, { en: "its reply to the board", es: "su respuesta a la placa" }),
      expected: (run: HallRun) => ({
        value: codeText(primary(run).message.referenceId),
        packet: primary(run).number,
      }),
      wrong: [
        {
          answer: run => at(dotted(primary(run).message.referenceId), primary(run).number),
          says: run => ({
            en: `Below stratum 2 the four octets are letters, not an address: packet ${primary(run).number} (RFC 5905 §7.3, figure 12).`,
            es: `Por debajo del estrato 2 los cuatro octetos son letras, no una dirección: paquete ${primary(run).number} (RFC 5905 §7.3, figura 12).`,
          }),
        },
        {
          answer: run => at("RATE", primary(run).number),
          says: {
            en: "That is no clock but a refusal (stratum 0), to somebody else (RFC 5905 §7.4).",
            es: "Eso no es un reloj sino una negativa (estrato 0), a otro (RFC 5905 §7.4).",
          },
        },
      ],
      otherwise: run => ({
        en: `The reference ID of packet ${primary(run).number}, octets 12 to 15, as letters (RFC 5905 §7.3, figure 12).`,
        es: `El identificador de referencia del paquete ${primary(run).number}, octetos 12 a 15, como letras (RFC 5905 §7.3, figura 12).`,
      }),
      tshark: {
        ...asked,
        concludes(rows) {
          const [, , id, number] = rows.find(([stratum]) => stratum === "1")!;
          const letters = Buffer.from(id!.replaceAll(":", ""), "hex").toString("latin1");
          return `${letters.replaceAll("\0", "")} ${number}`;
        },
      },
    }),
    ask({
      id: "source",
      asks: run => ({
        en: `And ${other(run).packet.source}: which server is it set by?`,
        es: `Y ${other(run).packet.source}: ¿con qué servidor se pone en hora?`,
      }),
      kind: address,
      expected: (run: HallRun) => dotted(other(run).message.referenceId),
      wrong: [
        {
          answer: run => other(run).packet.source,
          says: run => ({
            en: `That is the server itself. By whom it is set is its reference ID, octets 12 to 15 of packet ${other(run).number} (RFC 5905 §7.3).`,
            es: `Ese es el propio servidor. Con quién se pone en hora es su identificador de referencia, octetos 12 a 15 del paquete ${other(run).number} (RFC 5905 §7.3).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `From stratum 2 on the reference ID is the IPv4 address of that server: packet ${other(run).number} (RFC 5905 §7.3).`,
        es: `Desde el estrato 2 el identificador de referencia es la dirección IPv4 de ese servidor: paquete ${other(run).number} (RFC 5905 §7.3).`,
      }),
      tshark: {
        ...asked,
        concludes: rows =>
          [
            ...Buffer.from(rows.find(([stratum]) => Number(stratum) > 1)![2]!.replaceAll(":", ""), "hex"),
          ].join("."),
      },
    }),
    ask({
      id: "filter",
      asks: {
        en: "Write the display filter that selects exactly the requests of the board.",
        es: "Escribe el filtro de visualización que selecciona exactamente las peticiones de la placa.",
      },
      kind: filter,
      expected: (run: HallRun) => `ntp.flags.mode == 3 && ip.src == ${run.task.board.address}`,
      wrong: [
        {
          answer: () => "ntp.flags.mode == 3",
          says: run => ({
            en: `The neighbour ${run.task.hasty.address} asks as well, from packet ${messagesOf(run, "client", { from: run.task.hasty.address })[0]!.number} on.`,
            es: `También pregunta el vecino ${run.task.hasty.address}, desde el paquete ${messagesOf(run, "client", { from: run.task.hasty.address })[0]!.number}.`,
          }),
        },
        {
          answer: run => `ip.addr == ${run.task.board.address}`,
          says: run => ({
            en: `Those are the replies as well, packet ${replies(run)[0]!.number} for one: mode 4, to the board (RFC 5905 §7.3, figure 10).`,
            es: `Esas son también las respuestas, por ejemplo el paquete ${replies(run)[0]!.number}: modo 4, hacia la placa (RFC 5905 §7.3, figura 10).`,
          }),
        },
        {
          answer: () => "ntp",
          says: {
            en: "That is all of NTP. Who sends is ip.src, and what kind of message it is ntp.flags.mode (RFC 5905 §7.3).",
            es: "Eso es todo NTP. Quién envía es ip.src, y qué clase de mensaje es ntp.flags.mode (RFC 5905 §7.3).",
          },
        },
      ],
      otherwise: {
        en: "Mode 3 is a client, and the board is the source of its requests (RFC 5905 §7.3, figure 10).",
        es: "El modo 3 es un cliente, y la placa es el origen de sus peticiones (RFC 5905 §7.3, figura 10).",
      },
      tshark: {
        filter: run => `udp.dstport == 123 && ip.src == ${run.task.board.address}`,
        fields: ["frame.number"],
        concludes: rows => rows.map(([number]) => `frame.number == ${number}`).join(" || "),
      },
    }),
  ],
  hints: [
    {
      en: "Requests have mode 3, replies mode 4; stratum and reference ID stand in the replies.",
      es: "Las peticiones llevan modo 3, las respuestas modo 4; estrato e identificador de referencia están en las respuestas.",
    },
    {
      en: "One field, two meanings: at stratum 1 the reference ID is letters, from 2 on an address.",
      es: "Un campo, dos significados: en estrato 1 el identificador son letras, desde 2 una dirección.",
    },
    {
      en: "bun lab inspect FILE -Y 'ntp.stratum == 1' -V",
      es: "bun lab inspect ARCHIVO -Y 'ntp.stratum == 1' -V",
    },
  ],
});
