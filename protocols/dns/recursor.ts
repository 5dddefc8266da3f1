// A recursive resolver: from the root down, zone by zone, and what it learned remembered (RFC 1034 §5.3.3, RFC 2308, RFC 5452).
import { type Clock, type Datagrams, Refused, Unanswered } from "../endpoint/index.ts";
import { dotted } from "../ipv4/address.ts";
import { colonHex } from "../ipv6/address.ts";
import { Unwritable } from "../wire/index.ts";
import { type Asking, ask, type Exchange, noStrays, type Strays } from "./ask.ts";
import { Cache, type CacheOptions, type Known } from "./cache.ts";
import { Class, Rcode } from "./codes.ts";
import type { Message, Question } from "./format.ts";
import { folded, isWithin, labelsOf, sameName } from "./name.ts";
import { isType, optOf, type ResourceRecord, rcodeOf, recordsOf } from "./record.ts";
import { Type } from "./types.ts";
import type { Answerer, Authority, Found } from "./zone.ts";

/** Where every search begins (RFC 9609). */
export interface RootServer {
  readonly name: string;
  /** IPv4, or IPv6 where a name server has no other. */
  readonly address: string;
}

export interface RecursorOptions {
  readonly roots: readonly RootServer[];
  readonly clock: Clock;
  /** Opens a socket, to ask that address, at a port that nobody can guess; each question has its own (RFC 5452 §9.2). */
  readonly datagrams: (to: string) => Promise<Datagrams>;
  readonly connect?: Asking["connect"];
  /** What is known here without asking anybody. */
  readonly authority?: Authority;
  readonly cache?: CacheOptions;
  /** How long one attempt waits for one server, in milliseconds: 800 by default. */
  readonly timeout?: number;
  /** How often one server is asked: twice by default. */
  readonly tries?: number;
  /** Of all name servers: 53 by default. */
  readonly port?: number;
  readonly random?: () => number;
  /** Sees each question that was asked on the way, with its answer. */
  readonly observe?: (step: Step) => void;
}

/** One server asked on the way down. */
export interface Step {
  /** The zone that it was asked as a server of. */
  readonly zone: string;
  readonly server: RootServer;
  /** `undefined`: it did not answer. */
  readonly exchange: Exchange | undefined;
  /** The zone that it knows the servers of, if that is what it said. */
  readonly referral: string | undefined;
}

/** Questions to servers for one question of a client: a hostile zone could have us ask without end. */
const mostQueries = 64;
/** Names of servers whose own servers have names that are to be found out first. */
const mostDepth = 6;
const mostAliases = 16;
/** Servers of one zone that are tried. */
const mostServers = 8;
/** NXDOMAIN is kept under this: it holds for every type. */
const anyType = 0;
/** A server that did not answer is asked last for so long. */
const silentFor = 10_000_000_000n;
const mostSilent = 1000;

/** A zone, and who serves it. */
interface Zone {
  readonly origin: string;
  readonly servers: readonly { readonly name: string; readonly addresses: readonly string[] }[];
}

/** What one question of a client has cost so far. */
interface Work {
  queries: number;
}

class Unresolvable extends Error {}

export class Recursor implements Answerer {
  readonly recursive = true;
  readonly cache: Cache;
  /** What arrived and was no answer: forged, for all we know. */
  readonly strays: Strays = noStrays();
  readonly #options: RecursorOptions;
  /** The same question of several clients is asked once. */
  readonly #running = new Map<string, Promise<Found>>();
  /** When each server last failed to answer. */
  readonly #silent = new Map<string, bigint>();

  constructor(options: RecursorOptions) {
    this.#options = options;
    this.cache = new Cache(options.clock, options.cache);
  }

  records(origin: string) {
    return this.#options.authority?.records(origin);
  }

