// What a case is, and how a case puts hosts on a network.
import { fileURLToPath } from "node:url";
import type { Host, HostPlan, Message, Network, RunningHost } from "../contract.ts";

/** What not every network has. */
export type Need = "link" | "daemon" | "process" | "segments";

export interface NetworkCase {
  /** A sentence: what a network does. */
  readonly name: string;
  readonly needs?: Need;
  run(open: () => Promise<Network>): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("./program.ts", import.meta.url));

export interface HostOptions extends Pick<HostPlan, "configuration" | "segment" | "uplink"> {
  /** The last number of its address on 192.168.1.0/24; none for a host without configuration. */
  readonly address?: number;
  readonly mac?: string;
  /** Handed to the act, as JSON. */
  readonly given?: unknown;
}

/**
 * Puts a host on the network that does `act`. The act runs there from its own text: it knows its two arguments, and
 * nothing else of the file in which it stands.
 */
export function start<Given>(
  network: Network,
  name: string,
  options: HostOptions,
  act: (host: Host, given: Given) => Promise<unknown>,
): Promise<RunningHost> {
  const { address, given, ...place } = options;
  return network.host({
    name,
    ...(address !== undefined && { configuration: { address: `192.168.1.${address}`, prefix: 24 } }),
    ...place,
    program: PROGRAM,
    settings: { act: act.toString(), given },
  });
}

/** What the act returned, when it has; rejects with the host's error. */
export async function result(host: RunningHost): Promise<unknown> {
  const [message] = await Promise.all([heard(host, "result"), host.done]);
  return message?.value;
}

/** The next message of that kind; none if the host ends without one. */
export async function heard(host: RunningHost, kind: string): Promise<Message | undefined> {
  for await (const message of host.messages) if (message.kind === kind) return message;
  return undefined;
}

/** A host that sends back what it gets, on UDP and TCP port 7 (RFC 862), until it is asked to stop. */
export async function echo(network: Network, name: string, address: number): Promise<RunningHost> {
  const host = await start(network, name, { address }, async host => {
    const datagrams = await host.datagrams({ port: 7 });
    const server = await host.listen(7, async stream => {
      for (let octets = await stream.read(); octets; octets = await stream.read()) await stream.write(octets);
      await stream.close();
    });
    host.stopping.addEventListener("abort", () => datagrams.close());
    host.tell({ kind: "ready" });
    for (let datagram = await datagrams.receive(); datagram; datagram = await datagrams.receive())
      await datagrams.send(datagram.octets, datagram.from);
    await server.close();
  });
  await heard(host, "ready");
  return host;
}
