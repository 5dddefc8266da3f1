// What a server told a client: the address, for how long, and how to live in its network. RFC 2131 §4.4.
import { dotted } from "../ipv4/address.ts";
import { optionOf } from "../wire/index.ts";
import type { Message } from "./format.ts";

/** How to live in a network. Addresses are dotted; lists are in order of preference. */
export interface Parameters {
  /** Length of the network's prefix: 24 for the mask 255.255.255.0. */
  readonly prefix: number;
  /** The way out; with classless routes (RFC 3442) the one among them that leads everywhere. */
  readonly router: string | undefined;
  readonly routes: readonly {
    readonly destination: string;
    readonly prefix: number;
    readonly router: string;
  }[];
  readonly dns: readonly string[];
  readonly ntp: readonly string[];
  readonly domain: string | undefined;
  /** Domains to complete short names with (RFC 3397). */
  readonly search: readonly string[];
  /** The server that said so. */
  readonly server: string;
  /** The message that said so, with everything else in it. */
  readonly message: Message;
}

export interface Lease extends Parameters {
  readonly address: string;
  /** How long the address may be used, in seconds from `acquiredAt`; Infinity for ever. */
  readonly seconds: number;
  /** T1: when to renew with the server that gave it, in seconds from `acquiredAt`. */
  readonly renewal: number;
  /** T2: when to ask any server, in seconds from `acquiredAt`. */
  readonly rebinding: number;
  /** `elapsed()` of the client's clock when it sent the request that was granted: the lease counts from there (RFC 2131 §4.4.1). */
  readonly acquiredAt: bigint;
}

const forever = 0xffffffff;

export function leaseOf(ack: Message, acquiredAt: bigint): Lease {
  const { options } = ack;
  const told = optionOf(options, 51)!;
  const seconds = told === forever ? Number.POSITIVE_INFINITY : told;
  const renewal = optionOf(options, 58) ?? seconds * 0.5;
  const rebinding = optionOf(options, 59) ?? seconds * 0.875;
  return {
    address: dotted(ack.yiaddr),
    ...parametersOf(ack, ack.yiaddr),
    seconds,
    // A server may say nonsense; the order of the three must hold (RFC 2131 §4.4.5).
    renewal: Math.min(renewal, rebinding, seconds),
    rebinding: Math.min(rebinding, seconds),
    acquiredAt,
  };
}

export function parametersOf(ack: Message, address: number): Parameters {
  const { options } = ack;
  const dottedOf = (list: readonly number[] | undefined) => (list ?? []).map(dotted);
  const routes = (optionOf(options, 121) ?? []).map(route => ({
    destination: dotted(route.destination),
    prefix: route.prefix,
    router: dotted(route.router),
  }));
  const routers = routes.length
    ? routes.filter(route => route.prefix === 0).map(route => route.router)
    : dottedOf(optionOf(options, 3));
  return {
    prefix: prefixOf(optionOf(options, 1)) ?? classful(address),
    router: routers[0],
    routes,
    dns: dottedOf(optionOf(options, 6)),
    ntp: dottedOf(optionOf(options, 42)),
    // Some servers end the name with a zero octet.
    domain: optionOf(options, 15)?.replace(/\0+$/, ""),
    search: optionOf(options, 119) ?? [],
    server: dotted(optionOf(options, 54)!),
    message: ack,
  };
}

/** The ones that a mask begins with. */
const prefixOf = (mask: number | undefined): number | undefined =>
  mask === undefined ? undefined : Math.clz32(~mask);

/** What the prefix was before masks: the last resort where a server names none (RFC 791 §3.2). */
const classful = (address: number): number => (address >>> 31 === 0 ? 8 : address >>> 30 === 2 ? 16 : 24);
