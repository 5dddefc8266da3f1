// `bun lab dns query`: one question to a server that a person names, and everything that it answers.
import {
  type Exchange,
  type Resolution,
  resolve,
  reverseName,
  transfer,
} from "../../protocols/dns/client.ts";
import { BadEntry, dataText, Type } from "../../protocols/dns/index.ts";
import { Refused, Unanswered, Violated } from "../../protocols/endpoint/index.ts";
import { Unwritable } from "../../protocols/wire/index.ts";
import { exit, Failure, usage } from "../failure.ts";
import { askingOf, type QueryOptions } from "./asking.ts";
import { footerText, messageText, recordText, whenText } from "./dig.ts";
import { answerObject, recordObject } from "./json.ts";
import { addressOf, machineSockets, type Sockets, searchDomains } from "./sockets.ts";
import { printTrace } from "./walk.ts";
import { type Asked, wordsOf } from "./words.ts";

/** Prints; returns the exit code: 0 for every answer, 9 for none. @throws Failure */
export async function query(words: readonly string[], options: QueryOptions): Promise<number> {
  const asked = wordsOf(words, {
    ...options,
    ...(options.reverse && { reverse: reversed(options.reverse) }),
  });
  if (asked.server === undefined && asked.trace) {
    const { traceInLab } = await import("./trace.ts");
    return traceInLab(asked, options);
  }
  if (asked.server === undefined)
    throw usage(
      `whom to ask? Name the server: bun lab dns query ${asked.name} @192.168.1.1 (only +trace does without, in the lab's own network).`,
    );
  const address = await addressOf(asked.server);
  const sockets = machineSockets();
  if (asked.sections.cmd && !asked.short && !options.json) printBanner(words);
  try {
    if (asked.type === Type.AXFR) return await printTransfer(asked, address, sockets, options);
    if (asked.trace) return await printTrace(asked, address, sockets, options);
    return await printAnswers(asked, address, sockets, options);
  } catch (error) {
    throw failure(error, asked);
  }
}

function reversed(address: string): string {
  try {
    return reverseName(address);
  } catch (error) {
    throw usage(`-x: ${(error as Error).message}.`);
  }
}

function printBanner(words: readonly string[]): void {
  console.log(`\n; <<>> lab dns <<>> ${words.join(" ")}`);
  console.log(";; global options: +cmd");
}

async function printAnswers(
  asked: Asked,
  address: string,
  sockets: Sockets,
  options: QueryOptions,
): Promise<number> {
  const datagrams = await sockets.datagrams(address);
  let resolution: Resolution;
  try {
    resolution = await resolve(datagrams, sockets.clock, {
      ...askingOf(asked, address, sockets, options),
      name: asked.name,
      type: asked.type,
      class: asked.class,
      search: asked.search === true ? searchDomains() : asked.search,
    });
  } finally {
    datagrams.close();
  }
  for (const exchange of resolution.exchanges) printExchange(exchange, asked, options);
  const strays = Object.entries(resolution.strays).filter(([, count]) => count > 0);
  if (strays.length > 0)
    console.error(
      `lab: passed over what was no answer to the question (forged, late or broken): ${strays.map(([why, count]) => `${count} × ${strayWords[why]}`).join(", ")}`,
    );
  return exit.done;
}

const strayWords: Readonly<Record<string, string>> = {
  sender: "from somebody else",
  garbage: "no message",
  "no response": "no response",
  id: "another identifier",
  question: "another question",
  cookie: "another cookie",
};

/** One question's answer, in the form that was asked for. */
function printExchange(exchange: Exchange, asked: Asked, { json }: Pick<QueryOptions, "json">): void {
  const { answer } = exchange;
  if (json) console.log(JSON.stringify(answerObject(answer, new Date())));
  else if (asked.short) for (const record of answer.answers) console.log(dataText(record));
  else {
    const sent = asked.cookie ? new Uint8Array(0) : undefined;
    for (const line of messageText(answer, asked.sections, sent)) console.log(line);
    if (!asked.sections.stats) return;
    const { time, server, transport, octets } = exchange;
    const named = asked.server ?? server.address;
    for (const line of footerText({ time, server, named, transport, octets, when: new Date() }))
      console.log(line);
    console.log("");
  }
}

async function printTransfer(
  asked: Asked,
  address: string,
  sockets: Sockets,
  options: QueryOptions,
): Promise<number> {
  const began = sockets.clock.elapsed();
  const timeout = (asked.time ?? options.timeout ?? 10) * 1000;
  const stream = await sockets.connect({ address, port: options.port }, timeout);
  let records = 0;
  for await (const record of transfer(stream, { zone: asked.name, timeout })) {
    records++;
    console.log(
      options.json
        ? JSON.stringify(recordObject(record))
        : asked.short
          ? dataText(record)
          : recordText(record),
    );
  }
  if (options.json || asked.short || !asked.sections.stats) return exit.done;
  console.log(`;; Query time: ${Math.round(Number(sockets.clock.elapsed() - began) / 1e6)} msec`);
  console.log(`;; SERVER: ${address}#${options.port}(${asked.server}) (TCP)`);
  console.log(`;; WHEN: ${whenText(new Date())}`);
  console.log(`;; XFR size: ${records} records\n`);
  return exit.done;
}

function failure(error: unknown, asked: Asked): unknown {
  const at = `@${asked.server}`;
  if (error instanceof Unanswered)
    return new Failure(`${error.message}; is ${at} a name server, and is it in reach?`, exit.noReply);
  // Nothing listens there: that is no reply either.
  if (error instanceof Refused)
    return new Failure(`${error.message}.`, error.messages.length > 0 ? exit.failed : exit.noReply);
  if (error instanceof Violated) return new Failure(`${error.message} (${error.rule}).`);
  if (error instanceof Unwritable || (error instanceof RangeError && !(error instanceof BadEntry)))
    return usage(`${error.message}.`);
  return error;
}
