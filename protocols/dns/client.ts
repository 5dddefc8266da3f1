// A stub resolver: what a name stands for, by way of whatever it is an alias of (RFC 1034 §5.3, RFC 2308).
import { type Clock, type Datagrams, Violated } from "../endpoint/index.ts";
import { dotted, isIpv4 } from "../ipv4/address.ts";
import { colonHex, isIpv6 } from "../ipv6/address.ts";
import { type Asking, ask, type Exchange, type Strays } from "./ask.ts";
import { Class, Rcode } from "./codes.ts";
import type { Question } from "./format.ts";
import { domainName, folded, sameName } from "./name.ts";
import { isType, type ResourceRecord, rcodeOf, recordsOf } from "./record.ts";
import { Type } from "./types.ts";

export type { Asking, Exchange, Stray, Strays } from "./ask.ts";

/** Whether a name is an address, which needs no query. */
export const isAddress = (name: string): boolean => isIpv4(name) || isIpv6(name);

export interface Query extends Asking {
  /** A whole domain name; a dot at its end may be left out. */
  readonly name: string;
  /** `Type.A` by default. */
  readonly type?: number;
}

/** What became of a query. Every answer is one of these, whatever it says; only no answer is an error. */
export interface Resolution {
  /**
   * found: records of the type asked for · no-data: the name has none of that type · no-such-name: NXDOMAIN ·
   * failed: any other response code · truncated: it did not fit, and there was no TCP to ask over.
   */
  readonly outcome: "found" | "no-data" | "no-such-name" | "failed" | "truncated";
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
 * What a name stands for. Follows aliases within an answer, and asks again where an answer ends with one.
 * @throws Unanswered · Violated ("dns.alias-loop") · Unwritable if the name is none · what `connect` throws
 */
export async function resolve(datagrams: Datagrams, clock: Clock, query: Query): Promise<Resolution> {
  const asked = domainName(query.name);
  const type = query.type ?? Type.A;
  const strays: Strays = { sender: 0, garbage: 0, "no response": 0, id: 0, question: 0 };
  const exchanges: Exchange[] = [];
  const aliases: string[] = [];
  for (;;) {
    const question: Question = { name: aliases.at(-1) ?? asked, type, class: Class.IN };
    const exchange = await ask(datagrams, clock, question, query, strays);
    exchanges.push(exchange);
    const { answers, authorities, flags } = exchange.answer;
    const rcode = rcodeOf(exchange.answer);
    const known = aliases.length;
    const records = flags.truncated ? [] : follow(question, answers, asked, aliases);
    const ended = (outcome: Resolution["outcome"]): Resolution => {
      const addresses = records.flatMap(addressOf);
      return { outcome, rcode, records, addresses, aliases, exchanges, strays };
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
