// Hears a server that calls the time out, without asking (RFC 5905 §3, broadcast).
import { type Clock, type Datagrams, Unanswered } from "../endpoint/index.ts";
import { isTime, isUnsynchronized, Mode, messageIn, type Time } from "./format.ts";
import { type Key, sealedBy } from "./keys.ts";
import { toUnix } from "./timestamp.ts";

export interface Listening {
  /** Only this server is heard; by default whoever calls. Anybody on the segment can forge a broadcast without a key. */
  readonly server?: string;
  /** How long it waits, in milliseconds: 70000 by default, a little longer than servers pause. */
  readonly timeout?: number;
  /** Of the way there and back, in nanoseconds, as a query to that server measured it. 0 by default: then the offset is out by the way. */
  readonly delay?: bigint;
  readonly key?: Key;
}

export interface Heard {
  /** What is to be added to this clock so that it shows the server's time, in nanoseconds. */
  readonly offset: bigint;
  readonly server: string;
  readonly call: Time;
  /** What arrived and was no call that counts. */
  readonly strays: number;
}

/** The time of the next broadcast. @throws Unanswered */
export async function hear(
  datagrams: Datagrams,
  clock: Clock,
  { server, timeout = 70_000, delay = 0n, key }: Listening = {},
): Promise<Heard> {
  const began = clock.elapsed();
  let strays = 0;
  for (;;) {
    const left = timeout - Number(clock.elapsed() - began) / 1e6;
    const datagram = left > 0 ? await datagrams.receive(left) : undefined;
    const arrived = clock.now();
    if (!datagram) throw new Unanswered("a broadcast of the time", 1, timeout);
    const { octets, from } = datagram;
    const call = messageIn(octets);
    const counts =
      call &&
      isTime(call) &&
      call.flags.mode === Mode.broadcast &&
      (server === undefined || from.address === server) &&
      (!key || sealedBy(octets, call, [key])) &&
      !isUnsynchronized(call) &&
      call.transmitTimestamp !== 0n;
    if (!counts) {
      strays++;
      continue;
    }
    const sent = toUnix(call.transmitTimestamp, arrived);
    return { offset: sent + delay / 2n - arrived, server: from.address, call, strays };
  }
}
