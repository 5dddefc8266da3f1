// From a query's octets to its answer's: what is asked, what may be said, and what fits (RFC 1035 §4.2.1, RFC 6891, RFC 7873, RFC 8482).
import { optionOf, Reader } from "../wire/index.ts";
import { Opcode, Rcode } from "./codes.ts";
import { header, type Message, type MessageDraft, message, messageIn } from "./format.ts";
import { OptionCode } from "./options.ts";
import { optOf, type ResourceRecordDraft, recordsOf } from "./record.ts";
import { Type } from "./types.ts";
import type { Answerer, Found } from "./zone.ts";

/** How an answer goes out. */
export interface Answering {
  readonly transport: "udp" | "tcp";
  /** Tells one server from others of the same address, to who asks (RFC 5001). */
  readonly nsid?: string;
  /** The server's part of the cookie, for the client's (RFC 7873). */
  readonly cookie?: (client: Uint8Array, server: Uint8Array) => Uint8Array;
}

/** A query that can be answered, or the answer to what can't be. */
export type Asked =
  | { readonly query: Message; readonly refusal?: undefined }
  | { readonly query?: undefined; readonly refusal: Uint8Array };

/** `undefined` for responses, and for what is too short to say whose answer it would be. */
export function queryIn(octets: Uint8Array): Asked | undefined {
  if (octets.length < headerOctets) return undefined;
  const asked = header.read(Reader.over(octets));
  if (asked.flags.response) return undefined;
  if (asked.flags.opcode !== Opcode.Query) return { refusal: refusal(asked, Rcode.NOTIMP) };
  const query = messageIn(octets);
  const one = query?.questions.length === 1 && recordsOf(query.additionals, Type.OPT).length <= 1;
  return query && one && cookieFits(query) ? { query } : { refusal: refusal(asked, Rcode.FORMERR) };
}

/** What answers these octets; a promise of it where the answerer has to find it out. */
export function answerTo(
  octets: Uint8Array,
  answerer: { readonly recursive: boolean; find(...asked: Parameters<Answerer["find"]>): Found | undefined },
  how: Answering,
): Uint8Array | undefined;
export function answerTo(
  octets: Uint8Array,
  answerer: Answerer,
  how: Answering,
): Uint8Array | undefined | Promise<Uint8Array | undefined>;
export function answerTo(
  octets: Uint8Array,
  answerer: Pick<Answerer, "recursive" | "find">,
  how: Answering,
): Uint8Array | undefined | Promise<Uint8Array | undefined> {
  const asked = queryIn(octets);
  if (!asked?.query) return asked?.refusal;
  const { query } = asked;
  const [question] = query.questions;
  const written = (rcode: number, found?: Found) =>
    fitted(reply(query, answerer, how, rcode, found), query, how);
  if ((optOf(query)?.ttl.version ?? 0) > 0) return written(Rcode.BADVERS);
  // Transfers go by TCP, and are the business of whoever holds the connection.
  if (question!.type === Type.AXFR) return written(Rcode.FORMERR);
  const found = answerer.find(
    // Without a transfer in reach, the SOA record says whether one is due (RFC 1995 §2).
    question!.type === Type.IXFR ? { ...question!, type: Type.SOA } : question!,
    query.flags.recursionDesired === 1,
  );
  const said = (known: Found | undefined) => written(known?.rcode ?? Rcode.REFUSED, known);
  return found instanceof Promise ? found.then(said) : said(found);
}

/** With the four counts. */
const headerOctets = 12;
const largestStreamed = 0xffff;
/** What passes everywhere without IP fragments, and what everyone takes (DNS flag day 2020; RFC 1035 §4.2.1). */
const [largestUnfragmented, largestPlain] = [1232, 512];

