// A name server of the lab: authoritative for master files, or a resolver that walks from the root down.
import {
  Authority,
  Recursor,
  type RootServer,
  readMaster,
  serve,
  serveStream,
} from "../../protocols/dns/server.ts";
import type { Host } from "../network/contract.ts";

export interface NameServerPlan {
  /** Master files' texts. */
  readonly zones?: readonly string[];
  /** With them it finds out what it does not know. */
  readonly roots?: readonly RootServer[];
  /** Who may have whole zones, by address. */
  readonly transfers?: readonly string[];
  readonly nsid?: string;
}

export async function run(host: Host, plan: NameServerPlan): Promise<void> {
  const authority = new Authority((plan.zones ?? []).map(text => readMaster(text)));
  const { roots, transfers = [], nsid = host.name } = plan;
  const answerer = roots
    ? new Recursor({
        ...{ roots, authority, clock: host.clock },
        datagrams: () => host.datagrams(),
        connect: (to, milliseconds) => host.connect(to, milliseconds),
      })
    : authority;
  const log = (line: string) => host.tell({ kind: "log", service: host.name, line });
  const options = { nsid, transfers: (address: string) => transfers.includes(address) };
  const datagrams = await host.datagrams({ port: 53 });
  const listener = await host.listen(
    53,
    // A client that goes away in the middle ends its own connection only.
    stream => void serveStream(stream, answerer, log, options).catch(() => {}),
  );
  host.tell({ kind: "ready" });
  host.stopping.addEventListener("abort", () => datagrams.close());
  await serve(datagrams, answerer, log, options);
  await listener.close();
}
