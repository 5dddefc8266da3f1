// What the hosts of ntp.interop.test.ts run: our client; its answer goes to the test.
import { type Measurement, type Query, query } from "../../protocols/ntp/client.ts";
import { parseKeys } from "../../protocols/ntp/keys.ts";
import type { Host } from "../network/contract.ts";

export interface Part {
  readonly query: Omit<Query, "key">;
  /** A keys file's text, and the number of the key to sign with. */
  readonly keys?: string;
  readonly key?: number;
}

/** What was measured, in seconds, for JSON has no bigint. */
export interface Told {
  readonly offset: number;
  readonly delay: number;
  readonly error: number;
  readonly rootDistance: number;
  readonly stratum: number;
  readonly leap: number;
  readonly version: number;
  readonly samples: number;
  readonly slowed: number;
  readonly strays: Measurement["strays"];
}

export async function run(host: Host, part: Part): Promise<void> {
  const datagrams = await host.datagrams();
  host.stopping.addEventListener("abort", () => datagrams.close());
  const key = parseKeys(part.keys ?? "").find(({ id }) => id === part.key);
  const measured = await query(datagrams, host.clock, { ...part.query, ...(key && { key }) });
  const { offset, delay, error, rootDistance, stratum, leap, version, samples, slowed, strays } = measured;
  const seconds = (nanoseconds: bigint) => Number(nanoseconds) / 1e9;
  const told: Told = {
    ...{ offset: seconds(offset), delay: seconds(delay) },
    ...{ error: seconds(error), rootDistance: seconds(rootDistance) },
    ...{ stratum, leap, version, samples: samples.length, slowed, strays },
  };
  host.tell({ kind: "measured", told });
  datagrams.close();
}
