// `+trace`: the walk from the root's servers down to the answer, each step printed as it comes.
import { Recursor, type RootServer, resolve, type Step } from "../../protocols/dns/client.ts";
import { Class, dataText, type Message, Rcode, recordsOf, Type } from "../../protocols/dns/index.ts";
import { dotted } from "../../protocols/ipv4/address.ts";
import { colonHex } from "../../protocols/ipv6/address.ts";
import { exit, Failure } from "../failure.ts";
import { askingOf, type QueryOptions } from "./asking.ts";
import { recordText } from "./dig.ts";
import { answerObject } from "./json.ts";
import type { Sockets } from "./sockets.ts";
import type { Asked } from "./words.ts";

/** From the root's servers, as that server knows them, down to the answer. */
export async function printTrace(
  asked: Asked,
  address: string,
  sockets: Sockets,
  options: QueryOptions,
): Promise<number> {
  const roots = await rootsBy(address, sockets, asked, options);
  return traceFrom(roots, asked, sockets, options);
}

/** Walks from these servers, and prints what each server on the way said. */
async function traceFrom(
  roots: readonly RootServer[],
  asked: Asked,
  sockets: Sockets,
  options: QueryOptions,
): Promise<number> {
  const recursor = new Recursor({
    ...{
      roots,
      clock: sockets.clock,
      datagrams: sockets.datagrams,
      connect: sockets.connect,
      port: options.port,
    },
    ...(asked.time !== undefined && { timeout: asked.time * 1000 }),
    ...(asked.tries !== undefined && { tries: asked.tries }),
    observe: step => printStep(step, asked, options),
  });
  const found = await recursor.find(
    { name: asked.name.replace(/(?<=.)\.$/, ""), type: asked.type, class: Class.IN },
    true,
  );
  if (found && found.rcode !== Rcode.SERVFAIL) return exit.done;
  throw new Failure(
    `the walk from the root to ${asked.name} ends without an answer: no server of the last zone gave one.`,
    exit.noReply,
  );
}

export function printStep(
  { zone, server, exchange, referral }: Step,
  asked: Asked,
  { json }: Pick<QueryOptions, "json">,
): void {
  const { name, address } = server;
  if (json) {
    const answer = exchange && answerObject(exchange.answer, new Date());
    console.log(JSON.stringify({ zone, server: name, address, referral, ...answer }));
    return;
  }
  if (!exchange) {
    console.log(`;; no answer from ${address}#53(${name}) for ${zone}\n`);
    return;
  }
  const { answers, authorities } = exchange.answer;
  if (asked.short) {
    if (!referral) for (const record of answers) console.log(dataText(record));
    return;
  }
  for (const record of answers.length > 0 ? answers : authorities) console.log(recordText(record));
  const milliseconds = Math.round(Number(exchange.time) / 1e6);
  console.log(
    `;; Received ${exchange.octets} bytes from ${address}#${exchange.server.port}(${name}) in ${milliseconds} ms\n`,
  );
}

/** Asks for the root's servers; one that knows none is taken for one itself. */
async function rootsBy(
  address: string,
  sockets: Sockets,
  asked: Asked,
  options: QueryOptions,
): Promise<RootServer[]> {
  const datagrams = await sockets.datagrams(address);
  try {
    const asking = { ...askingOf(asked, address, sockets, options), udpSize: 1232 };
    const { exchanges, records } = await resolve(datagrams, sockets.clock, {
      ...asking,
      name: ".",
      type: Type.NS,
    });
    const [exchange] = exchanges;
    if (exchange)
      printStep(
        { zone: ".", server: { name: asked.server ?? address, address }, exchange, referral: undefined },
        asked,
        options,
      );
    const names = recordsOf(records, Type.NS).map(({ data }) => data);
    const known = addressesIn(exchange?.answer, names);
    for (const name of known.length > 0 ? [] : names) {
      const found = await resolve(datagrams, sockets.clock, { ...asking, name });
      for (const one of found.addresses) known.push({ name, address: one });
    }
    return known.length > 0 ? known : [{ name: asked.server ?? address, address }];
  } finally {
    datagrams.close();
  }
}

const addressesIn = (answer: Message | undefined, names: readonly string[]): RootServer[] =>
  [
    ...recordsOf(answer?.additionals ?? [], Type.A).map(({ name, data }) => ({
      name,
      address: dotted(data),
    })),
    ...recordsOf(answer?.additionals ?? [], Type.AAAA).map(({ name, data }) => ({
      name,
      address: colonHex(data),
    })),
  ].filter(({ name }) => names.some(one => one.toLowerCase() === name.toLowerCase()));
