// The subscriber of the campaign: it counts what arrives of each publisher, and in which order.
import type { Host } from "../../network/contract.ts";
import { type Meeting, open } from "./clients.ts";

export interface SubscriberPlan extends Meeting {
  readonly name: string;
}

/** What arrived of one publisher at one QoS: the numbers, in the order in which they came. */
export type Arrived = Record<string, number[]>;

export async function run(host: Host, plan: SubscriberPlan): Promise<void> {
  const session = await open(host, plan, { clientId: plan.name });
  for (const qos of [0, 1, 2] as const) await session.subscribe(`exactly/${qos}/#`, { qos });
  host.tell({ kind: "ready" });
  const arrived: Arrived = {};
  let exactly = 0;
  let isAsked = false;
  void (async () => {
    for await (const { kind } of host.told) if (kind === "report") isAsked = true;
  })();
  while (!host.stopping.aborted) {
    const message = await session.receive(isAsked ? 500 : 50);
    if (message) {
      const [, qos, publisher] = message.topic.split("/");
      const of = `${qos} ${publisher}`;
      arrived[of] ??= [];
      arrived[of].push(Number(new TextDecoder().decode(message.payload)));
      if (qos === "2" && ++exactly % 20 === 0) host.tell({ kind: "progress", exactly });
    } else if (isAsked) break;
    else host.tell({ kind: "progress", exactly });
  }
  host.tell({ kind: "arrived", arrived, dropped: session.dropped });
  await session.disconnect();
}
