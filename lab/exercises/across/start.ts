// The scene of a board's whole start, with nothing wrong.

import type { Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";
import { type Home, homeOf, plugServers, start } from "./board.ts";

export const wholeStart: Scene<Home> = {
  id: "across-start",
  version: 1,
  task: homeOf,
  async play(home, draws) {
    const room = new Room(draws, home.begins);
    await plugServers(room, home);
    await start(room, home, draws);
    await room.close();
    return { capture: room.capture(), told: room.told };
  },
};
