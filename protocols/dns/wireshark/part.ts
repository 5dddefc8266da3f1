// What the data of records are made of: each part takes its octets, and makes Wireshark's fields of them.
import type { Bits } from "../../packet/cursor.ts";
import type { Cursor } from "./cursor.ts";

/** The record that the data are of. Positions count in the layer's source. */
export interface Place {
  readonly type: number;
  /** Where the record begins. */
  readonly start: number;
  /** Where the data begin, and end by their length. */
  readonly data: number;
  readonly end: number;
  /** Where the message begins in its frame. */
  readonly offset: number;
}

/** Takes its part of the data; a text that it returns is what the record's label says of them. */
export type Part = (cursor: Cursor, place: Place) => unknown;

export const u8 =
  (name: string): Part =>
  cursor =>
    void cursor.number(name, 1);
export const u16 =
  (name: string): Part =>
  cursor =>
    void cursor.number(name, 2);
export const u32 =
  (name: string): Part =>
  cursor =>
    void cursor.number(name, 4);
export const rest =
  (name: string): Part =>
  (cursor, { end }) =>
    cursor.bytes(name, end - cursor.at);
export const bytes =
  (name: string, size: number): Part =>
  cursor =>
    cursor.bytes(name, size);
export const domain =
  (name: string, word?: string): Part =>
  cursor => {
    const { text } = cursor.name(name);
    return word === undefined ? undefined : `${word}${text}`;
  };
/** A length, and as much text. */
export const text =
  (length: string, name: string): Part =>
  cursor =>
    void cursor.text(name, cursor.number(length, 1));
/** Seconds since 1970. */
export const time =
  (name: string): Part =>
  cursor =>
    cursor.item(name, BigInt(cursor.peek(4)) * 1_000_000_000n, cursor.take(4), 4);
export const ipv4 =
  (name: string): Part =>
  cursor => {
    const at = cursor.at;
    const octets = cursor.octets(at, Math.min(4, cursor.end - at)).join(".");
    cursor.number(name, 4);
    return `addr ${octets}`;
  };
export const ipv6 = (name: string): Part => bytes(name, 16);
export const repeated =
  (part: Part): Part =>
  (cursor, place) => {
    while (cursor.at < place.end) part(cursor, place);
  };
export const all =
  (...parts: readonly Part[]): Part =>
  (cursor, place) => {
    let said: unknown;
    for (const part of parts) said = part(cursor, place) || said;
    return said;
  };

export const flags =
  (name: string, size: 1 | 2, bits: Bits): Part =>
  cursor => {
    cursor.bits(name, size, bits);
  };
