// The board's console in both languages.
import { describe, expect, test } from "bun:test";
import { say } from "./console.ts";
import type { BoardEvent } from "./events.ts";

const certificate = { words: [["issuer", "CN=Root CA"] as const] };
const times = { write: 12.34, read: 5.6, averageWrite: 10, averageRead: 6 };
const tested = { broker: "JORGE-PC", port: 8884, size: 1024, cycles: 100, averageWrite: 10, averageRead: 6 };

/** Of each kind one, and what it says in each language. */
const said: readonly (readonly [BoardEvent, en: RegExp, es: RegExp])[] = [
  [{ event: "link", up: true }, /^The link is up$/, /^Hay enlace$/],
  [{ event: "link", up: false, phase: "TLS" }, /LINK IS LOST \(TLS\)/, /PERDIDO EL ENLACE \(TLS\)/],
  [{ event: "led", led: 2, on: true }, /^LED 2 on$/, /^LED 2 encendido$/],
  [{ event: "own-certificate", certificate }, /issuer +: CN=Root CA/, /emisor +: CN=Root CA/],
  [
    {
      event: "chain",
      certificates: [
        { words: [["basic constraints", "authority, path length 1"]] },
        { words: [["key usage", "digital signature"]], refused: { en: "It has ended.", es: "Ha caducado." } },
      ],
    },
    /authority, path length 1\n +-> accepted\n +key usage +: digital signature\n +-> REFUSED: It has ended\./,
    /autoridad, longitud de ruta 1\n +-> aceptado\n +uso de la clave +: firma digital\n +-> RECHAZADO: Ha caducado\./,
  ],
  [{ event: "testing", topic: "t", size: 9, cycles: 3 }, /3 cycles of 9 octets/, /3 ciclos de 9 octetos/],
  [
    { event: "cycle", cycle: 4, ...times, equal: true, octets: 9 },
    /^Cycle 4: received what was sent; write 12\.3 µs, read 5\.6 µs; averages so far: write 10\.0 µs, read 6\.0 µs$/,
    /^Ciclo 4: recibido lo enviado; escritura 12\.3 µs, lectura 5\.6 µs; medias hasta ahora: escritura 10\.0 µs, lectura 6\.0 µs$/,
  ],
  [
    { event: "cycle", cycle: 4, ...times, equal: false, octets: 8 },
    /received 8 octets, NOT those/,
    /recibidos 8 octetos, que NO/,
  ],
  [
    { event: "tested", connection: "mutual", ...tested, unequal: 0 },
    /server and client authentication[\s\S]*JORGE-PC[\s\S]*8884[\s\S]*1024[\s\S]*100[\s\S]*10\.0 µs[\s\S]*6\.0 µs[\s\S]*in all cycles/,
    /autenticación de servidor y cliente[\s\S]*8884[\s\S]*en todos los ciclos/,
  ],
  [{ event: "button" }, /button was pressed/, /pulsado el botón/],
];

describe("the console", () => {
  for (const [event, en, es] of said)
    test(`says "${event.event}" in English and in Spanish`, () => {
      expect(say(event, "en").join("\n")).toMatch(en);
      expect(say(event, "es").join("\n")).toMatch(es);
    });
});
