// What the hosts of dns.interop.test.ts run: our name server, or our resolver with a list of questions.
import { type Query, type Resolution, resolve } from "../../protocols/dns/client.ts";
import { serve, serveStream, type Zone } from "../../protocols/dns/server.ts";
import type { Host } from "../network/contract.ts";

export type Part =
  | { readonly part: "server"; readonly zones: readonly Zone[] }
  | { readonly part: "client"; readonly queries: readonly Omit<Query, "connect" | "random">[] };

/** What a resolution says, as JSON takes it. */
export type Told = Pick<Resolution, "outcome" | "rcode" | "addresses" | "aliases" | "strays"> & {
  readonly data: readonly unknown[];
  readonly exchanges: number;
  readonly transport: string;
};

export async function run(host: Host, part: Part): Promise<void> {
  if (part.part === "client") await ask(host, part.queries);
  else await answer(host, part.zones);
}

async function answer(host: Host, zones: readonly Zone[]): Promise<void> {
  const log = (line: string) => host.tell({ kind: "log", line });
  const datagrams = await host.datagrams({ port: 53 });
  const listener = await host.listen(53, stream => void serveStream(stream, zones, log));
  host.stopping.addEventListener("abort", () => datagrams.close());
  host.tell({ kind: "ready" });
  await serve(datagrams, zones, log);
  await listener.close();
}

async function ask(host: Host, queries: readonly Query[]): Promise<void> {
  for (const query of queries) {
    const datagrams = await host.datagrams();
    const connect = (to: { address: string; port: number }, milliseconds: number) =>
      host.connect(to, milliseconds);
    const { outcome, rcode, addresses, aliases, strays, records, exchanges } = await resolve(
      datagrams,
      host.clock,
      { ...query, connect },
    );
    datagrams.close();
    const told: Told = {
      ...{ outcome, rcode, addresses, aliases, strays },
      data: records.map(({ data }) => data),
      exchanges: exchanges.length,
      transport: exchanges.at(-1)!.transport,
    };
    host.tell({ kind: "resolved", told });
  }
}
