// The client and a scripted broker, on a test clock.
import { TestClock } from "../../endpoint/memory.ts";
import { streamPair } from "../../endpoint/memory-stream.ts";
import { connect, type Options } from "../client.ts";
import type { DraftOf } from "../format.ts";
import { Type } from "../types.ts";
import { octetsOf, Scripted } from "./scripted.ts";

export const accepted: DraftOf<"CONNACK"> = { type: Type.CONNACK, flags: {}, reasonCode: 0 };
export const message = (topic: string, text: string): DraftOf<"PUBLISH"> => ({
  type: Type.PUBLISH,
  topic,
  payload: octetsOf(text),
});

/** A client's stream, its broker's end, and the clock of both. */
export function scene() {
  const clock = new TestClock();
  const [client, end] = streamPair(clock);
  const broker = new Scripted(end);
  const open = (options: Partial<Options> = {}) =>
    connect(client, clock, { clientId: "c", keepAlive: 0, ...options });
  return { clock, client, broker, open };
}

/** The same with the session open. */
export async function session(options: Partial<Options> = {}, connack = accepted) {
  const all = scene();
  const opening = all.open(options);
  await all.broker.hear();
  await all.broker.send(connack);
  return { ...all, session: await all.clock.run(opening) };
}

/** The error that some work ends with. */
export const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error("it did not fail"),
    (error: Error) => error,
  );
