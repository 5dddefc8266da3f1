// Exercise: classless routes decoded by hand, and written by hand. RFC 3442.
import { byCode } from "../../../protocols/dhcp/format.ts";
import { dotted, parseIpv4 } from "../../../protocols/ipv4/address.ts";
import { optionOf } from "../../../protocols/wire/index.ts";
import { Draws } from "../draws.ts";
import { anExercise, ask, type Run } from "../exercise.ts";
import { address, encoded, text } from "../kinds/index.ts";
import { messagesOf, type Told } from "./messages.ts";
import { type TwoServers, twoServers } from "./two-servers.ts";

type OfferRun = Run<TwoServers>;
type Routes = readonly { readonly prefix: number; readonly destination: number; readonly router: number }[];

const ack = (run: OfferRun): Told => messagesOf(run, "ACK", run.task.board.mac)[0]!;
const route = (run: OfferRun): Routes[number] => optionOf(ack(run).message.options, 121)![0]!;
const network = ({ destination, prefix }: Routes[number]): string => `${dotted(destination)}/${prefix}`;
const octetsOf = (routes: Routes): Uint8Array => byCode[121].encode([...routes]);

/** The route that the student is to write. */
function wanted(run: OfferRun): Routes[number] {
  const draws = new Draws(`${run.seed}|dhcp-route`);
  const prefix = draws.pick([9, 12, 15, 17, 20, 23]);
  const address = ((10 * 256 + draws.whole(128, 255)) * 256 + draws.whole(0, 255)) * 256;
  const destination = Math.floor(address / 2 ** (32 - prefix)) * 2 ** (32 - prefix);
  return { prefix, destination, router: parseIpv4(run.task.taken.address) };
}

/** What the octets come to if each destination is taken for four octets. */
const withFour = ({ prefix, destination, router }: Routes[number]): Uint8Array => {
  const octets = new DataView(new ArrayBuffer(9));
  octets.setUint8(0, prefix);
  octets.setUint32(1, destination);
  octets.setUint32(5, router);
  return new Uint8Array(octets.buffer);
};

