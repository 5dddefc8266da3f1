// What a board does by itself, as states.
import { expect, test } from "bun:test";
import type { BoardEvent } from "../board/events.ts";
import { tellBoard } from "./board.ts";
import { stepText } from "./telling.ts";

const told = (event: BoardEvent, language: "en" | "es" = "en"): string[] =>
  tellBoard("DISCO", event).map(step => stepText(step, language));
const configured = { address: "192.168.1.10", netmask: "255.255.255.0", gateway: "192.168.1.1" };
const words = { words: [] };

test("LEDs, link, clock and button are steps from one state to the next, in both languages", () => {
  expect(told({ event: "led", led: 2, on: true })).toEqual(["DISCO: LED 2 off → LED 2 on"]);
  expect(told({ event: "led", led: 2, on: false }, "es")).toEqual(["DISCO: LED 2 encendido → LED 2 apagado"]);
  expect(told({ event: "link", up: false, phase: "TLS" })).toEqual(["DISCO: link up → link lost: stops"]);
  const clock = { server: "a", before: "then", after: "now", offset: 1, delay: 1, stratum: 1 };
  expect(told({ event: "clock-set", ...clock }, "es")).toEqual(["DISCO: reloj then → reloj now"]);
  expect(told({ event: "button" })).toEqual(["DISCO: button pressed"]);
});

test("an address is a step where no packet shows it: the static one", () => {
  expect(told({ event: "configured", by: "dhcp", ...configured })).toEqual([]);
  expect(told({ event: "configured", by: "static after silence", ...configured })).toEqual([
    "DISCO: has the static address 192.168.1.10",
  ]);
});

test("the chain is accepted only if every certificate is", () => {
  const refused = { ...words, refused: { en: "ended", es: "caducado" } };
  expect(told({ event: "chain", certificates: [words, words] })).toEqual(["DISCO: accepts the chain"]);
  expect(told({ event: "chain", certificates: [words, refused] })).toEqual(["DISCO: refuses the chain"]);
});

test("a cycle that got back something else says so", () => {
  const cycle = { cycle: 3, write: 1, read: 2, averageWrite: 1, averageRead: 2, octets: 9 };
  expect(told({ event: "cycle", ...cycle, equal: true })).toEqual([
    "DISCO: cycle 3: sent = received, write 1.0 µs, read 2.0 µs",
  ]);
  expect(told({ event: "cycle", ...cycle, equal: false })[0]).toContain("received is NOT what was sent");
});
