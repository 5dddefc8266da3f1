// Exercise: two servers answer, and one of them has no business here.
import { colons } from "../../../protocols/ethernet/address.ts";
import { ethernet } from "../../../protocols/ethernet/index.ts";
import { dotted } from "../../../protocols/ipv4/address.ts";
import { optionOf } from "../../../protocols/wire/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { choice, chosen, mac, packets } from "../kinds/index.ts";
import { messagesOf, serverIn, type Told } from "./messages.ts";
import { type Lie, type TwoMasters, twoMasters } from "./two-masters.ts";

type RogueRun = Run<TwoMasters>;

const isReal = (run: RogueRun) => (one: Told) => serverIn(one) === run.task.real.address;
const first = (run: RogueRun, type: "Offer" | "ACK", real: boolean): Told =>
  messagesOf(run, type).find(one => isReal(run)(one) === real)!;
const victims = (run: RogueRun): Told[] => messagesOf(run, "ACK").filter(one => !isReal(run)(one));
const senderOf = ({ packet }: Told): string => colons(packet.layer(ethernet)!.source);

/** Options 3, 6 and 42 of a message. */
const told = ({ message }: Told): Record<Lie, string> => ({
  router: (optionOf(message.options, 3) ?? []).map(dotted).join(),
  dns: (optionOf(message.options, 6) ?? []).map(dotted).join(),
  ntp: (optionOf(message.options, 42) ?? []).map(dotted).join(),
});

function lieIn(run: RogueRun): Lie {
  const [true_, false_] = [told(first(run, "ACK", true)), told(first(run, "ACK", false))];
  return (["router", "dns", "ntp"] as const).find(key => true_[key] !== false_[key])!;
}

const lies = choice(
  [
    { id: "router", says: { en: "It names itself as the router.", es: "Se nombra a sí mismo como router." } },
    {
      id: "dns",
      says: { en: "It names itself as the DNS server.", es: "Se nombra a sí mismo como servidor DNS." },
    },
    {
      id: "ntp",
      says: { en: "It names itself as the NTP server.", es: "Se nombra a sí mismo como servidor NTP." },
    },
    {
      id: "mask",
      says: { en: "It tells another netmask.", es: "Indica otra máscara de red." },
    },
  ],
  { en: "its first DHCPACK", es: "su primer DHCPACK" },
);

const compare = (run: RogueRun, option: number, section: string) => ({
  en: `Compare option ${option} of packets ${first(run, "ACK", true).number} and ${first(run, "ACK", false).number} (RFC 2132 §${section}).`,
  es: `Compara la opción ${option} de los paquetes ${first(run, "ACK", true).number} y ${first(run, "ACK", false).number} (RFC 2132 §${section}).`,
});

