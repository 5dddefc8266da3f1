// The bench's broker: all three ports of the intranet's, in whichever version of TLS the client asks for.
import type { Stream } from "../../protocols/endpoint/index.ts";
import { Broker } from "../../protocols/mqtt/server.ts";
import { accept, contextFor } from "../../protocols/tls/server.ts";
import { ports } from "../board/broker.ts";
import type { Host } from "../network/contract.ts";

export interface BrokerPlan {
  /** PEM. Without it there is port 1883 alone. */
  readonly tls?: {
    readonly certificate: string;
    readonly key: string;
    readonly clientRoot: string;
  };
}

export async function run(host: Host, { tls }: BrokerPlan): Promise<void> {
  const broker = new Broker(host.clock);
  const secured = (mutual: boolean) => {
    const { clientRoot, ...own } = tls!;
    const service = {
      ...own,
      ...(mutual && { clientRoots: [clientRoot], require: true }),
      clock: host.clock,
    };
    // Read once: what a server does at its start is no part of a handshake.
    const context = contextFor(service);
    return async (stream: Stream) => {
      // Whom it refuses is told so by TLS, and fails there.
      const safe = await accept(stream, { ...service, context }).catch(() => undefined);
      if (safe) await broker.accept(safe, { port: stream.local.port });
    };
  };
  const listeners = await Promise.all([
    host.listen(ports.off, stream => void broker.accept(stream, { port: ports.off })),
    ...(tls ? [host.listen(ports.server, secured(false)), host.listen(ports.mutual, secured(true))] : []),
  ]);
  const stopped = Promise.withResolvers<void>();
  host.stopping.addEventListener("abort", () => {
    for (const listener of listeners) void listener.close();
    void broker.close();
    stopped.resolve();
  });
  host.tell({ kind: "ready" });
  await stopped.promise;
}
