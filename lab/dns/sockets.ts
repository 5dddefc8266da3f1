// The machine's own sockets for the resolver, and what else the system knows of names.

import { lookup } from "node:dns/promises";
import { existsSync, readFileSync } from "node:fs";
import { isAddress } from "../../protocols/dns/client.ts";
import type { Clock, Datagrams, Endpoint, Stream } from "../../protocols/endpoint/index.ts";
import { Failure } from "../failure.ts";
import { hostClock } from "../network/clock.ts";
import { connect } from "../network/native.ts";
import { openRefusable } from "../network/refusable.ts";

export interface Sockets {
  readonly clock: Clock;
  /** A socket to ask that address. */
  datagrams(to: string): Promise<Datagrams>;
  connect(to: Endpoint, milliseconds: number): Promise<Stream>;
}

export function machineSockets(): Sockets {
  const clock = hostClock();
  return { clock, datagrams: to => openFor(to, clock), connect };
}

const openFor = (to: string, clock: Clock): Promise<Datagrams> =>
  openRefusable(to, { address: to.includes(":") ? "::" : "0.0.0.0", now: () => clock.now() });

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
