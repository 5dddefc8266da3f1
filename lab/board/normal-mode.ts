// Normal mode: LED commands are obeyed, anything else is answered with date and time, until the button is pressed.
import type { Session } from "../../protocols/mqtt/client.ts";
import { dateAndTime } from "./time.ts";
import { type Led, patience, type Workings } from "./workings.ts";

/** Reads until the button is pressed; pings when nothing arrived. */
export async function converse(board: Workings, session: Session): Promise<void> {
  const { readTimeout } = board.settings.mqtt;
  const button = board.person.does("button").then(() => "button" as const);
  for (;;) {
    const heard = await Promise.race([session.receive(readTimeout), button]);
    if (heard === "button") return board.tell({ event: "button" });
    const text = heard && new TextDecoder().decode(heard.payload);
    if (heard === undefined) await ping(board, session);
    else board.tell({ event: "message", topic: heard.topic, text: text! });
    await publish(board, session, answer(board, text));
  }
}

/** To the public topic. */
export async function publish(board: Workings, session: Session, text: string): Promise<void> {
  const { publicTopic: topic, qos } = board.settings.mqtt;
  const payload = new TextEncoder().encode(text);
  await session.publish({ topic, payload, qos });
  board.tell({ event: "published", topic, text, octets: payload.length });
}

/** A LED command switches it and is confirmed; anything else, PINGRESP included, is answered with date and time. */
function answer(board: Workings, heard: string | undefined): string {
  const command = /^LD([123])(ON|OFF)$/.exec(heard ?? "");
  if (!command) return dateAndTime(board.host.clock.now(), board.settings.ntp.zone);
  const led = Number(command[1]) as Led;
  const on = command[2] === "ON";
  board.led(led, on);
  return `[LED ${led} ${on ? "ENCENDIDO" : "APAGADO"}]`;
}

async function ping(board: Workings, session: Session): Promise<void> {
  board.tell({ event: "ping" });
  const began = board.host.clock.elapsed();
  await session.ping(patience);
  board.tell({ event: "pong", milliseconds: Number(board.host.clock.elapsed() - began) / 1e6 });
}
