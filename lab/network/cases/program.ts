// The program of the hosts in this folder: it does what it is given, the text of a function.
import type { Host, Message } from "../contract.ts";

/**
 * What a host does in a case. It runs on the host, from its own text: all that it knows are its two arguments and what
 * Bun itself has. What it returns is told as "result".
 */
export type Act = (host: Host, given: never) => Promise<unknown>;

export interface Script {
  readonly act: string;
  readonly given?: unknown;
}

export async function run(host: Host, { act, given }: Script): Promise<void> {
  const doIt = new Function(`return ${act}`)() as (host: Host, given: unknown) => Promise<unknown>;
  const value = await doIt(host, given);
  host.tell({ kind: "result", value } satisfies Message);
}
