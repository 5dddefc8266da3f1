// Exercise: the first message of a board, found among those of others.
import { optionOf } from "../../../protocols/wire/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { at, inPacket, number, octets, packet } from "../kinds/index.ts";
import { messagesOf, type Told } from "./messages.ts";
import { type TwoServers, twoServers } from "./two-servers.ts";

type OfferRun = Run<TwoServers>;

const discover = (run: OfferRun): Told => messagesOf(run, "Discover", run.task.board.mac)[0]!;
const requested = (run: OfferRun): number => optionOf(discover(run).message.options, 55)!.length;
const xid = (one: Told): Uint8Array => Uint8Array.fromHex(one.message.xid.toString(16).padStart(8, "0"));

export const exercise = anExercise<TwoServers>({
  id: "dhcp-find",
  subject: "dhcp",
  level: "find",
  title: { en: "Who is calling?", es: "¿Quién llama?" },
  scene: twoServers,
  story: ({ task: { board } }) => ({
    en: `Somewhere in this capture the board with the MAC address ${board.mac} is switched on. It has no address yet, so it calls to everybody.`,
    es: `En algún punto de esta captura se enciende la placa con la dirección MAC ${board.mac}. Aún no tiene dirección, así que llama a todos.`,
  }),
  questions: [
    ask({
      id: "packet",
      asks: {
        en: "Which packet is the board's DHCPDISCOVER?",
        es: "¿Qué paquete es el DHCPDISCOVER de la placa?",
      },
      kind: packet,
      expected: (run: OfferRun) => discover(run).number,
      wrong: [
        {
          answer: run => messagesOf(run, "Discover").find(({ mac }) => mac !== run.task.board.mac)?.number,
          says: run => ({
            en: `That is somebody else's: look at the client's MAC address (chaddr) in packet ${messagesOf(run, "Discover")[0]!.number} (RFC 2131 §2, figure 1).`,
            es: `Ese es de otro: mira la dirección MAC del cliente (chaddr) en el paquete ${messagesOf(run, "Discover")[0]!.number} (RFC 2131 §2, figura 1).`,
          }),
        },
        {
          answer: run => messagesOf(run, "Request", run.task.board.mac)[0]!.number,
          says: {
            en: "That is its DHCPREQUEST, which comes after the offers: look at option 53 (RFC 2132 §9.6).",
            es: "Ese es su DHCPREQUEST, que llega después de las ofertas: mira la opción 53 (RFC 2132 §9.6).",
          },
        },
        {
          answer: run => messagesOf(run, "Offer", run.task.board.mac)[0]!.number,
          says: {
            en: "That is a server's answer to it: its op is 2, BOOTREPLY (RFC 2131 §2).",
            es: "Esa es la respuesta de un servidor: su op es 2, BOOTREPLY (RFC 2131 §2).",
          },
        },
      ],
      otherwise: ({ task: { board } }) => ({
        en: `Look at option 53 (message type 1) of the packets whose chaddr is ${board.mac} (RFC 2131 §3.1, step 1).`,
        es: `Mira la opción 53 (tipo de mensaje 1) de los paquetes cuyo chaddr es ${board.mac} (RFC 2131 §3.1, paso 1).`,
      }),
      tshark: {
        filter: ({ task }) => `dhcp.option.dhcp == 1 && dhcp.hw.mac_addr == ${task.board.mac}`,
        fields: ["frame.number"],
        concludes: ([row]) => row![0]!,
      },
    }),
    ask({
      id: "xid",
      asks: {
        en: "Which transaction identifier (xid) ties its messages and the answers to them together? In hexadecimal.",
        es: "¿Qué identificador de transacción (xid) une sus mensajes y las respuestas a ellos? En hexadecimal.",
      },
      kind: octets,
      expected: (run: OfferRun) => xid(discover(run)),
      wrong: [
        {
          answer: run => {
            const other = messagesOf(run, "Discover").find(({ mac }) => mac !== run.task.board.mac);
            return other && xid(other);
          },
          says: run => ({
            en: `That transaction is a neighbour's, and begins with packet ${messagesOf(run, "Discover")[0]!.number} (RFC 2131 §2, xid).`,
            es: `Esa transacción es de un vecino, y empieza en el paquete ${messagesOf(run, "Discover")[0]!.number} (RFC 2131 §2, xid).`,
          }),
        },
        {
          answer: run => Uint8Array.fromHex(run.task.board.mac.replaceAll(":", "")),
          says: {
            en: "That is chaddr, its MAC address. The xid is the field of four octets behind op, htype, hlen and hops (RFC 2131 §2, figure 1).",
            es: "Eso es chaddr, su dirección MAC. El xid es el campo de cuatro octetos tras op, htype, hlen y hops (RFC 2131 §2, figura 1).",
          },
        },
      ],
      otherwise: {
        en: "The xid stands in octets 4 to 7 of the board's DHCP messages, behind op, htype, hlen and hops (RFC 2131 §2, figure 1).",
        es: "El xid está en los octetos 4 a 7 de los mensajes DHCP de la placa, tras op, htype, hlen y hops (RFC 2131 §2, figura 1).",
      },
      tshark: {
        filter: ({ task }) => `dhcp.option.dhcp == 1 && dhcp.hw.mac_addr == ${task.board.mac}`,
        fields: ["dhcp.id"],
        concludes: ([row]) => row![0]!,
      },
    }),
    ask({
      id: "wishes",
      asks: {
        en: "How many options does it ask to be told (option 55)?",
        es: "¿Cuántas opciones pide que le digan (opción 55)?",
      },
      kind: inPacket(number({ example: "9" }), { en: "its DHCPDISCOVER", es: "su DHCPDISCOVER" }),
      expected: run => ({ value: requested(run), packet: discover(run).number }),
      wrong: [
        {
          answer: run => at(discover(run).message.options.length, discover(run).number),
          says: run => ({
            en: `That is how many options the message has. Inside one of them, option 55 of packet ${discover(run).number}, stand the codes that it wants to be told (RFC 2132 §9.8).`,
            es: `Esas son las opciones que tiene el mensaje. Dentro de una de ellas, la opción 55 del paquete ${discover(run).number}, están los códigos que quiere que le digan (RFC 2132 §9.8).`,
          }),
        },
        {
          answer: run => at(requested(run) + 2, discover(run).number),
          says: {
            en: "The code 55 and the length are not among what is asked for (RFC 2132 §2).",
            es: "El código 55 y la longitud no forman parte de lo que se pide (RFC 2132 §2).",
          },
        },
      ],
      otherwise: run => ({
        en: `Open option 55, "Parameter request list", in packet ${discover(run).number}: one octet for each (RFC 2132 §9.8).`,
        es: `Abre la opción 55, "Parameter request list", en el paquete ${discover(run).number}: un octeto por cada una (RFC 2132 §9.8).`,
      }),
      tshark: {
        filter: ({ task }) => `dhcp.option.dhcp == 1 && dhcp.hw.mac_addr == ${task.board.mac}`,
        fields: ["dhcp.option.request_list_item", "frame.number"],
        concludes: ([row]) => `${row![0]!.split(",").length} ${row![1]}`,
      },
    }),
  ],
  hints: [
    {
      en: "Each DHCP message names its client by MAC address (chaddr), whoever sends it.",
      es: "Cada mensaje DHCP nombra a su cliente por la dirección MAC (chaddr), lo envíe quien lo envíe.",
    },
    ({ task: { board } }) => ({
      en: `The display filter dhcp.hw.mac_addr == ${board.mac} leaves the board's conversation alone.`,
      es: `El filtro dhcp.hw.mac_addr == ${board.mac} deja sola la conversación de la placa.`,
    }),
    {
      en: "bun lab inspect FILE -n NUMBER -V opens one packet: options stand at its end.",
      es: "bun lab inspect ARCHIVO -n NÚMERO -V abre un paquete: las opciones están al final.",
    },
  ],
});
