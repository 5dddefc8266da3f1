// How a question that a person put is asked: the resolver's settings.
import type { Asking } from "../../protocols/dns/client.ts";
import type { Sockets } from "./sockets.ts";
import type { Asked } from "./words.ts";

export interface QueryOptions {
  /** `-x`: an address. */
  readonly reverse?: string;
  readonly type?: string;
  readonly class?: string;
  readonly port: number;
  readonly json?: boolean;
  /** Seconds for everything. */
  readonly timeout?: number;
  readonly network?: string;
}

export function askingOf(
  asked: Asked,
  server: string,
  { connect }: Pick<Sockets, "connect">,
  { port, timeout }: QueryOptions,
): Omit<Asking, "random"> {
  const { tcp, recursion, authenticData, checkingDisabled, dnssec, nsid, cookie, ednsVersion } = asked;
  const seconds = asked.time ?? (timeout === undefined ? 5 : timeout / (asked.tries ?? 3));
  return {
    ...{ server, port, tcp, recursion, authenticData, checkingDisabled, dnssec, nsid, cookie },
    timeout: seconds * 1000,
    tries: asked.tries ?? 3,
    ...(asked.udpSize !== undefined && { udpSize: asked.udpSize }),
    ...(ednsVersion !== undefined && { ednsVersion }),
    ...(asked.subnet !== undefined && { subnet: asked.subnet }),
    ...((tcp || !asked.ignore) && { connect }),
  };
}
