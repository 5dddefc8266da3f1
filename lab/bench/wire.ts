// The board sends some messages of each size while the network is recorded, and tells what belongs to which.
import { printableAscii, seeded } from "../board/random.ts";
import { machineTime } from "../network/clock.ts";
import type { Host } from "../network/contract.ts";
import { type BoardPlan, Link, reach } from "./link.ts";

export interface WirePlan extends BoardPlan {
  readonly sizes: readonly number[];
  /** Of each size on each connection. */
  readonly messages: number;
  readonly seed: number;
}

/** What of the recording belongs to what: a connection by its port, and within it moments, in nanoseconds since the Unix epoch. */
export interface Marks {
  readonly kind: "marks";
  readonly connection: number;
  readonly port: number;
  /** Up to here the connection is made, and TLS agreed on. */
  readonly made: string;
  /** Messages of this size from here on, until the next moment. */
  readonly sizes: readonly { readonly size: number; readonly from: string }[];
  readonly until: string;
}

/**
 * Milliseconds of silence after which nothing more of a message comes: an acknowledgement that is sent by itself is sent
 * after 40 (Linux; RFC 9293 §3.8.6.3 allows 500). The original's pace of a second leaves it that time too.
 */
const silence = 60;

export async function run(host: Host, plan: WirePlan): Promise<void> {
  const random = seeded(plan.seed);
  const links: Link[] = [];
  const marks: (Marks & { sizes: { size: number; from: string }[]; until: string })[] = [];
  for (const [i, connection] of plan.connections.entries()) {
    const { stream } = await reach(host, plan, connection, line => host.tell({ kind: "secret", line }));
    // In TLS 1.3 the server's tickets come after the handshake.
    await host.clock.sleep(silence);
    const { port } = stream.local;
    marks.push({ kind: "marks", connection: i, port, made: now(), sizes: [], until: "" });
    links.push(await Link.over(host, stream, i));
  }
  // A kernel acknowledges the first segments of a connection at once: these messages don't count.
  for (let message = 0; message < 4; message++) await exchange(links, plan.sizes[0]!, random);
  for (const size of plan.sizes) {
    await host.clock.sleep(silence);
    for (const one of marks) one.sizes.push({ size, from: now() });
    for (let message = 0; message < plan.messages; message++) {
      await exchange(links, size, random);
      await host.clock.sleep(silence);
    }
    host.tell({ kind: "progress", done: plan.sizes.indexOf(size) + 1, of: plan.sizes.length });
  }
  for (const one of marks) one.until = now();
  await host.clock.sleep(silence);
  for (const link of links) await link.close();
  for (const one of marks) host.tell({ ...one });
}

/** One message on each connection, there and back. */
async function exchange(links: readonly Link[], size: number, random: () => number): Promise<void> {
  for (const link of links) {
    const payload = printableAscii(size, random);
    await link.publish(payload);
    await link.receive(payload);
  }
}

const now = (): string => String(machineTime());
