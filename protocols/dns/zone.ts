// The names that a server is the authority for, given as data, and what it finds there (RFC 1034 §4.3.2, RFC 2308).
import { parseIpv4 } from "../ipv4/address.ts";
import { parseIpv6 } from "../ipv6/address.ts";
import { Unwritable } from "../wire/index.ts";
import { Class, Rcode } from "./codes.ts";
import { type Question, record } from "./format.ts";
import { domainName, folded, isWithin, labelsOf } from "./name.ts";
import type { ResourceRecordDraft } from "./record.ts";
import { type DataDraftOf, dataOfType, Type, type TypeNames, typeOf } from "./types.ts";

/** A zone as data (JSON will do): `{ origin: "lan", names: { "mqtt.lan": { CNAME: ["jorge-pc.lan"] } } }`. */
export interface Zone {
  /** The name at its top; "." makes the server answer for every name there is. */
  readonly origin: string;
  /** Of its records, in seconds: 300 by default. */
  readonly ttl?: number;
  /** What the SOA record says otherwise than by default. */
  readonly soa?: Partial<DataDraftOf[typeof Type.SOA]>;
  /** Whole names, each with its records by type. */
  readonly names: Readonly<Record<string, Entry>>;
}

/** The data of a name's records, by type; addresses as text. */
export type Entry = {
  readonly [K in Exclude<
    DescribedNames,
    "A" | "AAAA" | "OPT" | "SOA"
  >]?: readonly DataDraftOf[TypeNames[K]][];
} & { readonly A?: readonly string[]; readonly AAAA?: readonly string[] };
type DescribedNames = {
  [K in keyof TypeNames]: TypeNames[K] extends keyof DataDraftOf ? K : never;
}[keyof TypeNames];

/** What a zone says to a question. */
export interface Found {
  readonly rcode: number;
  readonly answers: ResourceRecordDraft[];
  readonly authorities: ResourceRecordDraft[];
  readonly additionals: ResourceRecordDraft[];
}

/** What a server is the authority for. @throws RangeError naming the zone, the name and what is wrong with it */
export class Authority {
  readonly #zones: readonly Loaded[];

  constructor(zones: Zone | readonly Zone[]) {
    // The longest origin first: a zone below another one has the say.
    this.#zones = [zones]
      .flat()
      .map(load)
      .sort((a, b) => labelsOf(b.origin).length - labelsOf(a.origin).length);
  }