function reply(
  query: Message,
  { recursive }: Pick<Answerer, "recursive">,
  how: Answering,
  rcode: number,
  found: Found | undefined,
): MessageDraft {
  const { opcode, recursionDesired, checkingDisabled } = query.flags;
  const opt = optOf(query);
  const [question] = query.questions;
  const whole = found?.answers ?? [];
  return {
    id: query.id,
    flags: {
      response: 1,
      opcode,
      authoritative: found?.authoritative ? 1 : 0,
      recursionDesired,
      recursionAvailable: recursive ? 1 : 0,
      checkingDisabled,
      rcode: rcode & 0xf,
    },
    questions: query.questions,
    answers: question!.type === Type.ANY && how.transport === "udp" ? oneSet(whole) : [...whole],
    authorities: [...(found?.authorities ?? [])],
    additionals: [...(found?.additionals ?? []), ...(opt ? [edns(opt, how, rcode)] : [])],
  };
}

/** Small questions for "everything" are how attackers have large answers sent to others (RFC 8482 §4.1). */
const oneSet = (records: readonly ResourceRecordDraft[]): ResourceRecordDraft[] =>
  records.filter(({ type }) => type === records[0]!.type);

function edns(
  { ttl, data: asked }: NonNullable<ReturnType<typeof optOf>>,
  { nsid, cookie }: Answering,
  rcode: number,
): ResourceRecordDraft {
  const brought = optionOf(asked, OptionCode.Cookie);
  const wantsName = asked.some(({ code }) => code === OptionCode.NSID);
  const name = { code: OptionCode.NSID, value: new TextEncoder().encode(nsid) };
  const data = [
    ...(wantsName && nsid !== undefined ? [name] : []),
    ...(brought && cookie
      ? [
          {
            code: OptionCode.Cookie,
            value: { client: brought.client, server: cookie(brought.client, brought.server) },
          },
        ]
      : []),
  ];
  return {
    name: ".",
    type: Type.OPT,
    class: largestUnfragmented,
    ttl: { extendedRcode: rcode >> 4, dnssecOk: ttl.dnssecOk },
    data,
  };
}

/** Eight octets of the client's, and of the server's none or 8 to 32 (RFC 7873 §5.2.2). */
function cookieFits(query: Message): boolean {
  const cookies = (optOf(query)?.data ?? []).filter(({ code }) => code === OptionCode.Cookie);
  return cookies.every(({ value }) => {
    const { client, server } = value as { client?: Uint8Array; server?: Uint8Array };
    const size = server?.length ?? -1;
    return client !== undefined && (size === 0 || (size >= 8 && size <= 32));
  });
}

/**
 * Additional records are left out first and without a word, the addresses of a referral's servers apart (RFC 9471
 * §3); if more must go, all of it goes (RFC 2181 §9).
 */
function fitted(draft: MessageDraft, query: Message, { transport }: Answering): Uint8Array {
  const largest = transport === "tcp" ? largestStreamed : largestDatagram(query);
  const whole = message.encode(draft);
  if (whole.length <= largest) return whole;
  const additionals = draft.additionals.filter(({ type }) => type === Type.OPT);
  const referral = draft.answers.length === 0 && draft.authorities.some(({ type }) => type === Type.NS);
  const needed = message.encode({ ...draft, additionals });
  if (needed.length <= largest && !referral) return needed;
  const flags = { ...draft.flags, truncated: 1 };
  return message.encode({ ...draft, flags, answers: [], authorities: [], additionals });
}

/** What the asking side takes, within what we send (RFC 6891 §6.2.3). */
const largestDatagram = (query: Message): number =>
  Math.min(Math.max(optOf(query)?.class ?? 0, largestPlain), largestUnfragmented);

/** An answer to what can't be read, or is not done here: no more than its header. */
export function refusal({ id, flags }: Pick<Message, "id" | "flags">, rcode: number): Uint8Array {
  const { opcode, recursionDesired } = flags;
  const none = { questions: [], answers: [], authorities: [], additionals: [] };
  return message.encode({ id, flags: { response: 1, opcode, recursionDesired, rcode }, ...none });
}
