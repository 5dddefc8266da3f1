// Test mode: random messages to the board's own subscription, what is sent held against what comes back, and the times.
import { Unanswered } from "../../protocols/endpoint/index.ts";
import type { Session } from "../../protocols/mqtt/client.ts";
import { brokerName, ports } from "./broker.ts";
import { printableAscii, seeded } from "./random.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { patience, type Workings } from "./workings.ts";

/**
 * Each cycle writes one message and reads it back. Between them the board waits, so that the answer has surely arrived
 * and the time of reading it is no time of waiting. QoS is 0 whatever the settings say: one write, one read.
 */
export async function measure(board: Workings, session: Session, stream: Stopwatch): Promise<void> {
  const { test, tls, mqtt } = board.settings;
  const random = seeded(board.plan.seed);
  board.phase = "the test";
  board.tell({ event: "testing", topic: mqtt.secretTopic, size: test.size, cycles: test.cycles });
  let [writes, reads, unequal] = [0, 0, 0];
  for (let cycle = 1; cycle <= test.cycles; cycle++) {
    // What is left from an unequal cycle must not be taken for this one's.
    while (await session.receive(0));
    const message = printableAscii(test.size, random);
    stream.hold();
    await session.publish({ topic: mqtt.secretTopic, payload: message });
    await board.host.clock.sleep(test.wait);
    const write = microseconds(stream.written);
    stream.release();
    const back = await session.receive(patience);
    if (!back)
      throw new Unanswered(`the message of cycle ${cycle}, which should have come back`, 1, patience);
    const read = microseconds(stream.taken);
    await board.host.clock.sleep(test.wait);

    const equal = Buffer.compare(back.payload, message) === 0;
    if (!equal) unequal++;
    writes += write;
    reads += read;
    const averages = { averageWrite: writes / cycle, averageRead: reads / cycle };
    board.tell({ event: "cycle", cycle, write, read, ...averages, equal, octets: back.payload.length });
  }
  board.tell({
    event: "tested",
    connection: tls.mode,
    broker: brokerName(board.settings),
    port: ports[tls.mode],
    size: test.size,
    cycles: test.cycles,
    averageWrite: writes / test.cycles,
    averageRead: reads / test.cycles,
    unequal,
  });
}

const microseconds = (nanoseconds: bigint): number => Number(nanoseconds) / 1000;
