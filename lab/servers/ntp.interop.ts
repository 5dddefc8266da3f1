// What the hosts of ntp.interop.test.ts run: our time server with a clock that may be wrong, or our client.
import { type Measurement, type Query, query } from "../../protocols/ntp/client.ts";
import { type ServerSettings, serve } from "../../protocols/ntp/server.ts";
import type { Host } from "../network/contract.ts";

export type Part =
  /** `ahead`: what the server's clock is set ahead, in milliseconds. */
  | { readonly part: "server"; readonly ahead: number; readonly settings?: ServerSettings }
  | { readonly part: "client"; readonly query: Query };

/** What was measured, in seconds, for JSON has no bigint. */
export interface Told {
  readonly offset: number;
  readonly delay: number;
  readonly error: number;
  readonly rootDistance: number;
  readonly stratum: number;
  readonly leap: number;
  readonly samples: number;
  readonly strays: Measurement["strays"];
}

export async function run(host: Host, part: Part): Promise<void> {
  const datagrams = await host.datagrams(part.part === "server" ? { port: 123 } : {});
  host.stopping.addEventListener("abort", () => datagrams.close());
  if (part.part === "server") {
    host.clock.set(host.clock.now() + BigInt(part.ahead) * 1_000_000n);
    host.tell({ kind: "ready" });
    await serve(datagrams, host.clock, part.settings, line => host.tell({ kind: "log", line }));
    return;
  }
  const { offset, delay, error, rootDistance, stratum, leap, samples, strays } = await query(
    datagrams,
    host.clock,
    part.query,
  );
  const seconds = (nanoseconds: bigint) => Number(nanoseconds) / 1e9;
  const told: Told = {
    ...{ offset: seconds(offset), delay: seconds(delay) },
    ...{ error: seconds(error), rootDistance: seconds(rootDistance) },
    ...{ stratum, leap, samples: samples.length, strays },
  };
  host.tell({ kind: "measured", told });
  datagrams.close();
}
