// A person at the terminal plays: keys are the boards' button and cable and the PC's LED commands; the last line shows the LEDs.
import { beforeEnd } from "../network/index.ts";
import { Queue } from "../network/queue.ts";
import { paint, width } from "../terminal.ts";
import type { Language } from "../words.ts";
import type { ScenarioOptions } from "./options.ts";
import type { Stage } from "./stage.ts";

/** Whether there is a person who can press keys and see what comes of it. */
export const isPlayable = ({ json, quiet }: ScenarioOptions): boolean =>
  !json && !quiet && process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Keys that are pressed, one at a time; closed, no more come. */
export type Keys = Queue<string>;

export async function atTheTerminal(stage: Stage): Promise<void> {
  const { keys, restore } = pressedKeys();
  try {
    await playedBy(stage, keys);
  } finally {
    restore();
  }
}

/** Plays by keys, until every board is done, the run is over, or nobody can press any more. */
export async function playedBy(stage: Stage, keys: Keys): Promise<void> {
  const boards = [...stage.boards.values()];
  const done = Promise.all(boards.map(({ host }) => host!.done)).then(() => undefined);
  const shown = (): void => stage.reporter.status(statusLine(stage));
  const refreshed = setInterval(shown, refreshMilliseconds);
  shown();
  try {
    for (;;) {
      const key = await Promise.race([keys.take(), done, stage.over]);
      if (key === undefined) return;
      await press(stage, key);
      shown();
    }
  } finally {
    clearInterval(refreshed);
    stage.reporter.status(undefined);
  }
}

/** LEDs change without a key. */
const refreshMilliseconds = 100;

async function press(stage: Stage, key: string): Promise<void> {
  const boards = [...stage.boards.values()];
  switch (key) {
    case "b":
      for (const { host } of boards) host!.tell({ kind: "button" });
      return;
    case "c": {
      const plugged = !boards[0]!.isLinked;
      for (const played of boards) await stage.plug(played, plugged);
      return;
    }
    case "1":
    case "2":
    case "3": {
      const isLit = boards.find(one => one.listens)?.lit.has(Number(key)) ?? false;
      return stage.publish(`LD${key}${isLit ? "OFF" : "ON"}`);
    }
    case "h":
      return stage.publish("Hola XD");
    case "q":
      // A board that has no link, or is in test mode, can't be ended by its button.
      for (const { host, isLinked, listens } of boards)
        host!.tell({ kind: isLinked && listens ? "button" : "off" });
      return;
  }
}

/** "NUCLEO-H723ZG ●●○ [═══]   b button · c cable · 1 2 3 LEDs · h Hola XD · q end", as much of it as fits one line. */
export function statusLine(
  { boards, language }: Pick<Stage, "boards" | "language">,
  columns = width() ?? 80,
) {
  let room = columns - 1;
  const fitting = (plain: string, painted: string): string => {
    room -= plain.length;
    return room >= 0 ? painted : "";
  };
  const states = [...boards.values()].map(({ board, lit, isLinked }) => {
    const leds = [1, 2, 3].map(led => (lit.has(led) ? "●" : "○"));
    const shown = leds.map(led => (led === "●" ? paint(led, "green") : led)).join("");
    const cable = isLinked ? "[═══]" : "[═ ═]";
    return fitting(
      `${board.name} ${leds.join("")} ${cable}  `,
      `${board.name} ${shown} ${isLinked ? cable : paint(cable, "red")}  `,
    );
  });
  const keys = ` ${keyWords[language]}`;
  return states.join("") + fitting(keys, paint(keys, "dim"));
}

const keyWords: Readonly<Record<Language, string>> = {
  en: "b button · c cable · 1 2 3 LEDs · h Hola XD · q end",
  es: "b botón · c cable · 1 2 3 LED · h Hola XD · q fin",
};

/** The terminal hands on every key at once, until it is restored, or the process ends. */
function pressedKeys(): { readonly keys: Keys; readonly restore: () => void } {
  const { stdin } = process;
  const keys: Keys = new Queue({ limit: 1000 });
  const heard = (octets: Buffer): void => {
    for (const key of octets.toString()) {
      // In raw mode the terminal makes no signal of it.
      if (key === "\x03") process.kill(process.pid, "SIGINT");
      else keys.put(key);
    }
  };
  const ended = (): void => keys.close();
  const restore = (): void => {
    takeBack();
    stdin.off("data", heard);
    stdin.off("end", ended);
    stdin.setRawMode(false);
    stdin.pause();
  };
  const takeBack = beforeEnd(async () => restore());
  stdin.setRawMode(true);
  stdin.on("data", heard);
  stdin.on("end", ended);
  return { keys, restore };
}
