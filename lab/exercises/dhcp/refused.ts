// Exercise: one client gets no address. Why?
import { optionOf } from "../../../protocols/wire/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { choice, chosen, packets } from "../kinds/index.ts";
import { messagesOf, type Told } from "./messages.ts";
import { type Office, office, type Trouble } from "./office.ts";

type OfficeRun = Run<Office>;

const own = (run: OfficeRun): Told[] => messagesOf(run, undefined, run.task.unlucky.mac);
/** The server's refusal, or the first question that nobody answers. */
const proof = (run: OfficeRun): Told => messagesOf(run, "NAK")[0] ?? own(run)[0]!;

/** Read off the messages: what it asked for, and who had it. */
function troubleIn(run: OfficeRun): Trouble {
  const [first] = own(run);
  const asked = optionOf(first!.message.options, 50);
  if (messagesOf(run, "NAK").length === 0 || asked === undefined) return "empty";
  const isLeased = messagesOf(run, "ACK").some(({ message }) => message.yiaddr === asked);
  return isLeased ? "taken" : "network";
}

const reasons = choice(
  [
    {
      id: "network",
      says: {
        en: "It asks for an address of another network.",
        es: "Pide una dirección de otra red.",
      },
    },
    {
      id: "taken",
      says: {
        en: "The address that it asks for is leased to somebody else.",
        es: "La dirección que pide está concedida a otro.",
      },
    },
    {
      id: "empty",
      says: { en: "The server has no address left.", es: "Al servidor no le quedan direcciones." },
    },
    {
      id: "down",
      says: {
        en: "The server has been switched off by then.",
        es: "Para entonces el servidor está apagado.",
      },
    },
  ],
  {
    en: "the server's refusal, or, if there is none, the client's first message",
    es: "la negativa del servidor o, si no la hay, el primer mensaje del cliente",
  },
);

