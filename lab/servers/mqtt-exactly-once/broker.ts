// The broker of the campaign: its state is in a file, and it is ended without a word.
import { DatabaseStore } from "../../../protocols/mqtt/broker/database.ts";
import type { Store } from "../../../protocols/mqtt/broker/store.ts";
import { Broker } from "../../../protocols/mqtt/server.ts";
import type { Host } from "../../network/contract.ts";

export interface BrokerPlan {
  readonly database: string;
}

export async function run(host: Host, { database }: BrokerPlan): Promise<void> {
  const { store, die } = mortal(new DatabaseStore(database));
  const unlimited = { queued: 1_000_000, queuedOctets: 2 ** 30 };
  const broker = new Broker(host.clock, { store, limits: unlimited, turn: setImmediate });
  await host.listen(1883, stream => void broker.accept(stream, { port: 1883 }));
  host.tell({ kind: "ready" });
  for await (const { kind } of host.told) if (kind === "die") break;
  die();
}

/**
 * Where hosts are processes, they are killed. Where they are not, the broker goes on, unseen, after its host has ended:
 * from that moment on nothing of what it does may reach the file.
 */
function mortal(database: DatabaseStore): { store: Store; die: () => void } {
  let isDead = false;
  const store = new Proxy<Store>(database, {
    get: (target, key: keyof Store) => {
      if (isDead) return () => {};
      return (target[key] as (...given: unknown[]) => unknown).bind(target);
    },
  });
  const die = () => {
    isDead = true;
    database.close();
  };
  return { store, die };
}
