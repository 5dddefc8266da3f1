// A host that asks for names, one after the other; or that walks from the root to one itself, step by step.
import { Recursor, type RootServer, resolve } from "../../protocols/dns/client.ts";
import { Class, message } from "../../protocols/dns/index.ts";
import type { Host } from "../network/contract.ts";

export interface AskingPlan {
  /** The resolver's address. */
  readonly server: string;
  readonly questions: readonly { readonly name: string; readonly type: number }[];
}

export interface TracingPlan {
  readonly roots: readonly RootServer[];
  readonly name: string;
  readonly type: number;
}

export async function run(host: Host, plan: AskingPlan | TracingPlan): Promise<void> {
  if ("roots" in plan) await trace(host, plan);
  else await ask(host, plan);
}

async function ask(host: Host, { server, questions }: AskingPlan): Promise<void> {
  for (const { name, type } of questions) {
    const datagrams = await host.datagrams();
    try {
      const { outcome, addresses, aliases } = await resolve(datagrams, host.clock, {
        ...{ server, name, type, udpSize: 1232 },
        connect: (to, milliseconds) => host.connect(to, milliseconds),
      });
      host.tell({ kind: "resolved", name, outcome, addresses, aliases });
    } finally {
      datagrams.close();
    }
  }
}

/** Tells each step as it comes: `step`, with the answer's octets. */
async function trace(host: Host, { roots, name, type }: TracingPlan): Promise<void> {
  const recursor = new Recursor({
    ...{ roots, clock: host.clock },
    datagrams: () => host.datagrams(),
    connect: (to, milliseconds) => host.connect(to, milliseconds),
    observe: ({ zone, server, referral, exchange }) =>
      host.tell({
        ...{ kind: "step", zone, server, referral },
        ...(exchange && {
          answer: message.encode(exchange.answer).toBase64(),
          time: String(exchange.time),
          octets: exchange.octets,
          transport: exchange.transport,
        }),
      }),
  });
  const found = await recursor.find({ name, type, class: Class.IN }, true);
  host.tell({ kind: "found", rcode: found?.rcode ?? -1 });
}
