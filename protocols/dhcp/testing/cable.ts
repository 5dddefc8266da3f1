// For tests: a cable in memory with links on it, on a test clock. Each link hears what the others send.
import { format as arp, Operation } from "../../arp/index.ts";
import type { Link } from "../../endpoint/index.ts";
import type { TestClock } from "../../endpoint/memory.ts";
import * as ethernet from "../../ethernet/index.ts";
import { Reader } from "../../wire/index.ts";

export class Cable {
  /** Every frame, in order. */
  readonly frames: Uint8Array[] = [];
  readonly #links = new Set<(frame: Uint8Array) => void>();

  constructor(readonly clock: TestClock) {}

  link(mac: Uint8Array): Link {
    const waiting: ((frame: Uint8Array | undefined) => void)[] = [];
    const arrived: Uint8Array[] = [];
    const take = (frame: Uint8Array) => {
      const wake = waiting.shift();
      if (wake) wake(frame);
      else arrived.push(frame);
    };
    this.#links.add(take);
    return {
      mac,
      send: async frame => {
        this.frames.push(frame);
        for (const other of this.#links) if (other !== take) other(frame.slice());
      },
      receive: async milliseconds => {
        const next = arrived.shift();
        if (next || (milliseconds !== undefined && milliseconds <= 0)) return next;
        const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>();
        waiting.push(resolve);
        if (milliseconds === undefined) return promise;
        const cancel = this.clock.after(milliseconds, () => {
          waiting.splice(waiting.indexOf(resolve), 1);
          resolve(undefined);
        });
        return promise.finally(cancel);
      },
      close: () => void this.#links.delete(take),
    };
  }

  /** A host that has this address already, and says so when it is asked by ARP. */
  occupant(address: number, mac: Uint8Array): void {
    const link = this.link(mac);
    const live = async () => {
      for (let frame = await link.receive(); frame; frame = await link.receive()) {
        if (frame.length < 42) continue;
        const from = Reader.over(frame);
        if (ethernet.format.read(from).type !== ethernet.EtherType.ARP) continue;
        const asked = arp.read(from);
        if (asked.operation !== Operation.request || asked.targetProtocol !== address) continue;
        const reply = arp.encode({
          operation: Operation.reply,
          ...{ senderHardware: mac, senderProtocol: address },
          ...{ targetHardware: asked.senderHardware, targetProtocol: asked.senderProtocol },
        });
        const header = { destination: asked.senderHardware, source: mac, type: ethernet.EtherType.ARP };
        await link.send(ethernet.enclose(header, reply));
      }
    };
    void live();
  }
}
