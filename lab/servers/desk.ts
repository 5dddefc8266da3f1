// JORGE-PC where the broker is somewhere else: a person at its keyboard, who publishes through it as the boards do.
import { resolve } from "../../protocols/dns/client.ts";
import { Refused, type Stream } from "../../protocols/endpoint/index.ts";
import { secure } from "../../protocols/tls/client.ts";
import type { Host } from "../network/contract.ts";
import { person } from "./pc.ts";

export interface DeskPlan {
  /** The name of the broker, and the address of the name server that knows it. */
  readonly broker: string;
  readonly resolver: string;
  /** With it the person's messages go over TLS, to port 8883: the root that the broker is verified against, PEM. */
  readonly root?: string;
  readonly version: "1.2" | "1.3";
}

export async function run(host: Host, plan: DeskPlan): Promise<void> {
  host.tell({ kind: "ready" });
  await person(host, () => reach(host, plan));
}

async function reach(host: Host, { broker, resolver, root, version }: DeskPlan): Promise<Stream> {
  const address = await addressOf(host, broker, resolver);
  const stream = await host.connect({ address, port: root === undefined ? 1883 : 8883 });
  if (root === undefined) return stream;
  const onSecret = (line: string): void => host.tell({ kind: "secret", line });
  return secure(stream, { serverName: broker, roots: [root], version, clock: host.clock, onSecret });
}

async function addressOf(host: Host, name: string, server: string): Promise<string> {
  const datagrams = await host.datagrams();
  try {
    const [address] = (await resolve(datagrams, host.clock, { name, server })).addresses;
    if (address === undefined) throw new Refused(`${server} knows no IPv4 address of ${name}`);
    return address;
  } finally {
    datagrams.close();
  }
}
