// What can go wrong on the board's cable: frames lost, late, overtaken, doubled or too large, each way by dice of its own.
import type { CableFaults, PathFaults } from "../../network/faulty.ts";
import type { Said } from "../../words.ts";
import type { Cast } from "../scenario.ts";
import { hurried, impairBoards } from "./changes.ts";
import { type Fault, type Need, numbers, type Part, type Values } from "./fault.ts";

interface CableFault {
  readonly changes: Part;
  readonly value: Values;
  readonly faults: (value: number) => CableFaults;
  readonly may: readonly string[];
  readonly needs?: readonly Need[];
  readonly shows: Said;
  readonly says: (value: string) => Said;
}

/** Whatever is lost, asks again. */
const lossy = [
  "dhcp.no-offer",
  "dhcp.retransmission",
  "dns.retried",
  "dns.unanswered",
  "dns.unsolicited",
  "ntp.unanswered",
  "ntp.origin-mismatch",
] as const;

const onCable = ({ changes, value, faults, may, needs, shows, says }: CableFault): Fault => ({
  shows,
  says,
  changes: [changes],
  ...(needs && { needs }),
  value,
  lay: (cast: Cast, { value, options }) => hurried(impairBoards(cast, faults(Number(value))), 1500, options),
  outcome: () => ({ findings: [], may }),
});

const bothWays = (path: PathFaults): CableFaults => ({ up: path, down: path });

export const loss = onCable({
  changes: "loss",
  value: numbers(10, 0, 60, "a share in percent"),
  faults: percent => bothWays({ loss: percent / 100 }),
  may: lossy,
  shows: {
    en: "one frame in ten is lost, each way",
    es: "se pierde una trama de cada diez, en cada sentido",
  },
  says: value => ({
    en: `Of the frames on the board's cable ${value} % are lost, each way. UDP loses what is lost: DHCP, DNS and NTP ask again by themselves. TCP sends again what is not acknowledged, so that TLS and MQTT never notice but for the time.`,
    es: `Se pierde el ${value} % de las tramas del cable de la placa, en cada sentido. En UDP lo perdido, perdido está: DHCP, DNS y NTP vuelven a preguntar ellos mismos. TCP reenvía lo que no se confirma, así que TLS y MQTT no lo notan más que en el tiempo.`,
  }),
});

export const delay = onCable({
  changes: "delay",
  value: numbers(300, 0, 5000, "milliseconds there and back"),
  faults: milliseconds => bothWays({ delay: milliseconds / 2 }),
  may: ["dns.retried", "ntp.asymmetric-path"],
  shows: { en: "answers take 300 ms", es: "las respuestas tardan 300 ms" },
  says: value => ({
    en: `Each exchange waits ${value} ms for its answer: TLS 1.2 with its two, and MQTT with CONNECT and SUBSCRIBE, show what each message there and back costs. Nothing fails.`,
    es: `Cada intercambio espera ${value} ms su respuesta: TLS 1.2 con sus dos, y MQTT con CONNECT y SUBSCRIBE, muestran lo que cuesta cada ida y vuelta. Nada falla.`,
  }),
});

export const reorder = onCable({
  changes: "order",
  value: numbers(20, 0, 100, "a share in percent"),
  faults: percent => bothWays({ reorder: percent / 100, holdBack: 20 }),
  may: ["ntp.asymmetric-path"],
  needs: ["segments"],
  shows: {
    en: "one frame in five is overtaken by those behind it",
    es: "a una trama de cada cinco la adelantan las siguientes",
  },
  says: value => ({
    en: `Of the frames ${value} % are held back. Segments come out of order, and TCP puts them in order: what is above it hears nothing of that.`,
    es: `Se retiene el ${value} % de las tramas. Los segmentos llegan desordenados y TCP los ordena: quien está encima no se entera.`,
  }),
});

export const duplicate = onCable({
  changes: "doubling",
  value: numbers(20, 0, 100, "a share in percent"),
  faults: percent => bothWays({ duplicate: percent / 100 }),
  may: ["dns.unsolicited", "ntp.origin-mismatch", "dhcp.wrong-transaction"],
  shows: { en: "one frame in five arrives twice", es: "una trama de cada cinco llega dos veces" },
  says: value => ({
    en: `Of the frames ${value} % arrive twice. A question that does is answered twice: the second answer is one that nobody waits for. TCP throws away what it has.`,
    es: `El ${value} % de las tramas llega dos veces. Una pregunta así se responde dos veces: la segunda respuesta ya no la espera nadie. TCP tira lo que ya tiene.`,
  }),
});

export const mtu = onCable({
  changes: "MTU",
  value: numbers(576, 576, 1500, "octets of an IP packet"),
  faults: octets => ({ mtu: octets }),
  may: [],
  shows: { en: "no packet is larger than 576 octets", es: "ningún paquete pasa de 576 octetos" },
  says: value => ({
    en: `The board's cable takes packets of ${value} octets (RFC 791). Both ends of TCP agree on a smaller segment in their SYN: the certificates take more segments, and nothing else changes.`,
    es: `El cable de la placa admite paquetes de ${value} octetos (RFC 791). Ambos extremos de TCP acuerdan en su SYN un segmento menor: los certificados ocupan más segmentos, y nada más cambia.`,
  }),
});
