// A publisher of the campaign: numbered messages, of each QoS under a topic of its own.
import type { Host } from "../../network/contract.ts";
import { type Meeting, open } from "./clients.ts";

export interface PublisherPlan extends Meeting {
  readonly name: string;
  /** How many messages by QoS. */
  readonly messages: readonly [number, number, number];
}

/** An application that reads its messages from somewhere does not read all of them before the first is sent. */
const mostOutstanding = 40;

export async function run(host: Host, plan: PublisherPlan): Promise<void> {
  const session = await open(host, plan, { clientId: plan.name });
  host.tell({ kind: "ready" });
  for await (const { kind } of host.told) if (kind === "go") break;
  const failed = [0, 0, 0];
  const most = Math.max(...plan.messages);
  const work: Promise<unknown>[] = [];
  let taken = 0;
  const told = () => {
    if (++taken % 20 === 0 || taken === plan.messages[2]) host.tell({ kind: "progress", exactly: taken });
  };
  for (let i = 0; i < most && !host.stopping.aborted; i++) {
    for (const qos of [0, 1, 2] as const) {
      // Spread evenly over the time that the most frequent take.
      const at = Math.floor((i * plan.messages[qos]) / most);
      if (Math.floor(((i + 1) * plan.messages[qos]) / most) === at) continue;
      const payload = new TextEncoder().encode(String(at));
      const handed = session.publish({ topic: `exactly/${qos}/${plan.name}`, payload, qos }).then(
        () => qos === 2 && told(),
        () => {
          failed[qos]!++;
        },
      );
      if (qos > 0) work.push(handed);
    }
    // So that those of QoS 0 are not all gone before the first cut.
    while (session.outstanding > mostOutstanding && !host.stopping.aborted) await host.clock.sleep(1);
  }
  await Promise.all(work);
  host.tell({ kind: "published", failed });
  await session.disconnect();
}
