// Exchanges of this process with itself, on the loopback: what runs for the first time is slow, and would count as delay.
import type { Clock, Datagrams } from "../../protocols/endpoint/index.ts";
import { query } from "../../protocols/ntp/client.ts";
import { serve } from "../../protocols/ntp/server.ts";
import { openDatagrams } from "../network/native.ts";

/** Takes some milliseconds, which halve the error of the first sample. Where it can't be done it is left out. */
export async function rehearse(datagrams: Datagrams, clock: Clock, loopback: string): Promise<void> {
  try {
    const server = await openDatagrams({ address: loopback, now: clock.now });
    const serving = serve(server, clock);
    try {
      const { address, port } = server.local;
      await query(datagrams, clock, { server: address, port, samples: 20, pause: 0, timeout: 100, tries: 1 });
    } finally {
      server.close();
      await serving;
    }
  } catch {
    // The loopback may be down: then the first sample is a little less certain.
  }
}
