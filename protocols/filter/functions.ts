// The functions of the filter language (wireshark-filter(4), "Functions").
import type { Subject, Term } from "./terms.ts";
import { compare, type Family, type FieldType, type Value } from "./values.ts";

interface Made {
  readonly example: string;
  /** Of one field, or of several. */
  readonly several?: boolean;
  takes(family: Family, field: string | undefined): boolean;
  /** The type of what it makes; that of its first field, if not told. */
  readonly type?: FieldType;
  made(terms: readonly Term[]): (subject: Subject) => readonly Value[];
}

const each =
  (change: (value: Value) => Value) =>
  ([term]: readonly Term[]) =>
  (subject: Subject): readonly Value[] =>
    term!.values(subject).map(change);

const isText = (family: Family) => family === "text";
const isOrdered = (family: Family) => family !== "nothing";

/** The one value of all that goes before the others. */
const first = (sign: 1 | -1) => (terms: readonly Term[]) => (subject: Subject) => {
  const values = terms.flatMap(term => term.values(subject));
  return values.length === 0
    ? []
    : [values.reduce((best, value) => (compare(value, best) * sign > 0 ? value : best))];
};

const sizeOf = (value: Value): number => {
  if (typeof value === "string") return new TextEncoder().encode(value).length;
  return value instanceof Uint8Array ? value.length : 0;
};

export const functions: Readonly<Record<string, Made>> = {
  len: {
    example: "len(dns.qry.name) > 60",
    takes: family => family === "text" || family === "octets" || family === "ipv6",
    type: "uint32",
    made: each(sizeOf),
  },
  count: {
    example: "count(ip.addr) > 2",
    takes: (_, field) => field !== undefined,
    type: "uint32",
    made:
      ([term]) =>
      subject => {
        const { length } = term!.values(subject);
        return length > 0 ? [length] : [];
      },
  },
  lower: {
    example: 'lower(dns.qry.name) == "example.org"',
    takes: isText,
    made: each(value => (value as string).toLowerCase()),
  },
  upper: {
    example: 'upper(dns.qry.name) == "EXAMPLE.ORG"',
    takes: isText,
    made: each(value => (value as string).toUpperCase()),
  },
  string: {
    example: 'string(tcp.port) matches "^80"',
    takes: (_, field) => field !== undefined,
    type: "string",
    made:
      ([term]) =>
      subject =>
        subject.texts(term!.field!),
  },
  max: { example: "max(tcp.srcport, tcp.dstport) < 1024", several: true, takes: isOrdered, made: first(1) },
  min: { example: "min(tcp.srcport, tcp.dstport) < 1024", several: true, takes: isOrdered, made: first(-1) },
  abs: {
    example: "abs(ntp.precision) > 20",
    takes: family => family === "number" || family === "duration",
    made: each(value => ((value as number) < 0 ? -(value as number) : value)),
  },
};
