// Exercise: two servers offer, one is taken. Which, and why?
import { optionOf } from "../../../protocols/wire/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { address, choice, chosen } from "../kinds/index.ts";
import { messagesOf, offered, serverIn, type Told } from "./messages.ts";
import { type TwoServers, twoServers } from "./two-servers.ts";

type OfferRun = Run<TwoServers>;

/** Of the board alone: its neighbours have come before. */
const of = (run: OfferRun, type: "Discover" | "Offer" | "Request" | "ACK"): Told[] =>
  messagesOf(run, type, run.task.board.mac);
const request = (run: OfferRun): Told => of(run, "Request")[0]!;
const takenOffer = (run: OfferRun): Told =>
  of(run, "Offer").find(offer => serverIn(offer) === serverIn(request(run)))!;
const otherOffer = (run: OfferRun): Told =>
  of(run, "Offer").find(offer => serverIn(offer) !== serverIn(request(run)))!;

const reasons = choice(
  [
    { id: "first", says: { en: "It came first.", es: "Llegó primero." } },
    { id: "longest", says: { en: "Its lease is longer.", es: "Su concesión dura más." } },
    {
      id: "requested",
      says: {
        en: "It has the address that the board asked for.",
        es: "Trae la dirección que pidió la placa.",
      },
    },
    {
      id: "router",
      says: { en: "The other one told it no router.", es: "La otra no le indicaba ningún router." },
    },
  ],
  { en: "the offer that was taken", es: "la oferta que se aceptó" },
);

/** Read off the messages, as a student does. */
function reasonIn(run: OfferRun): "first" | "longest" | "requested" {
  const [discover] = of(run, "Discover");
  const [taken, other] = [takenOffer(run), otherOffer(run)];
  if (optionOf(discover!.message.options, 50) === taken.message.yiaddr) return "requested";
  return taken.number < other.number ? "first" : "longest";
}

