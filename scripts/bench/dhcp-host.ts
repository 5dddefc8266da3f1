// The host of the DHCP bench: our client, from its first frame to its lease, no address probed for.
import type { Host } from "../../lab/network/index.ts";
import { acquire } from "../../protocols/dhcp/client.ts";
import { datagramsOver } from "../../protocols/dhcp/link.ts";

export async function run(host: Host): Promise<void> {
  const link = await host.link();
  const options = { mac: host.mac, broadcast: false, deadline: 10_000 };
  await acquire(datagramsOver(link, host.clock), host.clock, options);
  link.close();
}
