// People who play by a script: they wait until the boards are at work, do what the script says, and press the buttons.
import type { Act } from "./acts.ts";
import type { PlayedBoard } from "./played-board.ts";
import type { People, Stage } from "./stage.ts";

export const scripted: People = async stage => {
  const { acts } = stage.cast;
  const boards = [...stage.boards.values()];
  const listening = boards.filter(one => one.listens);
  await Promise.all(boards.map(one => atWork(one)));
  stage.waited += Math.max(0, ...listening.map(({ board }) => board.settings.mqtt.readTimeout));
  stage.measureMemory();
  for (const act of acts) {
    // Nobody plays with boards that have failed.
    if (boards.every(one => one.isOver)) break;
    await perform(stage, act, listening);
  }
  for (const { host, isLinked } of boards) host!.tell({ kind: isLinked ? "button" : "off" });
};

/** In normal mode once it has pinged and published; in test mode once a message has come back. */
async function atWork(played: PlayedBoard): Promise<void> {
  if (!played.listens) return played.until(({ event }) => event === "cycle");
  await played.until(({ event }) => event === "pong");
  await played.until(({ event }) => event === "published");
}

async function perform(stage: Stage, act: Act, listening: readonly PlayedBoard[]): Promise<void> {
  if (act.does === "publish") {
    stage.publish(act.text);
    await Promise.all(listening.map(answered));
    return;
  }
  await Promise.all(
    [...stage.boards.values()].map(async played => {
      await stage.plug(played, act.does === "plug");
      if (act.does === "plug") return atWork(played);
      await played.until(event => event.event === "link" && !event.up);
    }),
  );
}

async function answered(played: PlayedBoard): Promise<void> {
  await played.until(({ event }) => event === "message");
  await played.until(({ event }) => event === "published");
}