export const exercise = anExercise<TwoServers>({
  id: "dhcp-offer",
  subject: "dhcp",
  level: "explain",
  title: { en: "Two offers, one lease", es: "Dos ofertas, una concesión" },
  scene: twoServers,
  story: ({ task: { board } }) => ({
    en: `The board ${board.name} (${board.mac}) is switched on in an office that has two DHCP servers. Both answer, and the board takes one of the two offers.`,
    es: `La placa ${board.name} (${board.mac}) se enciende en una oficina con dos servidores DHCP. Los dos responden, y la placa acepta una de las dos ofertas.`,
  }),
  questions: [
    ask({
      id: "server",
      asks: {
        en: "Which server's offer did the board take? Its address.",
        es: "¿De qué servidor es la oferta que aceptó la placa? Su dirección.",
      },
      kind: address,
      expected: (run: OfferRun) => serverIn(request(run)),
      wrong: [
        {
          answer: run => serverIn(otherOffer(run)),
          says: run => ({
            en: `That server offered too (packet ${otherOffer(run).number}). The board says to everybody whose offer it takes: look at option 54 of its DHCPREQUEST, packet ${request(run).number} (RFC 2131 §3.1, step 3).`,
            es: `Ese servidor también hizo una oferta (paquete ${otherOffer(run).number}). La placa dice a todos qué oferta acepta: mira la opción 54 de su DHCPREQUEST, paquete ${request(run).number} (RFC 2131 §3.1, paso 3).`,
          }),
        },
        {
          answer: run => offered(takenOffer(run)),
          says: run => ({
            en: `That is the address that the board gets (yiaddr), not the server's. Packet ${request(run).number}, option 54 names the server (RFC 2132 §9.7).`,
            es: `Esa es la dirección que recibe la placa (yiaddr), no la del servidor. En el paquete ${request(run).number}, la opción 54 nombra al servidor (RFC 2132 §9.7).`,
          }),
        },
        {
          answer: () => "255.255.255.255",
          says: {
            en: "That is where the request goes: to everybody, so that the server that was not chosen hears it too. Its option 54 names the one that was (RFC 2131 §3.1).",
            es: "Ahí va la petición: a todos, para que también la oiga el servidor no elegido. Su opción 54 nombra al elegido (RFC 2131 §3.1).",
          },
        },
      ],
      otherwise: run => ({
        en: `The board names the server in its DHCPREQUEST, packet ${request(run).number}: look at option 54 (RFC 2131 §3.1, step 3).`,
        es: `La placa nombra al servidor en su DHCPREQUEST, paquete ${request(run).number}: mira la opción 54 (RFC 2131 §3.1, paso 3).`,
      }),
      tshark: {
        filter: ({ task }) => `dhcp.option.dhcp == 3 && dhcp.hw.mac_addr == ${task.board.mac}`,
        fields: ["dhcp.option.dhcp_server_id"],
        concludes: ([request]) => request![0]!,
      },
    }),
    ask({
      id: "why",
      asks: {
        en: "Why that one? Give the letter and the number of the packet with the offer that was taken.",
        es: "¿Por qué esa? Da la letra y el número del paquete con la oferta aceptada.",
      },
      kind: reasons,
      expected: (run: OfferRun) => chosen(reasonIn(run), takenOffer(run).number),
      wrong: [
        {
          answer: run => chosen("first", takenOffer(run).number),
          says: run => ({
            en: `Compare the times of the two offers to ${run.task.board.name}, packets ${of(run, "Offer")
              .map(({ number }) => number)
              .join(" and ")}.`,
            es: `Compara los tiempos de las dos ofertas a ${run.task.board.name}, paquetes ${of(run, "Offer")
              .map(({ number }) => number)
              .join(" y ")}.`,
          }),
        },
        {
          answer: run => chosen("longest", takenOffer(run).number),
          says: run => ({
            en: `Compare option 51 (lease time) of packets ${takenOffer(run).number} and ${otherOffer(run).number} (RFC 2132 §9.2).`,
            es: `Compara la opción 51 (tiempo de concesión) de los paquetes ${takenOffer(run).number} y ${otherOffer(run).number} (RFC 2132 §9.2).`,
          }),
        },
        {
          answer: run => chosen("requested", takenOffer(run).number),
          says: run => ({
            en: `A client that wants an address says so in its DHCPDISCOVER: look for option 50 in packet ${of(run, "Discover")[0]!.number} (RFC 2132 §9.1).`,
            es: `Un cliente que quiere una dirección lo dice en su DHCPDISCOVER: busca la opción 50 en el paquete ${of(run, "Discover")[0]!.number} (RFC 2132 §9.1).`,
          }),
        },
        {
          answer: run => chosen("router", takenOffer(run).number),
          says: run => ({
            en: `Look at option 3 of both offers, packet ${otherOffer(run).number} among them (RFC 2132 §3.5).`,
            es: `Mira la opción 3 de las dos ofertas, entre ellas el paquete ${otherOffer(run).number} (RFC 2132 §3.5).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Lay the two offers to ${run.task.board.name} side by side: when they came, option 51, yiaddr; and option 50 of its DHCPDISCOVER (RFC 2131 §4.4.1). The packet is the one whose option 54 the DHCPREQUEST repeats.`,
        es: `Pon las dos ofertas a ${run.task.board.name} una junto a otra: cuándo llegaron, opción 51, yiaddr; y la opción 50 de su DHCPDISCOVER (RFC 2131 §4.4.1). El paquete es aquel cuya opción 54 repite el DHCPREQUEST.`,
      }),
      tshark: {
        filter: ({ task }) => `dhcp.hw.mac_addr == ${task.board.mac}`,
        fields: [
          "frame.number",
          "dhcp.option.dhcp",
          "dhcp.option.dhcp_server_id",
          "dhcp.ip.your",
          "dhcp.option.requested_ip_address",
          "dhcp.option.ip_address_lease_time",
        ],
        concludes(rows) {
          const [discover, request] = ["1", "3"].map(type => rows.find(row => row[1] === type)!);
          const offers = rows.filter(row => row[1] === "2");
          const taken = offers.find(row => row[2] === request![2])!;
          const other = offers.find(row => row !== taken)!;
          if (discover![4] === taken[3]) return `requested ${taken[0]}`;
          if (offers[0] === taken) return `first ${taken[0]}`;
          return Number(taken[5]) > Number(other[5]) ? `longest ${taken[0]}` : "";
        },
      },
    }),
  ],
  hints: [
    {
      en: "DHCP is a conversation of four: Discover, Offer, Request, ACK. The display filter dhcp.option.dhcp == 2 shows the offers.",
      es: "DHCP es una conversación de cuatro: Discover, Offer, Request, ACK. El filtro dhcp.option.dhcp == 2 muestra las ofertas.",
    },
    ({ task: { board } }) => ({
      en: `Others ask as well. Keep to the board's messages: dhcp.hw.mac_addr == ${board.mac}.`,
      es: `También preguntan otros. Quédate con los mensajes de la placa: dhcp.hw.mac_addr == ${board.mac}.`,
    }),
    {
      en: "Three things may decide: the time of the offer, its option 51, and whether its yiaddr is what option 50 of the Discover asked for.",
      es: "Tres cosas pueden decidir: el momento de la oferta, su opción 51, y si su yiaddr es lo que pedía la opción 50 del Discover.",
    },
  ],
});
