// The scene of three clocks: a board compares its own with three servers, one of which is wrong; a neighbour asks too often.
import { Refused, Unanswered } from "../../../protocols/endpoint/index.ts";
import { query } from "../../../protocols/ntp/client.ts";
import { type ServerSettings, serve } from "../../../protocols/ntp/server.ts";
import { shownTime } from "../../../protocols/ntp/timestamp.ts";
import { wrongClock } from "../../../protocols/ntp/wrong-clock.ts";
import type { Host, HostClock } from "../../network/contract.ts";
import type { Draws } from "../draws.ts";
import type { Played, Run, Scene } from "../exercise.ts";
import { Room } from "../room/room.ts";

interface TimeServer {
  readonly address: string;
  readonly stratum: number;
  readonly reference: string;
  /** Exponents of two, and multiples of 2^-16 s. */
  readonly precision: number;
  readonly rootDelay: number;
  readonly rootDispersion: number;
  /** Seconds; 0: right. */
  readonly ahead: number;
  /** Milliseconds: of the way there and back, and microseconds between receiving and sending. */
  readonly cable: { readonly up: number; readonly down: number };
  readonly work: number;
}

export interface Hall {
  readonly begins: number;
  readonly board: { readonly address: string; readonly ahead: number };
  readonly hasty: { readonly address: string; readonly questions: number };
  readonly servers: readonly TimeServer[];
  /** Which of them is asked too often, and how many questions it takes at once. */
  readonly strict: number;
  readonly burst: number;
  /** Seconds that it wants between questions, as a power of two. */
  readonly interval: number;
}

export const hall: Scene<Hall> = { id: "ntp-hall", version: 1, task, play };

function task(draws: Draws): Hall {
  const network = draws.network();
  const [board, hasty, ...others] = draws.some(
    5,
    Array.from({ length: 240 }, (_, i) => i + 5),
  );
  const addresses = others.map(last => `${network}${last}`) as [string, string, string];
  const liar = draws.whole(0, 2);
  const wrongBy = (draws.whole(8, 600) / 10) * (draws.chance(0.5) ? 1 : -1);
  const primary = draws.whole(0, 2);
  const sixteenths = (most: number) => draws.whole(20, most) / 65_536;
  const servers = addresses.map((address, i): TimeServer => {
    const isPrimary = i === primary;
    return {
      address,
      stratum: isPrimary ? 1 : draws.whole(2, 4),
      reference: isPrimary
        ? draws.pick(["GPS", "PPS", "DCF", "MSF", "GAL"])
        : draws.chance(0.5)
          ? addresses[primary]!
          : `${draws.whole(11, 126)}.${draws.whole(0, 255)}.${draws.whole(0, 255)}.${draws.whole(1, 254)}`,
      precision: -draws.whole(16, 24),
      rootDelay: isPrimary ? 0 : sixteenths(4000),
      rootDispersion: sixteenths(2000),
      ahead: i === liar ? wrongBy : 0,
      cable: { up: draws.whole(20, 90) / 10, down: draws.whole(20, 90) / 10 },
      work: draws.whole(50, 900),
    };
  });
  return {
    begins: Date.UTC(2026, draws.whole(0, 8), draws.whole(1, 28), draws.whole(6, 20), draws.whole(0, 59), 7),
    board: {
      address: `${network}${board}`,
      ahead: (draws.whole(500_000, 90_000_000) / 1e6) * (draws.chance(0.5) ? 1 : -1),
    },
    hasty: { address: `${network}${hasty}`, questions: draws.whole(5, 8) },
    servers,
    strict: draws.whole(0, 2),
    burst: draws.whole(2, 4),
    interval: draws.pick([8, 16, 32]),
  };
}

async function play(task: Hall, draws: Draws): Promise<Played> {
  const room = new Room(draws, task.begins);
  const { board, hasty, servers, strict, burst, interval } = task;
  const at = (address: string) => ({ address, prefix: 8 });
  for (const [i, { ahead, cable, work, address, ...settings }] of servers.entries())
    await room.host({
      ...{ name: address, configuration: at(address), cable: { ...cable, jitter: 0.4 } },
      program: host =>
        tell(host, wrongClock(busy(host.clock, work), { ahead }), {
          ...settings,
          ...(i === strict && { pace: { interval, burst } }),
        }),
    });
  await room.host({
    ...{ name: "hasty", configuration: at(hasty.address) },
    async program(host) {
      await host.clock.sleep(draws.whole(100, 1500));
      await hurry(host, servers[strict]!.address, hasty.questions, draws.of("hasty asks"));
    },
  });
  const lines: string[] = [];
  await room.host({
    ...{ name: "board", configuration: at(board.address) },
    async program(host) {
      const { clock } = host;
      clock.set(clock.now() + BigInt(Math.round(board.ahead * 1e9)));
      const { random } = draws.of("board asks");
      await clock.sleep(2500);
      for (const { address } of servers) {
        const socket = await host.datagrams();
        const { samples } = await query(socket, clock, {
          ...{ server: address, samples: 1, plain: true, random, timeout: 1000 },
        });
        socket.close();
        for (const { t4 } of samples) lines.push(`${address}  T4 = ${shownTime(t4)}\n`);
        await clock.sleep(1000);
      }
    },
  });
  await room.run(Promise.all([room.done("board"), room.done("hasty")]));
  await room.close();
  return { capture: room.capture(), files: { "board.txt": lines.join("") } };
}

/** When the board's clock showed that a server's reply had come: nanoseconds since the Unix epoch. */
export function arrivalOf(run: Run<Hall>, server: string): bigint {
  const file = run.files["board.txt"]!;
  const text = typeof file === "string" ? file : new TextDecoder().decode(file);
  const line = text.split("\n").find(one => one.startsWith(`${server} `))!;
  const [, date, fraction] = /T4 = (.+)\.(\d{9}) UTC/.exec(line)!;
  return BigInt(Date.parse(`${date!.replace(" ", "T")}Z`)) * 1_000_000n + BigInt(fraction!);
}

async function tell(host: Host, clock: HostClock, settings: ServerSettings): Promise<void> {
  const datagrams = await host.datagrams({ port: 123 });
  host.stopping.addEventListener("abort", () => datagrams.close());
  await serve(datagrams, clock, settings);
}

/** Time does not pass in a room while a program works: from its first look at the clock to its second, so many µs do. */
function busy(clock: HostClock, work: number): HostClock {
  let looked = -1n;
  return {
    ...clock,
    now() {
      const now = clock.now();
      const isSecond = now === looked;
      looked = now;
      return isSecond ? now + BigInt(work) * 1000n : now;
    },
  };
}

/** One question after the other, whatever the server says. */
async function hurry(host: Host, server: string, questions: number, { random }: Draws): Promise<void> {
  for (let i = 0; i < questions; i++) {
    const datagrams = await host.datagrams();
    try {
      await query(datagrams, host.clock, { server, random, timeout: 60, tries: 1, patience: 0 });
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unanswered)) throw error;
    }
    datagrams.close();
    await host.clock.sleep(40);
  }
}
