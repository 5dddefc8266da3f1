// Requests and the messages that answer them, tied together by their correlation data. MQTT 5 §4.10.
import type { Clock } from "../../endpoint/index.ts";
import type { Message, Publication } from "./message.ts";

/** What a request needs of a session. */
interface Asking {
  readonly clientId: string;
  readonly clock: Clock;
  publish(message: Publication): Promise<number>;
}

export class Requests {
  #count = 0;
  readonly #waiting = new Map<string, (answer: Message) => void>();

  /** @returns `undefined` after so many milliseconds without an answer */
  async ask(
    session: Asking,
    message: Publication,
    responseTopic: string,
    milliseconds: number,
  ): Promise<Message | undefined> {
    const correlationData = new TextEncoder().encode(`${session.clientId}/${++this.#count}`);
    const key = correlationData.toHex();
    const { promise, resolve } = Promise.withResolvers<Message>();
    const patience = new AbortController();
    this.#waiting.set(key, resolve);
    try {
      const properties = { ...message.properties, responseTopic, correlationData };
      await session.publish({ ...message, properties });
      return (await Promise.race([promise, session.clock.sleep(milliseconds, patience.signal)])) ?? undefined;
    } finally {
      patience.abort();
      this.#waiting.delete(key);
    }
  }

  /** An answer came; one that nobody waits for any more is left out. */
  take(answer: Message): void {
    this.#waiting.get(answer.properties?.correlationData?.toHex() ?? "")?.(answer);
  }
}
