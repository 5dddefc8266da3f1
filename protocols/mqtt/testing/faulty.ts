// A network in memory between test clients and a broker, that cuts connections where a test wants it to.
import type { TestClock } from "../../endpoint/memory.ts";
import { type MemoryStream, streamPair } from "../../endpoint/memory-stream.ts";
import { Frames } from "../frames.ts";
import type { Broker } from "../server.ts";

/** What becomes of a packet and of the connection it is on. */
export type Fate = "passes" | "cut-before" | "cut-after";

export interface Cuts {
  /** Asked for each packet, with its type (the high bits of its first octet). Way 0: the client sends. */
  readonly fate: (type: number, way: 0 | 1) => Fate;
}

/** Opens streams to `broker` that obey `cuts`; `delay` milliseconds pass before each packet arrives. */
export function faultyDial(
  clock: TestClock,
  broker: () => Broker,
  cuts: Cuts,
  delay = 0,
): () => Promise<MemoryStream> {
  let port = 50_000;
  return async () => {
    const [client, server] = streamPair(clock, { address: "192.168.1.101", port: port++ });
    let isCut = false;
    const cut = () => {
      isCut = true;
      // Both ends see the end, and what was on the way is gone.
      void client.close();
      void server.close();
    };
    const faulty = (end: MemoryStream, way: 0 | 1) => {
      const frames = new Frames(0x1000_0000);
      end.passing = octets => {
        for (const whole of [...frames.feed(octets)].map(packet => packet.slice())) {
          if (isCut) return [];
          const fate = cuts.fate(whole[0]! >>> 4, way);
          if (fate !== "cut-before") {
            const target = end.peer;
            if (delay > 0) clock.after(delay, () => isCut || target.take(whole));
            else target.take(whole);
          }
          if (fate !== "passes") {
            // After it has arrived, so that the other side has acted on it.
            if (fate === "cut-after") clock.after(delay + 0.001, cut);
            else cut();
            if (fate === "cut-before") return [];
          }
        }
        return [];
      };
    };
    faulty(client, 0);
    faulty(server, 1);
    void broker().accept(server, { port: 1883 });
    return client;
  };
}

/** A number from 0 to 1, the same row of them for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
