// A host with an MQTT session at the broker's plain port: from the start, or once a message has told it that it is time.
import { connect, type Session } from "../../../../protocols/mqtt/client.ts";
import type { Host } from "../../../network/contract.ts";
import { stopped } from "./idle.ts";

export interface GuestPlan {
  readonly broker: string;
  readonly clientId: string;
  /** It comes once this was published. */
  readonly after?: { readonly topic: string; readonly text: string };
}

export async function run(host: Host, { broker, clientId, after }: GuestPlan): Promise<void> {
  if (after) {
    const listening = await session(host, broker, "[OYENTE]");
    await listening.subscribe(after.topic);
    host.tell({ kind: "ready" });
    const isIt = (payload: Uint8Array): boolean => new TextDecoder().decode(payload) === after.text;
    for (let heard = await listening.receive(); ; heard = await listening.receive()) {
      if (!heard || host.stopping.aborted) return;
      if (isIt(heard.payload)) break;
    }
  }
  await session(host, broker, clientId);
  if (!after) host.tell({ kind: "ready" });
  await stopped(host);
}

async function session(host: Host, address: string, clientId: string): Promise<Session> {
  const stream = await host.connect({ address, port: 1883 });
  return connect(stream, host.clock, { clientId, keepAlive: 60 });
}
