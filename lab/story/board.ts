// What a board does by itself, told as states: its LEDs, its clock, its address, its button, its link, the cycles of a test.
import type { BoardEvent } from "../board/events.ts";
import { type State, type Step, step } from "./telling.ts";

/** The steps that an event of the board `host` is. What packets show anyway is no step of its own. */
export function tellBoard(host: string, event: BoardEvent): Step[] {
  switch (event.event) {
    case "led": {
      const [on, off] = [led(event.led, true), led(event.led, false)];
      return [event.on ? step(host, off, on) : step(host, on, off)];
    }
    case "link":
      return event.up
        ? [
            step(
              host,
              { en: "waits for the link", es: "espera el enlace" },
              { en: "link up", es: "con enlace" },
            ),
          ]
        : [
            step(
              host,
              { en: "link up", es: "con enlace" },
              { en: "link lost: stops", es: "sin enlace: se detiene" },
            ),
          ];
    case "configured":
      if (event.by === "dhcp") return [];
      return [
        step(host, undefined, {
          en: `has the static address ${event.address}`,
          es: `tiene la dirección estática ${event.address}`,
        }),
      ];
    case "clock-set":
      return [step(host, clock(event.before), clock(event.after))];
    case "chain": {
      const refused = event.certificates.find(one => one.refused !== undefined);
      if (event.certificates.length === 0) return [];
      return [
        step(
          host,
          undefined,
          refused
            ? { en: "refuses the chain", es: "rechaza la cadena" }
            : { en: "accepts the chain", es: "acepta la cadena" },
        ),
      ];
    }
    case "testing":
      return [step(host, undefined, { en: "test mode", es: "modo de prueba" })];
    case "cycle": {
      const [write, read] = [event.write, event.read].map(one => one.toFixed(1));
      return [
        step(host, undefined, {
          en: `cycle ${event.cycle}: ${event.equal ? "sent = received" : "received is NOT what was sent"}, write ${write} µs, read ${read} µs`,
          es: `ciclo ${event.cycle}: ${event.equal ? "enviado = recibido" : "lo recibido NO es lo enviado"}, escritura ${write} µs, lectura ${read} µs`,
        }),
      ];
    }
    case "tested":
      return [step(host, undefined, { en: "test finished", es: "prueba terminada" })];
    case "button":
      return [step(host, undefined, { en: "button pressed", es: "botón pulsado" })];
    case "failed":
      return [step(host, undefined, { en: `failed in ${event.phase}`, es: `ha fallado en ${event.phase}` })];
    default:
      return [];
  }
}

const led = (number: number, on: boolean): State =>
  on
    ? { en: `LED ${number} on`, es: `LED ${number} encendido` }
    : { en: `LED ${number} off`, es: `LED ${number} apagado` };

const clock = (time: string): State => ({ en: `clock ${time}`, es: `reloj ${time}` });
