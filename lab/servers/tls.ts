// A host that says back whatever it hears (RFC 862), over TLS or without it.
import type { Stream } from "../../protocols/endpoint/index.ts";
import { accept } from "../../protocols/tls/server.ts";
import type { Host } from "../network/contract.ts";

export interface EchoPlan {
  readonly port: number;
  /** Without it there is no TLS. */
  readonly tls?: {
    /** PEM: the server's certificate with its chain, and its key. */
    readonly certificate: string;
    readonly key: string;
    readonly version: "1.2" | "1.3";
    /** PEM: who vouches for clients, which must then show a certificate. */
    readonly clientRoot?: string;
  };
}

/** What it waits at the most for the next octets of a client, in milliseconds. */
const patience = 10_000;

export async function run(host: Host, { port, tls }: EchoPlan): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  const listener = await host.listen(port, stream => void served(stream));
  host.stopping.addEventListener("abort", () => {
    void listener.close();
    stopped.resolve();
  });
  host.tell({ kind: "ready" });
  await stopped.promise;

  async function served(stream: Stream): Promise<void> {
    try {
      const spoken = tls ? await secured(stream, tls) : stream;
      await echo(spoken);
      await spoken.close();
    } catch (error) {
      const { address } = stream.remote;
      host.tell({ kind: "log", service: "echo", line: `${address}: ${(error as Error).message}` });
      await stream.close();
    }
  }

  async function secured(stream: Stream, tls: NonNullable<EchoPlan["tls"]>): Promise<Stream> {
    const { certificate, key, version, clientRoot } = tls;
    const clients = clientRoot === undefined ? {} : { clientRoots: [clientRoot], require: true };
    const safe = await accept(stream, { certificate, key, version, ...clients, clock: host.clock });
    host.tell({ kind: "accepted", client: safe.commonName ?? null });
    return safe;
  }
}

async function echo(stream: Stream): Promise<void> {
  for (;;) {
    const octets = await stream.read(patience);
    if (!octets) return;
    await stream.write(octets);
  }
}
