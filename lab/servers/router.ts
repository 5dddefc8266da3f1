// The router of the intranet: DHCP server (67) and DNS server (53).
import * as dhcp from "../../protocols/dhcp/server.ts";
import * as dns from "../../protocols/dns/server.ts";
import type { Host } from "../network/contract.ts";

export interface RouterPlan {
  /** None: it gives no addresses. */
  readonly dhcp?: Omit<dhcp.ServerOptions, "server">;
  /** None: it answers no questions. */
  readonly zone?: dns.Zone;
  /** Clients that want no broadcast are answered by a frame of their own; otherwise they get one all the same. */
  readonly frames?: boolean;
}

export async function run(host: Host, plan: RouterPlan): Promise<void> {
  const server = host.configuration!.address;
  const log = (service: string) => (line: string) => host.tell({ kind: "log", service, line });
  const [leases, names, link] = await Promise.all([
    plan.dhcp && host.datagrams({ port: 67, broadcast: true }),
    plan.zone && host.datagrams({ port: 53 }),
    plan.frames ? host.link() : undefined,
  ]);
  const stopped = Promise.withResolvers<void>();
  host.stopping.addEventListener("abort", () => {
    leases?.close();
    names?.close();
    link?.close();
    stopped.resolve();
  });
  host.tell({ kind: "ready" });
  await Promise.all([
    leases && dhcp.serve(leases, host.clock, { ...plan.dhcp!, server }, log("dhcp"), link),
    names && dns.serve(names, plan.zone!, log("dns")),
    stopped.promise,
  ]);
}
