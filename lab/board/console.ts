// The board's console: what its UART would print, in English or Spanish.
import type { Language } from "../words.ts";
import type { BoardEvent, ShownCertificate } from "./events.ts";

type Words<E extends BoardEvent["event"]> = (event: Extract<BoardEvent, { event: E }>) => readonly string[];
type Phrases = { readonly [E in BoardEvent["event"]]: Words<E> };

/** The lines that the console prints for an event. */
export function say(event: BoardEvent, language: Language): readonly string[] {
  const words = phrases[language][event.event] as (event: BoardEvent) => readonly string[];
  return words(event);
}

/** A certificate's lines; `terms` puts what x509 calls them into another language. */
const certificate = (
  { words, refused }: ShownCertificate,
  accepted: string,
  not: string,
  terms: Readonly<Record<string, string>> = {},
): string[] => [
  ...described({ words }, terms),
  refused === undefined ? `    -> ${accepted}` : `    -> ${not}: ${refused}`,
];

const described = ({ words }: ShownCertificate, terms: Readonly<Record<string, string>> = {}): string[] =>
  words.map(([what, value]) => `    ${(terms[what] ?? what).padEnd(18)}: ${value}`);

const spanishTerms = {
  version: "versión",
  "serial number": "número de serie",
  issuer: "emisor",
  subject: "sujeto",
  "valid from": "válido desde",
  "valid until": "válido hasta",
  "signed with": "firmado con",
  key: "clave",
  "basic constraints": "restricciones",
  "for the hosts": "para los equipos",
  "key usage": "uso de la clave",
  "extended key usage": "uso ampliado",
} as const;

const english: Phrases = {
  started: e => [`${e.platform} started (MAC ${e.mac})`],
  led: e => [`LED ${e.led} ${e.on ? "on" : "off"}`],
  "dhcp-state": e => [`DHCP: ${e.state}`],
  configured: e =>
    e.by === "dhcp"
      ? [
          `Address ${e.address}, netmask ${e.netmask}, gateway ${e.gateway}`,
          `  leased by ${e.server} for ${e.lease} s`,
        ]
      : [
          ...(e.by === "static after silence" ? ["No DHCP server answered"] : []),
          `Static address ${e.address}, netmask ${e.netmask}, gateway ${e.gateway}`,
        ],
  resolving: e => [`Resolving ${e.name} with ${e.server} …`],
  resolved: e => [`${e.name} is ${e.address}`],
  "clock-set": e => [
    `Clock set by ${e.server} (stratum ${e.stratum}): ${e.before} -> ${e.after}`,
    `  it was ${Math.abs(e.offset).toFixed(3)} s ${e.offset >= 0 ? "slow" : "fast"}; round trip ${(e.delay * 1e3).toFixed(2)} ms`,
  ],
  connecting: e => [`Connecting to ${e.address}:${e.port} …`],
  connected: e => [`TCP connection established from port ${e.from}`],
  chain: e => [
    "The broker's certificates, from the root down:",
    ...e.certificates.flatMap(one => certificate(one, "accepted", "REFUSED")),
  ],
  "own-certificate": e => ["The board's own certificate:", ...described(e.certificate)],
  secured: e => [`${e.version} with ${e.suite}, handshake ${e.milliseconds.toFixed(1)} ms`],
  session: e => [
    `MQTT 5 session as ${e.clientId}, keep alive ${e.keepAlive === 0 ? "off" : `${e.keepAlive} s`}`,
  ],
  subscribed: e => [`Subscribed to ${e.topic}`],
  published: e => [`Published to ${e.topic}: ${e.text} (${e.octets} octets)`],
  message: e => [`Received on ${e.topic}: ${e.text}`],
  ping: () => ["Nothing arrived: PINGREQ"],
  pong: e => [`PINGRESP after ${e.milliseconds.toFixed(2)} ms`],
  button: () => ["The button was pressed"],
  unsubscribed: e => [`Unsubscribed from ${e.topic}`],
  disconnected: () => ["Disconnected"],
  failed: e => [`FAILED in ${e.phase}: ${e.reason}`],
};

const spanish: Phrases = {
  started: e => [`${e.platform} en marcha (MAC ${e.mac})`],
  led: e => [`LED ${e.led} ${e.on ? "encendido" : "apagado"}`],
  "dhcp-state": e => [`DHCP: ${e.state}`],
  configured: e =>
    e.by === "dhcp"
      ? [
          `Dirección ${e.address}, máscara ${e.netmask}, puerta de enlace ${e.gateway}`,
          `  concedida por ${e.server} durante ${e.lease} s`,
        ]
      : [
          ...(e.by === "static after silence" ? ["Ningún servidor DHCP ha respondido"] : []),
          `Dirección estática ${e.address}, máscara ${e.netmask}, puerta de enlace ${e.gateway}`,
        ],
  resolving: e => [`Resolviendo ${e.name} con ${e.server} …`],
  resolved: e => [`${e.name} es ${e.address}`],
  "clock-set": e => [
    `Reloj puesto en hora por ${e.server} (estrato ${e.stratum}): ${e.before} -> ${e.after}`,
    `  iba ${Math.abs(e.offset).toFixed(3)} s ${e.offset >= 0 ? "atrasado" : "adelantado"}; ida y vuelta ${(e.delay * 1e3).toFixed(2)} ms`,
  ],
  connecting: e => [`Conectando con ${e.address}:${e.port} …`],
  connected: e => [`Conexión TCP establecida desde el puerto ${e.from}`],
  chain: e => [
    "Certificados del broker, desde la raíz:",
    ...e.certificates.flatMap(one => certificate(one, "aceptado", "RECHAZADO", spanishTerms)),
  ],
  "own-certificate": e => [
    "Certificado propio de la placa:",
    ...e.certificate.words.map(word => `    ${word}`),
  ],
  secured: e => [`${e.version} con ${e.suite}, negociación ${e.milliseconds.toFixed(1)} ms`],
  session: e => [
    `Sesión MQTT 5 como ${e.clientId}, keep alive ${e.keepAlive === 0 ? "desactivado" : `${e.keepAlive} s`}`,
  ],
  subscribed: e => [`Suscrita a ${e.topic}`],
  published: e => [`Publicado en ${e.topic}: ${e.text} (${e.octets} octetos)`],
  message: e => [`Recibido en ${e.topic}: ${e.text}`],
  ping: () => ["No ha llegado nada: PINGREQ"],
  pong: e => [`PINGRESP tras ${e.milliseconds.toFixed(2)} ms`],
  button: () => ["Se ha pulsado el botón"],
  unsubscribed: e => [`Cancelada la suscripción a ${e.topic}`],
  disconnected: () => ["Desconectada"],
  failed: e => [`FALLO en ${e.phase}: ${e.reason}`],
};

const phrases: Readonly<Record<Language, Phrases>> = { en: english, es: spanish };