export const exercise = anExercise<TwoMasters>({
  id: "dhcp-rogue",
  subject: "dhcp",
  level: "diagnose",
  title: { en: "One server too many", es: "Un servidor de más" },
  scene: twoMasters,
  story: ({ task: { real, clients } }) => ({
    en: `An office set up one DHCP server: ${real.address}. This morning ${clients.length} devices were switched on, and some of them reach strange places since.`,
    es: `Una oficina configuró un servidor DHCP: ${real.address}. Esta mañana se encendieron ${clients.length} aparatos, y desde entonces algunos llegan a sitios extraños.`,
  }),
  questions: [
    ask({
      id: "mac",
      asks: {
        en: "Which MAC address has the machine that answers without having been set up?",
        es: "¿Qué dirección MAC tiene la máquina que responde sin que nadie la configurara?",
      },
      kind: mac,
      expected: (run: RogueRun) => senderOf(first(run, "Offer", false)),
      wrong: [
        {
          answer: run => senderOf(first(run, "Offer", true)),
          says: run => ({
            en: `That is the server that the office set up: look at option 54 of packet ${first(run, "Offer", true).number} (RFC 2132 §9.7).`,
            es: `Ese es el servidor que configuró la oficina: mira la opción 54 del paquete ${first(run, "Offer", true).number} (RFC 2132 §9.7).`,
          }),
        },
        {
          answer: run => first(run, "Offer", false).mac,
          says: run => ({
            en: `That is chaddr, the client that packet ${first(run, "Offer", false).number} is for. Who sent it stands in the Ethernet header.`,
            es: `Ese es chaddr, el cliente al que va el paquete ${first(run, "Offer", false).number}. Quién lo envió está en la cabecera Ethernet.`,
          }),
        },
        {
          answer: () => "ff:ff:ff:ff:ff:ff",
          says: {
            en: "That is everybody: the destination of a broadcast. Look at the source in the Ethernet header.",
            es: "Eso es todo el mundo: el destino de una difusión. Mira el origen en la cabecera Ethernet.",
          },
        },
      ],
      otherwise: run => ({
        en: `Look at the offers (option 53 = 2): whose option 54 is not ${run.task.real.address}? Then at the source of its Ethernet header, such as packet ${first(run, "Offer", false).number} (RFC 2131 §7).`,
        es: `Mira las ofertas (opción 53 = 2): ¿cuál trae una opción 54 distinta de ${run.task.real.address}? Luego el origen de su cabecera Ethernet, como en el paquete ${first(run, "Offer", false).number} (RFC 2131 §7).`,
      }),
      tshark: {
        filter: ({ task }) => `dhcp.option.dhcp == 2 && dhcp.option.dhcp_server_id != ${task.real.address}`,
        fields: ["eth.src"],
        concludes: ([row]) => row![0]!,
      },
    }),
    ask({
      id: "lie",
      asks: { en: "What does it tell that is false?", es: "¿Qué dice que sea falso?" },
      kind: lies,
      expected: (run: RogueRun) => chosen(lieIn(run), first(run, "ACK", false).number),
      wrong: [
        {
          answer: run => chosen("router", first(run, "ACK", false).number),
          says: run => compare(run, 3, "3.5"),
        },
        {
          answer: run => chosen("dns", first(run, "ACK", false).number),
          says: run => compare(run, 6, "3.8"),
        },
        {
          answer: run => chosen("ntp", first(run, "ACK", false).number),
          says: run => compare(run, 42, "8.3"),
        },
        {
          answer: run => chosen("mask", first(run, "ACK", false).number),
          says: run => compare(run, 1, "3.3"),
        },
      ],
      otherwise: run => ({
        en: `Lay a DHCPACK of each server side by side, packet ${first(run, "ACK", true).number} of the real one: options 1, 3, 6 and 42 (RFC 2132 §3, §8).`,
        es: `Pon un DHCPACK de cada servidor uno junto a otro, el paquete ${first(run, "ACK", true).number} del verdadero: opciones 1, 3, 6 y 42 (RFC 2132 §3, §8).`,
      }),
      tshark: {
        filter: "dhcp.option.dhcp == 5",
        fields: [
          "frame.number",
          "dhcp.option.dhcp_server_id",
          "dhcp.option.router",
          "dhcp.option.domain_name_server",
          "dhcp.option.ntp_server",
        ],
        concludes(rows, { task }) {
          const rogue = rows.find(([, server]) => server !== task.real.address)!;
          const option = (["router", "dns", "ntp"] as const).find((_, i) => rogue[i + 2] === rogue[1])!;
          return `${option} ${rogue[0]}`;
        },
      },
    }),
    ask({
      id: "victims",
      asks: {
        en: "By which packets did clients get their lease from it?",
        es: "¿Con qué paquetes recibieron clientes su concesión de ella?",
      },
      kind: packets,
      expected: run => victims(run).map(({ number }) => number),
      wrong: [
        {
          answer: run =>
            messagesOf(run, "Offer")
              .filter(one => !isReal(run)(one))
              .map(({ number }) => number),
          says: {
            en: "Those are its offers; a lease is what a DHCPACK gives (RFC 2131 §3.1, step 4).",
            es: "Esas son sus ofertas; la concesión la da un DHCPACK (RFC 2131 §3.1, paso 4).",
          },
        },
        {
          answer: run => messagesOf(run, "ACK").map(({ number }) => number),
          says: {
            en: "Those are the DHCPACKs of both servers: look at option 54 (RFC 2132 §9.7).",
            es: "Esos son los DHCPACK de los dos servidores: mira la opción 54 (RFC 2132 §9.7).",
          },
        },
      ],
      otherwise: run => ({
        en: `There are ${victims(run).length}: DHCPACKs (option 53 = 5) whose option 54 is not ${run.task.real.address} (RFC 2132 §9.6, §9.7).`,
        es: `Son ${victims(run).length}: los DHCPACK (opción 53 = 5) cuya opción 54 no es ${run.task.real.address} (RFC 2132 §9.6, §9.7).`,
      }),
      tshark: {
        filter: ({ task }) => `dhcp.option.dhcp == 5 && dhcp.option.dhcp_server_id != ${task.real.address}`,
        fields: ["frame.number"],
        concludes: rows => rows.flat().join(" "),
      },
    }),
  ],
  hints: [
    {
      en: "Who answers names itself in option 54. Nothing proves it, but nothing else is there.",
      es: "Quien responde se nombra en la opción 54. Nada lo demuestra, pero no hay otra cosa.",
    },
    ({ task: { real } }) => ({
      en: `dhcp.option.dhcp_server_id != ${real.address} leaves the other one's messages, and those to it.`,
      es: `dhcp.option.dhcp_server_id != ${real.address} deja los mensajes de la otra, y los que van a ella.`,
    }),
    {
      en: "What a lie in options 3, 6 or 42 brings: all traffic, all names, or all clocks go over the liar.",
      es: "Lo que trae una mentira en las opciones 3, 6 o 42: todo el tráfico, todos los nombres o todos los relojes pasan por quien miente.",
    },
  ],
});
