// A host that is a DHCP server and nothing else.
import { type ServerOptions, serve } from "../../protocols/dhcp/server.ts";
import type { Host } from "../network/contract.ts";

/** A probe before each offer needs a network that carries frames: where it does not, nobody looks. */
export async function run(host: Host, plan: Omit<ServerOptions, "server">): Promise<void> {
  const datagrams = await host.datagrams({ port: 67, broadcast: true });
  const link = await host.link().catch(() => undefined);
  host.stopping.addEventListener("abort", () => datagrams.close());
  const options = { ...plan, probe: link && plan.probe, server: host.configuration!.address };
  const log = (line: string) => host.tell({ kind: "log", service: "dhcp", line });
  const served = serve(datagrams, host.clock, options, log, link);
  host.tell({ kind: "ready" });
  await served;
  link?.close();
}
