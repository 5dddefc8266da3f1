// What `bun lab serve` says to the person at the bench.
import type { Authority } from "../../pki/index.ts";
import type { Language } from "../words.ts";
import type { Addresses } from "./bench.ts";

interface Words {
  readonly asking: (device: string) => string;
  readonly ready: (
    device: string,
    addresses: Addresses,
    authority: Authority,
    keepsSecrets: boolean,
  ) => string[];
  readonly typing: (topic: string) => string;
  readonly timeless: (path: string, lines: number) => string;
  readonly ended: (packets: number, file: string) => string;
  readonly nothing: string;
}

const boards = ["NUCLEO-H723ZG", "DISCO-F769NI"] as const;
const filesOf = (authority: Authority): [string, string, string][] =>
  boards.map(board => [board, authority.chain(board).file, authority.key(board).files.pem]);

export const words: Readonly<Record<Language, Words>> = {
  en: {
    asking: device => `asking on ${device} whether somebody else leases or has the addresses (4 s) …`,
    ready: (device, { router, pc, pool }, authority, keepsSecrets) => [
      `On ${device}, and on no other interface, until Ctrl-C:`,
      `  router    ${router.address}   DHCP (67): ${pool.first} to ${pool.last}; DNS (53): JORGE-PC`,
      `  JORGE-PC  ${pc.address}  NTP (123); MQTT 1883, 8883 (TLS), 8884 (TLS with client certificate)`,
      "On the board, for TLS:",
      `  root certificate  ${authority.root.files.pem}`,
      ...filesOf(authority).flatMap(([board, chain, key]) => [
        `  ${board}, port 8884: certificate ${chain}`,
        `  ${" ".repeat(board.length)}              key ${key}`,
      ]),
      "  (beside each .pem lies the same as .der)",
      keepsSecrets
        ? "The secrets of TLS sessions are kept, as --keylog asks: the capture can be deciphered."
        : "TLS stays enciphered in the list and in the capture; --keylog FILE keeps its secrets.",
    ],
    typing: topic => `Lines typed here are published to ${topic}: Hola XD, LD1OFF …`,
    timeless: (path, lines) =>
      `${path}: ${lines} lines were there before and don't say when: they are left out; lines that begin with 2026-11-22T14:05:09.123 take their place.`,
    ended: (packets, file) => `Capture: ${file} (${packets} packets)`,
    nothing: "No findings.",
  },
  es: {
    asking: device =>
      `se pregunta en ${device} si otro concede direcciones o tiene las que hacen falta (4 s) …`,
    ready: (device, { router, pc, pool }, authority, keepsSecrets) => [
      `En ${device}, y en ninguna otra interfaz, hasta Ctrl-C:`,
      `  router    ${router.address}   DHCP (67): de ${pool.first} a ${pool.last}; DNS (53): JORGE-PC`,
      `  JORGE-PC  ${pc.address}  NTP (123); MQTT 1883, 8883 (TLS), 8884 (TLS con certificado de cliente)`,
      "En la placa, para TLS:",
      `  certificado raíz  ${authority.root.files.pem}`,
      ...filesOf(authority).flatMap(([board, chain, key]) => [
        `  ${board}, puerto 8884: certificado ${chain}`,
        `  ${" ".repeat(board.length)}               clave ${key}`,
      ]),
      "  (junto a cada .pem está lo mismo en .der)",
      keepsSecrets
        ? "Se guardan los secretos de las sesiones TLS, como pide --keylog: la captura se puede descifrar."
        : "TLS queda cifrado en la lista y en la captura; --keylog FICHERO guarda sus secretos.",
    ],
    typing: topic => `Las líneas que se escriban aquí se publican en ${topic}: Hola XD, LD1OFF …`,
    timeless: (path, lines) =>
      `${path}: ${lines} líneas ya estaban y no dicen cuándo: se dejan fuera; las que empiezan por 2026-11-22T14:05:09.123 ocupan su lugar.`,
    ended: (packets, file) => `Captura: ${file} (${packets} paquetes)`,
    nothing: "Sin hallazgos.",
  },
};
