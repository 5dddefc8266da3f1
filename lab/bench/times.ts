// The board measures: how long handshakes take, and writing and reading a message, on connections and sizes in turn.
import { printableAscii, seeded, shuffled } from "../board/random.ts";
import type { Host } from "../network/contract.ts";
import { type BoardPlan, Link, reach } from "./link.ts";

export interface TimesPlan extends BoardPlan {
  readonly sizes: readonly number[];
  readonly cycles: number;
  /** Cycles before those that count, while the engine compiles. */
  readonly warmUp: number;
  readonly handshakes: number;
  readonly seed: number;
}

/** Of one connection, by its place in the plan. Milliseconds. */
export interface ShakenTimes {
  readonly kind: "shaken";
  readonly connection: number;
  readonly suite: string | null;
  readonly tcp: readonly number[];
  readonly tls: readonly number[];
}

/** What a cycle is made of, in microseconds. */
export interface Cycle {
  /** From `publish` until TLS or TCP is handed the packet. */
  readonly encode: number;
  /** From there until it is taken; and of it, until the call into the runtime came back. */
  readonly write: number;
  readonly call: number;
  /** From `resume` until the last octets of the waiting packet are taken from TLS or TCP. */
  readonly read: number;
  /** From there until the program has the message. */
  readonly decode: number;
}

export interface CycleTimes {
  readonly kind: "cycles";
  readonly connection: number;
  readonly size: number;
  readonly cycles: readonly Cycle[];
}

/**
 * Milliseconds between write and read: the answer of a broker on the same machine is there after one. The original waits a
 * second.
 */
const wait = 4;
/** Before those that count. */
const handshakesBefore = 10;

/**
 * Everything takes turns, in another order each time, so that what else the machine does, and what came right before,
 * falls on all alike. What was measured is told at the end:
 * telling takes time too.
 */
export async function run(host: Host, plan: TimesPlan): Promise<void> {
  const order = seeded(plan.seed + 1);
  const random = seeded(plan.seed);
  let done = 0;
  const progress = () => host.tell({ kind: "progress", done: ++done, of: plan.warmUp + plan.cycles });

  const shaken: (Omit<ShakenTimes, "suite"> & { suite: string | null; tcp: number[]; tls: number[] })[] =
    plan.connections.map((_, connection) => ({ kind: "shaken", connection, suite: null, tcp: [], tls: [] }));
  const shake = async (counts: boolean) => {
    for (const [i, connection] of shuffled([...plan.connections.entries()], order)) {
      const { stream, tcp, tls, suite } = await reach(host, plan, connection);
      await stream.close();
      if (!counts) continue;
      const times = shaken[i]!;
      times.suite = suite ?? null;
      times.tcp.push(tcp);
      if (tls !== undefined) times.tls.push(tls);
    }
  };
  for (let round = 0; round < handshakesBefore; round++) await shake(false);

  const links: Link[] = [];
  for (const [i, connection] of plan.connections.entries())
    links.push(await Link.over(host, (await reach(host, plan, connection)).stream, i));
  const measured = links.flatMap((link, connection) =>
    plan.sizes.map(size => ({ kind: "cycles" as const, connection, size, link, cycles: [] as Cycle[] })),
  );
  for (let round = -plan.warmUp; round < plan.cycles; round++) {
    // Spread over all of it: others at work for a while make some of the handshakes longer, and not all.
    const due = Math.floor(((round + 1) * plan.handshakes) / plan.cycles);
    if (round >= 0 && shaken[0]!.tcp.length < due) await shake(true);
    for (const { link, size, cycles } of shuffled(measured, order)) {
      const cycle = await cycleOf(host, link, size, random);
      if (round >= 0) cycles.push(cycle);
    }
    progress();
  }
  for (const link of links) await link.close();
  for (const one of shaken) host.tell({ ...one });
  for (const { link: _, ...one } of measured) host.tell(one);
}

/** Publishes, lets the answer arrive while the socket is paused, and takes it. @throws if it is another than was sent */
async function cycleOf(host: Host, link: Link, size: number, random: () => number): Promise<Cycle> {
  const { stream } = link;
  const { clock } = host;
  const payload = printableAscii(size, random);
  stream.hold();
  const begun = clock.elapsed();
  await link.publish(payload);
  await clock.sleep(wait);
  stream.release();
  await link.receive(payload);
  const ended = clock.elapsed();
  return {
    encode: microseconds(stream.handedOver - begun),
    write: microseconds(stream.written),
    call: microseconds(stream.returned - stream.handedOver),
    read: microseconds(stream.taken),
    decode: microseconds(ended - stream.released - stream.taken),
  };
}

const microseconds = (nanoseconds: bigint): number => Number(nanoseconds) / 1000;
