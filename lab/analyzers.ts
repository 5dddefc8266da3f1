// The analyzers of all protocols, one after the other on the same packets.
import { analyzer as dhcp } from "../protocols/dhcp/index.ts";
import { analyzer as dns } from "../protocols/dns/index.ts";
import { analyzer as mqtt } from "../protocols/mqtt/index.ts";
import { analyzer as ntp } from "../protocols/ntp/index.ts";
import type { Analyzer, Finding, Packet } from "../protocols/packet/index.ts";
import { analyzer as tls } from "../protocols/tls/index.ts";

/** What each analyzer says, by protocol. `dhcpServers`: those that ought to answer; any other is a rogue. */
export function analyzers({
  dhcpServers,
}: {
  readonly dhcpServers?: readonly string[];
} = {}): Analyzer<Record<string, unknown>> {
  const all: Record<string, Analyzer<unknown>> = {
    dhcp: dhcp(dhcpServers && { servers: dhcpServers }),
    dns: dns(),
    ntp: ntp(),
    tls: tls(),
    mqtt: mqtt(),
  };
  return {
    *observe(packet: Packet): Generator<Finding> {
      for (const one of Object.values(all)) yield* one.observe(packet);
    },
    *conclude(): Generator<Finding> {
      for (const one of Object.values(all)) yield* one.conclude();
    },
    report: () => Object.fromEntries(Object.entries(all).map(([name, one]) => [name, one.report()])),
  };
}
