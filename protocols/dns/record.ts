// Resource records by type, as TypeScript sees them, and what a message says of EDNS.
import type { Message } from "./format.ts";
import { type DataDraftOf, type DataOf, Type } from "./types.ts";

/** A record of a described type; `type` tells which. `ttl` in seconds. */
export type TypedRecord = {
  [T in Exclude<keyof DataOf, typeof Type.OPT>]: {
    readonly name: string;
    readonly type: T;
    readonly class: number;
    readonly ttl: number;
    readonly data: DataOf[T];
  };
}[Exclude<keyof DataOf, typeof Type.OPT>];

/** A record of any other type, or one without data: octets as they are. */
export interface RawRecord {
  readonly name: string;
  readonly type: number & { readonly described?: never };
  readonly class: number;
  readonly ttl: number;
  readonly data: Uint8Array;
}

/** EDNS: what this side can do, and the rest of the header (RFC 6891 §6.1.2). */
export interface OptRecord {
  /** Always the root. */
  readonly name: string;
  readonly type: typeof Type.OPT;
  /** The largest UDP payload that the sender takes, in octets. */
  readonly class: number;
  readonly ttl: {
    readonly extendedRcode: number;
    readonly version: number;
    readonly dnssecOk: number;
    readonly reserved: number;
  };
  readonly data: DataOf[typeof Type.OPT];
}

export type ResourceRecord = TypedRecord | RawRecord | OptRecord;

/** A record to write: of class IN if it says nothing else. */
export type ResourceRecordDraft =
  | {
      [T in Exclude<keyof DataDraftOf, typeof Type.OPT>]: {
        readonly name: string;
        readonly type: T;
        readonly class?: number;
        readonly ttl: number;
        readonly data: DataDraftOf[T];
      };
    }[Exclude<keyof DataDraftOf, typeof Type.OPT>]
  | (Omit<RawRecord, "class"> & { readonly class?: number })
  | (Omit<OptRecord, "ttl" | "data"> & {
      readonly ttl: Partial<OptRecord["ttl"]>;
      readonly data: DataDraftOf[typeof Type.OPT];
    });

type OfType<T extends number> = Extract<ResourceRecord, { readonly type: T }>;

/** Whether the record is of this type and has its data: `if (isType(record, Type.MX)) record.data.exchange`. */
export const isType = <const T extends keyof DataOf>(record: ResourceRecord, type: T): record is OfType<T> =>
  record.type === type && !lacksData(record);

const lacksData = ({ data }: ResourceRecord) => data instanceof Uint8Array && data.length === 0;

/** The records of one type. */
export const recordsOf = <const T extends keyof DataOf>(
  records: readonly ResourceRecord[],
  type: T,
): OfType<T>[] => records.filter(record => isType(record, type)) as OfType<T>[];

/** The OPT record of a message; `undefined` for one without EDNS. */
export const optOf = (message: Pick<Message, "additionals">): OptRecord | undefined =>
  message.additionals.find(record => isType(record, Type.OPT)) as OptRecord | undefined;

/** The whole response code: four bits of the header and eight of EDNS (RFC 6891 §6.1.3). */
export const rcodeOf = (message: Pick<Message, "flags" | "additionals">): number =>
  ((optOf(message)?.ttl.extendedRcode ?? 0) << 4) | message.flags.rcode;
