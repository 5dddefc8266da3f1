// Who is in a capture of the lab: a host a switch port, known by its interface, its MAC address and its name.
import type { Met, RecordedFrame } from "../../../protocols/pcapng/capture.ts";
import type { Host } from "../../story/index.ts";

export interface Port {
  /** The host that sends there: "router (WAN)" is a router's other side. */
  readonly host: string;
  /** "" where there is only one. */
  readonly segment: string;
}

/** What is learned of hosts on a first pass over a capture; in one that is not the lab's, hosts go by their addresses. */
export class Census {
  readonly #names = new Map<string, string>();
  readonly #interfaces: string[] = [];
  readonly #macs = new Map<number, Uint8Array>();
  #isOurs = false;

  meet(met: Met): void {
    if (met.kind === "section") this.#isOurs = met.application === "protocol-lab";
    if (met.kind === "interface") this.#interfaces[met.number] = met.name ?? "";
    if (met.kind === "names")
      for (const { address, names } of met.entries) if (names[0]) this.#names.set(address, names[0]);
  }

  /** Of Ethernet, each port's first frame says whose it is. */
  observe({ interface: port, view, start, end, linkType }: RecordedFrame): void {
    if (linkType !== ethernetLink || this.#macs.has(port) || end - start < 14) return;
    this.#macs.set(port, new Uint8Array(view.buffer, view.byteOffset + start + 6, 6).slice());
  }

  /** By the capture's interface. None, where interfaces are no switch ports. */
  ports(): readonly Port[] {
    if (!this.#isOurs || this.#interfaces.length < 2) return [];
    const split = this.#interfaces.map(name => /^(.*) \(([^()]+)\)$/.exec(name));
    if (!split.every(Boolean)) return this.#interfaces.map(host => ({ host, segment: "" }));
    const seen = new Set<string>();
    return split.map(parts => {
      const [whole, name, segment] = parts as unknown as [string, string, string];
      const host = seen.has(name) ? whole : name;
      seen.add(name);
      return { host, segment };
    });
  }

  /** In the order of the ports; behind them those that only have a name. */
  hosts(): Host[] {
    const addresses = new Map([...this.#names].map(([address, name]) => [name, address]));
    const hosts = new Map<string, Host>();
    for (const [port, { host }] of this.ports().entries())
      hosts.set(host, {
        name: host,
        mac: this.#macs.get(port) ?? new Uint8Array(6),
        address: addresses.get(host),
      });
    // A MAC address of zeros would be that of whoever has none yet.
    for (const [address, name] of this.#names)
      if (!hosts.has(name) && address.includes("."))
        hosts.set(name, { name, mac: Uint8Array.of(0, 0, 0, 0, 0, hosts.size + 1), address });
    return [...hosts.values()];
  }
}

const ethernetLink = 1;
