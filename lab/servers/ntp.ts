// A host that is an NTP server and nothing else, with a clock that may be wrong.
import { parseKeys } from "../../protocols/ntp/keys.ts";
import { type ServerSettings, serve } from "../../protocols/ntp/server.ts";
import { type Wrongness, wrongClock } from "../../protocols/ntp/wrong-clock.ts";
import type { Host } from "../network/contract.ts";

export interface TimeServerPlan {
  readonly settings?: Omit<ServerSettings, "keys">;
  readonly wrong?: Wrongness;
  /** A keys file's text. */
  readonly keys?: string;
}

export async function run(host: Host, { settings, wrong = {}, keys = "" }: TimeServerPlan): Promise<void> {
  const datagrams = await host.datagrams({ port: 123, broadcast: settings?.broadcast !== undefined });
  host.stopping.addEventListener("abort", () => datagrams.close());
  const log = (line: string) => host.tell({ kind: "log", service: "ntp", line });
  const served = serve(datagrams, wrongClock(host.clock, wrong), { ...settings, keys: parseKeys(keys) }, log);
  host.tell({ kind: "ready" });
  await served;
}
