// The router of the intranet: DHCP server (67) and DNS server (53).
import * as dhcp from "../../protocols/dhcp/server.ts";
import * as dns from "../../protocols/dns/server.ts";
import type { Host } from "../network/contract.ts";

export interface RouterPlan {
  readonly dhcp: Omit<dhcp.ServerOptions, "server">;
  readonly zone: dns.Zone;
}

export async function run(host: Host, plan: RouterPlan): Promise<void> {
  const server = host.configuration!.address;
  const log = (service: string) => (line: string) => host.tell({ kind: "log", service, line });
  const [leases, names] = await Promise.all([
    host.datagrams({ port: 67, broadcast: true }),
    host.datagrams({ port: 53 }),
  ]);
  host.tell({ kind: "ready" });
  host.stopping.addEventListener("abort", () => {
    leases.close();
    names.close();
  });
  await Promise.all([
    dhcp.serve(leases, host.clock, { ...plan.dhcp, server }, log("dhcp")),
    dns.serve(names, plan.zone, log("dns")),
  ]);
}
