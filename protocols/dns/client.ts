// A stub resolver: what a name stands for, by way of whatever it is an alias of (RFC 1034 §5.3, RFC 2308).
import { type Clock, type Datagrams, Violated } from "../endpoint/index.ts";
import { dotted, isIpv4 } from "../ipv4/address.ts";
import { colonHex, isIpv6, parseIpv6 } from "../ipv6/address.ts";
import { type Asking, ask, type Exchange, noStrays, type Strays } from "./ask.ts";
import { Class, Rcode } from "./codes.ts";
import type { Question } from "./format.ts";
import { domainName, folded, labelsOf, sameName } from "./name.ts";
import { isType, type ResourceRecord, rcodeOf, recordsOf } from "./record.ts";
import { Type } from "./types.ts";

export type { Asking, Exchange, Stray, Strays } from "./ask.ts";
export { Recursor, type RecursorOptions, type RootServer, type Step } from "./recursor.ts";
export { type Transfer, transfer } from "./transfer.ts";

/** Whether a name is an address, which needs no query. */
export const isAddress = (name: string): boolean => isIpv4(name) || isIpv6(name);

export interface Query extends Asking {
  /** A whole domain name; a dot at its end may be left out. */
  readonly name: string;
  /** `Type.A` by default. */
  readonly type?: number;
  /** `Class.IN` by default. */
  readonly class?: number;
  /** Domains in which a name without a dot at its end is looked for; one with a dot within it is tried as it is first. */
  readonly search?: readonly string[];
}

/** What became of a query. Every answer is one of these, whatever it says; only no answer is an error. */
export interface Resolution {
  /**
   * found: records of the type asked for · no-data: the name has none of that type · no-such-name: NXDOMAIN ·
   * failed: any other response code · truncated: it did not fit, and there was no TCP to ask over.
   */
  readonly outcome: "found" | "no-data" | "no-such-name" | "failed" | "truncated";
  /** The name that this is about: the one asked for, or that in one of the search domains. */
  readonly name: string;
  /** Response code of the last answer, all twelve bits of it: `Rcode.SERVFAIL`. */
  readonly rcode: number;
  /** The records of the type asked for, of the name or of what it is an alias of. */
  readonly records: readonly ResourceRecord[];
  /** Those of them that are addresses, as text. */
  readonly addresses: readonly string[];
  /** What the name is an alias of, what that is an alias of, and so on. */
  readonly aliases: readonly string[];
  /** Every question that was asked with its answer, all sections of it. */
  readonly exchanges: readonly Exchange[];
  /** What arrived and was no answer, by reason: forged, for all we know. */
  readonly strays: Readonly<Strays>;
}

/**
 * What a name stands for. Follows aliases within an answer, and asks again where an answer ends with one. Of the
 * names that the search domains make of it the first that has such records counts, or the name as it is.
 * @throws Unanswered · Violated ("dns.alias-loop") · Unwritable if the name is none · what `connect` throws
 */
export async function resolve(datagrams: Datagrams, clock: Clock, query: Query): Promise<Resolution> {
  const strays = noStrays();
  const exchanges: Exchange[] = [];
  const plain = domainName(query.name);
  let asItIs: Resolution | undefined;
  let last: Resolution | undefined;
  for (const name of candidates(query.name, query.search ?? [])) {
    last = await resolveName(datagrams, clock, query, name, strays, exchanges);
    if (sameName(name, plain)) asItIs = last;
    // Only "no" makes it worth going on.
    if (last.outcome !== "no-such-name" && last.outcome !== "no-data") return last;
  }
  return asItIs ?? last!;
}

/** The names to try, in their order (RFC 1535 §6). */
function candidates(text: string, search: readonly string[]): string[] {
  const name = domainName(text);
  if (search.length === 0 || text.endsWith(".")) return [name];
  const within = search.map(domain => domainName(`${name}.${domain}`));
  return labelsOf(name).length > 1 ? [name, ...within] : [...within, name];
}

async function resolveName(
  datagrams: Datagrams,
  clock: Clock,
  query: Query,
  asked: string,
  strays: Strays,
  exchanges: Exchange[],
): Promise<Resolution> {
  const type = query.type ?? Type.A;
  const aliases: string[] = [];
  for (;;) {
    const name = aliases.at(-1) ?? asked;
    const question: Question = { name, type, class: query.class ?? Class.IN };
    const exchange = await ask(datagrams, clock, question, query, strays);
    exchanges.push(exchange);
    const { answers, authorities, flags } = exchange.answer;
    const rcode = rcodeOf(exchange.answer);
    const known = aliases.length;
    const records = flags.truncated ? [] : follow(question, answers, asked, aliases);
    const ended = (outcome: Resolution["outcome"]): Resolution => {
      const addresses = records.flatMap(addressOf);
      return { outcome, name: asked, rcode, records, addresses, aliases, exchanges, strays };
    };
    if (flags.truncated) return ended("truncated");
    if (rcode === Rcode.NXDOMAIN) return ended("no-such-name");
    if (rcode !== Rcode.NOERROR) return ended("failed");
    if (records.length > 0) return ended("found");
    // An alias, and the SOA record of where it leads: that is the whole answer, "no such data" (RFC 2308 §2.2).
    const toldNo = recordsOf(authorities, Type.SOA).length > 0;
    if (aliases.length === known || toldNo) return ended("no-data");
  }
}

/** The name under which an address has its own name: "1.1.168.192.in-addr.arpa" (RFC 1035 §3.5, RFC 3596 §2.5). @throws RangeError */
export function reverseName(address: string): string {
  if (isIpv4(address)) return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
  if (!isIpv6(address)) throw new RangeError(`"${address}" is no address, neither IPv4 nor IPv6`);
  return `${[...parseIpv6(address).toHex()].reverse().join(".")}.ip6.arpa`;
}

/** No honest name is an alias of an alias so many times over. */
const mostAliases = 16;

/** The records asked for, found by way of aliases among the answers; the aliases are added to the list. */
function follow(
  question: Question,
  answers: readonly ResourceRecord[],
  first: string,
  aliases: string[],
): ResourceRecord[] {
  const met = new Set([first, ...aliases].map(folded));
  for (let { name } = question; ; ) {
    const own = answers.filter(record => sameName(record.name, name));
    const wanted = own.filter(({ type }) => type === question.type || question.type === Type.ANY);
    const [alias] = recordsOf(own, Type.CNAME);
    if (wanted.length > 0 || !alias) return wanted;
    name = alias.data;
    aliases.push(name);
    if (met.has(folded(name)) || aliases.length > mostAliases)
      throw new Violated(
        "dns.alias-loop",
        `${first} is an alias without end: ${aliases.join(", ")}`,
        answers,
      );
    met.add(folded(name));
  }
}

function addressOf(record: ResourceRecord): string[] {
  if (isType(record, Type.A)) return [dotted(record.data)];
  return isType(record, Type.AAAA) ? [colonHex(record.data)] : [];
}
