// Exercise: a lease and its times, told or counted.
import { optionOf } from "../../../protocols/wire/index.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { number } from "../kinds/index.ts";
import { messagesOf, type Told } from "./messages.ts";
import { type TwoServers, twoServers } from "./two-servers.ts";

type OfferRun = Run<TwoServers>;

const ack = (run: OfferRun): Told => messagesOf(run, "ACK", run.task.board.mac)[0]!;
const lease = (run: OfferRun): number => optionOf(ack(run).message.options, 51)!;
/** Told, or what a client counts that is told nothing (RFC 2131 §4.4.5). */
const renewal = (run: OfferRun): number => optionOf(ack(run).message.options, 58) ?? lease(run) * 0.5;
const rebinding = (run: OfferRun): number => optionOf(ack(run).message.options, 59) ?? lease(run) * 0.875;
const isTold = (run: OfferRun): boolean => optionOf(ack(run).message.options, 58) !== undefined;

/** The same three by tshark: the lease, and the two times where they are told. */
const asked = {
  filter: ({ task }: OfferRun) => `dhcp.option.dhcp == 5 && dhcp.hw.mac_addr == ${task.board.mac}`,
  fields: [
    "dhcp.option.ip_address_lease_time",
    "dhcp.option.renewal_time_value",
    "dhcp.option.rebinding_time_value",
  ],
};

const seconds = number({ unit: "s", example: "43200 s" });

const whereTold = (run: OfferRun, code: 58 | 59) =>
  isTold(run)
    ? {
        en: `This server tells it: look at option ${code} of the DHCPACK, packet ${ack(run).number} (RFC 2132 §9.${code === 58 ? 11 : 12}).`,
        es: `Este servidor lo dice: mira la opción ${code} del DHCPACK, paquete ${ack(run).number} (RFC 2132 §9.${code === 58 ? 11 : 12}).`,
      }
    : {
        en: `The DHCPACK, packet ${ack(run).number}, has no option ${code}: then the client takes a part of option 51 (RFC 2131 §4.4.5).`,
        es: `El DHCPACK, paquete ${ack(run).number}, no trae la opción ${code}: el cliente toma entonces una parte de la opción 51 (RFC 2131 §4.4.5).`,
      };

export const exercise = anExercise<TwoServers>({
  id: "dhcp-times",
  subject: "dhcp",
  level: "compute",
  title: { en: "A lease runs out", es: "Una concesión se acaba" },
  scene: twoServers,
  story: ({ task: { board } }) => ({
    en: `The board ${board.name} (${board.mac}) gets a lease. If nobody switches it off, it will ask its server to renew it at T1, and any server at T2, both counted from its DHCPREQUEST.`,
    es: `La placa ${board.name} (${board.mac}) recibe una concesión. Si nadie la apaga, pedirá a su servidor que la renueve en T1, y a cualquiera en T2, contados desde su DHCPREQUEST.`,
  }),
  questions: [
    ask({
      id: "lease",
      asks: { en: "How long is its lease?", es: "¿Cuánto dura su concesión?" },
      kind: seconds,
      expected: lease,
      wrong: [
        {
          answer: run => {
            const offers = messagesOf(run, "Offer", run.task.board.mac);
            const all = offers.map(({ message }) => optionOf(message.options, 51)!);
            return all.find(one => one !== lease(run));
          },
          says: run => ({
            en: `That was the other server's offer. What holds is the DHCPACK, packet ${ack(run).number}, option 51 (RFC 2131 §3.1, step 4).`,
            es: `Esa era la oferta del otro servidor. Lo que vale es el DHCPACK, paquete ${ack(run).number}, opción 51 (RFC 2131 §3.1, paso 4).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `Look at option 51 of the DHCPACK, packet ${ack(run).number} (RFC 2132 §9.2).`,
        es: `Mira la opción 51 del DHCPACK, paquete ${ack(run).number} (RFC 2132 §9.2).`,
      }),
      tshark: { ...asked, concludes: ([row]) => row![0]! },
    }),
    ask({
      id: "t1",
      asks: {
        en: "T1: after how many seconds does it ask its own server to renew the lease?",
        es: "T1: ¿a los cuántos segundos pide a su servidor que renueve la concesión?",
      },
      kind: seconds,
      expected: renewal,
      wrong: [
        {
          answer: run => (isTold(run) ? lease(run) / 2 : undefined),
          says: run => whereTold(run, 58),
        },
        {
          answer: rebinding,
          says: {
            en: "That is T2, when any server is asked. T1 comes before it (RFC 2131 §4.4.5).",
            es: "Ese es T2, cuando se pregunta a cualquiera. T1 llega antes (RFC 2131 §4.4.5).",
          },
        },
        {
          answer: lease,
          says: {
            en: "Then the lease is over, and the address may not be used any more: who waits so long asks too late (RFC 2131 §4.4.5).",
            es: "Entonces la concesión ya terminó y la dirección no se puede usar: quien espera tanto pregunta tarde (RFC 2131 §4.4.5).",
          },
        },
      ],
      otherwise: run => whereTold(run, 58),
      tshark: { ...asked, concludes: ([row]) => row![1] || String(Number(row![0]) / 2) },
    }),
    ask({
      id: "t2",
      asks: {
        en: "T2: after how many seconds does it ask any server?",
        es: "T2: ¿a los cuántos segundos pregunta a cualquier servidor?",
      },
      kind: seconds,
      expected: rebinding,
      wrong: [
        {
          answer: run => (isTold(run) ? lease(run) * 0.875 : lease(run) * 0.75),
          says: run => whereTold(run, 59),
        },
        {
          answer: renewal,
          says: {
            en: "That is T1, when its own server is asked (RFC 2131 §4.4.5).",
            es: "Ese es T1, cuando se pregunta al propio servidor (RFC 2131 §4.4.5).",
          },
        },
      ],
      otherwise: run => whereTold(run, 59),
      tshark: { ...asked, concludes: ([row]) => row![2] || String((Number(row![0]) * 7) / 8) },
    }),
  ],
  hints: [
    {
      en: "An offer promises nothing; look at the DHCPACK (dhcp.option.dhcp == 5).",
      es: "Una oferta no promete nada; mira el DHCPACK (dhcp.option.dhcp == 5).",
    },
    {
      en: "A server may tell T1 and T2 in options 58 and 59. Does this one? Did the client ask for them in option 55?",
      es: "Un servidor puede decir T1 y T2 en las opciones 58 y 59. ¿Lo hace este? ¿Las pidió el cliente en la opción 55?",
    },
    {
      en: "Where nothing is told, T1 is half of the lease and T2 seven eighths of it.",
      es: "Si no se dice nada, T1 es la mitad de la concesión y T2 siete octavos.",
    },
  ],
});
