// A zone made ready to be asked: from data or from a master file, checked whole before anybody asks (RFC 1034 §4.3.2, RFC 4592).
import { parseIpv4 } from "../ipv4/address.ts";
import { parseIpv6 } from "../ipv6/address.ts";
import { Unwritable } from "../wire/index.ts";
import { BadEntry } from "./entries.ts";
import { record } from "./format.ts";
import type { MasterFile } from "./master.ts";
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
  /** Whole names, each with its records by type. Names below one with NS records are its children's. */
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

type Node = readonly ResourceRecordDraft[];

export class Loaded {
  constructor(
    readonly origin: string,
    /** By folded name. A name with none of its own is there because names below it are (RFC 2308 §2.2). */
    readonly nodes: ReadonlyMap<string, Node>,
    readonly soa: ResourceRecordDraft,
    /** The SOA record as it goes with "no": its TTL says for how long to remember that (RFC 2308 §3). */
    readonly denial: ResourceRecordDraft,
  ) {}

  /** The NS records of the zone below that has the say of this name, if one has (RFC 1034 §4.2.1). */
  cutAbove(name: string, type: number): Node | undefined {
    // From the top down: what lies below a cut is not this zone's, whatever it holds of it.
    for (const path of this.#pathsDown(name)) {
      const cut = this.nodes.get(folded(path))?.filter(record => record.type === Type.NS) ?? [];
      const parentsOwn = type === Type.DS && folded(path) === folded(name);
      if (cut.length > 0 && !parentsOwn) return cut;
    }
    return undefined;
  }

  /** The records at that name, or those of the wildcard that stands for it (RFC 4592 §3.3.1); `undefined`: there is no such name. */
  at(name: string): Node | undefined {
    const own = this.nodes.get(folded(name));
    if (own) return own;
    const above = this.#pathsDown(name).filter(path => this.nodes.has(folded(path)));
    const encloser = above.at(-1) ?? this.origin;
    return this.nodes.get(folded(encloser === "." ? "*" : `*.${encloser}`));
  }

  /** The name and those above it, the apex left out, from the top. */
  #pathsDown(name: string): string[] {
    const labels = labelsOf(name);
    const most = labels.length - labelsOf(this.origin).length;
    return Array.from({ length: most }, (_, i) => labels.slice(most - 1 - i).join("."));
  }
}

/** @throws RangeError (BadEntry for a file) */
export function loaded(zone: Zone | MasterFile): Loaded {
  const about = ({ name }: ResourceRecordDraft, reason: string) => `zone ${zone.origin}: ${name}${reason}`;
  if ("records" in zone)
    return ordered(zone.origin, zone.records, (record, reason) => {
      const line = zone.lines.get(record);
      const says = about(record, reason);
      return line === undefined ? new RangeError(says) : new BadEntry(line, says, zone.file);
    });
  const origin = named(zone.origin, "zone", zone.origin);
  return ordered(origin, recordsIn(zone), (record, reason) => new RangeError(about(record, reason)));
}

/** Puts records in their places. `wrong` makes the error for one that can't be. */
function ordered(
  origin: string,
  records: readonly ResourceRecordDraft[],
  wrong: (record: ResourceRecordDraft, reason: string) => RangeError,
): Loaded {
  const nodes = new Map<string, ResourceRecordDraft[]>();
  const depth = labelsOf(origin).length;
  for (const record of records) {
    const { name } = record;
    if (!isWithin(name, origin)) throw wrong(record, " lies outside of it");
    checked(record, wrong);
    for (let path = labelsOf(name); path.length >= depth; path = path.slice(1)) {
      const place = folded(path.join(".") || ".");
      if (!nodes.has(place)) nodes.set(place, []);
      if (path.length === 0) break;
    }
    const node = nodes.get(folded(name))!;
    node.push(record);
    const aliases = node.filter(({ type }) => type === Type.CNAME).length;
    const others = node.filter(({ type }) => type !== Type.CNAME && !besideAlias.has(type)).length;
    if (aliases > 1 || (aliases > 0 && others > 0))
      throw wrong(record, " has a CNAME, so it can have no other record (RFC 2181 §10.1)");
  }
  const soa = records.find(({ type }) => type === Type.SOA)!;
  const { minimum } = soa.data as DataDraftOf[typeof Type.SOA];
  return new Loaded(origin, nodes, soa, { ...soa, ttl: Math.min(soa.ttl as number, minimum) } as typeof soa);
}

/** RFC 4035 §2.5. */
const besideAlias: ReadonlySet<number> = new Set([Type.RRSIG, Type.NSEC]);

function recordsIn(zone: Zone): ResourceRecordDraft[] {
  const { ttl = 300, soa: said = {} } = zone;
  const origin = named(zone.origin, "zone", zone.origin);
  const below = (label: string) => (origin === "." ? label : `${label}.${origin}`);
  const soa = {
    ...{ primary: below("ns"), mailbox: below("hostmaster"), serial: 1, refresh: 3600, retry: 600 },
    ...{ expire: 86400, minimum: ttl },
    ...said,
  };
  const apex: ResourceRecordDraft = { name: origin, type: Type.SOA, ttl, data: soa };
  const records = Object.entries(zone.names).flatMap(([text, entry]) =>
    recordsOf(named(text, "name", zone.origin), entry, ttl, zone.origin),
  );
  return [apex, ...records];
}

function recordsOf(name: string, entry: Entry, ttl: number, zone: string): ResourceRecordDraft[] {
  return Object.entries(entry).flatMap(([mnemonic, all]: [string, unknown]) => {
    const type = typeOf(mnemonic);
    if (type === undefined || !dataOfType.has(type) || type === Type.OPT || type === Type.SOA)
      throw new RangeError(`zone ${zone}: ${name} can't have records of type ${mnemonic}`);
    if (!Array.isArray(all))
      throw new RangeError(`zone ${zone}: ${name}: the records of type ${mnemonic} are to be a list`);
    return all.map(data => ({ name, type, ttl, data: dataFrom(type, data) }) as ResourceRecordDraft);
  });
}

const dataFrom = (type: number, data: unknown): unknown => {
  if (type === Type.A) return parseIpv4(data as string);
  return type === Type.AAAA ? parseIpv6(data as string) : data;
};

/** A record that can be written: better found when the server starts than when somebody asks. */
function checked(
  draft: ResourceRecordDraft,
  wrong: (record: ResourceRecordDraft, reason: string) => RangeError,
): void {
  try {
    record.encode(draft);
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    throw wrong(draft, `: ${error.message}`);
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
