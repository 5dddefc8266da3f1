// Exercise: a display filter for those who have an address already, and want to keep it.
import { optionOf } from "../../../protocols/wire/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { filter, number, packets } from "../kinds/index.ts";
import { messagesOf, type Told } from "./messages.ts";
import { type Office, office } from "./office.ts";

type OfficeRun = Run<Office>;

const renewals = (run: OfficeRun): Told[] =>
  messagesOf(run, "Request").filter(({ message }) => message.ciaddr !== 0);
const firstOf = (run: OfficeRun): Told => renewals(run)[0]!;
const first = (run: OfficeRun): Told =>
  messagesOf(run, "Request", firstOf(run).mac).find(({ message }) => message.ciaddr === 0)!;
const seconds = (from: Told, to: Told): number => Number(to.packet.time - from.packet.time) / 1e9;

export const exercise = anExercise<Office>({
  id: "dhcp-renewals",
  subject: "dhcp",
  level: "find",
  title: { en: "Who wants to stay", es: "Quién quiere quedarse" },
  scene: office,
  story: ({ task: { server, clients } }) => ({
    en: `A day in an office, with one DHCP server (${server}) and short leases. ${clients.length + 1} clients come; some renew their lease, some give it back, some only ask a question.`,
    es: `Un día en una oficina, con un servidor DHCP (${server}) y concesiones cortas. Llegan ${clients.length + 1} clientes; unos renuevan su concesión, otros la devuelven, otros solo preguntan.`,
  }),
  questions: [
    ask({
      id: "filter",
      asks: {
        en: "Write the display filter that selects exactly the requests by which a client renews a lease that it has.",
        es: "Escribe el filtro de visualización que selecciona exactamente las peticiones con las que un cliente renueva una concesión que ya tiene.",
      },
      kind: filter,
      expected: () => "dhcp.option.dhcp == 3 && dhcp.ip.client != 0.0.0.0",
      wrong: [
        {
          answer: () => "dhcp.option.dhcp == 3",
          says: run => ({
            en: `These are all requests, those for a first lease too: compare ciaddr in packets ${first(run).number} and ${firstOf(run).number} (RFC 2131 §4.3.2).`,
            es: `Esas son todas las peticiones, también las de una primera concesión: compara ciaddr en los paquetes ${first(run).number} y ${firstOf(run).number} (RFC 2131 §4.3.2).`,
          }),
        },
        {
          answer: () => "dhcp.ip.client != 0.0.0.0",
          says: {
            en: "ciaddr is filled in by clients that give an address back, or only ask, as well, and repeated by the server: look at option 53 too (RFC 2131 §4.4.1, table 5).",
            es: "También rellenan ciaddr los clientes que devuelven una dirección o solo preguntan, y el servidor lo repite: mira además la opción 53 (RFC 2131 §4.4.1, tabla 5).",
          },
        },
        {
          answer: () => "dhcp",
          says: {
            en: "That is all of DHCP. The kind of message stands in option 53 (RFC 2132 §9.6).",
            es: "Eso es todo DHCP. La clase de mensaje está en la opción 53 (RFC 2132 §9.6).",
          },
        },
      ],
      otherwise: run => ({
        en: `A renewal is a DHCPREQUEST with the client's own address in ciaddr, such as packet ${firstOf(run).number} (RFC 2131 §4.3.2, table 4).`,
        es: `Una renovación es un DHCPREQUEST con la dirección del cliente en ciaddr, como el paquete ${firstOf(run).number} (RFC 2131 §4.3.2, tabla 4).`,
      }),
      tshark: {
        filter: "udp.dstport == 67 && ip.src != 0.0.0.0",
        fields: ["frame.number", "dhcp.option.dhcp"],
        concludes: rows =>
          rows
            .filter(([, type]) => type === "3")
            .map(([number]) => `frame.number == ${number}`)
            .join(" || "),
      },
    }),
    ask({
      id: "packets",
      asks: { en: "Which packets are they?", es: "¿Qué paquetes son?" },
      kind: packets,
      expected: run => renewals(run).map(({ number }) => number),
      wrong: [
        {
          answer: run => messagesOf(run, "Request").map(({ number }) => number),
          says: run => ({
            en: `Packet ${first(run).number} is a DHCPREQUEST too, but one for a first lease: its ciaddr is 0.0.0.0 (RFC 2131 §4.3.2).`,
            es: `El paquete ${first(run).number} también es un DHCPREQUEST, pero de una primera concesión: su ciaddr es 0.0.0.0 (RFC 2131 §4.3.2).`,
          }),
        },
        {
          answer: run => [firstOf(run).number],
          says: run => ({
            en: `That is the first of them; ${firstOf(run).mac} is not the last to renew, or not for the last time (RFC 2131 §4.4.5).`,
            es: `Ese es el primero; ${firstOf(run).mac} no es quien renueva al final, o no por última vez (RFC 2131 §4.4.5).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `They are like packet ${firstOf(run).number}: DHCPREQUEST, sent from the client's own address (RFC 2131 §4.3.2).`,
        es: `Son como el paquete ${firstOf(run).number}: DHCPREQUEST, enviados desde la dirección del cliente (RFC 2131 §4.3.2).`,
      }),
      tshark: {
        filter: "dhcp.option.dhcp == 3 && ip.src != 0.0.0.0",
        fields: ["frame.number"],
        concludes: rows => rows.flat().join(" "),
      },
    }),
    ask({
      id: "after",
      asks: run => ({
        en: `How long after its first DHCPREQUEST did the client ${firstOf(run).mac} send its first renewal?`,
        es: `¿Cuánto después de su primer DHCPREQUEST envió el cliente ${firstOf(run).mac} su primera renovación?`,
      }),
      kind: number({ unit: "s", tolerance: 0.05, example: "90.1 s" }),
      expected: run => seconds(first(run), firstOf(run)),
      wrong: [
        {
          answer: run => optionOf(messagesOf(run, "ACK", firstOf(run).mac)[0]!.message.options, 51)!,
          says: run => ({
            en: `That is the whole lease (option 51). Compare the times of packets ${first(run).number} and ${firstOf(run).number} (RFC 2131 §4.4.5).`,
            es: `Esa es toda la concesión (opción 51). Compara los tiempos de los paquetes ${first(run).number} y ${firstOf(run).number} (RFC 2131 §4.4.5).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Take the time of packet ${first(run).number} from that of packet ${firstOf(run).number}: it comes near T1 (RFC 2131 §4.4.5).`,
        es: `Resta el tiempo del paquete ${first(run).number} al del paquete ${firstOf(run).number}: se acerca a T1 (RFC 2131 §4.4.5).`,
      }),
      tshark: {
        filter: "dhcp.option.dhcp == 3",
        fields: ["frame.time_epoch", "ip.src", "eth.src"],
        concludes(rows) {
          const renewal = rows.find(([, source]) => source !== "0.0.0.0")!;
          const begun = rows.find(([, , mac]) => mac === renewal[2])!;
          return String(Number(renewal[0]) - Number(begun[0]));
        },
      },
    }),
  ],
  hints: [
    {
      en: "A client that has an address sends from it; one that has none sends from 0.0.0.0.",
      es: "Un cliente con dirección envía desde ella; el que no la tiene, desde 0.0.0.0.",
    },
    {
      en: "The message type is dhcp.option.dhcp (3 is the request), the client's own address dhcp.ip.client.",
      es: "El tipo de mensaje es dhcp.option.dhcp (3 es la petición), la dirección del propio cliente dhcp.ip.client.",
    },
    {
      en: "Two conditions are joined by &&. Releases and informs have a ciaddr as well.",
      es: "Dos condiciones se unen con &&. También los Release e Inform llevan ciaddr.",
    },
  ],
});