  /** Follows aliases as far as they stay in these zones. `undefined`: the name is in none of them. */
  find({ name: asked, type, class: classAsked }: Question): Found | undefined {
    if (classAsked !== Class.IN && classAsked !== Class.ANY) return undefined;
    if (!this.#zoneOf(asked)) return undefined;
    const found: Found = { rcode: Rcode.NOERROR, answers: [], authorities: [], additionals: [] };
    const met = new Set<string>();
    // Ends with an alias that leads out of the zones, or in a circle.
    for (let name = asked; ; ) {
      const zone = this.#zoneOf(name);
      if (!zone || met.has(folded(name))) return found;
      met.add(folded(name));
      const node = zone.nodes.get(folded(name));
      const wanted = node?.filter(record => record.type === type || type === Type.ANY) ?? [];
      if (wanted.length > 0) {
        found.answers.push(...wanted.map(record => ({ ...record, name })));
        found.additionals.push(...wanted.flatMap(record => this.#addressesFor(record)));
        return found;
      }
      const alias = node?.find(record => record.type === Type.CNAME);
      if (!alias) {
        found.authorities.push(zone.denial);
        return { ...found, rcode: node ? Rcode.NOERROR : Rcode.NXDOMAIN };
      }
      found.answers.push({ ...alias, name });
      name = alias.data as string;
    }
  }

  #zoneOf(name: string): Loaded | undefined {
    return this.#zones.find(zone => isWithin(name, zone.origin));
  }

  /** The addresses that whoever gets this record asks for next (RFC 1034 §4.3.2, step 6). */
  #addressesFor(record: ResourceRecordDraft): ResourceRecordDraft[] {
    const target = targetOf(record);
    const node = target && this.#zoneOf(target)?.nodes.get(folded(target));
    return (node || []).filter(({ type }) => type === Type.A || type === Type.AAAA);
  }
}

interface Loaded {
  readonly origin: string;
  /** By folded name. A name with none of its own is there because names below it are (RFC 2308 §2.2). */
  readonly nodes: ReadonlyMap<string, readonly ResourceRecordDraft[]>;
  /** The SOA record that goes with "no": its TTL says for how long to remember that (RFC 2308 §3). */
  readonly denial: ResourceRecordDraft;
}

function load(zone: Zone): Loaded {
  const { ttl = 300, soa: said = {} } = zone;
  const origin = named(zone.origin, "zone", zone.origin);
  const below = (label: string) => (origin === "." ? label : `${label}.${origin}`);
  const soa = {
    ...{ primary: below("ns"), mailbox: below("hostmaster"), serial: 1, refresh: 3600, retry: 600 },
    ...{ expire: 86400, minimum: ttl },
    ...said,
  };
  const nodes = new Map<string, ResourceRecordDraft[]>();
  const apex = { name: origin, type: Type.SOA, ttl, data: soa } as const;
  nodes.set(folded(origin), [apex]);
  for (const [text, entry] of Object.entries(zone.names)) {
    const name = named(text, "name", zone.origin);
    if (!isWithin(name, origin)) throw new RangeError(`zone ${zone.origin}: ${text} lies outside of it`);
    for (let path = labelsOf(name); path.length > labelsOf(origin).length; path = path.slice(1))
      if (!nodes.has(folded(path.join(".")))) nodes.set(folded(path.join(".")), []);
    const node = nodes.get(folded(name))!;
    node.push(...recordsOf(name, entry, ttl, zone.origin));
    const aliases = node.filter(({ type }) => type === Type.CNAME).length;
    if (aliases > 0 && node.length > 1)
      throw new RangeError(
        `zone ${zone.origin}: ${text} has a CNAME, so it can have no other record (RFC 2181 §10.1)`,
      );
  }
  checked(apex, zone.origin);
  return { origin, nodes, denial: { ...apex, ttl: Math.min(ttl, soa.minimum) } };
}

function recordsOf(name: string, entry: Entry, ttl: number, zone: string): ResourceRecordDraft[] {
  return Object.entries(entry).flatMap(([mnemonic, all]: [string, unknown]) => {
    const type = typeOf(mnemonic);
    if (type === undefined || !dataOfType.has(type) || type === Type.OPT || type === Type.SOA)
      throw new RangeError(`zone ${zone}: ${name} can't have records of type ${mnemonic}`);
    if (!Array.isArray(all))
      throw new RangeError(`zone ${zone}: ${name}: the records of type ${mnemonic} are to be a list`);
    return all.map(data =>
      checked({ name, type, ttl, data: dataFrom(type, data) } as ResourceRecordDraft, zone),
    );
  });
}

const dataFrom = (type: number, data: unknown): unknown => {
  if (type === Type.A) return parseIpv4(data as string);
  return type === Type.AAAA ? parseIpv6(data as string) : data;
};

/** A record that can be written: better found when the server starts than when somebody asks. */
function checked(draft: ResourceRecordDraft, zone: string): ResourceRecordDraft {
  try {
    record.encode(draft);
    return draft;
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    throw new RangeError(`zone ${zone}: ${draft.name}: ${error.message}`);
  }
}

function named(text: string, what: string, zone: string): string {
  try {
    return domainName(text);
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    throw new RangeError(`zone ${zone}: ${what} ${error.message}`);
  }
}

function targetOf({ type, data }: ResourceRecordDraft): string | undefined {
  if (type === Type.NS) return data as string;
  if (type === Type.MX) return (data as DataDraftOf[typeof Type.MX]).exchange;
  return type === Type.SRV ? (data as DataDraftOf[typeof Type.SRV]).target : undefined;
}
