// A host whose clock is wrong: it asks a server, several times, and sets its own clock by the best answer.
import { query } from "../../protocols/ntp/client.ts";
import type { Host, Message } from "../network/contract.ts";

export interface TimeClientPlan {
  readonly server: string;
  /** What its clock shows when it starts, milliseconds since the Unix epoch; by default the machine's time, `ahead` seconds later. */
  readonly starts?: number;
  readonly ahead?: number;
  readonly samples: number;
  /** Milliseconds between samples, and before the first. */
  readonly pause: number;
  readonly after?: number;
}

/** What the client tells of one comparison: nanoseconds as text, for JSON has no bigint. */
export interface ToldSample {
  /** The number that stood in the request for its time, and came back. */
  readonly origin: string;
  readonly t1: string;
  readonly t4: string;
  readonly offset: string;
  readonly delay: string;
  readonly error: string;
}

export type ToldMeasurement = Message & {
  readonly kind: "measured";
  readonly samples: readonly ToldSample[];
  readonly offset: string;
  readonly error: string;
  readonly slowed: number;
  readonly before: string;
  readonly after: string;
};

export async function run(host: Host, plan: TimeClientPlan): Promise<void> {
  const { clock } = host;
  if (plan.after) await clock.sleep(plan.after, host.stopping);
  const started = plan.starts === undefined ? clock.now() : BigInt(plan.starts) * 1_000_000n;
  clock.set(started + BigInt(Math.round((plan.ahead ?? 0) * 1e9)));
  host.tell({ kind: "clock", time: String(clock.now()) });
  const datagrams = await host.datagrams();
  host.stopping.addEventListener("abort", () => datagrams.close());
  const { server, samples, pause } = plan;
  const measured = await query(datagrams, clock, { server, samples, pause, timeout: 1000 });
  const before = clock.now();
  clock.set(before + measured.offset);
  host.tell({
    kind: "measured",
    samples: measured.samples.map(({ t1, t4, offset, delay, error, reply }) => ({
      origin: String(reply.originTimestamp),
      ...{ t1: String(t1), t4: String(t4) },
      ...{ offset: String(offset), delay: String(delay), error: String(error) },
    })),
    offset: String(measured.offset),
    error: String(measured.error),
    slowed: measured.slowed,
    before: String(before),
    after: String(clock.now()),
  });
  datagrams.close();
}
