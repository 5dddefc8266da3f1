// What the lab and a host's process say to each other: JSON, a line each, over the process's standard streams.
import type { Configuration, Message } from "../contract.ts";

/** The first line to a host: who it is, and what it runs. */
export interface HostStart {
  readonly name: string;
  readonly interface: string;
  /** Six octets. */
  readonly mac: readonly number[];
  readonly configuration?: Configuration;
  readonly program: string;
  readonly settings?: unknown;
  /** Namespaces in which the host must open no socket: the machine's own. "net:[4026531840]". */
  readonly forbidden: readonly string[];
}

export type LineToHost =
  | { readonly start: HostStart }
  | { readonly tell: Message }
  | { readonly carrier: boolean }
  | { readonly stop: true };

export type LineFromHost =
  | { readonly running: true }
  | { readonly told: Message }
  | { readonly done: true }
  | { readonly failed: Failure };

/** An error on its way from one process to another. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** More than any message; a stream without a line end must not fill the memory. */
const LONGEST_LINE = 16 << 20;

/** The lines of a stream, without their ends, as they come. @throws Error when one is longer than 16 MiB */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const octets of stream) {
    rest += decoder.decode(octets, { stream: true });
    let start = 0;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n", start)) {
      yield rest.slice(start, end);
      start = end + 1;
    }
    rest = rest.slice(start);
    if (rest.length > LONGEST_LINE) throw new Error(`a line of more than ${LONGEST_LINE} characters`);
  }
  if (rest !== "") yield rest;
}
