// The board's console: what its UART would print, in English or Spanish.
import type { Language } from "../words.ts";
import { inSpanish } from "./certificate-words.ts";
import type { BoardEvent, ShownCertificate } from "./events.ts";

type Words<E extends BoardEvent["event"]> = (event: Extract<BoardEvent, { event: E }>) => readonly string[];
type Phrases = { readonly [E in BoardEvent["event"]]: Words<E> };

/** The lines that the console prints for an event. */
export function say(event: BoardEvent, language: Language): readonly string[] {
  const words = phrases[language][event.event] as (event: BoardEvent) => readonly string[];
  return words(event);
}

/** A certificate's lines, with the board's verdict. */
const certificate = (shown: ShownCertificate, language: Language): string[] => {
  const { accepted, refused } = verdicts[language];
  const why = shown.refused?.[language];
  return [...described(shown, language), `    -> ${why === undefined ? accepted : `${refused}: ${why}`}`];
};

const verdicts = {
  en: { accepted: "accepted", refused: "REFUSED" },
  es: { accepted: "aceptado", refused: "RECHAZADO" },
} as const;

const described = ({ words }: ShownCertificate, language: Language): string[] =>
  rows(language === "es" ? words.map(([what, value]) => inSpanish(what, value)) : words);

const rows = (words: readonly (readonly [what: string, value: string])[]): string[] =>
  words.map(([what, value]) => `    ${what.padEnd(18)}: ${value}`);

const microseconds = (value: number): string => `${value.toFixed(1)} µs`;

const times = (writing: number, reading: number, write: string, read: string): string =>
  `${write} ${microseconds(writing)}, ${read} ${microseconds(reading)}`;

const connections = {
  en: {
    off: "plain",
    server: "TLS, server authentication",
    mutual: "TLS, server and client authentication",
  },
  es: {
    off: "sin cifrar",
    server: "TLS, autenticación del servidor",
    mutual: "TLS, autenticación de servidor y cliente",
  },
} as const;

const english: Phrases = {
  started: e => [`${e.platform} started (MAC ${e.mac})`],
  link: e => [e.up ? "The link is up" : `THE LINK IS LOST (${e.phase}): the board stops`],
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
    ...e.certificates.flatMap(one => certificate(one, "en")),
  ],
  "own-certificate": e => ["The board's own certificate:", ...described(e.certificate, "en")],
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
  testing: e => [
    `Test mode, the button is held: ${e.cycles} cycles of ${e.size} octets, to ${e.topic} and back`,
  ],
  cycle: e => [
    `Cycle ${e.cycle}: ${e.equal ? "received what was sent" : `received ${e.octets} octets, NOT those that were sent`}; ${times(e.write, e.read, "write", "read")}; averages so far: ${times(e.averageWrite, e.averageRead, "write", "read")}`,
  ],
  tested: e => [
    "Test finished:",
    ...rows([
      ["connection", connections.en[e.connection]],
      ["broker", e.broker],
      ["port", String(e.port)],
      ["octets a message", String(e.size)],
      ["cycles", String(e.cycles)],
      ["average write", microseconds(e.averageWrite)],
      ["average read", microseconds(e.averageRead)],
      ["sent = received", e.unequal === 0 ? "in all cycles" : `NOT in ${e.unequal} cycles`],
    ]),
  ],
  unsubscribed: e => [`Unsubscribed from ${e.topic}`],
  disconnected: () => ["Disconnected"],
  failed: e => [`FAILED in ${e.phase}: ${e.reason}`],
};

const spanish: Phrases = {
  started: e => [`${e.platform} en marcha (MAC ${e.mac})`],
  link: e => [e.up ? "Hay enlace" : `SE HA PERDIDO EL ENLACE (${e.phase}): la placa se detiene`],
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
    ...e.certificates.flatMap(one => certificate(one, "es")),
  ],
  "own-certificate": e => ["Certificado propio de la placa:", ...described(e.certificate, "es")],
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
  testing: e => [
    `Modo de prueba, con el botón pulsado: ${e.cycles} ciclos de ${e.size} octetos, a ${e.topic} y de vuelta`,
  ],
  cycle: e => [
    `Ciclo ${e.cycle}: ${e.equal ? "recibido lo enviado" : `recibidos ${e.octets} octetos, que NO son los enviados`}; ${times(e.write, e.read, "escritura", "lectura")}; medias hasta ahora: ${times(e.averageWrite, e.averageRead, "escritura", "lectura")}`,
  ],
  tested: e => [
    "Prueba terminada:",
    ...rows([
      ["conexión", connections.es[e.connection]],
      ["broker", e.broker],
      ["puerto", String(e.port)],
      ["octetos/mensaje", String(e.size)],
      ["ciclos", String(e.cycles)],
      ["escritura media", microseconds(e.averageWrite)],
      ["lectura media", microseconds(e.averageRead)],
      ["enviado = recibido", e.unequal === 0 ? "en todos los ciclos" : `NO en ${e.unequal} ciclos`],
    ]),
  ],
  unsubscribed: e => [`Cancelada la suscripción a ${e.topic}`],
  disconnected: () => ["Desconectada"],
  failed: e => [`FALLO en ${e.phase}: ${e.reason}`],
};

const phrases: Readonly<Record<Language, Phrases>> = { en: english, es: spanish };
