// `io,phs`: the protocols, as they lie in one another, with how many packets and octets each is in.
import type { Packet } from "../../protocols/packet/index.ts";
import { table } from "../terminal.ts";
import type { Selects, Statistic } from "./statistic.ts";

interface Node {
  packets: number;
  octets: number;
  readonly inner: Map<string, Node>;
}

const node = (): Node => ({ packets: 0, octets: 0, inner: new Map() });

export class Hierarchy implements Statistic {
  readonly #root = node();
  constructor(readonly selects: Selects) {}

  observe(packet: Packet): void {
    if (!this.selects(packet)) return;
    const met = new Set<Node>();
    const path: Node[] = [this.#root];
    for (const { protocol, depth } of packet.layers) {
      if (protocol.name === "padding") continue;
      const above = path[Math.min(depth, path.length - 1)]!;
      let here = above.inner.get(protocol.name);
      if (!here) {
        here = node();
        above.inner.set(protocol.name, here);
      }
      path.length = Math.min(depth, path.length - 1) + 1;
      path.push(here);
      if (met.has(here)) continue;
      met.add(here);
      here.packets++;
      here.octets += packet.frame.originalLength;
    }
  }

  *#rows(from: Node = this.#root, depth = 0): Generator<string[]> {
    for (const [name, { packets, octets, inner }] of from.inner) {
      yield [`${"  ".repeat(depth)}${name}`, String(packets), String(octets)];
      yield* this.#rows({ packets, octets, inner }, depth + 1);
    }
  }

  *lines(): Generator<string> {
    yield* table(["protocol", "packets", "octets"], [...this.#rows()]).split("\n");
  }

  values(): unknown {
    const plain = ({ inner }: Node): unknown =>
      Object.fromEntries(
        [...inner].map(([name, one]) => [
          name,
          { packets: one.packets, octets: one.octets, ...(one.inner.size > 0 && { inner: plain(one) }) },
        ]),
      );
    return plain(this.#root);
  }
}
