// What the hosts of the interop tests run: our name server, or our resolver with questions, a transfer, or a crowd of questions.
import { type Query, type Resolution, resolve, transfer } from "../../protocols/dns/client.ts";
import { dataText, type Message, OptionCode, optOf, typeName } from "../../protocols/dns/index.ts";
import { serve, serveStream, type Zone } from "../../protocols/dns/server.ts";
import { optionOf } from "../../protocols/wire/index.ts";
import type { Host } from "../network/contract.ts";

export type Part =
  | { readonly part: "server"; readonly zones: readonly Zone[] }
  | { readonly part: "client"; readonly queries: readonly Omit<Query, "connect" | "random">[] }
  | { readonly part: "transfer"; readonly server: string; readonly zone: string }
  | {
      readonly part: "crowd";
      readonly server: string;
      readonly names: string;
      readonly count: number;
      readonly atOnce: number;
    };

/** What a resolution says, as JSON takes it. */
export type Told = Pick<Resolution, "outcome" | "rcode" | "addresses" | "aliases" | "strays"> & {
  readonly data: readonly unknown[];
  /** "A 192.168.1.20": type and data as master files have them. */
  readonly records: readonly string[];
  /** The options of EDNS in the answer: server identifier and cookie. */
  readonly nsid: string | undefined;
  readonly cookie: string | undefined;
  readonly exchanges: number;
  readonly transport: string;
};

export async function run(host: Host, part: Part): Promise<void> {
  if (part.part === "client") await ask(host, part.queries);
  else if (part.part === "transfer") await fetchZone(host, part);
  else if (part.part === "crowd") await crowd(host, part);
  else await answer(host, part.zones);
}

async function fetchZone(host: Host, { server, zone }: Part & { part: "transfer" }): Promise<void> {
  const stream = await host.connect({ address: server, port: 53 });
  const lines: string[] = [];
  for await (const record of transfer(stream, { zone }))
    lines.push(`${record.name} ${record.ttl} ${typeName(record.type)} ${dataText(record)}`);
  host.tell({ kind: "transferred", lines });
}

/** So many questions at once, each of a name of its own; so many sockets at a time. */
async function crowd(host: Host, { server, names, count, atOnce }: Part & { part: "crowd" }): Promise<void> {
  const tally: Record<string, number> = {};
  const waiting = Array.from({ length: count }, (_, i) => names.replace("*", String(i)));
  const worker = async () => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const datagrams = await host.datagrams();
      const { outcome } = await resolve(datagrams, host.clock, { name, server, timeout: 1000, tries: 10 });
      datagrams.close();
      tally[outcome] = (tally[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  host.tell({ kind: "tally", tally });
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
      records: records.map(record => `${typeName(record.type)} ${dataText(record)}`),
      ...optionsOf(exchanges.at(-1)!.answer),
      exchanges: exchanges.length,
      transport: exchanges.at(-1)!.transport,
    };
    host.tell({ kind: "resolved", told });
  }
}

function optionsOf(answer: Message): Pick<Told, "nsid" | "cookie"> {
  const options = optOf(answer)?.data ?? [];
  const nsid = optionOf(options, OptionCode.NSID);
  const cookie = optionOf(options, OptionCode.Cookie);
  return { nsid: nsid && new TextDecoder().decode(nsid), cookie: cookie?.server.toHex() };
}
