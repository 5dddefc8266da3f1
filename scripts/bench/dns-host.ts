// The host of the DNS bench: our client, ready, which asks its one question when it is told to.
import type { Host } from "../../lab/network/index.ts";
import { resolve } from "../../protocols/dns/client.ts";

export async function run(host: Host, { name, server }: { name: string; server: string }): Promise<void> {
  const datagrams = await host.datagrams();
  host.tell({ kind: "ready" });
  for await (const _told of host.told) break;
  // The question that dig asks, octet for octet but for its random numbers.
  const query = { name, server, udpSize: 1232, cookie: true, authenticData: true };
  const { outcome } = await resolve(datagrams, host.clock, query);
  datagrams.close();
  if (outcome !== "found") throw new Error(`${name}: ${outcome}`);
}
