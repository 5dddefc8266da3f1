// An authoritative name server: answers from zones given as data, by UDP and by TCP (RFC 1034 §4.3, RFC 6891 §6.2, RFC 7766).
import type { Datagrams, Stream } from "../endpoint/index.ts";
import { Reader } from "../wire/index.ts";
import { Opcode, Rcode } from "./codes.ts";
import { header, type Message, type MessageDraft, message, messageIn } from "./format.ts";
import { optOf, recordsOf } from "./record.ts";
import { exchangeInWords } from "./summary.ts";
import { framed, messagesOf } from "./tcp.ts";
import { Type } from "./types.ts";
import { Authority, type Zone } from "./zone.ts";

export { Authority, type Entry, type Zone } from "./zone.ts";

/** Takes one line for each answer: "192.168.1.101 asks for A JORGE-PC: 192.168.1.20". */
export type Log = (line: string) => void;

/** What to answer from. */
export type Zones = Zone | readonly Zone[] | Authority;

/** Answers datagrams until the socket is closed. @throws RangeError for zones that can't be */
export async function serve(datagrams: Datagrams, zones: Zones, log?: Log): Promise<void> {
  const authority = zones instanceof Authority ? zones : new Authority(zones);
  for (;;) {
    const datagram = await datagrams.receive();
    if (!datagram) return;
    // Nobody can be answered at port 0.
    const answer = datagram.from.port === 0 ? undefined : answerTo(datagram.octets, authority, "udp");
    if (!answer) continue;
    log?.(`${datagram.from.address} ${exchangeInWords(message.decode(answer))}`);
    await datagrams.send(answer, datagram.from);
  }
}

/** Answers on one TCP connection until its peer ends it, or is silent for `idle` milliseconds. */
export async function serveStream(stream: Stream, zones: Zones, log?: Log, idle = 10_000): Promise<void> {
  const authority = zones instanceof Authority ? zones : new Authority(zones);
  for await (const octets of messagesOf(stream, idle)) {
    const answer = answerTo(octets, authority, "tcp");
    // Who sends by TCP what is no query is not worth a connection.
    if (!answer) break;
    log?.(`${stream.remote.address} ${exchangeInWords(message.decode(answer))}`);
    await stream.write(framed(answer));
  }
  await stream.close();
}

/** What answers these octets; `undefined` for responses, and for what is too short to say whose answer it would be. */
export function answerTo(
  octets: Uint8Array,
  authority: Authority,
  transport: "udp" | "tcp",
): Uint8Array | undefined {
  if (octets.length < headerOctets) return undefined;
  const asked = header.read(Reader.over(octets));
  if (asked.flags.response) return undefined;
  if (asked.flags.opcode !== Opcode.Query) return refusal(asked, Rcode.NOTIMP);
  const query = messageIn(octets);
  if (!query) return refusal(asked, Rcode.FORMERR);
  const [opts, questions] = [recordsOf(query.additionals, Type.OPT).length, query.questions.length];
  if (questions !== 1 || opts > 1) return refusal(asked, Rcode.FORMERR);
  return fitted(replyTo(query, authority), transport === "tcp" ? largestStreamed : largestDatagram(query));
}

/** With the four counts. */
const headerOctets = 12;
const largestStreamed = 0xffff;
/** What passes everywhere without IP fragments, and what everyone takes (DNS flag day 2020; RFC 1035 §4.2.1). */
const [largestUnfragmented, largestPlain] = [1232, 512];

/** What the asking side takes, within what we send (RFC 6891 §6.2.3). */
const largestDatagram = (query: Message): number =>
  Math.min(Math.max(optOf(query)?.class ?? 0, largestPlain), largestUnfragmented);

function replyTo(query: Message, authority: Authority): MessageDraft {
  const { opcode, recursionDesired, checkingDisabled } = query.flags;
  const [question] = query.questions;
  const opt = optOf(query);
  const badVersion = opt !== undefined && opt.ttl.version > 0;
  const found = badVersion ? undefined : authority.find(question!);
  const rcode = badVersion ? Rcode.BADVERS : (found?.rcode ?? Rcode.REFUSED);
  const edns = {
    name: ".",
    type: Type.OPT,
    class: largestUnfragmented,
    ttl: { extendedRcode: rcode >> 4, dnssecOk: opt?.ttl.dnssecOk },
    data: [],
  };
  return {
    id: query.id,
    flags: {
      response: 1,
      opcode,
      authoritative: found ? 1 : 0,
      recursionDesired,
      checkingDisabled,
      rcode: rcode & 0xf,
    },
    questions: query.questions,
    answers: found?.answers ?? [],
    authorities: found?.authorities ?? [],
    additionals: [...(found?.additionals ?? []), ...(opt ? [edns] : [])],
  };
}

/** Additional records are left out first and without a word; if more must go, all of it goes (RFC 2181 §9). */
function fitted(reply: MessageDraft, largest: number): Uint8Array {
  const whole = message.encode(reply);
  if (whole.length <= largest) return whole;
  const additionals = reply.additionals.filter(({ type }) => type === Type.OPT);
  const needed = message.encode({ ...reply, additionals });
  if (needed.length <= largest) return needed;
  const flags = { ...reply.flags, truncated: 1 };
  return message.encode({ ...reply, flags, answers: [], authorities: [], additionals });
}

/** An answer to what can't be read, or is not done here: no more than its header. */
function refusal({ id, flags }: Pick<Message, "id" | "flags">, rcode: number): Uint8Array {
  const { opcode, recursionDesired } = flags;
  const none = { questions: [], answers: [], authorities: [], additionals: [] };
  return message.encode({ id, flags: { response: 1, opcode, recursionDesired, rcode }, ...none });
}
