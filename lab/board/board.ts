// A board, NUCLEO-H723ZG or DISCO-F769NI, in normal or in test mode. Its text is the sequence that the lab replays.
import type { Host } from "../network/contract.ts";
import { openSession, reach } from "./broker.ts";
import { addressOf, configure, setClock } from "./joining.ts";
import { converse, publish } from "./normal-mode.ts";
import { Person } from "./person.ts";
import { Stopwatch } from "./stopwatch.ts";
import { measure } from "./test-mode.ts";
import { type BoardPlan, Workings } from "./workings.ts";

/** What a board's clock shows until NTP sets it: its real-time clock has no battery. 2000-01-01. */
const unset = 946_684_800_000_000_000n;

/** Waits for the power to be switched on, and plays the board; from the start again each time that its link comes back. */
export async function run(host: Host, plan: BoardPlan): Promise<void> {
  const person = new Person(host);
  host.tell({ kind: "ready" });
  await person.does("power");
  for (;;) {
    if ((await live(new Workings(host, plan, person))) !== "link lost") return;
    if ((await firstOf(person.link("up"), person.does("off"))) === 1) return;
    await host.configure(undefined);
  }
}

/** From the start to the end, which losing the link brings at once, and losing the power. @throws what it failed by */
async function live(board: Workings): Promise<"done" | "link lost" | "off"> {
  const { host, person } = board;
  host.clock.set(unset);
  const mac = Array.from(host.mac, octet => octet.toString(16).padStart(2, "0")).join(":");
  board.tell({ event: "started", platform: board.settings.general.platform, mac });
  board.led(1, true);
  if ((await firstOf(person.link("up"), person.does("off"))) === 1) return "off";
  board.tell({ event: "link", up: true });

  const done = sequence(board);
  try {
    const first = await firstOf(done, person.link("down"), person.does("off"));
    if (first !== 1) return first === 0 ? "done" : "off";
    board.tell({ event: "link", up: false, phase: board.phase });
    board.dark();
    return "link lost";
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    board.tell({ event: "failed", phase: board.phase, reason });
    throw error;
  } finally {
    board.end();
    // What fails from here on fails because of that.
    done.catch(() => {});
  }
}

/** Which of them comes first, counted from 0. */
const firstOf = (...all: readonly Promise<void>[]): Promise<number> =>
  Promise.race(all.map((one, i) => one.then(() => i)));

async function sequence(board: Workings): Promise<void> {
  const { mqtt, test } = board.settings;
  const gateway = await configure(board);
  board.led(2, true);

  await setClock(board, gateway);
  const broker = await addressOf(board, mqtt.broker === "main" ? mqtt.main : mqtt.alternative, gateway);
  const stream = new Stopwatch(await reach(board, broker), board.host.clock);
  const session = await openSession(board, stream);
  await publish(board, session, "[PLACA CONECTADA]");
  board.led(3, true);

  if (test.enabled && board.person.holdsButton) await measure(board, session, stream);
  else await converse(board, session);

  await session.unsubscribe(mqtt.secretTopic);
  board.tell({ event: "unsubscribed", topic: mqtt.secretTopic });
  await publish(board, session, "[PLACA DESCONECTADA]");
  await session.disconnect();
  await stream.close();
  board.tell({ event: "disconnected" });
  board.dark();
}
