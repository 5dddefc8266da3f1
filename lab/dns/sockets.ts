// The machine's own sockets for the resolver, and what else the system knows of names.

import { lookup } from "node:dns/promises";
import { existsSync, readFileSync } from "node:fs";
import { isAddress } from "../../protocols/dns/client.ts";
import type { Clock, Datagrams, Endpoint, Stream } from "../../protocols/endpoint/index.ts";
import { Failure } from "../failure.ts";
import { hostClock } from "../network/clock.ts";
import { connect, openDatagrams } from "../network/native.ts";

export interface Sockets {
  readonly clock: Clock;
  datagrams(): Promise<Datagrams>;
  connect(to: Endpoint, milliseconds: number): Promise<Stream>;
}

/** Sockets that reach that server. */
export function socketsFor(server: string): Sockets {
  const clock = hostClock();
  const address = server.includes(":") ? "::" : "0.0.0.0";
  return {
    clock,
    datagrams: () => openDatagrams({ address, now: () => clock.now() }),
    connect,
  };
}

/** The address of a server that a person named. @throws Failure */
export async function addressOf(server: string): Promise<string> {
  if (isAddress(server)) return server;
  try {
    return (await lookup(server)).address;
  } catch {
    throw new Failure(
      `this machine does not know the address of the server ${server}; give its address: @192.168.1.1`,
    );
  }
}

/** The search domains of this machine. */
export function searchDomains(file = "/etc/resolv.conf"): string[] {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const last = lines.filter(line => /^\s*(search|domain)\s/.test(line)).at(-1);
  return last?.trim().split(/\s+/).slice(1) ?? [];
}