export const exercise = anExercise<Office>({
  id: "dhcp-refused",
  subject: "dhcp",
  level: "diagnose",
  title: { en: "No address for one of them", es: "Sin dirección para uno" },
  scene: office,
  story: ({ task: { server, pool, unlucky } }) => ({
    en: `An office has one DHCP server, ${server}. It leases ${pool.size} addresses, ${pool.first} to ${pool.last}. The client ${unlucky.name} (${unlucky.mac}) complains: it gets none.`,
    es: `Una oficina tiene un servidor DHCP, ${server}. Concede ${pool.size} direcciones, de ${pool.first} a ${pool.last}. El cliente ${unlucky.name} (${unlucky.mac}) se queja: no recibe ninguna.`,
  }),
  questions: [
    ask({
      id: "sent",
      asks: {
        en: "Which packets did this client send?",
        es: "¿Qué paquetes envió este cliente?",
      },
      kind: packets,
      expected: (run: OfficeRun) =>
        own(run)
          .filter(({ message }) => message.op === 1)
          .map(({ number }) => number),
      wrong: [
        {
          answer: run => own(run).map(({ number }) => number),
          says: {
            en: "Replies to it name its MAC address as well: op tells who speaks, 1 a client, 2 a server (RFC 2131 §2).",
            es: "También las respuestas nombran su MAC: op dice quién habla, 1 un cliente, 2 un servidor (RFC 2131 §2).",
          },
        },
      ],
      otherwise: ({ task: { unlucky } }) => ({
        en: `Look for chaddr ${unlucky.mac} with op 1 (RFC 2131 §2, figure 1).`,
        es: `Busca chaddr ${unlucky.mac} con op 1 (RFC 2131 §2, figura 1).`,
      }),
      tshark: {
        filter: ({ task }) => `dhcp && eth.src == ${task.unlucky.mac}`,
        fields: ["frame.number"],
        concludes: rows => rows.flat().join(" "),
      },
    }),
    ask({
      id: "why",
      asks: { en: "Why does it get no address?", es: "¿Por qué no recibe dirección?" },
      kind: reasons,
      expected: (run: OfficeRun) => chosen(troubleIn(run), proof(run).number),
      wrong: [
        {
          answer: run => chosen("network", proof(run).number),
          says: run => ({
            en: `Does it ask for an address at all, and of which network? Look at option 50 of packet ${own(run)[0]!.number}, and at the network of ${run.task.server} (RFC 2131 §4.3.2).`,
            es: `¿Pide alguna dirección, y de qué red? Mira la opción 50 del paquete ${own(run)[0]!.number}, y la red de ${run.task.server} (RFC 2131 §4.3.2).`,
          }),
        },
        {
          answer: run => chosen("taken", proof(run).number),
          says: run => ({
            en: `Then an earlier DHCPACK would have given somebody what option 50 of packet ${own(run)[0]!.number} asks for: look at yiaddr of the packets with option 53 = 5 (RFC 2131 §4.3.2).`,
            es: `Entonces un DHCPACK anterior habría dado a alguien lo que pide la opción 50 del paquete ${own(run)[0]!.number}: mira yiaddr en los paquetes con opción 53 = 5 (RFC 2131 §4.3.2).`,
          }),
        },
        {
          answer: run => chosen("empty", proof(run).number),
          says: run => ({
            en: `Count the different addresses (yiaddr) of the DHCPACKs before packet ${own(run)[0]!.number}, and compare with the ${run.task.pool.size} that the server has (RFC 2131 §4.3.1).`,
            es: `Cuenta las direcciones distintas (yiaddr) de los DHCPACK anteriores al paquete ${own(run)[0]!.number}, y compáralas con las ${run.task.pool.size} que tiene el servidor (RFC 2131 §4.3.1).`,
          }),
        },
        {
          answer: run => chosen("down", proof(run).number),
          says: run => ({
            en: `Look at what ${run.task.server} says after packet ${own(run)[0]!.number}, to others too (ip.src == ${run.task.server}).`,
            es: `Mira lo que dice ${run.task.server} después del paquete ${own(run)[0]!.number}, también a otros (ip.src == ${run.task.server}).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Look at what the client asks for (option 50 of packet ${own(run)[0]!.number}) and whether anybody answers: a DHCPNAK is option 53 = 6 (RFC 2131 §4.3.2).`,
        es: `Mira qué pide el cliente (opción 50 del paquete ${own(run)[0]!.number}) y si alguien responde: un DHCPNAK es opción 53 = 6 (RFC 2131 §4.3.2).`,
      }),
      tshark: {
        filter: "dhcp",
        fields: [
          "frame.number",
          "dhcp.option.dhcp",
          "eth.src",
          "dhcp.ip.your",
          "dhcp.option.requested_ip_address",
        ],
        concludes(rows, { task: { unlucky } }) {
          const [first] = rows.filter(([, , mac]) => mac === unlucky.mac);
          const nak = rows.find(([, type]) => type === "6");
          if (!nak) return `empty ${first![0]}`;
          const isLeased = rows.some(([, type, , yours]) => type === "5" && yours === first![4]);
          return `${isLeased ? "taken" : "network"} ${nak[0]}`;
        },
      },
    }),
  ],
  hints: [
    ({ task: { unlucky } }) => ({
      en: `Its conversation: dhcp.hw.mac_addr == ${unlucky.mac}. Is there an answer at all?`,
      es: `Su conversación: dhcp.hw.mac_addr == ${unlucky.mac}. ¿Hay alguna respuesta?`,
    }),
    {
      en: "A client that remembers an address asks for it at once, with option 50 in its DHCPREQUEST. A server that knows better says DHCPNAK.",
      es: "Un cliente que recuerda una dirección la pide directamente, con la opción 50 en su DHCPREQUEST. El servidor que sabe que no vale dice DHCPNAK.",
    },
    {
      en: "A server without a free address says nothing. Count what it has leased: yiaddr of the DHCPACKs.",
      es: "Un servidor sin direcciones libres calla. Cuenta lo que ha concedido: yiaddr de los DHCPACK.",
    },
  ],
});