  find(question: Question, recursionDesired: boolean): Found | undefined | Promise<Found | undefined> {
    const own = this.#options.authority?.find(question);
    if (own?.authoritative && !leadsOut(own, question)) return own;
    if (question.class !== Class.IN || metaTypes.has(question.type)) return undefined;
    // Who does not ask for recursion would learn what others have asked for.
    if (!recursionDesired) return own;
    const key = `${question.type} ${folded(question.name)}`;
    const running = this.#running.get(key);
    if (running) return running;
    const work = this.#resolve(question, own?.authoritative ? own.answers : []).finally(() =>
      this.#running.delete(key),
    );
    this.#running.set(key, work);
    return work;
  }

  /** `before`: aliases that are known already. */
  async #resolve({ name: asked, type }: Question, before: Found["answers"]): Promise<Found> {
    const answers = [...before] as ResourceRecord[];
    const work = { queries: 0 };
    const ended = (rcode: number, denial?: ResourceRecord): Found => ({
      ...{ rcode, authoritative: false, answers, additionals: [] },
      authorities: denial ? ([denial] as Found["authorities"]) : [],
    });
    let name = (before.at(-1)?.data as string | undefined) ?? asked;
    try {
      while (answers.length <= mostAliases) {
        const { records, rcode, denial } = await this.#look(name, type, work, 0);
        // The name as it was asked for, whatever its case in the cache.
        answers.push(...records.map(record => ({ ...record, name }) as ResourceRecord));
        const [alias] = recordsOf(records, Type.CNAME);
        if (!alias || type === Type.CNAME || type === Type.ANY) return ended(rcode, denial);
        name = alias.data;
        if (answers.some(record => sameName(record.name, name))) break;
      }
    } catch (error) {
      if (!(error instanceof Unresolvable)) throw error;
    }
    answers.length = 0;
    return ended(Rcode.SERVFAIL);
  }

  /** From the cache, or from whoever serves the name: records of that type, an alias, or that there are none. */
  async #look(name: string, type: number, work: Work, depth: number): Promise<Known> {
    const cached =
      this.cache.find(name, type) ?? this.cache.find(name, anyType) ?? this.cache.find(name, Type.CNAME);
    if (cached) return cached;
    // Each referral leads further down, so this ends.
    for (let zone = this.#nearest(name, type); ; ) {
      const said = await this.#askZone(zone, { name, type, class: Class.IN }, work, depth);
      if (!("origin" in said)) return said;
      zone = said;
    }
  }

  /** The zone nearest to the name whose servers are known. */
  #nearest(name: string, type: number): Zone {
    const labels = labelsOf(name);
    // Who signs for a zone is known above it.
    for (let i = type === Type.DS ? 1 : 0; i < labels.length; i++) {
      const origin = labels.slice(i).join(".");
      const known = recordsOf(this.cache.find(origin, Type.NS, "referral")?.records ?? [], Type.NS);
      const servers = known.map(({ data }) => ({ name: data, addresses: this.#addressesOf(data) }));
      if (servers.length > 0) return { origin, servers };
    }
    return {
      origin: ".",
      servers: this.#options.roots.map(({ name, address }) => ({ name, addresses: [address] })),
    };
  }

  #addressesOf(server: string): string[] {
    return [Type.A, Type.AAAA].flatMap(type =>
      addressesAmong(this.cache.find(server, type, "referral")?.records ?? []),
    );
  }

  /** What the first of the zone's servers that makes sense says. @throws Unresolvable if none does */
  async #askZone(zone: Zone, question: Question, work: Work, depth: number): Promise<Known | Zone> {
    for await (const server of this.#serversOf(zone, work, depth)) {
      const exchange = await this.#ask(server, question, work);
      const said = exchange && this.#understood(exchange.answer, zone, question);
      const referral = said && "origin" in said ? said.origin : undefined;
      this.#options.observe?.({ zone: zone.origin, server, exchange, referral });
      if (said) return said;
    }
    throw new Unresolvable(`no server of ${zone.origin} has an answer`);
  }

  /** One after the other, in random order: those whose addresses are known first, those that were silent last. */
  async *#serversOf(zone: Zone, work: Work, depth: number): AsyncGenerator<RootServer> {
    const { random = Math.random, clock } = this.#options;
    const shuffled = zone.servers
      .map(server => ({ server, at: random() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, mostServers)
      .map(({ server }) => server);
    const known = shuffled.flatMap(({ name, addresses }) => addresses.map(address => ({ name, address })));
    const isSilent = ({ address }: RootServer) =>
      (this.#silent.get(address) ?? -silentFor) + silentFor > clock.elapsed();
    yield* known.filter(server => !isSilent(server)).slice(0, mostServers);
    for (const { name, addresses } of shuffled) {
      // One that lies in the zone can't be found without the zone's servers.
      if (addresses.length > 0 || depth >= mostDepth || isWithin(name, zone.origin)) continue;
      // IPv6 is asked for where IPv4 has led nowhere.
      for (const type of [Type.A, Type.AAAA]) {
        const found = await this.#look(name, type, work, depth + 1).catch(error => {
          if (error instanceof Unresolvable) return undefined;
          throw error;
        });
        for (const address of addressesAmong(found?.records ?? [])) yield { name, address };
      }
    }
    yield* known.filter(isSilent).slice(0, mostServers);
  }

  async #ask(server: RootServer, question: Question, work: Work): Promise<Exchange | undefined> {
    if (++work.queries > mostQueries) throw new Unresolvable(`more than ${mostQueries} questions for one`);
    const { clock, connect, timeout = 800, tries = 2, port, random } = this.#options;
    let datagrams: Datagrams | undefined;
    try {
      datagrams = await this.#options.datagrams(server.address);
      const asking: Asking = {
        ...{ server: server.address, timeout, tries, recursion: false, udpSize: 1232 },
        ...(connect && { connect }),
        ...(port !== undefined && { port }),
        ...(random && { random }),
      };
      const exchange = await ask(datagrams, clock, question, asking, this.strays);
      if (!knowsNoEdns(exchange.answer)) return exchange;
      const { udpSize: _none, ...plain } = asking;
      return await ask(datagrams, clock, question, plain, this.strays);
    } catch (error) {
      if (!(error instanceof Unanswered || error instanceof Refused || error instanceof Unwritable))
        throw error;
      this.#silent.delete(server.address);
      this.#silent.set(server.address, clock.elapsed());
      if (this.#silent.size > mostSilent) this.#silent.delete(this.#silent.keys().next().value!);
      return undefined;
    } finally {
      datagrams?.close();
    }
  }

  /**
   * What an answer says, as far as its server may say it: of names in its own zone. `undefined`: nothing of use.
   * What it says is remembered.
   */
  #understood(answer: Message, zone: Zone, { name, type }: Question): Known | Zone | undefined {
    const rcode = rcodeOf(answer);
    if (answer.flags.truncated || (rcode !== Rcode.NOERROR && rcode !== Rcode.NXDOMAIN)) return undefined;
    const inside = (record: ResourceRecord) => isWithin(record.name, zone.origin);
    const answers = answer.answers.filter(inside);
    if (answer.flags.authoritative) for (const set of setsOf(answers)) this.cache.keep(set, "answer");
    const own = answers.filter(record => sameName(record.name, name));
    const wanted = own.filter(record => record.type === type || type === Type.ANY);
    const aliases = recordsOf(own, Type.CNAME);
    const records = wanted.length > 0 ? wanted : aliases;
    if (records.length > 0)
      return answer.flags.authoritative ? { records, rcode: Rcode.NOERROR, denial: undefined } : undefined;
    const [denial] = recordsOf(answer.authorities, Type.SOA).filter(
      soa => inside(soa) && isWithin(name, soa.name),
    );
    const below = denial || rcode !== Rcode.NOERROR ? undefined : this.#referral(answer, zone, name, type);
    if (below) return below;
    if (!denial && !answer.flags.authoritative) return undefined;
    if (denial) {
      const seconds = Math.min(denial.ttl, denial.data.minimum);
      this.cache.keepDenial(
        name,
        rcode === Rcode.NXDOMAIN ? anyType : type,
        rcode,
        { ...denial, ttl: seconds },
        seconds,
      );
      return { records: [], rcode, denial: { ...denial, ttl: seconds } };
    }
    return { records: [], rcode, denial };
  }

  /** The zone below this one that the answer sends us to; it must bring us nearer to the name. */
  #referral({ authorities, additionals }: Message, zone: Zone, name: string, type: number): Zone | undefined {
    const all = recordsOf(authorities, Type.NS);
    const origin = all[0]?.name;
    if (origin === undefined || !isWithin(name, origin) || !isWithin(origin, zone.origin)) return undefined;
    if (labelsOf(origin).length <= labelsOf(zone.origin).length) return undefined;
    if (type === Type.DS && sameName(origin, name)) return undefined;
    const set = all.filter(record => sameName(record.name, origin)).slice(0, mostServers);
    this.cache.keep(set, "referral");
    const servers = set.map(({ data }) => {
      // Addresses of names in other zones are for those zones to say.
      const own = additionals.filter(({ name }) => sameName(name, data) && isWithin(data, zone.origin));
      for (const type of [Type.A, Type.AAAA]) this.cache.keep(recordsOf(own, type), "referral");
      const addresses = addressesAmong(own);
      return { name: data, addresses: addresses.length > 0 ? addresses : this.#addressesOf(data) };
    });
    return { origin, servers };
  }
}

