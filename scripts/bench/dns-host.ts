// The host of the DNS bench: our client, one question.
import type { Host } from "../../lab/network/index.ts";
import { resolve } from "../../protocols/dns/client.ts";

export async function run(host: Host, { name, server }: { name: string; server: string }): Promise<void> {
  const datagrams = await host.datagrams();
  const { outcome } = await resolve(datagrams, host.clock, { name, server, udpSize: 1232, cookie: true });
  datagrams.close();
  if (outcome !== "found") throw new Error(`${name}: ${outcome}`);
}
