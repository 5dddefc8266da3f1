// What analysis says of packets: rules, findings, and the analyzer that makes them.
import type { Packet } from "./packet.ts";

/** In the field's order: nothing to do with it · worth knowing · should not be so · broken. */
export type Severity = "chat" | "note" | "warning" | "error";

/** Something a standard demands or that practice teaches. Clients that object live name the same rules. */
export interface Rule {
  /** "dhcp.no-offer". */
  readonly id: string;
  readonly severity: Severity;
  /** "RFC 2131 §4.4.1". */
  readonly reference: string;
  /** One plain sentence in each language. */
  readonly says: { readonly en: string; readonly es: string };
}

/** A rule that was met in these packets. */
export interface Finding {
  readonly rule: Rule;
  /** Packet numbers. */
  readonly packets: readonly number[];
  /** Path of the field that shows it. */
  readonly field?: string;
  /** What was seen, in words. */
  readonly detail: string;
}

export interface Analyzer<Report> {
  observe(packet: Packet): Iterable<Finding>;
  /** What can only be said at the end of the capture. */
  conclude(): Iterable<Finding>;
  report(): Report;
}

/** One field explained: a plain sentence in each language, with standard and section. Keyed by the field's path, list indices as `*`. */
export type Explanations = Readonly<
  Record<string, { readonly en: string; readonly es: string; readonly reference: string }>
>;
