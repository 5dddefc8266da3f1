// A host with an MQTT client: it subscribes and prints what comes, or it publishes one message after the other.
import { connect, type Session } from "../../protocols/mqtt/client.ts";
import type { Host } from "../network/contract.ts";

export interface ClientPlan {
  readonly broker: string;
  readonly clientId: string;
  /** With a filter it takes so many messages; without one it publishes. */
  readonly subscribe?: { readonly filter: string; readonly qos: 0 | 1 | 2; readonly messages: number };
  readonly publish?: {
    readonly topic: string;
    readonly messages: readonly { readonly text: string; readonly qos: 0 | 1 | 2 }[];
    /** Milliseconds before each, so that the one before is over. */
    readonly pause: number;
  };
}

export async function run(host: Host, plan: ClientPlan): Promise<void> {
  const { publish, subscribe, clientId } = plan;
  // Who only listens is there before anything is said.
  if (publish) await host.clock.sleep(publish.pause, host.stopping);
  const stream = await host.connect({ address: plan.broker, port: 1883 }, 10_000);
  const session = await connect(stream, host.clock, { clientId, keepAlive: 60 });
  if (subscribe) await listen(host, session, subscribe);
  if (publish) await say(host, session, publish);
  await session.disconnect();
}

async function listen(
  host: Host,
  session: Session,
  { filter, qos, messages }: NonNullable<ClientPlan["subscribe"]>,
): Promise<void> {
  await session.subscribe(filter, { qos });
  for (let i = 0; i < messages; i++) {
    const message = await session.receive(20_000);
    if (!message) throw new Error(`message ${i + 1} of ${messages} did not come`);
    const { topic, payload, qos } = message;
    host.tell({ kind: "message", topic, text: new TextDecoder().decode(payload), qos });
  }
  // The last acknowledgement is answered before the good-bye.
  await session.ping();
}

async function say(
  host: Host,
  session: Session,
  { topic, messages, pause }: NonNullable<ClientPlan["publish"]>,
): Promise<void> {
  for (const { text, qos } of messages) {
    await host.clock.sleep(pause, host.stopping);
    const reason = await session.publish({ topic, payload: new TextEncoder().encode(text), qos });
    host.tell({ kind: "published", topic, text, qos, reason });
  }
  await host.clock.sleep(pause, host.stopping);
}