/** Those that these records are, IPv4's first. */
const addressesAmong = (records: readonly ResourceRecord[]): string[] => [
  ...recordsOf(records, Type.A).map(({ data }) => dotted(data)),
  ...recordsOf(records, Type.AAAA).map(({ data }) => colonHex(data)),
];

/** Servers older than EDNS refuse a question that has it (RFC 6891 §7). */
const knowsNoEdns = (answer: Message): boolean =>
  (answer.flags.rcode === Rcode.FORMERR || answer.flags.rcode === Rcode.NOTIMP) &&
  optOf(answer) === undefined;

/** What no zone holds. */
const metaTypes: ReadonlySet<number> = new Set([Type.TKEY, Type.TSIG, Type.IXFR, Type.AXFR, 0]);

/** Whether an answer ends with an alias that somebody else knows the rest of. */
function leadsOut({ answers, authorities, rcode }: Found, { type }: Question): boolean {
  const last = answers.at(-1);
  const ends = rcode !== Rcode.NOERROR || authorities.some(one => one.type === Type.SOA);
  return !ends && last?.type === Type.CNAME && type !== Type.CNAME && type !== Type.ANY;
}

/** Records in sets of one name and one type. */
function setsOf(records: readonly ResourceRecord[]): ResourceRecord[][] {
  const sets = new Map<string, ResourceRecord[]>();
  for (const one of records) {
    if (!isType(one, one.type as typeof Type.A)) continue;
    const key = `${one.type} ${folded((one as ResourceRecord).name)}`;
    sets.set(key, [...(sets.get(key) ?? []), one]);
  }
  return [...sets.values()];
}
