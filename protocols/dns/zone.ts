// What a name server is the authority for, and what it finds there (RFC 1034 §4.3.2, RFC 4592, RFC 2308).
import { Class, Rcode } from "./codes.ts";
import type { Question } from "./format.ts";
import type { MasterFile } from "./master.ts";
import { folded, isWithin, labelsOf } from "./name.ts";
import type { ResourceRecordDraft } from "./record.ts";
import { type DataDraftOf, Type } from "./types.ts";
import { type Loaded, loaded, type Zone } from "./zone-data.ts";

export type { Entry, Zone } from "./zone-data.ts";

/** What is said to a question. */
export interface Found {
  readonly rcode: number;
  /** Whether it comes from the zone's own data: neither a referral nor from a cache. */
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecordDraft[];
  readonly authorities: readonly ResourceRecordDraft[];
  readonly additionals: readonly ResourceRecordDraft[];
}

/** Who knows answers: an authority, or a resolver that finds them out. */
export interface Answerer {
  /** Whether it asks others where it does not know itself. */
  readonly recursive: boolean;
  /** `undefined`: it is not the one to be asked. */
  find(question: Question, recursionDesired: boolean): Found | undefined | Promise<Found | undefined>;
  /** All records of a zone that is served here, for a transfer; the SOA record first. */
  records(origin: string): readonly ResourceRecordDraft[] | undefined;
}

/** How far aliases are followed within one answer. */
const mostAliases = 16;

/** What a server is the authority for. @throws RangeError naming the zone, the name (or file and line) and what is wrong with it */
export class Authority implements Answerer {
  readonly recursive = false;
  readonly #zones: readonly Loaded[];

  constructor(zones: Zone | MasterFile | readonly (Zone | MasterFile)[]) {
    // The longest origin first: a zone below another one has the say.
    this.#zones = ([zones].flat() as readonly (Zone | MasterFile)[])
      .map(loaded)
      .sort((a, b) => labelsOf(b.origin).length - labelsOf(a.origin).length);
    for (const [i, { origin }] of this.#zones.entries())
      if (this.#zones.slice(0, i).some(other => folded(other.origin) === folded(origin)))
        throw new RangeError(`zone ${origin}: there are two of them`);
  }

  /** The origins, those with most labels first. */
  get origins(): string[] {
    return this.#zones.map(({ origin }) => origin);
  }

  /** Every record of the zone of that name, its SOA record first; `undefined` if it is not served here. */
  records(origin: string): readonly ResourceRecordDraft[] | undefined {
    const zone = this.#zones.find(zone => folded(zone.origin) === folded(origin));
    return zone && [zone.soa, ...[...zone.nodes.values()].flat().filter(({ type }) => type !== Type.SOA)];
  }

  /** Follows aliases as far as they stay in these zones. `undefined`: the name is in none of them. */
  find({ name: asked, type, class: classAsked }: Question): Found | undefined {
    if (classAsked !== Class.IN && classAsked !== Class.ANY) return undefined;
    if (!this.#zoneOf(asked, type)) return undefined;
    const answers: ResourceRecordDraft[] = [];
    const ended = (parts: Partial<Found>): Found => {
      const nothing = { rcode: Rcode.NOERROR, authoritative: true, authorities: [], additionals: [] };
      return { ...nothing, answers, ...parts };
    };
    // Ends with an alias that leads out of the zones, or on and on.
    for (let name = asked; ; ) {
      const zone = this.#zoneOf(name, type);
      if (!zone || answers.length > mostAliases || answers.some(one => folded(one.name) === folded(name)))
        return ended({});
      const cut = zone.cutAbove(name, type);
      if (cut) {
        const additionals = cut.flatMap(record => addressesIn(zone, targetOf(record)));
        // What an alias before it said, this server knows for certain.
        return ended({ authoritative: answers.length > 0, authorities: cut, additionals });
      }
      const node = zone.at(name);
      const wanted = node?.filter(record => record.type === type || type === Type.ANY) ?? [];
      if (wanted.length > 0) {
        answers.push(...wanted.map(record => ({ ...record, name })));
        return ended({ additionals: wanted.flatMap(record => this.#addressesFor(record)) });
      }
      const alias = node?.find(record => record.type === Type.CNAME);
      if (!alias) return ended({ rcode: node ? Rcode.NOERROR : Rcode.NXDOMAIN, authorities: [zone.denial] });
      answers.push({ ...alias, name });
      name = alias.data as string;
    }
  }

  /** Who the parent calls its child's signer, the parent says (RFC 4035 §3.1.4.1). */
  #zoneOf(name: string, type: number): Loaded | undefined {
    const zones = this.#zones.filter(zone => isWithin(name, zone.origin));
    const [zone, above] = zones;
    return type === Type.DS && above && zone && folded(zone.origin) === folded(name) ? above : zone;
  }

  /** The addresses that whoever gets this record asks for next (RFC 1034 §4.3.2, step 6). */
  #addressesFor(record: ResourceRecordDraft): ResourceRecordDraft[] {
    const target = targetOf(record);
    const zone = target === undefined ? undefined : this.#zoneOf(target, Type.A);
    return zone ? addressesIn(zone, target) : [];
  }
}

const addressesIn = (zone: Loaded, name: string | undefined): ResourceRecordDraft[] =>
  (name === undefined ? [] : (zone.nodes.get(folded(name)) ?? [])).filter(
    ({ type }) => type === Type.A || type === Type.AAAA,
  );

function targetOf({ type, data }: ResourceRecordDraft): string | undefined {
  if (type === Type.NS) return data as string;
  if (type === Type.MX) return (data as DataDraftOf[typeof Type.MX]).exchange;
  return type === Type.SRV ? (data as DataDraftOf[typeof Type.SRV]).target : undefined;
}
