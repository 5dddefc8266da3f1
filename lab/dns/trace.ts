// `bun lab dns query NAME +trace` without a server: the walk from the lab's own root, in its own isolated network.
import { fileURLToPath } from "node:url";
import type { Step } from "../../protocols/dns/client.ts";
import { message, Rcode } from "../../protocols/dns/index.ts";
import { exit, Failure } from "../failure.ts";
import { type Network, type NetworkKind, openNetwork } from "../network/index.ts";
import { Hosts, within } from "../runs/hosts.ts";
import { nameServers, prefix, roots } from "./internet.ts";
import { printStep } from "./walk.ts";
import type { Asked } from "./words.ts";

/** Returns the exit code. @throws Failure */
export async function traceInLab(
  asked: Asked,
  options: { readonly json?: boolean; readonly timeout?: number; readonly network?: string },
): Promise<number> {
  const kind = (options.network ?? process.env.LAB_NETWORK ?? "auto") as NetworkKind;
  const { network, why } = await openNetwork(kind).catch(error => {
    throw new Failure((error as Error).message);
  });
  await using _closed = network;
  console.error(`lab: from the lab's own root, in its own network (${why})`);
  const rcode = await within(options.timeout ?? 30, walk(network, asked, options));
  if (rcode !== Rcode.SERVFAIL) return exit.done;
  throw new Failure(
    `the walk from the lab's root to ${asked.name} ends without an answer; the lab has ${nameServers.map(({ zone }) => zone).join(", ")}.`,
    exit.noReply,
  );
}

async function walk(network: Network, asked: Asked, options: { readonly json?: boolean }): Promise<number> {
  let rcode: number = Rcode.SERVFAIL;
  const hosts = new Hosts(network, [], (_, told) => {
    if (told.kind === "step") printStep(stepOf(told), asked, options);
    if (told.kind === "found") rcode = told.rcode as number;
  });
  const server = program("../servers/dns.ts");
  await Promise.all(
    nameServers.map(({ host, address, plan }) =>
      hosts.plug({ name: host, configuration: { address, prefix }, program: server, settings: plan }),
    ),
  );
  const name = asked.name.replace(/(?<=.)\.$/, "");
  const client = await network.host({
    name: "client",
    configuration: { address: "10.0.5.1", prefix },
    program: program("../servers/dns-client.ts"),
    settings: { roots, name, type: asked.type },
  });
  for await (const told of client.messages) hosts.heard("client", told);
  await client.done;
  return rcode;
}

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A step as a host tells it. */
function stepOf(told: Record<string, unknown>): Step {
  const { zone, server, referral } = told as unknown as Step;
  if (typeof told.answer !== "string") return { zone, server, referral, exchange: undefined };
  const answer = message.decode(Uint8Array.fromBase64(told.answer));
  const exchange = {
    ...{ answer, question: answer.questions[0]!, server: { address: server.address, port: 53 } },
    ...{ transport: told.transport as "udp", attempts: 1 },
    ...{ time: BigInt(told.time as string), octets: told.octets as number },
  };
  return { zone, server, referral, exchange };
}
