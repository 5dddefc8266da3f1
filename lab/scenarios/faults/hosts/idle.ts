// A host that is there, and does nothing: its kernel answers ARP and ICMP.
import type { Host } from "../../../network/contract.ts";

export async function run(host: Host): Promise<void> {
  host.tell({ kind: "ready" });
  await stopped(host);
}

/** Until the host is asked to stop. */
export async function stopped({ stopping }: Host): Promise<void> {
  if (stopping.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  stopping.addEventListener("abort", () => resolve());
  await promise;
}
