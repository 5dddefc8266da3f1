// What a store has kept, back in a broker that has just begun.
import type { Broker } from "../server.ts";
import { flowOf, messageOf } from "./kept.ts";
import { Session } from "./session.ts";
import type { Remembered, Store } from "./store.ts";

/** Puts everything that a store has kept into a broker that has just begun. */
export function recall(broker: Broker, store: Store): void {
  for (const kept of store.retained()) {
    const message = messageOf(kept, broker);
    if (!message.hasExpired(broker.clock)) broker.retained.put(message);
  }
  for (const each of store.sessions()) remember(each, broker);
}

function remember({ session: kept, subscriptions, flows, unreleased }: Remembered, broker: Broker): void {
  const { id, userName, version, expiry, left = broker.time } = kept;
  const session = new Session(broker, id, userName, version);
  session.expiry = expiry;
  for (const [filter, subscription] of subscriptions) broker.subscriptions.add(filter, session, subscription);
  for (const flow of flows) session.restore(flowOf(flow, broker));
  for (const packetIdentifier of unreleased) session.unreleased.add(packetIdentifier);
  broker.resurrect(session);
  session.wait(Math.max(0, expiry - (broker.time - left) / 1000));
}
