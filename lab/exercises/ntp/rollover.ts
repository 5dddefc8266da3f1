// The scene of the years around 2036: one board asks one server, before or after NTP's seconds begin anew.
import { query } from "../../../protocols/ntp/client.ts";
import { serve } from "../../../protocols/ntp/server.ts";
import type { Draws } from "../draws.ts";
import type { Played, Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";

export interface Rollover {
  readonly begins: number;
  readonly board: string;
  readonly server: string;
  /** How often the neighbour asks before. */
  readonly before: number;
  readonly neighbour: string;
}

/** 7 February 2036, 06:28:16 UTC: 2^32 s after 1900. */
export const endOfEra = Date.UTC(2036, 1, 7, 6, 28, 16);

export const rollover: Scene<Rollover> = { id: "ntp-rollover", version: 1, task, play };

function task(draws: Draws): Rollover {
  const network = draws.network();
  const [board, server, neighbour] = draws.some(
    3,
    Array.from({ length: 240 }, (_, i) => i + 5),
  );
  const day = 86_400_000;
  const away = draws.whole(2, 3000) * day + draws.whole(0, day);
  return {
    begins: endOfEra + (draws.chance(0.6) ? away : -away),
    board: `${network}${board}`,
    server: `${network}${server}`,
    neighbour: `${network}${neighbour}`,
    before: draws.whole(0, 4),
  };
}

async function play(task: Rollover, draws: Draws): Promise<Played> {
  const room = new Room(draws, task.begins);
  const at = (address: string) => ({ address, prefix: 24 });
  await room.host({
    ...{ name: "server", configuration: at(task.server) },
    async program(host) {
      const datagrams = await host.datagrams({ port: 123 });
      host.stopping.addEventListener("abort", () => datagrams.close());
      await serve(datagrams, host.clock, { reference: "GPS" });
    },
  });
  const client = (name: string, address: string, wait: number, samples: number) =>
    room.host({
      ...{ name, configuration: at(address) },
      async program(host) {
        await host.clock.sleep(wait);
        if (samples === 0) return;
        const datagrams = await host.datagrams();
        const { random } = draws.of(`${name} asks`);
        await query(datagrams, host.clock, { server: task.server, samples, pause: 500, random });
        datagrams.close();
      },
    });
  await client("neighbour", task.neighbour, 120, task.before);
  await client("board", task.board, 3777, 1);
  await room.run(Promise.all([room.done("board"), room.done("neighbour")]));
  await room.close();
  return { capture: room.capture() };
}
