// The last line of the terminal, while a person plays.
import { expect, test } from "bun:test";
import { defaults } from "../board/settings.ts";
import { statusLine } from "./keyboard.ts";
import { PlayedBoard } from "./played-board.ts";

const played = (name: string): PlayedBoard =>
  new PlayedBoard({
    kind: "nucleo",
    name,
    held: false,
    settings: defaults("nucleo", "fast"),
    plan: { settings: defaults("nucleo", "fast"), root: "", certificate: "", key: "", seed: 1 },
  });

const boards = new Map(["NUCLEO-H723ZG", "DISCO-F769NI"].map(name => [name, played(name)]));
const led = (board: PlayedBoard, number: 1 | 2 | 3, on: boolean): void =>
  board.heard({ kind: "board", time: "0", event: "led", led: number, on });

test("shows every board's LEDs and cable, and the keys, in both languages", () => {
  const nucleo = boards.get("NUCLEO-H723ZG")!;
  for (const [number, on] of [
    [1, true],
    [2, true],
    [1, false],
  ] as const)
    led(nucleo, number, on);
  boards.get("DISCO-F769NI")!.isLinked = false;
  expect(statusLine({ boards, language: "en" }, 120)).toBe(
    "NUCLEO-H723ZG ○●○ [═══]  DISCO-F769NI ○○○ [═ ═]   b button · c cable · 1 2 3 LEDs · h Hola XD · q end",
  );
  expect(statusLine({ boards, language: "es" }, 120)).toContain("b botón · c cable");
});

test("never takes more than one line: what does not fit is left out whole", () => {
  expect(statusLine({ boards, language: "en" }, 60)).toBe(
    "NUCLEO-H723ZG ○●○ [═══]  DISCO-F769NI ○○○ [═ ═]  ",
  );
  expect(statusLine({ boards, language: "en" }, 40)).toBe("NUCLEO-H723ZG ○●○ [═══]  ");
});