export const exercise = anExercise<TwoServers>({
  id: "dhcp-route",
  subject: "dhcp",
  level: "compute",
  title: { en: "The way to another network, octet by octet", es: "El camino a otra red, octeto a octeto" },
  scene: twoServers,
  story: run => ({
    en: `The DHCPACK to ${run.task.board.name} (${run.task.board.mac}) tells it a route to another network, in option 121. Its value is

    ${octetsOf([route(run)])
      .toHex()
      .replace(/..(?=.)/g, "$& ")}

Decode it by hand: the inspector may check you afterwards.`,
    es: `El DHCPACK para ${run.task.board.name} (${run.task.board.mac}) le indica una ruta a otra red, en la opción 121. Su valor es

    ${octetsOf([route(run)])
      .toHex()
      .replace(/..(?=.)/g, "$& ")}

Decodifícalo a mano: el inspector puede comprobarlo después.`,
  }),
  questions: [
    ask({
      id: "network",
      asks: {
        en: "Which network does the route lead to? Address and prefix, such as 10.1.32.0/19.",
        es: "¿A qué red lleva la ruta? Dirección y prefijo, por ejemplo 10.1.32.0/19.",
      },
      kind: text,
      expected: (run: OfferRun) => network(route(run)),
      wrong: [
        {
          answer: run => {
            const { prefix, destination } = route(run);
            return `${dotted(destination)}/${prefix === 24 ? 16 : 24}`;
          },
          says: run => ({
            en: `The first octet of option 121 in packet ${ack(run).number} is the prefix length, in bits (RFC 3442, "Classless Route Option Format").`,
            es: `El primer octeto de la opción 121 del paquete ${ack(run).number} es la longitud del prefijo, en bits (RFC 3442, "Classless Route Option Format").`,
          }),
        },
        {
          answer: run => `${dotted(parseIpv4(run.task.taken.address))}/24`,
          says: {
            en: "That is the network that the board is in; the route leads to another one (RFC 3442).",
            es: "Esa es la red en la que está la placa; la ruta lleva a otra (RFC 3442).",
          },
        },
      ],
      otherwise: run => ({
        en: `The first octet of option 121 (packet ${ack(run).number}) is the prefix length. Only as many octets follow as it needs; the others are zero (RFC 3442).`,
        es: `El primer octeto de la opción 121 (paquete ${ack(run).number}) es la longitud del prefijo. Solo siguen los octetos que hacen falta; los demás son cero (RFC 3442).`,
      }),
      tshark: {
        filter: ({ task }) => `dhcp.option.dhcp == 5 && dhcp.hw.mac_addr == ${task.board.mac}`,
        fields: ["dhcp.option.classless_static_route"],
        // tshark gives the octets of the field, or its text, by version.
        concludes: ([row]) => /(\d+\.\d+\.\d+\.\d+\/\d+)/.exec(row![0]!)?.[1] ?? byHand(row![0]!).network,
      },
    }),
    ask({
      id: "router",
      asks: { en: "Over which router?", es: "¿Por qué router?" },
      kind: address,
      expected: (run: OfferRun) => dotted(route(run).router),
      wrong: [
        {
          answer: run => run.task.taken.address,
          says: run => ({
            en: `That is the DHCP server (option 54). The router of the route stands at the end of option 121 in packet ${ack(run).number} (RFC 3442).`,
            es: `Ese es el servidor DHCP (opción 54). El router de la ruta está al final de la opción 121 del paquete ${ack(run).number} (RFC 3442).`,
          }),
        },
        {
          answer: run => run.task.taken.address.replace(/\d+$/, "1"),
          says: run => ({
            en: `That is the router of option 3. The route has one of its own, at the end of option 121 in packet ${ack(run).number} (RFC 3442).`,
            es: `Ese es el router de la opción 3. La ruta tiene uno propio, al final de la opción 121 del paquete ${ack(run).number} (RFC 3442).`,
          }),
        },
      ],
      otherwise: run => ({
        en: `The last four octets of option 121 in packet ${ack(run).number} are the router (RFC 3442).`,
        es: `Los cuatro últimos octetos de la opción 121 del paquete ${ack(run).number} son el router (RFC 3442).`,
      }),
      tshark: {
        filter: ({ task }) => `dhcp.option.dhcp == 5 && dhcp.hw.mac_addr == ${task.board.mac}`,
        fields: ["dhcp.option.classless_static_route"],
        concludes: ([row]) => /-(\d+\.\d+\.\d+\.\d+)/.exec(row![0]!)?.[1] ?? byHand(row![0]!).router,
      },
    }),
    ask({
      id: "write",
      asks: run => ({
        en: `Now write one: the value of an option 121 (without code and length) with a single route, to ${network(wanted(run))} over ${dotted(wanted(run).router)}. In hexadecimal.`,
        es: `Ahora escribe una: el valor de una opción 121 (sin código ni longitud) con una sola ruta, hacia ${network(wanted(run))} por ${dotted(wanted(run).router)}. En hexadecimal.`,
      }),
      kind: encoded(byCode[121], (routes: Routes) =>
        routes.map(one => `${network(one)} ${dotted(one.router)}`).join(),
      ),
      expected: (run: OfferRun) => octetsOf([wanted(run)]),
      wrong: [
        {
          answer: run => withFour(wanted(run)),
          says: {
            en: "You wrote all four octets of the destination: only those within the prefix are sent, the others are left out (RFC 3442, figure of the destination descriptor).",
            es: "Escribiste los cuatro octetos del destino: solo se envían los que caben en el prefijo, los demás se omiten (RFC 3442, figura del descriptor de destino).",
          },
        },
        {
          answer: run => {
            const value = octetsOf([wanted(run)]);
            return Uint8Array.of(121, value.length, ...value);
          },
          says: {
            en: "You wrote the code and the length as well; the value alone is asked for (RFC 2132 §2).",
            es: "Escribiste también el código y la longitud; se pide solo el valor (RFC 2132 §2).",
          },
        },
      ],
      otherwise: run => ({
        en: `Prefix length in one octet, then as many octets of the destination as its prefix needs (bits by 8, rounded up), then four of the router. Packet ${ack(run).number} has one to compare (RFC 3442).`,
        es: `Longitud del prefijo en un octeto, luego los octetos del destino que el prefijo necesita (bits entre 8, hacia arriba), luego cuatro del router. El paquete ${ack(run).number} tiene una para comparar (RFC 3442).`,
      }),
      tshark: {
        fields: ["frame.number"],
        concludes(_rows, run) {
          const { prefix, destination, router } = wanted(run);
          const octets = [destination, router].map(one => dotted(one).split(".").map(Number));
          return Uint8Array.of(prefix, ...octets[0]!.slice(0, Math.ceil(prefix / 8)), ...octets[1]!).toHex();
        },
      },
    }),
  ],
  hints: [
    {
      en: "A route is three things in a row: prefix length (one octet), destination (as many octets as needed), router (four).",
      es: "Una ruta son tres cosas seguidas: longitud del prefijo (un octeto), destino (los octetos que hagan falta), router (cuatro).",
    },
    {
      en: "A prefix of 19 bits needs three octets, one of 16 bits two, one of 0 bits none.",
      es: "Un prefijo de 19 bits necesita tres octetos, uno de 16 dos, uno de 0 ninguno.",
    },
    {
      en: "0x13 is 19; 0xc0a8 is 192.168. What is left behind the destination are the four octets of the router.",
      es: "0x13 es 19; 0xc0a8 es 192.168. Lo que queda tras el destino son los cuatro octetos del router.",
    },
  ],
});

/** The same decoded from hexadecimal, without any description. */
function byHand(hex: string): { readonly network: string; readonly router: string } {
  const [prefix = 0, ...rest] = Uint8Array.fromHex(hex.replaceAll(":", ""));
  const size = Math.ceil(prefix / 8);
  const destination = [...rest.slice(0, size), 0, 0, 0, 0].slice(0, 4).join(".");
  return { network: `${destination}/${prefix}`, router: rest.slice(size, size + 4).join(".") };
}
