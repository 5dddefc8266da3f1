// A host that takes a lease, and keeps it.
import { acquire } from "../../../../protocols/dhcp/client.ts";
import type { Host } from "../../../network/contract.ts";
import { stopped } from "./idle.ts";

export async function run(host: Host): Promise<void> {
  const datagrams = await host.datagrams({ port: 68, broadcast: true });
  const { mac, name: hostName } = host;
  const lease = await acquire(datagrams, host.clock, { mac, hostName });
  datagrams.close();
  const { address, prefix } = lease;
  await host.configure({ address, prefix });
  host.tell({ kind: "configured", address });
  host.tell({ kind: "ready" });
  await stopped(host);
}
