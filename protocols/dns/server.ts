// A name server by UDP and by TCP: authoritative for its zones, or recursive, or both (RFC 1034 §4.3, RFC 7766, RFC 5936).
import { type Datagram, type Datagrams, type Endpoint, Refused, type Stream } from "../endpoint/index.ts";
import { type Answering, answerTo, queryIn, refusal } from "./answering.ts";
import { Rcode } from "./codes.ts";
import { CookieJar } from "./cookies.ts";
import { message } from "./format.ts";
import type { MasterFile } from "./master.ts";
import { exchangeInWords } from "./summary.ts";
import { framed, messagesOf } from "./tcp.ts";
import { transferOf } from "./transfer.ts";
import { Type } from "./types.ts";
import { type Answerer, Authority, type Zone } from "./zone.ts";

export { type Answering, answerTo } from "./answering.ts";
export { type MasterFile, readHints, readMaster } from "./master.ts";
export { Recursor, type RecursorOptions, type RootServer } from "./recursor.ts";
export { type Answerer, Authority, type Entry, type Found, type Zone } from "./zone.ts";

/** Takes one line for each answer: "192.168.1.101 asks for A JORGE-PC: 192.168.1.20". */
export type Log = (line: string) => void;

/** What to answer from. */
export type Zones = Zone | MasterFile | readonly (Zone | MasterFile)[] | Answerer;

export interface ServerOptions {
  /** Its name for who asks for it (RFC 5001); none by default. */
  readonly nsid?: string;
  /** Who may have a whole zone, by address: nobody by default. */
  readonly transfers?: (address: string) => boolean;
  /** Where cookies come from; one jar for UDP and TCP makes one server of them. A new one by default. */
  readonly cookies?: CookieJar;
  /** How long a silent TCP connection is kept, in milliseconds: 10 000 by default. */
  readonly idle?: number;
}

/** Questions that are being found out at a time; the next ones wait in the socket. */
const mostAtOnce = 1000;

/** Answers datagrams until the socket is closed. @throws RangeError for zones that can't be */
export async function serve(
  datagrams: Datagrams,
  zones: Zones,
  log?: Log,
  options: ServerOptions = {},
): Promise<void> {
  const answerer = answererOf(zones);
  const how = answeringOf("udp", options);
  const busy = new Set<Promise<void>>();
  const respond = async (answer: Uint8Array | undefined, { from }: Datagram) => {
    if (!answer) return;
    log?.(`${from.address} ${exchangeInWords(message.decode(answer))}`);
    await sendTo(datagrams, answer, from);
  };
  for (;;) {
    const datagram = await datagrams.receive();
    if (!datagram) break;
    // Nobody can be answered at port 0.
    if (datagram.from.port === 0) continue;
    const answer = answerTo(datagram.octets, answerer, how(datagram.from.address));
    if (!(answer instanceof Promise)) {
      await respond(answer, datagram);
      continue;
    }
    const work = answer
      .then(found => respond(found, datagram))
      // The socket was closed in the meantime.
      .catch(() => {})
      .finally(() => busy.delete(work));
    busy.add(work);
    if (busy.size >= mostAtOnce) await Promise.race(busy);
  }
  await Promise.all(busy);
}

/**
 * Whoever can't be reached must not end a server that has others. A socket may tell at this sending that an earlier
 * client was gone when its answer came (ICMP): so it is tried again.
 */
async function sendTo(datagrams: Datagrams, answer: Uint8Array, to: Endpoint): Promise<void> {
  for (let attempts = 0; attempts < 2; attempts++)
    try {
      return await datagrams.send(answer, to);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
}

/** Answers on one TCP connection until its peer ends it, or is silent for too long. */
export async function serveStream(
  stream: Stream,
  zones: Zones,
  log?: Log,
  options: ServerOptions = {},
): Promise<void> {
  const answerer = answererOf(zones);
  const how = answeringOf("tcp", options)(stream.remote.address);
  try {
    for await (const octets of messagesOf(stream, options.idle ?? 10_000)) {
      const answers = transferFor(octets, answerer, stream, options) ?? [
        await answerTo(octets, answerer, how),
      ];
      for (const [i, answer] of answers.entries()) {
        // Who sends by TCP what is no query is not worth a connection.
        if (!answer) return;
        if (i === 0) log?.(`${stream.remote.address} ${exchangeInWords(message.decode(answer))}`);
        await stream.write(framed(answer));
      }
    }
  } finally {
    await stream.close();
  }
}

/** The messages that answer a question for a whole zone; `undefined` for all other questions. */
function transferFor(
  octets: Uint8Array,
  answerer: Answerer,
  { remote }: Stream,
  { transfers }: ServerOptions,
): readonly Uint8Array[] | undefined {
  const query = queryIn(octets)?.query;
  const [question] = query?.questions ?? [];
  // An incremental transfer may be answered with all of it (RFC 1995 §4).
  if (!query || !question || (question.type !== Type.AXFR && question.type !== Type.IXFR)) return undefined;
  const refused = (rcode: number) => [refusal(query, rcode)];
  const records = answerer.records(question.name);
  if (!records) return refused(Rcode.NOTAUTH);
  return transfers?.(remote.address) ? [...transferOf(query, records)] : refused(Rcode.REFUSED);
}

const answererOf = (zones: Zones): Answerer =>
  "find" in zones && typeof zones.find === "function" && "recursive" in zones
    ? zones
    : new Authority(zones as Zone);

function answeringOf(
  transport: Answering["transport"],
  { nsid, cookies = new CookieJar() }: ServerOptions,
): (address: string) => Answering {
  return address => ({
    transport,
    ...(nsid !== undefined && { nsid }),
    cookie: (client, server) => cookies.answer(client, server, address, Math.floor(Date.now() / 1000)).server,
  });
}
